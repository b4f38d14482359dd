import { expect } from "chai";
import { brokenIntents, undecidedIntents } from "../../policy/policies/intents.js";
import { proofReports } from "../../preflight/report/build/proofs.js";
import { viewStack } from "../../preflight/sources/policy-engine/stack-view.js";
import { engineResources, stackOf } from "./support.js";

describe("The policy pack", () => {
  for (const preview of [true, false]) {
    it(`decides every intent of an event pipeline outside any VPC ${preview ? "at a first preview" : "after an update"}`, async () => {
      const { resources } = await stackOf("dev", preview, { logPipeline: {} });
      const view = viewStack(engineResources(resources, preview));
      expect([...brokenIntents(view), ...undecidedIntents(view)]).to.deep.equal([]);
      const refused = proofReports(view.graph).filter(({ id }) => /not-reach sns/.test(id));
      expect(
        refused.map(({ verdict }) => verdict.status === "blocked" && [verdict.code, verdict.at.name]),
      ).to.deep.equal(Array(3).fill(["RESOURCE_POLICY_DENIES", "log-topic"]));
    });
  }
});
