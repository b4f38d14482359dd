import { expect } from "chai";
import { InterfaceEndpoint } from "../../components/network/endpoints/interface-endpoint.js";
import { Vpc } from "../../components/network/vpc/vpc.js";
import { record } from "../support/components.js";

/** A program without this stack's configuration and deployment target. */
function program(): void {
  const vpc = new Vpc("shop", {
    cidrBlock: "10.40.0.0/16",
    azSlots: 8,
    availabilityZones: ["eu-west-1a"],
    nat: "none",
    ipv6: false,
  });
  new InterfaceEndpoint("secrets", {
    service: "secretsmanager",
    vpcId: vpc.vpcId,
    subnets: vpc.privateSubnets,
    allowFrom: [{ name: "vpc", cidrBlock: "10.40.0.0/16" }],
  });
}

describe("Vpc and InterfaceEndpoint", () => {
  it("build a program without anything else of this project", async () => {
    const resources = await record(program);
    expect(resources.components.map(({ name }) => name)).to.have.members(["shop", "secrets"]);
    const endpoint = resources.one("ec2/vpcEndpoint:VpcEndpoint", "secrets-endpoint");
    expect(endpoint.inputs).to.include({
      serviceName: "com.amazonaws.eu-west-1.secretsmanager",
      vpcId: resources.one("ec2/vpc:Vpc", "shop-vpc").id,
    });
  });
});
