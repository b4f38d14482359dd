import { expect } from "chai";
import type { Intent } from "../../../../preflight/graph/index.js";
import { proveIntents } from "../../../../preflight/reachability/index.js";
import { keyStack } from "../../graph/api-fixtures.js";
import { publicStack } from "../../graph/fixtures.js";
import { breaks } from "../breaking.js";
import { ask, expectBlocked, graphOf, hops } from "../support.js";

const METHOD = "GET /messages";

describe("apiKey", () => {
  breaks(
    "a plan with a key",
    keyStack,
    ["internet", METHOD],
    [
      ["without a plan", (s) => s.without("plan"), "get-messages", "API_KEY_WITHOUT_PLAN"],
      ["without a key", (s) => s.without("plan-key"), "get-messages", "API_KEY_WITHOUT_PLAN"],
      [
        "when the key is disabled",
        (s) => s.with("key", { enabled: false }),
        "get-messages",
        "API_KEY_WITHOUT_PLAN",
      ],
      [
        "when the plan is for another stage",
        (s) => s.with("plan", { apiStages: [{ apiId: "api-id", stage: "test" }] }),
        "get-messages",
        "API_KEY_WITHOUT_PLAN",
      ],
      [
        "when the plan is for another API",
        (s) => s.with("plan", { apiStages: [{ apiId: "a1b2c3", stage: "live" }] }),
        "get-messages",
        "API_KEY_WITHOUT_PLAN",
      ],
    ],
  );

  it("adds a hop with the plan of the key", () => {
    expect(hops(ask(keyStack(), "internet", METHOD))).to.include(
      "get-messages: with an API key of plan plan",
    );
  });
});

describe("apiPolicies with IAM authorization", () => {
  it("block the internet, which proves an intent that forbids it", () => {
    const stack = publicStack().with("get-messages", { authorization: "AWS_IAM" });
    expectBlocked(ask(stack, "internet", METHOD), "get-messages", "API_METHOD_REQUIRES_AUTHORIZATION");
    const intent: Intent = {
      from: { kind: "internet" },
      to: { kind: "method", method: "GET", path: "/messages" },
      port: 443,
      must: "not-reach",
      reason: "only signed requests are let in",
    };
    const proofs = (from: typeof stack) =>
      proveIntents(graphOf(from.add("component", "api-component", { intents: [intent] }))).map(
        ({ ok }) => ok,
      );
    expect(proofs(stack)).to.deep.equal([true]);
    expect(proofs(publicStack())).to.deep.equal([false]);
  });
});
