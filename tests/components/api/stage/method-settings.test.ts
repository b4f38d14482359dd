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

describe("a stage's throttling", () => {
  const limitsOf = (resources: Resources, name: string) =>
    pick(resources.one(SETTINGS, name), "settings.throttlingRateLimit", "settings.throttlingBurstLimit");

  it("is the account's own limits, written out, unless it is set", async () => {
    expect(limitsOf(await build("dev"), "api-methods")).to.deep.equal({
      "settings.throttlingRateLimit": 10_000,
      "settings.throttlingBurstLimit": 5_000,
    });
  });

  it("is on in the shipped prod, and not in dev", async () => {
    expect(limitsOf(await build("prod"), "api-methods")).to.deep.equal({
      "settings.throttlingRateLimit": 1000,
      "settings.throttlingBurstLimit": 200,
    });
  });

  it("is a method's own where it has one, beside all that holds for the stage", async () => {
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

  it("is said once where no method differs", async () => {
    const resources = await build("dev", { api: { methods: { "GET /messages": {} } } });
    expect(resources.ofType(SETTINGS).map(({ name }) => name)).to.deep.equal(["api-methods"]);
  });
});

describe("a usage plan", () => {
  let resources: Resources;
  before(async () => {
    resources = await build("dev", WITH_PLANS);
  });

  it("is for the stage, and comes after it", () => {
    const stage = resources.one("apigateway/stage:Stage");
    for (const plan of resources.ofType("apigateway/usagePlan:UsagePlan")) {
      expect(pick(plan, "apiStages.0.apiId", "apiStages.0.stage")).to.deep.equal({
        "apiStages.0.apiId": resources.one("apigateway/restApi:RestApi").id,
        "apiStages.0.stage": "v1",
      });
      expect(plan.dependencies, plan.urn).to.include(stage.urn);
    }
  });

  it("has the limits that are set, and no others", () => {
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

  it("has its own keys, each with a value that AWS makes up", () => {
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

  it("is asked for by the method that wants a key, and by no other", async () => {
    const method = (from: Resources) => from.one("apigateway/method:Method", "api-get-messages").inputs;
    expect(method(resources)).to.have.property("apiKeyRequired", true);
    expect(method(await build("dev"))).not.to.have.property("apiKeyRequired");
  });

  it("tells the ids of its keys, and no value", () => {
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

  it("keeps the keys' values as secrets in the state, wherever the provider gives them out", async () => {
    const registrations = await registrationsDuring(() => synthesizeProgram(stackFile("dev", WITH_PLANS)));
    const withValue = registrations.filter(({ type }) => /:(ApiKey|UsagePlanKey)$/.test(type));
    expect(withValue).to.have.length(6);
    for (const { name, secretOutputs } of withValue) expect(secretOutputs, name).to.include("value");
  });
});

describe("the methods that settings can name", () => {
  it("are those that the stack serves", async () => {
    const { resources } = await synthesizeProgram(stackFile("dev"));
    const [api] = [...graphFromResources(resources).apis.values()];
    const served = api?.methods.map(({ httpMethod, path }) => `${String(httpMethod)} ${String(path)}`);
    expect(servedMethods({})).to.deep.equal(served);
    expect(servedMethods({ messageStore: false })).to.deep.equal(served);
    expect(servedMethods({ messageStore: {} })).to.include.members([...METHODS.messageStore]);
  });
});
