import { expect } from "chai";
import { functionConfiguration, publishedVersions, restApi } from "./lab/aws.js";
import { callingDuring } from "./lab/caller.js";
import { configure, type Operations, type Outputs, outputsOf, up } from "./lab/project.js";
import { deployed, expectMessages, folder, outputs } from "./lab/stacks.js";

describe("dev, switched from public to vpc and back", () => {
  let before: Outputs;

  // The emulator enforces neither the API's policy nor the network, so this is about what is replaced, or made too late.
  const expectNoFailedCall = async (apiId: string, update: () => Promise<void>) => {
    const { answered, failed } = await callingDuring(apiId, update);
    expect(failed).to.deep.equal([]);
    expect(answered).to.be.greaterThan(20);
  };

  it("moves into a VPC in place, and no call fails meanwhile", async () => {
    before = outputs("dev");
    configure(folder, "dev", { networking: "vpc" });
    await expectNoFailedCall(before.apiId, async () => expectInPlace(await up(folder, "dev")));
    await expectSameIdentity(before);
    expect(outputs("dev").privateSubnetIds).to.have.length(2);
  });

  it("places the function in the subnets, and has a private API", async () => {
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

  it("answers in the VPC", () => expectMessages("dev"));

  it("moves out of the VPC in place, and no call fails meanwhile", async () => {
    configure(folder, "dev", { networking: "public" });
    await expectNoFailedCall(before.apiId, async () => expectInPlace(await up(folder, "dev")));
    await expectSameIdentity(before);
  });

  it("places the function outside any VPC, and has a regional API without denials", async () => {
    const { apiId, functionName, vpcId } = outputs("dev");
    expect(vpcId).to.equal("");
    expect((await functionConfiguration(functionName)).VpcConfig?.SubnetIds ?? []).to.deep.equal([]);
    const { endpointConfiguration, policy } = await restApi(apiId);
    expect(endpointConfiguration.types).to.deep.equal(["REGIONAL"]);
    // The API's old endpoint id is not checked: AWS drops it with the type, an emulator may not.
    expect(policy).not.to.contain("Deny");
  });

  it("keeps no version in the VPC, which would hold its subnets", async () => {
    const { functionName, functionVersion } = outputs("dev");
    expect(await publishedVersions(functionName)).to.deep.equal([functionVersion]);
  });

  it("answers outside the VPC as before", () => expectMessages("dev"));
});

/** Checks that function, alias, API and stage are not replaced. */
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
