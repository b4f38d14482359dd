import { expect } from "chai";
import { functionNames, parameterTypes, restApiIds, vpcIds } from "./lab/aws.js";
import { pulumi } from "./lab/project.js";
import { folder } from "./lab/stacks.js";

describe("both stacks, destroyed", () => {
  for (const stack of ["dev", "prod"] as const) {
    it(`${stack} goes`, async () => {
      await pulumi(folder, "destroy", "--stack", stack, "--yes", "--skip-preview");
    });
  }

  it("nothing stays", async () => {
    const left = {
      functions: await functionNames(),
      apis: await restApiIds(),
      vpcs: await vpcIds(),
      parameters: await parameterTypes("/lambda-networking"),
    };
    expect(left).to.deep.equal({ functions: [], apis: [], vpcs: [], parameters: {} });
  });
});
