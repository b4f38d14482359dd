import { expect } from "chai";
import { functionNames, parameterTypes, restApiIds, vpcIds } from "./lab/aws.js";
import { configure, pulumi, up } from "./lab/project.js";
import { folder } from "./lab/stacks.js";

describe("pulumi destroy", () => {
  for (const stack of ["dev", "prod"] as const) {
    it(`destroys ${stack} with its data`, async () => {
      configure(folder, stack, { keepData: false });
      await up(folder, stack);
      await pulumi(folder, "destroy", "--stack", stack, "--yes", "--skip-preview");
    });
  }

  it("leaves no resource", async () => {
    const left = {
      functions: await functionNames(),
      apis: await restApiIds(),
      vpcs: await vpcIds(),
      parameters: await parameterTypes("/lambda-networking"),
    };
    expect(left).to.deep.equal({ functions: [], apis: [], vpcs: [], parameters: {} });
  });
});
