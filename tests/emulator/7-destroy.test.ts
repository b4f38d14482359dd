import { expect } from "chai";
import { functionNames, parameterTypes, restApiIds, vpcIds } from "./lab/aws.js";
import { configure, events, exported, up } from "./lab/project.js";
import { expectedMessages, folder } from "./lab/stacks.js";
import { outOfOrder, stepsIn } from "./lab/steps.js";

describe("pulumi destroy", () => {
  for (const stack of ["dev", "prod"] as const) {
    it(`destroys ${stack} with its data`, async () => {
      configure(folder, stack, { keepData: false });
      await up(folder, stack);
      const resources = await exported(folder, stack);
      const steps = stepsIn(await events(folder, "destroy", stack));
      expect(steps.size).to.be.above(10);
      expect(outOfOrder(steps, resources, "delete")).to.deep.equal([]);
    });
  }

  it("leaves no resource", async () => {
    const left = {
      functions: await functionNames(),
      apis: await restApiIds(),
      vpcs: await vpcIds(),
      parameters: await parameterTypes("/lambda-networking/prod"),
    };
    expect(left).to.deep.equal({ functions: [], apis: [], vpcs: [], parameters: {} });
  });

  it("leaves what dev had under an earlier path, because keepData was true when the path changed", async () => {
    // 4-failures.test.ts changes the path.
    const left = Object.keys(await parameterTypes("/lambda-networking/dev"));
    const kept = Object.keys(expectedMessages("dev")).map((name) => `/lambda-networking/dev/${name}`);
    expect(left).to.have.members(kept);
  });
});
