import { expect } from "chai";
import type { ApiResponse } from "../../../local-api/request/messages.js";
import type { RunningApi } from "../../../local-api/running-api.js";
import type { Synthesis } from "../../../preflight/sources/mocks/synthesize.js";
import { apiOf, changed, having, TestClock, using } from "../support.js";

const open = apiOf([
  { method: "GET", path: "/messages", code: "return { statusCode: 200, body: JSON.stringify(event) }" },
  { method: "GET", path: "/free" },
]);
const GET = { method: "GET", path: "/messages" };
const VALUE = "the-value-that-the-stack-gives-its-key";

const stageOf = (more: Readonly<Record<string, unknown>> = {}) => [{ apiId: "api-id", stage: "v1", ...more }];

/** A usage plan of the stage with two keys. */
const gold = (plan: Readonly<Record<string, unknown>>, key: Readonly<Record<string, unknown>> = {}) =>
  [
    ["apigateway/usagePlan:UsagePlan", "gold", { apiStages: stageOf(), ...plan }],
    ["apigateway/apiKey:ApiKey", "web", { value: VALUE, ...key }],
    ["apigateway/apiKey:ApiKey", "app", { value: `${VALUE}-2` }],
    ["apigateway/usagePlanKey:UsagePlanKey", "web", { keyId: "web-id", usagePlanId: "gold-id" }],
    ["apigateway/usagePlanKey:UsagePlanKey", "app", { keyId: "app-id", usagePlanId: "gold-id" }],
  ] as const;

/** GET /messages needs a key, and a usage plan has two. */
function withPlan(
  plan: Readonly<Record<string, unknown>>,
  key: Readonly<Record<string, unknown>> = {},
): Synthesis {
  return having(changed(open, "m0", { apiKeyRequired: true }), ...gold(plan, key));
}

const withSettings = (
  synthesis: Synthesis,
  methodPath: string,
  settings: Readonly<Record<string, unknown>>,
) =>
  having(synthesis, [
    "apigateway/methodSettings:MethodSettings",
    `settings of ${methodPath}`,
    { restApi: "api-id", stageName: "v1", methodPath, settings },
  ]);

const calling = (api: RunningApi, key?: string, path = "/messages") =>
  api.call({ method: "GET", path, ...(key !== undefined && { headers: { "X-API-Key": key } }) });

/** Number of calls that pass. */
async function letThrough(count: number, call: () => Promise<ApiResponse>): Promise<number> {
  let through = 0;
  for (let i = 0; i < count; i++) through += (await call()).statusCode === 200 ? 1 : 0;
  return through;
}

describe("Usage.stageLimit", () => {
  it("lets the burst pass at once and then the rate, and answers 429 to other requests", async () => {
    const clock = new TestClock();
    const limited = withSettings(open, "*/*", { throttlingRateLimit: 2, throttlingBurstLimit: 3 });
    await using(
      limited,
      async (api) => {
        expect(await letThrough(5, () => calling(api))).to.equal(3);
        const refused = await calling(api);
        expect(refused).to.deep.include({ statusCode: 429, body: '{"message":"Too Many Requests"}' });
        expect(refused.headers["x-amzn-ErrorType"]).to.equal("TooManyRequestsException");
        expect(refused.reason).to.equal(
          "above the limit of GET /messages in the stage: 2 requests a second, 3 at once",
        );
        clock.pass(1);
        expect(await letThrough(5, () => calling(api))).to.equal(2);
      },
      clock.now,
    );
  });

  it("counts each method separately", async () => {
    const limited = withSettings(open, "*/*", { throttlingRateLimit: 1, throttlingBurstLimit: 1 });
    await using(
      limited,
      async (api) => {
        expect((await calling(api)).statusCode).to.equal(200);
        expect((await calling(api, undefined, "/free")).statusCode).to.equal(200);
        expect((await calling(api, undefined, "/free")).statusCode).to.equal(429);
      },
      new TestClock().now,
    );
  });

  for (const methodPath of ["messages/GET", "~1messages/GET", "/messages/GET"]) {
    it(`uses the method's own limit if its path is written ${methodPath}`, async () => {
      const all = withSettings(open, "*/*", { throttlingRateLimit: 1, throttlingBurstLimit: 1 });
      const own = withSettings(all, methodPath, { throttlingRateLimit: 1, throttlingBurstLimit: 2 });
      await using(
        own,
        async (api) => {
          expect(await letThrough(4, () => calling(api))).to.equal(2);
          expect(await letThrough(4, () => calling(api, undefined, "/free"))).to.equal(1);
        },
        new TestClock().now,
      );
    });
  }

  it("ignores the settings of another stage", async () => {
    const other = having(open, [
      "apigateway/methodSettings:MethodSettings",
      "settings of v2",
      { restApi: "api-id", stageName: "v2", methodPath: "*/*", settings: { throttlingRateLimit: 1 } },
    ]);
    await using(other, async (api) => expect(api.about("GET /messages")).to.deep.equal([]));
  });

  it("is undefined without settings, and with the provider's default of -1", async () => {
    const none = withSettings(open, "*/*", { throttlingRateLimit: -1, throttlingBurstLimit: -1 });
    for (const synthesis of [open, none]) {
      await using(synthesis, async (api) => expect(api.about("GET /messages")).to.deep.equal([]));
    }
  });
});

