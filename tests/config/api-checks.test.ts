import { expect } from "chai";
import { parseConfig } from "../../config/index.js";
import type { ConfigIssue } from "../../preflight/errors/validation.js";
import { type Example, inMode, type Raw } from "./example.js";

const DEPLOYER = "arn:aws:iam::111122223333:role/deployer";
const PLAN = { keys: ["alice"] };
const WANTS_KEY = { apiKeyRequired: true };
const STORE = { maximumTextLength: 100 };

const EXAMPLES: readonly Example[] = [
  {
    title: "a method that does not exist",
    raw: { api: { methods: { "GET /message": {} } } },
    key: 'api.methods["GET /message"]',
    value: {},
    fix: "Did you mean GET /messages?",
    fixed: { api: { methods: { "GET /messages": {} } } },
  },
  {
    title: "a message store's method without a message store",
    raw: { api: { methods: { "POST /messages": {} } } },
    key: 'api.methods["POST /messages"]',
    value: {},
    fix: "Set messageStore",
    fixed: { api: { methods: { "POST /messages": {} } }, messageStore: STORE },
  },
  {
    title: "a plan's method that does not exist",
    raw: {
      api: {
        methods: { "GET /messages": WANTS_KEY },
        usagePlans: {
          gold: { ...PLAN, throttling: throttling(9, { "GET /letters": throttling(3) }) },
        },
      },
    },
    key: 'api.usagePlans.gold.throttling.methods["GET /letters"]',
    value: throttling(3),
    fix: "There is no such method. Known here: GET /messages.",
    fixed: {
      api: {
        methods: { "GET /messages": WANTS_KEY },
        usagePlans: { gold: { ...PLAN, throttling: throttling(9, { "GET /messages": throttling(3) }) } },
      },
    },
  },
  {
    title: "a method with a rate above its stage's",
    raw: {
      api: {
        throttling: throttling(100),
        methods: { "GET /messages": { throttling: { rateLimit: 101, burstLimit: 5 } } },
      },
    },
    key: 'api.methods["GET /messages"].throttling.rateLimit',
    value: 101,
    fix: "api.throttling.rateLimit lets 100 through. Write at most 100, or a larger api.throttling.rateLimit.",
    fixed: {
      api: {
        throttling: throttling(100),
        methods: { "GET /messages": { throttling: { rateLimit: 100, burstLimit: 5 } } },
      },
    },
  },
  {
    title: "a method with a burst above its stage's",
    raw: {
      api: {
        throttling: throttling(100),
        methods: { "GET /messages": { throttling: { rateLimit: 1, burstLimit: 101 } } },
      },
    },
    key: 'api.methods["GET /messages"].throttling.burstLimit',
    value: 101,
    fix: "Write at most 100, or a larger api.throttling.burstLimit.",
    fixed: {
      api: { throttling: throttling(101), methods: { "GET /messages": { throttling: throttling(101) } } },
    },
  },
  {
    title: "a stage's limit above the account's",
    raw: { api: { throttling: { rateLimit: 10_001, burstLimit: 5_000 } } },
    key: "api.throttling.rateLimit",
    value: 10_001,
    fix: "from 1 to 10000",
    fixed: { api: { throttling: { rateLimit: 10_000, burstLimit: 5_000 } } },
  },
  {
    title: "a plan's limit above the stage's",
    raw: withPlan({ throttling: throttling(101) }, { throttling: throttling(100), ...withKey() }),
    key: "api.usagePlans.gold.throttling",
    value: 101,
    fix: "or a larger api.throttling.",
    fixed: withPlan({ throttling: throttling(100) }, { throttling: throttling(100), ...withKey() }),
  },
  {
    title: "a plan's limit for a method above the plan's",
    raw: withPlan({ throttling: throttling(10, { "GET /messages": throttling(11) }) }, withKey()),
    key: 'api.usagePlans.gold.throttling.methods["GET /messages"]',
    value: 11,
    fix: "api.usagePlans.gold.throttling.rateLimit lets 10 through",
    fixed: withPlan({ throttling: throttling(10, { "GET /messages": throttling(10) }) }, withKey()),
  },
  {
    title: "a plan's limit for a method above the method's",
    raw: withPlan(
      { throttling: throttling(10, { "GET /messages": throttling(6) }) },
      { methods: { "GET /messages": { ...WANTS_KEY, throttling: throttling(5) } } },
    ),
    key: 'api.usagePlans.gold.throttling.methods["GET /messages"]',
    value: 6,
    fix: 'api.methods["GET /messages"].throttling.rateLimit lets 5 through',
    fixed: withPlan(
      { throttling: throttling(10, { "GET /messages": throttling(5) }) },
      { methods: { "GET /messages": { ...WANTS_KEY, throttling: throttling(5) } } },
    ),
  },
  {
    title: "a method that requires an API key without a plan that has one",
    raw: { api: { methods: { "GET /messages": WANTS_KEY } } },
    key: 'api.methods["GET /messages"].apiKeyRequired',
    value: true,
    fix: "every call is answered 403",
    fixed: withPlan({}, withKey()),
  },
  {
    title: "plans without a method that requires an API key",
    raw: withPlan({}, {}),
    key: "api.usagePlans",
    value: { gold: PLAN },
    fix: "the plans limit nobody",
    fixed: withPlan({}, withKey()),
  },
  {
    title: "a plan's limit for a method that requires no API key",
    raw: {
      ...withPlan({ throttling: throttling(9, { "POST /messages": throttling(3) }) }, withKey()),
      messageStore: STORE,
    },
    key: 'api.usagePlans.gold.throttling.methods["POST /messages"]',
    value: throttling(3),
    fix: `set: pulumi config set --path 'api.methods["POST /messages"].apiKeyRequired' true`,
    fixed: {
      ...withPlan(
        { throttling: throttling(9, { "POST /messages": throttling(3) }) },
        { methods: { "POST /messages": WANTS_KEY } },
      ),
      messageStore: STORE,
    },
  },
  {
    title: "a key in two plans",
    raw: { api: { ...withKey(), usagePlans: { gold: PLAN, silver: { keys: ["bob", "alice"] } } } },
    key: "api.usagePlans.silver.keys",
    value: "alice",
    fix: "api.usagePlans.gold.keys has it too",
    fixed: { api: { ...withKey(), usagePlans: { gold: PLAN, silver: { keys: ["bob"] } } } },
  },
  {
    title: "a method's caching in a stage without a cache",
    raw: { api: { methods: { "GET /messages": { caching: { ttlInSeconds: 60 } } } } },
    key: 'api.methods["GET /messages"].caching',
    value: { ttlInSeconds: 60, keys: [] },
    fix: "Set api.caching",
    fixed: { api: { caching: {}, methods: { "GET /messages": { caching: { ttlInSeconds: 60 } } } } },
  },
  {
    title: "caching of a method that changes data",
    raw: {
      api: { caching: {}, methods: { "POST /messages": { caching: { keys: [] } } } },
      messageStore: STORE,
    },
    key: 'api.methods["POST /messages"].caching',
    value: { keys: [] },
    fix: "Only GET methods are cached. Write false",
    fixed: { api: { caching: {}, methods: { "POST /messages": { caching: false } } }, messageStore: STORE },
  },
  {
    title: "a cache key of a variable that is not in the path",
    raw: {
      api: { caching: {}, methods: { "GET /messages/{id}": { caching: { keys: ["path.ids"] } } } },
      messageStore: STORE,
    },
    key: 'api.methods["GET /messages/{id}"].caching.keys',
    value: "path.ids",
    fix: "Did you mean path.id?",
    fixed: {
      api: { caching: {}, methods: { "GET /messages/{id}": { caching: { keys: ["path.id"] } } } },
      messageStore: STORE,
    },
  },
  {
    title: "a cache key of a variable in a path without variables",
    raw: { api: { caching: {}, methods: { "GET /messages": { caching: { keys: ["path.id"] } } } } },
    key: 'api.methods["GET /messages"].caching.keys',
    value: "path.id",
    fix: "Write querystring.NAME or header.NAME",
    fixed: { api: { caching: {}, methods: { "GET /messages": { caching: { keys: ["header.id"] } } } } },
  },
  {
    title: "cache invalidators without a signed method",
    raw: { api: { caching: { invalidators: [DEPLOYER] } } },
    key: "api.caching.invalidators",
    value: [DEPLOYER],
    fix: `set: pulumi config set --path 'api.methods["GET /messages"].authorization' AWS_IAM`,
    fixed: {
      api: {
        caching: { invalidators: [DEPLOYER] },
        methods: { "GET /messages": { authorization: "AWS_IAM" } },
      },
    },
  },
];

