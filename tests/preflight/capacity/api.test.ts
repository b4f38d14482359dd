import { expect } from "chai";
import { forecastCapacity } from "../../../preflight/capacity/index.js";
import { DEFAULT_USAGE, type Usage } from "../../../preflight/usage/usage.js";
import { keyStack } from "../graph/api-fixtures.js";
import { publicStack, type Stack } from "../graph/fixtures.js";
import { graphOf } from "../reachability/support.js";

const capacity = (stack: Stack, usage: Partial<Usage> = {}) =>
  forecastCapacity(graphOf(stack), { ...DEFAULT_USAGE, cacheSeconds: 60, ...usage });

function throttled(rate: number, burst: number, methodPath = "*/*"): Stack {
  return publicStack().add("methodSettings", "methods", {
    restApi: "api-id",
    stageName: "live",
    methodPath,
    settings: { throttlingRateLimit: rate, throttlingBurstLimit: burst },
  });
}

describe("forecastCapacity of an API", () => {
  it("limits the rate to the stage's if that is below the account's", () => {
    const { firstToRunOut, items, fits } = capacity(throttled(25, 5));
    expect(firstToRunOut).to.deep.include({
      what: "rate of every method in stage stage",
      atRequestsPerSecond: 25,
    });
    expect(items.find(({ what }) => what.startsWith("burst of every"))?.headroom).to.equal(-5);
    expect(fits).to.equal(false);
  });

  it("limits the rate to the account's if the stage sets no limit or a higher one", () => {
    for (const stack of [publicStack(), throttled(-1, -1), throttled(20_000, 9_000)]) {
      expect(capacity(stack).items.filter(({ scope }) => scope === "stage")).to.deep.equal([]);
    }
  });

  it("reports the limit of a single method", () => {
    const { firstToRunOut } = capacity(throttled(3, 3, "~1messages/GET"));
    expect(firstToRunOut?.what).to.equal("rate of GET /messages in stage stage");
  });

  it("reports the limits of usage plans if methods require a key", () => {
    const { items } = capacity(keyStack());
    const rate = items.find(({ what }) => what.startsWith("rate of usage plan"));
    expect(rate).to.deep.include({ limit: 20, atRequestsPerSecond: 20, scope: "usage plan" });
    const quota = items.find(({ what }) => what.startsWith("quota of usage plan"));
    expect(quota?.limit).to.equal(1000);
    expect(quota?.atRequestsPerSecond).to.be.closeTo(1000 / 86_400, 1e-9);
    const two = keyStack()
      .add("key", "second", { enabled: true })
      .add("planKey", "second-key", { usagePlanId: "plan-id", keyId: "second-id" });
    expect(capacity(two).items.find(({ what }) => what.includes("2 keys together"))?.limit).to.equal(40);
    const open = keyStack().with("get-messages", { apiKeyRequired: false });
    expect(capacity(open).items.filter(({ scope }) => scope === "usage plan")).to.deep.equal([]);
  });
});
