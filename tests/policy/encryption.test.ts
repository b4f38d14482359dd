import { expect } from "chai";
import { brokenIntents, undecidedIntents } from "../../policy/policies/intents.js";
import { viewStack } from "../../preflight/sources/policy-engine/stack-view.js";
import { EVERYTHING } from "../support/everything.js";
import { engineResources, stackOf } from "./support.js";

describe("The policy pack, of a stack with a key of its own", () => {
  for (const preview of [true, false]) {
    it(`decides every intent ${preview ? "at a first preview" : "after an update"}`, async () => {
      const { resources } = await stackOf("prod", preview, { ...EVERYTHING, kmsKey: "create" });
      const view = viewStack(engineResources(resources, preview));
      expect([...brokenIntents(view), ...undecidedIntents(view)]).to.deep.equal([]);
    });
  }
});
