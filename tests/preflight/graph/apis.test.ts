import { expect } from "chai";
import { graphFromResources, type MethodSetting, UNKNOWN } from "../../../preflight/graph/index.js";
import { keyStack } from "./api-fixtures.js";
import { publicStack, type Stack, urnOf } from "./fixtures.js";

const apiOf = (stack: Stack) =>
  [...graphFromResources(stack.resources).apis.values()][0] ?? expect.fail("no API");
const stageOf = (stack: Stack) => apiOf(stack).stages[0] ?? expect.fail("no stage");
const planOf = (stack: Stack) =>
  [...graphFromResources(stack.resources).usagePlans.values()][0] ?? expect.fail("no usage plan");

/** The only setting of the stage. */
function settingOf(
  settings: Readonly<Record<string, unknown>>,
  more: Readonly<Record<string, unknown>> = {},
): MethodSetting {
  const stack = publicStack().add("methodSettings", "setting", {
    restApi: "api-id",
    stageName: "live",
    methodPath: "*/*",
    settings,
    ...more,
  });
  return stageOf(stack).settings[0] ?? expect.fail("no setting");
}

describe("RestApi of the graph", () => {
  it("has the account of its execution ARN, unknown if the ARN is not known", () => {
    const arn = "arn:aws:execute-api:eu-west-1:999900001111:api-id";
    expect(apiOf(publicStack().with("api", { executionArn: arn })).account).to.equal("999900001111");
    expect(apiOf(publicStack().with("api", { executionArn: UNKNOWN })).account).to.equal(UNKNOWN);
  });

  it("lists its binary media types, none if it sets none", () => {
    expect(apiOf(publicStack()).binaryMediaTypes).to.deep.equal([]);
    const stack = publicStack().with("api", { binaryMediaTypes: ["image/png", UNKNOWN] });
    expect(apiOf(stack).binaryMediaTypes).to.deep.equal(["image/png", UNKNOWN]);
  });
});

describe("ApiStage of the graph", () => {
  it("has its variables as text, and keeps those that are not known", () => {
    expect(stageOf(publicStack()).variables).to.deep.equal({});
    const stack = publicStack().with("stage", { variables: { colour: "blue", size: 3, arn: UNKNOWN } });
    expect(stageOf(stack).variables).to.deep.equal({ colour: "blue", size: "3", arn: UNKNOWN });
  });
});

describe("MethodSetting of the graph", () => {
  it("has API Gateway's defaults for what is not set", () => {
    expect(settingOf({})).to.deep.include({
      rateLimit: undefined,
      burstLimit: undefined,
      caching: {
        enabled: false,
        ttlInSeconds: 300,
        requireAuthorization: true,
        unauthorizedStrategy: "SUCCEED_WITH_RESPONSE_HEADER",
      },
    });
  });

  it("has what is set, unknown values included", () => {
    const settings = {
      cachingEnabled: true,
      cacheTtlInSeconds: 60,
      requireAuthorizationForCacheControl: false,
      unauthorizedCacheControlHeaderStrategy: "FAIL_WITH_403",
      throttlingRateLimit: UNKNOWN,
      throttlingBurstLimit: 5,
    };
    expect(settingOf(settings)).to.deep.include({
      rateLimit: UNKNOWN,
      burstLimit: 5,
      caching: {
        enabled: true,
        ttlInSeconds: 60,
        requireAuthorization: false,
        unauthorizedStrategy: "FAIL_WITH_403",
      },
    });
    expect(settingOf({}, { settings: UNKNOWN }).caching.ttlInSeconds).to.equal(UNKNOWN);
  });

  const limits: [written: unknown, limit: number | undefined][] = [
    [-1, undefined],
    ["-1", undefined],
    [0, 0],
    [0.5, 0.5],
    ["0.5", 0.5],
    ["10", 10],
  ];
  for (const [written, limit] of limits) {
    it(`reads the limit ${JSON.stringify(written)} as ${limit}`, () => {
      expect(settingOf({ throttlingRateLimit: written }).rateLimit).to.equal(limit);
    });
  }

  const paths: [methodPath: unknown, method: MethodSetting["method"]][] = [
    ["*/*", undefined],
    ["messages/GET", { path: "/messages", httpMethod: "GET" }],
    ["~1messages~1{id}/GET", { path: "/messages/{id}", httpMethod: "GET" }],
    ["~1/GET", { path: "/", httpMethod: "GET" }],
    [UNKNOWN, UNKNOWN],
  ];
  for (const [methodPath, method] of paths) {
    it(`reads the method of the path ${String(methodPath)}`, () => {
      expect(settingOf({}, { methodPath }).method).to.deep.equal(method);
    });
  }
});

describe("UsagePlan of the graph", () => {
  it("has the quota with its offset, 0 if none is set", () => {
    expect(planOf(keyStack()).quota).to.deep.equal({ limit: 1000, period: "DAY", offset: 0 });
    const quotaSettings = { limit: 9, period: "WEEK", offset: 2 };
    expect(planOf(keyStack().with("plan", { quotaSettings })).quota).to.deep.equal(quotaSettings);
  });

  it("has the limits of a stage's methods", () => {
    const throttles = [
      { path: "/messages/GET", rateLimit: 0.5, burstLimit: 2 },
      { path: "//GET", rateLimit: 1 },
    ];
    const apiStages = [{ apiId: "api-id", stage: "live", throttles }];
    expect(planOf(keyStack().with("plan", { apiStages })).stages).to.deep.equal([
      {
        api: urnOf("api", "api"),
        stageName: "live",
        methodLimits: [
          { method: { path: "/messages", httpMethod: "GET" }, rateLimit: 0.5, burstLimit: 2 },
          { method: { path: "/", httpMethod: "GET" }, rateLimit: 1, burstLimit: undefined },
        ],
      },
    ]);
  });
});

describe("ApiKey of the graph", () => {
  it("says whether the key is enabled, and has no value", () => {
    const stack = keyStack().add("key", "off", { enabled: false, value: "secret" });
    const { apiKeys } = graphFromResources(stack.resources);
    expect([...apiKeys.values()].map(({ ref, enabled }) => [ref.name, enabled])).to.deep.equal([
      ["key", true],
      ["off", false],
    ]);
    expect(JSON.stringify([...apiKeys.values()])).not.to.contain("secret");
  });
});
