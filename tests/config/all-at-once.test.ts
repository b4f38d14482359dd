import { expect } from "chai";
import fc from "fast-check";
import { parseConfig } from "../../config/index.js";
import { settingPath } from "../../preflight/errors/setting-path.js";
import { isRecord } from "../../preflight/resources/read.js";

type Path = readonly string[];

const LIMITS = { rateLimit: 100, burstLimit: 100 };
const peer = (vpcId: string, cidrBlock: string) => ({ vpcId, cidrBlock, routeTableIds: ["rtb-0a1b2c3d"] });

/** A valid configuration in which most parts are on. */
const BASE = {
  networking: "vpc",
  function: { reservedConcurrency: 20 },
  database: {},
  logPipeline: {},
  messageStore: {},
  endpoints: { others: { kms: {} } },
  api: {
    endpointType: "PRIVATE",
    throttling: LIMITS,
    caching: {},
    methods: { "GET /messages": { apiKeyRequired: true } },
    usagePlans: { gold: { keys: ["alice"] } },
    sharing: {
      peers: { near: peer("vpc-0a1b2c3d", "10.20.0.0/16"), far: peer("vpc-1a1b2c3d", "10.30.0.0/16") },
    },
  },
};

const GET = ["api", "methods", "GET /messages"];
const PEERS = ["api", "sharing", "peers"];

/** Mistakes that do not depend on each other: what to set, and the key that must be reported. */
const MISTAKES: readonly { readonly set: readonly (readonly [Path, unknown])[]; readonly key: Path }[] = [
  one(["networking"], "both"),
  one(["vpc", "nat"], "many"),
  one(["vpc", "cidrBlock"], "10.0.0.0/30"),
  one(["vpc", "availabilityZones"], 1), // the database needs two
  one(["vpc", "ipv6"], "yes"),
  one(["function", "timeout"], 1000),
  one(["function", "environment", "PARAMETER_PATH"], "/mine"), // the program sets it
  one(["function", "environment", "PORT"], 8080),
  one(["function", "codeSigning"], {}), // it needs a bucket
  one(["function", "provisionedConcurrency"], 100), // more than is reserved
  one(["function", "unknown"], 1),
  one(["database", "name"], "1st"),
  { set: [[["database", "minimumCapacity"], 8]], key: ["database", "maximumCapacity"] },
  one(["database", "instances"], 99),
  one(["logPipeline", "schedule"], "daily"),
  one(["logPipeline", "maximumEventAgeInSeconds"], 60), // too old for the second retry
  one(["messageStore", "maximumTextLength"], 0),
  one(["endpoints", "ssm", "privateDns"], 1),
  one(["endpoints", "executeApi", "privateDns"], 1),
  one(["endpoints", "others", "kmss"], {}),
  {
    set: [[["endpoints", "executeApi", "allowFrom"], ["10.20.0.0/16"]]],
    key: [...PEERS, "near", "cidrBlock"],
  },
  one([...GET, "authorization"], "OAUTH"),
  {
    set: [[[...GET, "throttling"], { rateLimit: 101, burstLimit: 5 }]],
    key: [...GET, "throttling", "rateLimit"],
  },
  { set: [[[...GET, "caching"], { keys: ["path.id"] }]], key: [...GET, "caching", "keys"] },
  one(["api", "methods", "GET /letters"], {}),
  one(["api", "caching", "size"], 3),
  one(["api", "caching", "invalidators"], ["arn:aws:iam::111122223333:role/x"]), // no signed method
  {
    set: [[["api", "usagePlans", "gold", "quota"], { limit: 0, period: "DAY" }]],
    key: ["api", "usagePlans", "gold", "quota", "limit"],
  },
  {
    set: [[["api", "usagePlans", "silver"], { keys: ["alice"] }]],
    key: ["api", "usagePlans", "silver", "keys"],
  },
  one([...PEERS, "far", "region"], "nowhere"),
  one([...PEERS, "far", "cidrBlock"], "10.20.1.0/24"), // overlaps the other peer
  one([...PEERS, "far", "vpcId"], "vpc-0a1b2c3d"), // the other peer's
  one([...PEERS, "third"], peer("vpc", "10.40.0.0/16"), "vpcId"),
  one([...PEERS, "Fourth"], peer("vpc-2a1b2c3d", "10.50.0.0/33"), "cidrBlock"), // under a wrong name too
  one(["api", "stageName"], "v 1"),
  one(["parameters", "path"], "/aws"),
  one(["parameters", "values", "token"], 5),
  one(["parameters", "values", "a b"], 5),
  one(["secretParameters", "password"], ""),
];

function one(path: Path, value: unknown, ...below: Path) {
  return { set: [[path, value]], key: [...path, ...below] } as const;
}

function withValue(config: unknown, [step, ...rest]: Path, value: unknown): unknown {
  if (step === undefined) return value;
  const map = isRecord(config) ? config : {};
  return { ...map, [step]: withValue(map[step], rest, value) };
}

function keysOf(mistakes: typeof MISTAKES): string[] {
  const config = mistakes
    .flatMap(({ set }) => set)
    .reduce<unknown>((raw, [path, value]) => withValue(raw, path, value), BASE);
  const { issues = [] } = parseConfig(Object(config), "eu-west-1", new Set(["secretParameters"]));
  return issues.map(({ key }) => key);
}

const keyOf = ({ key: [first = "", ...rest] }: (typeof MISTAKES)[number]) => settingPath(first, ...rest);

describe("parseConfig: independent mistakes", () => {
  it("are none in the base", () => {
    expect(keysOf([])).to.deep.equal([]);
  });

  for (const mistake of MISTAKES) {
    it(`are reported alone: ${keyOf(mistake)}`, () => {
      const found = keysOf([mistake]);
      expect(found).to.include(keyOf(mistake));
      // A wrong name is reported beside the mistake in what it names.
      for (const key of found) expect(keyOf(mistake).startsWith(key), key).to.equal(true);
    });
  }

  it("are reported together, each of them, whichever they are", () => {
    expect(keysOf(MISTAKES)).to.include.members(MISTAKES.map(keyOf));
    fc.assert(
      fc.property(fc.shuffledSubarray([...MISTAKES], { minLength: 2 }), (some) => {
        expect(keysOf(some)).to.include.members(some.map(keyOf));
      }),
      { numRuns: 150 },
    );
  });
});