function throttling(limit: number, methods?: Raw) {
  return { rateLimit: limit, burstLimit: limit, ...(methods && { methods }) };
}

function withKey() {
  return { methods: { "GET /messages": WANTS_KEY } };
}

function withPlan(plan: Raw, api: Raw): Raw {
  return { api: { ...api, usagePlans: { gold: { ...PLAN, ...plan } } } };
}

function issuesIn(raw: Raw): readonly ConfigIssue[] {
  return parseConfig(inMode(raw), "eu-west-1").issues ?? [];
}

/** Keys of the issues, without duplicates: the rate and the burst of a limit are separate issues. */
function keysOf(issues: readonly ConfigIssue[]): string[] {
  return [...new Set(issues.map(({ key }) => key))];
}

describe("parseConfig: mistakes in the API's settings", () => {
  for (const { title, raw, key, value, fix, fixed } of EXAMPLES) {
    it(`reports the key, the value and the fix of ${title}`, () => {
      const issues = issuesIn(raw);
      const [first] = issues;
      for (const told of keysOf(issues))
        expect([key, `${key}.rateLimit`, `${key}.burstLimit`]).to.include(told);
      expect(first?.value).to.equal(JSON.stringify(value));
      expect(first?.fix).to.contain(fix);
    });

    it(`accepts the configuration after the fix of ${title}`, () => {
      expect(issuesIn(fixed)).to.deep.equal([]);
    });
  }

  it("reports several mistakes in the API's settings at once", () => {
    const issues = issuesIn({
      api: {
        throttling: throttling(5),
        caching: { invalidators: [DEPLOYER] },
        methods: { "GET /letters": {}, "GET /messages": { throttling: throttling(6) } },
        usagePlans: { gold: PLAN, silver: PLAN },
      },
    });
    expect(keysOf(issues)).to.have.members([
      'api.methods["GET /letters"]',
      'api.methods["GET /messages"].throttling.rateLimit',
      'api.methods["GET /messages"].throttling.burstLimit',
      "api.usagePlans",
      "api.usagePlans.silver.keys",
      "api.caching.invalidators",
    ]);
  });

  it("reports cross-setting mistakes even if other API fields have an invalid form", () => {
    const issues = issuesIn({
      api: {
        throttling: "much",
        methods: { "GET /letters": {}, "get /messages": {} },
        usagePlans: { gold: {} },
      },
    });
    expect(keysOf(issues)).to.include.members([
      "api.throttling",
      'api.methods["GET /letters"]',
      "api.usagePlans",
    ]);
    expect(keysOf(issues).filter((key) => key.includes("get /messages"))).to.have.length(1);
  });
});

describe("parseConfig: valid settings of the API that look like mistakes", () => {
  for (const [title, raw] of [
    [
      "a method without caching in a stage without a cache",
      { methods: { "GET /messages": { caching: false } } },
    ],
    ["a burst above the rate", { throttling: { rateLimit: 1, burstLimit: 500 } }],
    [
      "a method's limit equal to the stage's",
      { throttling: throttling(7), methods: { "GET /messages": { throttling: throttling(7) } } },
    ],
    ["a plan without limits, which only identifies callers", { ...withKey(), usagePlans: { gold: PLAN } }],
  ] as const) {
    it(`accepts ${title}`, () => expect(issuesIn({ api: raw })).to.deep.equal([]));
  }

  it("accepts a web ACL in front of a private API", () => {
    expect(issuesIn({ networking: "vpc", api: { webAcl: {} } })).to.deep.equal([]);
  });
});
