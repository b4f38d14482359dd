import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import {
  InterfaceEndpoint,
  type InterfaceEndpointArgs,
} from "../../../../components/network/endpoints/interface-endpoint.js";
import { Vpc } from "../../../../components/network/vpc/vpc.js";
import { failureOf, makeWithAnswers, record } from "../../../support/components.js";
import { pick, propertyOf, type Resources } from "../../../support/stacks.js";

/** An endpoint in a VPC with the zones a and b. */
function createEndpoint(args: Partial<InterfaceEndpointArgs> = {}): InterfaceEndpoint {
  const vpc = new Vpc("vpc", {
    cidrBlock: "10.20.0.0/16",
    azSlots: 8,
    availabilityZones: ["eu-west-1a", "eu-west-1b"],
    nat: "none",
    ipv6: false,
  });
  return new InterfaceEndpoint("kms", {
    service: "kms",
    vpcId: vpc.vpcId,
    subnets: vpc.privateSubnets,
    allowFrom: [],
    ...args,
  });
}

describe("InterfaceEndpoint", () => {
  let resources: Resources;
  before(async () => {
    resources = await record(() => {
      const endpoint = createEndpoint({
        allowFrom: [
          { name: "office", cidrBlock: "10.30.0.0/16" },
          { name: "batch", securityGroupId: "sg-0123456789abcdef0" },
        ],
      });
      endpoint.allow({ name: "later", securityGroupId: "sg-0fedcba9876543210" });
    });
  });

  it("places the endpoint in the private subnets, with its own security group", () => {
    const endpoint = resources.one("ec2/vpcEndpoint:VpcEndpoint");
    expect(endpoint.inputs).to.deep.include({
      serviceName: "com.amazonaws.eu-west-1.kms",
      vpcEndpointType: "Interface",
      subnetIds: ["vpc-private-a", "vpc-private-b"].map(
        (name) => resources.one("ec2/subnet:Subnet", name).id,
      ),
      securityGroupIds: [resources.one("ec2/securityGroup:SecurityGroup").id],
    });
    expect(propertyOf(resources.one("ec2/securityGroup:SecurityGroup"), "vpcId")).to.equal(
      resources.one("ec2/vpc:Vpc").id,
    );
  });

  it("lets the given callers in on port 443, and no other caller", () => {
    const group = resources.one("ec2/securityGroup:SecurityGroup");
    const rules = resources.ofType("vpc/securityGroupIngressRule:SecurityGroupIngressRule");
    const port443 = { securityGroupId: group.id, ipProtocol: "tcp", fromPort: 443, toPort: 443 };
    expect(
      rules.map((rule) =>
        pick(
          rule,
          "securityGroupId",
          "ipProtocol",
          "fromPort",
          "toPort",
          "cidrIpv4",
          "referencedSecurityGroupId",
        ),
      ),
    ).to.have.deep.members([
      { ...port443, cidrIpv4: "10.30.0.0/16", referencedSecurityGroupId: undefined },
      { ...port443, cidrIpv4: undefined, referencedSecurityGroupId: "sg-0123456789abcdef0" },
      { ...port443, cidrIpv4: undefined, referencedSecurityGroupId: "sg-0fedcba9876543210" },
    ]);
  });

  it("defines no rules in the group itself because they would conflict with the separate rules", () => {
    const group = resources.one("ec2/securityGroup:SecurityGroup");
    expect(group.inputs).not.to.have.any.keys("ingress", "egress");
  });

  it("allows no ingress if there is no caller", async () => {
    const closed = await record(() => createEndpoint());
    expect(closed.ofType("vpc/securityGroupIngressRule:SecurityGroupIngressRule")).to.deep.equal([]);
  });

  it("turns private DNS on unless it is switched off", async () => {
    const own = await record(() => createEndpoint({ privateDns: false }));
    expect(propertyOf(resources.one("ec2/vpcEndpoint:VpcEndpoint"), "privateDnsEnabled")).to.equal(true);
    expect(propertyOf(own.one("ec2/vpcEndpoint:VpcEndpoint"), "privateDnsEnabled")).to.equal(false);
  });
});

describe("InterfaceEndpoint for a service that not every zone offers", () => {
  const ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint kms-endpoint";
  const offeredIn =
    (...zones: string[]): pulumi.runtime.Mocks["call"] =>
    ({ token, inputs }) => {
      expect(token).to.equal("aws:ec2/getVpcEndpointService:getVpcEndpointService");
      expect(inputs).to.deep.equal({ service: "kms", serviceType: "Interface" });
      return { serviceName: "com.amazonaws.eu-west-1.kms", availabilityZones: zones };
    };

  it("leaves out subnets in zones without the service", async () => {
    const made = await makeWithAnswers(offeredIn("eu-west-1b", "eu-west-1c"), () => createEndpoint());
    expect(made.get(ENDPOINT)?.subnetIds).to.deep.equal([
      made.get("aws:ec2/subnet:Subnet vpc-private-b")?.id,
    ]);
  });

  it("uses the service name that AWS returns, which is not always com.amazonaws.REGION.SERVICE", async () => {
    const call = () => ({ serviceName: "aws.api.eu-west-1.kms", availabilityZones: ["eu-west-1a"] });
    const made = await makeWithAnswers(call, () => createEndpoint());
    expect(made.get(ENDPOINT)?.serviceName).to.equal("aws.api.eu-west-1.kms");
  });

  it("throws a user error that names the zones with the service if none of the VPC's has it", async () => {
    const failure = await failureOf(() => makeWithAnswers(offeredIn("eu-west-1c"), () => createEndpoint()));
    expect(
      pulumi.RunError.isInstance(failure),
      "a RunError, which the engine shows without a stack trace",
    ).to.equal(true);
    expect(String(failure)).to.contain(
      "vpc.availabilityZones: eu-west-1a, eu-west-1b. None of them offers kms. Write one of eu-west-1c.",
    );
  });
});
