import { expect } from "chai";
import { functionConfiguration, restApi } from "./lab/aws.js";
import { configure, type Operations, type Outputs, outputsOf, up } from "./lab/project.js";
import { deployed, expectMessages, folder, outputs } from "./lab/stacks.js";

describe("dev, switched from public to vpc and back", () => {
  let before: Outputs;

  it("moves into a VPC in place", async () => {
    before = outputs("dev");
    configure(folder, "dev", { networking: "vpc" });
    expectInPlace(await up(folder, "dev"));
    await expectSameIdentity(before);
    expect(outputs("dev").privateSubnetIds).to.have.length(2);
  });

  it("has the function in the subnets and a private API", async () => {
    const { apiId, functionName, privateSubnetIds, executeApiEndpointId } = outputs("dev");
    expect((await functionConfiguration(functionName)).VpcConfig?.SubnetIds).to.have.members([
      ...privateSubnetIds,
    ]);
    const { endpointConfiguration, policy } = await restApi(apiId);
    expect(endpointConfiguration).to.deep.include({
      types: ["PRIVATE"],
      vpcEndpointIds: [executeApiEndpointId],
    });
    expect(policy).to.contain("DenyOtherEndpoints");
  });

  it("answers there", () => expectMessages("dev"));

  it("moves out again in place", async () => {
    configure(folder, "dev", { networking: "public" });
    expectInPlace(await up(folder, "dev"));
    await expectSameIdentity(before);
  });

  it("has the function outside any VPC and a regional API without refusals", async () => {
    const { apiId, functionName, vpcId } = outputs("dev");
    expect(vpcId).to.equal("");
    expect((await functionConfiguration(functionName)).VpcConfig?.SubnetIds ?? []).to.deep.equal([]);
    const { endpointConfiguration, policy } = await restApi(apiId);
    expect(endpointConfiguration.types).to.deep.equal(["REGIONAL"]);
    // Not asked here: whether its old endpoint's id is forgotten. AWS drops it with the type, an emulator may not.
    expect(policy).not.to.contain("Deny");
  });

  it("answers there as before", () => expectMessages("dev"));
});

/** Neither the function and its alias nor the API and its stage are made anew. */
function expectInPlace(operations: Operations): void {
  for (const key of [
    "aws:lambda/function:Function fetcher-function",
    "aws:lambda/alias:Alias fetcher-live",
    "aws:apigateway/restApi:RestApi api",
    "aws:apigateway/stage:Stage api-stage",
  ]) {
    expect(operations.get(key), key).to.be.oneOf(["same", "update"]);
  }
}

async function expectSameIdentity({ functionName, functionArn, apiId, apiUrl }: Outputs): Promise<void> {
  deployed.dev = await outputsOf(folder, "dev");
  expect(deployed.dev).to.include({ functionName, functionArn, apiId, apiUrl });
}
