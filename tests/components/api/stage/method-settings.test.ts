import { expect } from "chai";
import { synthesizeProgram } from "../../../../cli/lib/program.js";
import { METHODS, servedMethods } from "../../../../config/checks/served-methods.js";
import { graphFromResources } from "../../../../preflight/graph/index.js";
import { registrationsDuring } from "../../../support/requests.js";
import { build, pick, propertyOf, type Resources, stackFile, textOf } from "../../../support/stacks.js";

const PLANS = {
  gold: {
    keys: ["alice", "bob"],
    quota: { limit: 1000, period: "DAY" },
    throttling: {
      rateLimit: 20,
      burstLimit: 10,
      methods: { "GET /messages": { rateLimit: 5, burstLimit: 2 } },
    },
  },
  silver: { keys: ["carol"] },
};
const WITH_PLANS = { api: { methods: { "GET /messages": { apiKeyRequired: true } }, usagePlans: PLANS } };
const SETTINGS = "apigateway/methodSettings:MethodSettings";

describe("createMethodSettings throttling", () => {
  const limitsOf = (resources: Resources, name: string) =>
    pick(resources.one(SETTINGS, name), "settings.throttlingRateLimit", "settings.throttlingBurstLimit");

  it("writes low limits for an API on the internet", async () => {
    expect(limitsOf(await build("dev"), "api-methods")).to.deep.equal({
      "settings.throttlingRateLimit": 100,
      "settings.throttlingBurstLimit": 50,
    });
  });

  it("writes out the account's limits if they are turned off", async () => {
    expect(limitsOf(await build("dev", { api: { throttling: false } }), "api-methods")).to.deep.equal({
      "settings.throttlingRateLimit": 10_000,
      "settings.throttlingBurstLimit": 5_000,
    });
  });

  it("sets the limits of the configuration", async () => {
    expect(limitsOf(await build("prod"), "api-methods")).to.deep.equal({
      "settings.throttlingRateLimit": 1000,
      "settings.throttlingBurstLimit": 200,
    });
  });

  it("repeats the stage's settings for a method with its own limits", async () => {
    const resources = await build("dev", {
      api: {
        metrics: false,
        caching: { ttlInSeconds: 120 },
        throttling: { rateLimit: 100, burstLimit: 50 },
        methods: { "GET /messages": { throttling: { rateLimit: 7, burstLimit: 3 } } },
      },
    });
    const own = resources.one(SETTINGS, "api-get-messages");
    const all = resources.one(SETTINGS, "api-methods");
    expect(propertyOf(own, "methodPath"), "as a stage knows it").to.equal("~1messages/GET");
    expect(propertyOf(own, "settings")).to.deep.equal({
      ...Object(propertyOf(all, "settings")),
      throttlingRateLimit: 7,
      throttlingBurstLimit: 3,
    });
  });

  it("writes one setting if no method differs", async () => {
    const resources = await build("dev", { api: { methods: { "GET /messages": {} } } });
    expect(resources.ofType(SETTINGS).map(({ name }) => name)).to.deep.equal(["api-methods"]);
  });
});

describe("createUsagePlans", () => {
  let resources: Resources;
  before(async () => {
    resources = await build("dev", WITH_PLANS);
  });

  it("creates a plan that depends on the stage", () => {
    const stage = resources.one("apigateway/stage:Stage");
    for (const plan of resources.ofType("apigateway/usagePlan:UsagePlan")) {
      expect(pick(plan, "apiStages.0.apiId", "apiStages.0.stage")).to.deep.equal({
        "apiStages.0.apiId": resources.one("apigateway/restApi:RestApi").id,
        "apiStages.0.stage": "v1",
      });
      expect(plan.dependencies, plan.urn).to.include(stage.urn);
    }
  });

  it("sets the configured limits, and no others", () => {
    const settings = ["apiStages.0.throttles", "throttleSettings", "quotaSettings"] as const;
    expect(pick(resources.one("apigateway/usagePlan:UsagePlan", "api-plan-gold"), ...settings)).to.deep.equal(
      {
        "apiStages.0.throttles": [{ path: "/messages/GET", rateLimit: 5, burstLimit: 2 }],
        throttleSettings: { rateLimit: 20, burstLimit: 10 },
        quotaSettings: { limit: 1000, period: "DAY" },
      },
    );
    expect(
      pick(resources.one("apigateway/usagePlan:UsagePlan", "api-plan-silver"), ...settings),
    ).to.deep.equal({
      "apiStages.0.throttles": undefined,
      throttleSettings: undefined,
      quotaSettings: undefined,
    });
  });

  it("creates the plan's keys, with values that AWS generates", () => {
    const plans = resources.ofType("apigateway/usagePlan:UsagePlan");
    const keys = resources.ofType("apigateway/apiKey:ApiKey");
    const pairs = resources
      .ofType("apigateway/usagePlanKey:UsagePlanKey")
      .map(({ properties }) => [
        plans.find(({ id }) => id === properties.usagePlanId)?.name,
        keys.find(({ id }) => id === properties.keyId)?.name,
      ]);
    expect(pairs).to.have.deep.members([
      ["api-plan-gold", "api-key-alice"],
      ["api-plan-gold", "api-key-bob"],
      ["api-plan-silver", "api-key-carol"],
    ]);
    for (const { inputs } of keys) expect(inputs).not.to.have.property("value");
  });

  it("makes only the configured method require a key", async () => {
    const method = (from: Resources) => from.one("apigateway/method:Method", "api-get-messages").inputs;
    expect(method(resources)).to.have.property("apiKeyRequired", true);
    expect(method(await build("dev"))).not.to.have.property("apiKeyRequired");
  });

  it("outputs the ids of the keys, and no value", () => {
    const keys = resources.ofType("apigateway/apiKey:ApiKey");
    const idOf = (name: string) => keys.find((key) => key.name === `api-key-${name}`)?.id;
    expect(resources.outputs.apiKeyIds).to.deep.equal({
      alice: idOf("alice"),
      bob: idOf("bob"),
      carol: idOf("carol"),
    });
    for (const key of keys) {
      expect(JSON.stringify(resources.outputs)).not.to.contain(textOf(key, "value"));
    }
  });

  it("marks the keys' values as secrets in the state, wherever the provider returns them", async () => {
    const registrations = await registrationsDuring(() => synthesizeProgram(stackFile("dev", WITH_PLANS)));
    const withValue = registrations.filter(({ type }) => /:(ApiKey|UsagePlanKey)$/.test(type));
    expect(withValue).to.have.length(6);
    for (const { name, secretOutputs } of withValue) expect(secretOutputs, name).to.include("value");
  });
});

describe("servedMethods", () => {
  it("returns the methods that the stack serves", async () => {
    const { resources } = await synthesizeProgram(stackFile("dev"));
    const [api] = [...graphFromResources(resources).apis.values()];
    const served = api?.methods.map(({ httpMethod, path }) => `${String(httpMethod)} ${String(path)}`);
    expect(servedMethods({})).to.deep.equal(served);
    expect(servedMethods({ messageStore: false })).to.deep.equal(served);
    expect(servedMethods({ messageStore: {} })).to.include.members([...METHODS.messageStore]);
  });
});