describe("Usage.client", () => {
  const expectForbidden = (response: ApiResponse, reason: RegExp) => {
    expect(response).to.deep.include({ statusCode: 403, body: '{"message":"Forbidden"}' });
    expect(response.headers["x-amzn-ErrorType"]).to.equal("ForbiddenException");
    expect(response.reason).to.match(reason);
    expect(response.reason).not.to.contain(VALUE);
  };

  it("admits a valid key, and gives the function its id and value", async () => {
    await using(withPlan({}), async (api) => {
      const { statusCode, body } = await calling(api, VALUE);
      expect(statusCode).to.equal(200);
      expect(JSON.parse(body).requestContext.identity).to.deep.include({ apiKey: VALUE, apiKeyId: "web-id" });
    });
  });

  it("ignores a key if the method needs none, and does not count it against the quota", async () => {
    const plan = { quotaSettings: { limit: 1, period: "DAY" } };
    await using(withPlan(plan), async (api) => {
      expect(await letThrough(3, () => calling(api, VALUE, "/free"))).to.equal(3);
      expect((await calling(api, VALUE)).statusCode).to.equal(200);
    });
  });

  const refused: [what: string, synthesis: Synthesis, key: string | undefined, reason: RegExp][] = [
    ["that is missing", withPlan({}), undefined, /no x-api-key was sent/],
    ["that is unknown", withPlan({}), "another", /no API key of the value that was sent/],
    ["that is disabled", withPlan({}, { enabled: false }), VALUE, /^the API key web is disabled$/],
    [
      "of a plan for another stage",
      withPlan({ apiStages: [{ apiId: "api-id", stage: "v2" }] }),
      VALUE,
      /^the API key web is in no usage plan of this stage$/,
    ],
    [
      "of a plan for another API",
      withPlan({ apiStages: [{ apiId: "x", stage: "v1" }] }),
      VALUE,
      /no usage plan/,
    ],
  ];
  for (const [what, synthesis, key, reason] of refused) {
    it(`refuses a key ${what}`, async () => {
      await using(synthesis, async (api) => expectForbidden(await calling(api, key), reason));
    });
  }

  it("shows the stand-in of a key without a value, which is the same at each start, but no value of the stack", async () => {
    const lines: (readonly string[])[] = [];
    for (let i = 0; i < 2; i++) {
      await using(withPlan({}, { value: undefined }), async (api) => {
        lines.push(api.keys);
        const [, standIn] = /x-api-key: ([0-9a-f]{40})'/.exec(api.keys.join("\n")) ?? [];
        expect((await calling(api, standIn)).statusCode).to.equal(200);
      });
    }
    expect(lines[0]).to.deep.equal(lines[1]);
    expect(lines[0]?.[0]).to.match(/^API key web \(usage plan gold\): -H 'x-api-key: .*a stand-in/);
    expect(lines.flat().join()).not.to.contain(VALUE);
  });

  it("is satisfied by the headers of headersFor", async () => {
    await using(withPlan({}), async (api) => {
      expect(api.headersFor("GET /messages")).to.deep.equal({ "x-api-key": VALUE });
      expect(api.headersFor("GET /free")).to.deep.equal({});
    });
  });
});

describe("Usage.overLimit", () => {
  it("limits each key separately, before the stage's limit", async () => {
    const plan = withPlan({ throttleSettings: { rateLimit: 1, burstLimit: 2 } });
    const both = withSettings(plan, "*/*", { throttlingRateLimit: 1, throttlingBurstLimit: 3 });
    await using(
      both,
      async (api) => {
        expect(await letThrough(4, () => calling(api, VALUE))).to.equal(2);
        expect((await calling(api, VALUE)).reason).to.match(
          /^above the limit of key web of usage plan gold: /,
        );
        expect(await letThrough(4, () => calling(api, `${VALUE}-2`))).to.equal(1); // the third request of the stage
        expect((await calling(api, `${VALUE}-2`)).reason).to.match(/GET \/messages in the stage/);
      },
      new TestClock().now,
    );
  });

  it("limits a key at a method, and also as a whole", async () => {
    const throttles = [{ path: "/messages/GET", rateLimit: 1, burstLimit: 1 }];
    const plan = { apiStages: stageOf({ throttles }), throttleSettings: { rateLimit: 1, burstLimit: 2 } };
    const stack = changed(withPlan(plan), "m1", { apiKeyRequired: true });
    await using(
      stack,
      async (api) => {
        expect(await letThrough(3, () => calling(api, VALUE))).to.equal(1);
        expect((await calling(api, VALUE)).reason).to.match(/key web of usage plan gold at \/messages\/GET/);
        expect(await letThrough(3, () => calling(api, VALUE, "/free"))).to.equal(1);
      },
      new TestClock().now,
    );
  });

  it("limits a key at the method of the root", async () => {
    const throttles = [{ path: "//GET", rateLimit: 1, burstLimit: 1 }];
    const root = changed(apiOf([{ method: "GET", path: "/" }]), "m0", { apiKeyRequired: true });
    await using(
      having(root, ...gold({ apiStages: stageOf({ throttles }) })),
      async (api) => {
        expect(await letThrough(3, () => calling(api, VALUE, "/"))).to.equal(1);
        expect((await calling(api, VALUE, "/")).reason).to.match(/key web of usage plan gold at \/GET: /);
      },
      new TestClock().now,
    );
  });

  it("answers 429 after the quota of a key, until the next period", async () => {
    const clock = new TestClock();
    await using(
      withPlan({ quotaSettings: { limit: 2, period: "MONTH" } }),
      async (api) => {
        expect(await letThrough(5, () => calling(api, VALUE))).to.equal(2);
        const refused = await calling(api, VALUE);
        expect(refused).to.deep.include({ statusCode: 429, body: '{"message":"Limit Exceeded"}' });
        expect(refused.headers["x-amzn-ErrorType"]).to.equal("LimitExceededException");
        expect(refused.reason).to.equal("the API key web has used its quota of 2 a MONTH");
        expect((await calling(api, `${VALUE}-2`)).statusCode).to.equal(200);
        clock.pass(60); // from the last minute of January to February
        expect((await calling(api, VALUE)).statusCode).to.equal(200);
      },
      clock.now,
    );
  });

  it("does not count a request against the quota if a limit refuses it", async () => {
    const clock = new TestClock(Date.UTC(2026, 0, 1));
    const plan = {
      quotaSettings: { limit: 2, period: "DAY" },
      throttleSettings: { rateLimit: 1, burstLimit: 1 },
    };
    await using(
      withPlan(plan),
      async (api) => {
        expect(await letThrough(10, () => calling(api, VALUE))).to.equal(1);
        clock.pass(1);
        expect((await calling(api, VALUE)).statusCode).to.equal(200);
      },
      clock.now,
    );
  });

  it("appears in the key's line and in the facts of a method", async () => {
    const plan = withPlan({
      throttleSettings: { rateLimit: 5, burstLimit: 2 },
      quotaSettings: { limit: 100, period: "DAY" },
    });
    await using(
      withSettings(plan, "*/*", { throttlingRateLimit: 50, throttlingBurstLimit: 20 }),
      async (api) => {
        expect(api.about("GET /messages")).to.deep.equal(["API key", "50 requests a second, 20 at once"]);
        expect(api.keys[0]).to.contain("(usage plan gold; 5 requests a second, 2 at once; 100 a DAY)");
      },
    );
  });

  it("applies only after the route is found", async () => {
    await using(withPlan({}), async (api) => {
      const { statusCode, body } = await api.call({ ...GET, path: "/elsewhere" });
      expect([statusCode, body]).to.deep.equal([403, '{"message":"Missing Authentication Token"}']);
    });
  });
});
