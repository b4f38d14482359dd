import { expect } from "chai";
import { latePaths } from "../../../policy/policies/order.js";
import { orderReport } from "../../../preflight/report/build/order.js";
import { viewStack } from "../../../preflight/sources/policy-engine/stack-view.js";
import { engineResources, stackOf } from "../support.js";

describe("latePaths", () => {
  for (const preview of [true, false]) {
    const when = preview ? "at its first preview" : "after an update";

    it(`judges every required path of prod ${when}, and finds none late`, async () => {
      const { resources } = await stackOf("prod", preview);
      const view = viewStack(engineResources(resources, preview));
      expect(latePaths(view)).to.deep.equal([]);
      expect(orderReport(view.graph)).to.deep.include({ paths: 6, notJudged: [] });
    });

    it(`names what a path may be without ${when}, at what uses the path`, async () => {
      const { resources } = await stackOf("prod", preview);
      const late = engineResources(resources, preview).map((resource) => ({
        ...resource,
        dependencies: resource.dependencies?.filter(({ urn }) => !urn.endsWith("::ssm-from-fetcher")) ?? [],
      }));
      const violations = latePaths(viewStack(late));
      expect(violations).to.have.length(1);
      expect(violations[0]?.urn).to.match(/:Alias::fetcher-live$/);
      expect(violations[0]?.message).to.contain(
        "may be made before ssm-from-fetcher (SecurityGroupIngressRule)",
      );
    });
  }
});
