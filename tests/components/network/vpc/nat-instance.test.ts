import { expect } from "chai";
import fc from "fast-check";
import { natUserData } from "../../../../components/network/vpc/nat-user-data.js";
import { Vpc, type VpcArgs } from "../../../../components/network/vpc/vpc.js";
import { isRecord } from "../../../../preflight/resources/read.js";
import { record } from "../../../support/components.js";
import { statementsOf } from "../../../support/policies.js";
import { pick, propertyOf, type Resources } from "../../../support/stacks.js";

const NAME = "vpc-nat-instance-a";
const INTERFACE = "ec2/networkInterface:NetworkInterface";
const TEMPLATE = "ec2/launchTemplate:LaunchTemplate";
const GROUP = "autoscaling/group:Group";
const ROUTE = "ec2/route:Route";

function createVpc(args: Partial<VpcArgs> = {}): Promise<Resources> {
  return record(
    () =>
      new Vpc("vpc", {
        cidrBlock: "10.20.0.0/16",
        azSlots: 8,
        availabilityZones: ["eu-west-1b", "eu-west-1a"],
        nat: "instance",
        ipv6: false,
        ...args,
      }),
  );
}

describe("NAT instances of Vpc", () => {
  let resources: Resources;
  before(async () => {
    resources = await createVpc();
  });

  it("routes every private subnet to the interface of the first zone, by letter", () => {
    const { id } = resources.one(INTERFACE, NAME);
    for (const zone of ["a", "b"]) {
      const route = resources.one(ROUTE, `vpc-private-${zone}-internet`);
      expect(route.inputs).to.include({ destinationCidrBlock: "0.0.0.0/0", networkInterfaceId: id });
      expect(route.inputs.natGatewayId).to.equal(undefined);
    }
    expect(resources.ofType("ec2/natGateway:NatGateway")).to.deep.equal([]);
  });

  it("gives the interface an Elastic IP in a public subnet, and turns its source/destination check off", () => {
    const networkInterface = resources.one(INTERFACE, NAME);
    expect(pick(networkInterface, "subnetId", "sourceDestCheck")).to.deep.equal({
      subnetId: resources.one("ec2/subnet:Subnet", "vpc-public-a").id,
      sourceDestCheck: false,
    });
    expect(pick(resources.one("ec2/eip:Eip"), "networkInterface", "domain")).to.deep.equal({
      networkInterface: networkInterface.id,
      domain: "vpc",
    });
  });

  it("keeps one instance, which starts with the interface, in the interface's zone", () => {
    const group = resources.one(GROUP, NAME);
    expect(pick(group, "minSize", "maxSize", "desiredCapacity", "availabilityZones")).to.deep.equal({
      minSize: 1,
      maxSize: 1,
      desiredCapacity: 1,
      availabilityZones: ["eu-west-1a"],
    });
    // AWS refuses a subnet beside an existing interface.
    expect(group.inputs.vpcZoneIdentifiers).to.equal(undefined);
    const template = resources.one(TEMPLATE, NAME);
    expect(group.inputs.launchTemplate).to.deep.equal({ id: template.id, version: "1" });
    // A security group or a subnet there would be refused too: the interface has them.
    expect(template.inputs.networkInterfaces).to.deep.equal([
      {
        deviceIndex: 0,
        networkInterfaceId: resources.one(INTERFACE, NAME).id,
        deleteOnTermination: "false",
      },
    ]);
    expect(template.inputs.vpcSecurityGroupIds).to.equal(undefined);
  });

  it("ends the old instance before it starts a new one, because they share the interface", () => {
    const group = resources.one(GROUP, NAME);
    expect(group.inputs.instanceMaintenancePolicy).to.include({ minHealthyPercentage: 0 });
    expect(group.inputs.instanceRefresh).to.deep.equal({
      strategy: "Rolling",
      preferences: { minHealthyPercentage: 0 },
    });
  });

  it("names the image by AWS's parameter, so that a new image is no change", () => {
    expect(resources.one(TEMPLATE, NAME).inputs.imageId).to.match(
      /^resolve:ssm:\/aws\/service\/ami-amazon-linux-latest\/al2023-.*-arm64$/,
    );
  });

  it("takes metadata of version 2 only, at one hop, an encrypted disk and no key", () => {
    const { inputs } = resources.one(TEMPLATE, NAME);
    expect(inputs.metadataOptions).to.include({ httpTokens: "required", httpPutResponseHopLimit: 1 });
    const [disk] = Array.isArray(inputs.blockDeviceMappings) ? inputs.blockDeviceMappings : [];
    expect(isRecord(disk) && disk.ebs).to.include({ encrypted: "true", volumeType: "gp3" });
    expect(inputs.keyName).to.equal(undefined);
  });

  it("lets in the private subnets only, and everything out", () => {
    const group = resources.one("ec2/securityGroup:SecurityGroup", "vpc-nat-instance");
    const sources = resources
      .ofType("vpc/securityGroupIngressRule:SecurityGroupIngressRule")
      .filter(({ inputs }) => inputs.securityGroupId === group.id)
      .map(({ inputs }) => [inputs.cidrIpv4, inputs.ipProtocol]);
    const blocks = ["a", "b"].map((zone) =>
      propertyOf(resources.one("ec2/subnet:Subnet", `vpc-private-${zone}`), "cidrBlock"),
    );
    expect(sources).to.have.deep.members(blocks.map((block) => [block, "-1"]));
    expect(group.inputs.ingress).to.equal(undefined);
  });

  it("allows its role Session Manager and nothing else", () => {
    const [statement, ...others] = statementsOf(
      resources.one("iam/rolePolicy:RolePolicy", "vpc-nat-instance").inputs.policy,
    );
    expect(others).to.deep.equal([]);
    expect(statement?.actions).to.have.members([
      "ssm:UpdateInstanceInformation",
      "ssmmessages:CreateControlChannel",
      "ssmmessages:CreateDataChannel",
      "ssmmessages:OpenControlChannel",
      "ssmmessages:OpenDataChannel",
    ]);
    // EC2 sends no source account when an instance takes its role, so a condition on it would refuse every instance.
    const [trust] = statementsOf(resources.one("iam/role:Role", "vpc-nat-instance").inputs.assumeRolePolicy);
    expect(trust?.condition).to.equal(undefined);
  });

  it("starts the instance when all is there that its script needs to install nftables", () => {
    const { dependencies = [] } = resources.one(GROUP, NAME);
    for (const [type, name] of [
      ["ec2/eip:Eip", NAME],
      [ROUTE, "vpc-public-a-internet"],
      ["ec2/routeTableAssociation:RouteTableAssociation", "vpc-public-a"],
      ["vpc/securityGroupEgressRule:SecurityGroupEgressRule", "vpc-nat-instance-to-internet"],
      ["iam/rolePolicy:RolePolicy", "vpc-nat-instance"],
    ] as const)
      expect(dependencies, name).to.include(resources.one(type, name).urn);
  });

  it("has one instance for each zone if perAz is set, each with its zone's route", async () => {
    const each = await createVpc({ natInstance: { instanceType: "t4g.small", perAz: true } });
    for (const zone of ["a", "b"]) {
      const name = `vpc-nat-instance-${zone}`;
      const route = each.one(ROUTE, `vpc-private-${zone}-internet`);
      expect(propertyOf(route, "networkInterfaceId")).to.equal(each.one(INTERFACE, name).id);
      expect(each.one(GROUP, name).inputs.availabilityZones).to.deep.equal([`eu-west-1${zone}`]);
      expect(each.one(TEMPLATE, name).inputs.instanceType).to.equal("t4g.small");
    }
  });

  it("runs its script at each start, for the private subnets", () => {
    const userData = Buffer.from(String(resources.one(TEMPLATE, NAME).inputs.userData), "base64").toString();
    expect(userData).to.contain("[scripts-user, always]");
    for (const zone of ["a", "b"])
      expect(userData).to.contain(
        String(propertyOf(resources.one("ec2/subnet:Subnet", `vpc-private-${zone}`), "cidrBlock")),
      );
  });
});

describe("natUserData", () => {
  const blocks = fc.uniqueArray(
    fc.tuple(fc.nat(255), fc.nat(255)).map(([a, b]) => `10.${a}.${b}.0/24`),
    { minLength: 1, maxLength: 40 },
  );

  it("fits into AWS's 16 KB, as one part for cloud-init and one script, with every client", () => {
    fc.assert(
      fc.property(blocks, (clients) => {
        const text = natUserData(clients.map((cidrBlock) => ({ cidrBlock })));
        expect(Buffer.byteLength(text)).to.be.lessThan(16 * 1024);
        expect(text.match(/^Content-Type: /gm)).to.have.length(3);
        expect(text.match(/^#!\/bin\/bash$/gm)).to.have.length(1);
        expect(text).to.contain(`elements = { ${clients.join(", ")} }`);
        // Without a variable of JavaScript that is missing, and in the characters that its header promises.
        expect(text).not.to.match(/undefined|\[object/);
        expect(text).to.match(/^[\n\x20-\x7e]*$/);
      }),
    );
  });
});
