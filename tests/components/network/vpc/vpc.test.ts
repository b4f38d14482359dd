import { expect } from "chai";
import { Vpc, type VpcArgs } from "../../../../components/network/vpc/vpc.js";
import { ipv4Block, overlaps } from "../../../../preflight/aws/index.js";
import type { RecordedResource } from "../../../../preflight/sources/mocks/recorded-resource.js";
import { record, TARGET } from "../../../support/components.js";
import { statementsOf } from "../../../support/policies.js";
import { pick, propertyOf, type Resources, textOf } from "../../../support/stacks.js";

const DEFAULTS: VpcArgs = {
  cidrBlock: "10.20.0.0/16",
  azSlots: 8,
  availabilityZones: ["eu-west-1a", "eu-west-1b"],
  nat: "none",
  ipv6: false,
};

function createVpc(args: Partial<VpcArgs> = {}): Promise<Resources> {
  return record(() => new Vpc("vpc", { ...DEFAULTS, ...args }));
}

/** The routes of a subnet's own table, by destination. */
function routesOf(resources: Resources, subnet: string): Map<string, Record<string, unknown>> {
  const { id } = resources.one("ec2/subnet:Subnet", subnet);
  const associations = resources
    .ofType("ec2/routeTableAssociation:RouteTableAssociation")
    .filter((association) => propertyOf(association, "subnetId") === id);
  expect(associations, `associations of ${subnet}`).to.have.length(1);
  const table = associations[0] && propertyOf(associations[0], "routeTableId");
  return new Map(
    resources
      .ofType("ec2/route:Route")
      .filter((route) => propertyOf(route, "routeTableId") === table)
      .map(({ inputs }) => {
        const { routeTableId: _, destinationCidrBlock, destinationIpv6CidrBlock, ...target } = inputs;
        return [String(destinationCidrBlock ?? destinationIpv6CidrBlock), target];
      }),
  );
}

function natOf(resources: Resources, zone: string): RecordedResource {
  const subnet = resources.one("ec2/subnet:Subnet", `vpc-public-${zone}`);
  const found = resources
    .ofType("ec2/natGateway:NatGateway")
    .find((nat) => propertyOf(nat, "subnetId") === subnet.id);
  if (found === undefined) throw new Error(`there is no NAT gateway in zone ${zone}`);
  return found;
}

describe("Vpc", () => {
  let resources: Resources;
  before(async () => {
    resources = await createVpc({ availabilityZones: ["eu-west-1a", "eu-west-1c"] });
  });

  it("turns both DNS flags on because private DNS of endpoints needs them", () => {
    expect(pick(resources.one("ec2/vpc:Vpc"), "enableDnsSupport", "enableDnsHostnames")).to.deep.equal({
      enableDnsSupport: true,
      enableDnsHostnames: true,
    });
  });

  it("creates a public and a private subnet in each zone, without overlap", () => {
    const subnets = resources.ofType("ec2/subnet:Subnet");
    expect(subnets.map(({ name, inputs }) => [name, inputs.availabilityZone])).to.have.deep.members([
      ["vpc-public-a", "eu-west-1a"],
      ["vpc-private-a", "eu-west-1a"],
      ["vpc-public-c", "eu-west-1c"],
      ["vpc-private-c", "eu-west-1c"],
    ]);
    const blocks = subnets.map((subnet) => ipv4Block(textOf(subnet, "cidrBlock")));
    for (const [i, a] of blocks.entries()) {
      for (const b of blocks.slice(i + 1)) expect(overlaps(a, b)).to.equal(false);
    }
  });

  it("assigns public addresses in no subnet", () => {
    for (const subnet of resources.ofType("ec2/subnet:Subnet")) {
      expect(propertyOf(subnet, "mapPublicIpOnLaunch"), subnet.name).to.equal(false);
    }
  });

  it("creates a separate route table for each subnet", () => {
    const tables = resources
      .ofType("ec2/routeTableAssociation:RouteTableAssociation")
      .map((association) => propertyOf(association, "routeTableId"));
    expect(new Set(tables).size).to.equal(resources.ofType("ec2/subnet:Subnet").length);
  });

  it("routes public subnets to the internet gateway", () => {
    const gatewayId = resources.one("ec2/internetGateway:InternetGateway").id;
    for (const subnet of ["vpc-public-a", "vpc-public-c"]) {
      expect([...routesOf(resources, subnet)], subnet).to.deep.equal([["0.0.0.0/0", { gatewayId }]]);
    }
  });

  it("adopts the default security group and removes its rules", () => {
    const group = resources.one("ec2/defaultSecurityGroup:DefaultSecurityGroup");
    expect(group.inputs).to.deep.include({ vpcId: resources.one("ec2/vpc:Vpc").id, ingress: [], egress: [] });
  });

  it("creates no optional resource unless it is configured", () => {
    for (const type of [
      "ec2/natGateway:NatGateway",
      "ec2/eip:Eip",
      "ec2/flowLog:FlowLog",
      "ec2/egressOnlyInternetGateway:EgressOnlyInternetGateway",
      "iam/role:Role",
      "cloudwatch/logGroup:LogGroup",
    ]) {
      expect(resources.ofType(type), type).to.deep.equal([]);
    }
  });

  it("keeps a zone's subnets if another zone is added, removed or written first", async () => {
    const inputsOf = (built: Resources, name: string) => built.one("ec2/subnet:Subnet", name).inputs;
    const others = [["eu-west-1c", "eu-west-1a"], ["eu-west-1c"], ["eu-west-1b", "eu-west-1a", "eu-west-1c"]];
    for (const availabilityZones of others) {
      const changed = await createVpc({ availabilityZones });
      for (const name of ["vpc-public-c", "vpc-private-c"]) {
        expect(inputsOf(changed, name), availabilityZones.join()).to.deep.equal(inputsOf(resources, name));
      }
    }
  });
});

describe("Vpc NAT", () => {
  it("adds no default route to private subnets without NAT", async () => {
    const resources = await createVpc({ nat: "none" });
    expect(routesOf(resources, "vpc-private-a").size).to.equal(0);
    expect(routesOf(resources, "vpc-private-b").size).to.equal(0);
  });

  it("routes each private subnet to its zone's gateway if nat is perAz", async () => {
    const resources = await createVpc({ nat: "perAz" });
    expect(resources.ofType("ec2/natGateway:NatGateway")).to.have.length(2);
    for (const zone of ["a", "b"]) {
      expect([...routesOf(resources, `vpc-private-${zone}`)]).to.deep.equal([
        ["0.0.0.0/0", { natGatewayId: natOf(resources, zone).id }],
      ]);
    }
  });

  it("routes every private subnet to the one gateway if nat is single", async () => {
    const resources = await createVpc({ nat: "single" });
    expect(resources.ofType("ec2/natGateway:NatGateway")).to.have.length(1);
    for (const zone of ["a", "b"]) {
      expect([...routesOf(resources, `vpc-private-${zone}`)]).to.deep.equal([
        ["0.0.0.0/0", { natGatewayId: natOf(resources, "a").id }],
      ]);
    }
  });

  it("keeps the single gateway in its zone if zones are reordered or added", async () => {
    for (const availabilityZones of [
      ["eu-west-1c", "eu-west-1b"],
      ["eu-west-1b", "eu-west-1c", "eu-west-1d"],
    ]) {
      const resources = await createVpc({ nat: "single", availabilityZones });
      expect(natOf(resources, "b").name).to.equal("vpc-nat-b");
    }
  });

  it("creates one gateway of the VPC without subnet and address if nat is regional", async () => {
    const resources = await createVpc({ nat: "regional" });
    const gateway = resources.one("ec2/natGateway:NatGateway");
    expect(gateway.inputs).to.deep.include({
      availabilityMode: "regional",
      vpcId: resources.one("ec2/vpc:Vpc").id,
    });
    expect(gateway.inputs).not.to.have.any.keys("subnetId", "allocationId");
    expect(resources.ofType("ec2/eip:Eip")).to.deep.equal([]);
    for (const zone of ["a", "b"]) {
      expect([...routesOf(resources, `vpc-private-${zone}`)]).to.deep.equal([
        ["0.0.0.0/0", { natGatewayId: gateway.id }],
      ]);
    }
  });

  it("creates gateway and address only after the internet gateway is attached", async () => {
    for (const nat of ["single", "perAz", "regional"] as const) {
      const resources = await createVpc({ nat });
      const { urn } = resources.one("ec2/internetGateway:InternetGateway");
      for (const type of ["ec2/natGateway:NatGateway", "ec2/eip:Eip"]) {
        for (const { name, dependencies } of resources.ofType(type))
          expect(dependencies, name).to.include(urn);
      }
    }
  });

  it("gives each gateway a different address in a public subnet", async () => {
    const resources = await createVpc({ nat: "perAz" });
    const addresses = resources
      .ofType("ec2/natGateway:NatGateway")
      .map((nat) => propertyOf(nat, "allocationId"));
    expect(addresses).to.have.members(resources.ofType("ec2/eip:Eip").map(({ id }) => id));
    expect(new Set(addresses).size).to.equal(2);
  });
});

describe("Vpc with IPv6", () => {
  let resources: Resources;
  before(async () => {
    resources = await createVpc({ ipv6: true, nat: "single" });
  });

  it("assigns AWS's /56 to the VPC, and a /64 of it to every subnet of both tiers", () => {
    expect(propertyOf(resources.one("ec2/vpc:Vpc"), "assignGeneratedIpv6CidrBlock")).to.equal(true);
    const blocks = resources.ofType("ec2/subnet:Subnet").map((subnet) => textOf(subnet, "ipv6CidrBlock"));
    expect(new Set(blocks).size).to.equal(4);
    // The mocks assign 2001:db8:1234:1a00::/56.
    for (const block of blocks) expect(block).to.match(/^2001:db8:1234:1a[0-9a-f]{2}::\/64$/);
  });

  it("routes IPv6 of public subnets to the internet gateway, and of private subnets to the egress-only one", () => {
    const gatewayId = resources.one("ec2/internetGateway:InternetGateway").id;
    const egressOnlyGatewayId = resources.one("ec2/egressOnlyInternetGateway:EgressOnlyInternetGateway").id;
    for (const zone of ["a", "b"]) {
      expect(routesOf(resources, `vpc-public-${zone}`).get("::/0")).to.deep.equal({ gatewayId });
      expect(routesOf(resources, `vpc-private-${zone}`).get("::/0")).to.deep.equal({ egressOnlyGatewayId });
    }
  });

  it("keeps the IPv4 routes", () => {
    for (const zone of ["a", "b"]) {
      expect(routesOf(resources, `vpc-public-${zone}`).has("0.0.0.0/0")).to.equal(true);
      expect(routesOf(resources, `vpc-private-${zone}`).has("0.0.0.0/0")).to.equal(true);
    }
  });

  it("assigns IPv6 addresses at launch in private subnets only, which are closed to ingress from the internet", () => {
    for (const { name, inputs } of resources.ofType("ec2/subnet:Subnet")) {
      expect(inputs.assignIpv6AddressOnCreation, name).to.equal(name.startsWith("vpc-private"));
    }
  });

  it("creates no IPv6 resource if ipv6 is off", async () => {
    const plain = await createVpc({ ipv6: false, nat: "single" });
    expect(propertyOf(plain.one("ec2/vpc:Vpc"), "assignGeneratedIpv6CidrBlock")).to.equal(false);
    expect(JSON.stringify(plain.all.map(({ inputs }) => inputs))).not.to.match(/::\/|"ipv6CidrBlock/);
    expect(plain.ofType("ec2/egressOnlyInternetGateway:EgressOnlyInternetGateway")).to.deep.equal([]);
  });
});

describe("Vpc flow logs", () => {
  let resources: Resources;
  before(async () => {
    resources = await createVpc({ flowLogs: { trafficType: "REJECT", retentionInDays: 14, target: TARGET } });
  });

  it("record the configured kind of traffic, for the configured retention", () => {
    const log = resources.one("ec2/flowLog:FlowLog");
    const group = resources.one("cloudwatch/logGroup:LogGroup");
    expect(log.inputs).to.deep.include({
      vpcId: resources.one("ec2/vpc:Vpc").id,
      trafficType: "REJECT",
      logDestination: propertyOf(group, "arn"),
      iamRoleArn: propertyOf(resources.one("iam/role:Role"), "arn"),
    });
    expect(propertyOf(group, "retentionInDays")).to.equal(14);
  });

  it("start after their role may write, because the first records are lost otherwise", () => {
    const { urn } = resources.one("iam/rolePolicy:RolePolicy");
    expect(resources.one("ec2/flowLog:FlowLog").dependencies).to.include(urn);
  });

  it("let only the flow logs service assume the role, on behalf of this account", () => {
    const [trust, ...more] = statementsOf(textOf(resources.one("iam/role:Role"), "assumeRolePolicy"));
    expect(more).to.deep.equal([]);
    expect(trust).to.deep.include({
      actions: ["sts:AssumeRole"],
      principal: { Service: "vpc-flow-logs.amazonaws.com" },
      condition: { StringEquals: { "aws:SourceAccount": TARGET.accountId } },
    });
  });

  it("let the role write to their log group and to no other", () => {
    const arn = textOf(resources.one("cloudwatch/logGroup:LogGroup"), "arn");
    const statements = statementsOf(textOf(resources.one("iam/rolePolicy:RolePolicy"), "policy"));
    for (const { effect, actions, resources: allowed } of statements) {
      expect(effect).to.equal("Allow");
      // Listing log groups is the only action that cannot be limited to one group.
      if (actions.join() === "logs:DescribeLogGroups") continue;
      for (const resource of allowed) expect([arn, `${arn}:*`]).to.include(resource);
    }
    const written = statements.flatMap(({ actions }) => actions);
    expect(written).to.have.members([
      "logs:CreateLogStream",
      "logs:PutLogEvents",
      "logs:DescribeLogStreams",
      "logs:DescribeLogGroups",
    ]);
  });
});

describe("Vpc flow logs in a bucket", () => {
  let resources: Resources;
  before(async () => {
    resources = await createVpc({
      flowLogs: { destination: "s3", trafficType: "ALL", retentionInDays: 90, target: TARGET },
    });
  });

  it("are Parquet files in hourly partitions, without a role and a log group", () => {
    const log = resources.one("ec2/flowLog:FlowLog");
    expect(log.inputs).to.deep.include({
      logDestinationType: "s3",
      logDestination: propertyOf(resources.one("s3/bucket:Bucket"), "arn"),
      destinationOptions: { fileFormat: "parquet", hiveCompatiblePartitions: true, perHourPartition: true },
    });
    expect(log.inputs).not.to.have.any.keys("iamRoleArn", "logGroupName");
    for (const type of ["iam/role:Role", "cloudwatch/logGroup:LogGroup"])
      expect(resources.ofType(type)).to.deep.equal([]);
  });

  it("start after the bucket is encrypted, closed, and admits them", () => {
    const { dependencies } = resources.one("ec2/flowLog:FlowLog");
    for (const type of [
      "s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
      "s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
      "s3/bucketPolicy:BucketPolicy",
    ]) {
      expect(dependencies, type).to.include(resources.one(type).urn);
    }
    expect(resources.one("s3/bucketPublicAccessBlock:BucketPublicAccessBlock").inputs).to.include({
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });
  });

  it("expire, and so do the parts of unfinished uploads", () => {
    const rules = resources.one("s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration");
    expect(propertyOf(rules, "rules.0.expiration.days")).to.equal(90);
    expect(propertyOf(rules, "rules.1.abortIncompleteMultipartUpload.daysAfterInitiation")).to.equal(7);
  });

  it("are written by the log delivery of this account and Region only, and over TLS only", () => {
    const [tls, ...allowed] = statementsOf(textOf(resources.one("s3/bucketPolicy:BucketPolicy"), "policy"));
    expect(tls).to.deep.include({
      effect: "Deny",
      actions: ["s3:*"],
      condition: { Bool: { "aws:SecureTransport": "false" } },
    });
    expect(allowed.flatMap(({ actions }) => actions)).to.have.members([
      "s3:PutObject",
      "s3:GetBucketAcl",
      "s3:ListBucket",
    ]);
    for (const { effect, principal, condition } of allowed) {
      expect([effect, principal]).to.deep.equal(["Allow", { Service: "delivery.logs.amazonaws.com" }]);
      expect(condition).to.have.nested.property("StringEquals.aws:SourceAccount", TARGET.accountId);
      expect(condition).to.have.nested.property(
        "ArnLike.aws:SourceArn",
        `arn:aws:logs:${TARGET.region}:${TARGET.accountId}:*`,
      );
    }
  });
});

describe("Vpc with Block Public Access", () => {
  const OPTIONS = "ec2/vpcBlockPublicAccessOptions:VpcBlockPublicAccessOptions";
  const EXCLUSION = "ec2/vpcBlockPublicAccessExclusion:VpcBlockPublicAccessExclusion";

  it("leaves the account's setting alone by default", async () => {
    const plain = await createVpc();
    expect([...plain.ofType(OPTIONS), ...plain.ofType(EXCLUSION)]).to.deep.equal([]);
  });

  it("excludes the VPC before the account is closed, and keeps it closed when the stack goes", async () => {
    const resources = await createVpc({
      nat: "single",
      blockPublicAccess: { mode: "block-bidirectional", exclusion: "allow-egress" },
    });
    const exclusion = resources.one(EXCLUSION);
    expect(exclusion.inputs).to.deep.equal({
      vpcId: resources.one("ec2/vpc:Vpc").id,
      internetGatewayExclusionMode: "allow-egress",
    });
    const options = resources.one(OPTIONS);
    expect(options.inputs).to.deep.equal({ internetGatewayBlockMode: "block-bidirectional" });
    expect(options.dependencies).to.include(exclusion.urn);
  });

  it("can exclude the VPC from a block that somebody else set", async () => {
    const resources = await createVpc({ blockPublicAccess: { exclusion: "allow-bidirectional" } });
    expect(resources.ofType(OPTIONS)).to.deep.equal([]);
    expect(propertyOf(resources.one(EXCLUSION), "internetGatewayExclusionMode")).to.equal(
      "allow-bidirectional",
    );
  });
});

describe("Vpc with isolated subnets", () => {
  let resources: Resources;
  before(async () => {
    resources = await createVpc({ isolated: true, nat: "perAz", ipv6: true });
  });
  const names = ["vpc-isolated-a", "vpc-isolated-b"];

  it("creates one subnet in each zone's slot, without public addresses", () => {
    const subnets = names.map((name) => resources.one("ec2/subnet:Subnet", name));
    expect(
      subnets.map((subnet) => pick(subnet, "cidrBlock", "availabilityZone", "mapPublicIpOnLaunch")),
    ).to.deep.equal([
      { cidrBlock: "10.20.20.0/22", availabilityZone: "eu-west-1a", mapPublicIpOnLaunch: false },
      { cidrBlock: "10.20.52.0/22", availabilityZone: "eu-west-1b", mapPublicIpOnLaunch: false },
    ]);
  });

  it("adds no route out of isolated subnets, not even for IPv6", () => {
    for (const name of names) {
      expect([...routesOf(resources, name)]).to.deep.equal([]);
      const subnet = resources.one("ec2/subnet:Subnet", name);
      expect(pick(subnet, "ipv6CidrBlock", "assignIpv6AddressOnCreation")).to.deep.equal({
        ipv6CidrBlock: undefined,
        assignIpv6AddressOnCreation: undefined,
      });
    }
  });

  it("leaves the other subnets unchanged", async () => {
    const plain = await createVpc({ nat: "perAz", ipv6: true });
    const kept = resources.all.filter(({ isComponent, name }) => !isComponent && !names.includes(name));
    const of = (all: readonly RecordedResource[]) => all.map(({ urn, inputs }) => [urn, inputs]);
    expect(of(kept)).to.have.deep.members(of(plain.all.filter(({ isComponent }) => !isComponent)));
  });
});

describe("Vpc with subnets of functions", () => {
  const SECONDARY = {
    secondaryCidrBlocks: ["100.64.0.0/16"],
    functionSubnets: { cidrBlock: "100.64.0.0/16" },
  };

  it("places them in the secondary block, after it is the VPC's", async () => {
    const resources = await createVpc(SECONDARY);
    const block = resources.one("ec2/vpcIpv4CidrBlockAssociation:VpcIpv4CidrBlockAssociation");
    expect(block.inputs).to.deep.equal({
      vpcId: resources.one("ec2/vpc:Vpc").id,
      cidrBlock: "100.64.0.0/16",
    });
    for (const [name, cidrBlock] of [
      ["vpc-functions-a", "100.64.0.0/19"],
      ["vpc-functions-b", "100.64.32.0/19"],
    ] as const) {
      const subnet = resources.one("ec2/subnet:Subnet", name);
      expect(textOf(subnet, "cidrBlock")).to.equal(cidrBlock);
      expect(subnet.dependencies, name).to.include(block.urn);
    }
  });

  for (const functionSubnets of [true, SECONDARY.functionSubnets]) {
    it(`changes no other resource if they are added (${JSON.stringify(functionSubnets)})`, async () => {
      const args = { nat: "perAz", ipv6: true, isolated: true } as const;
      const before = await createVpc({ ...args, secondaryCidrBlocks: SECONDARY.secondaryCidrBlocks });
      const after = await createVpc({ ...args, ...SECONDARY, functionSubnets });
      const inputsOf = (resources: Resources) =>
        new Map(
          resources.all.filter(({ type }) => type.startsWith("aws:")).map((one) => [one.urn, one.inputs]),
        );
      const now = inputsOf(after);
      for (const [urn, inputs] of inputsOf(before)) expect(now.get(urn), urn).to.deep.equal(inputs);
      const added = [...now.keys()].filter((urn) => !inputsOf(before).has(urn));
      expect(added.every((urn) => urn.includes("vpc-functions-"))).to.equal(true);
    });
  }

  it("gives them the ways of the private subnets, and nothing of the public ones", async () => {
    const resources = await createVpc({ functionSubnets: true, nat: "perAz", ipv6: true });
    for (const zone of ["a", "b"]) {
      const routes = routesOf(resources, `vpc-functions-${zone}`);
      expect([...routes]).to.deep.equal([...routesOf(resources, `vpc-private-${zone}`)]);
      expect(routes.size).to.equal(2);
      const subnet = resources.one("ec2/subnet:Subnet", `vpc-functions-${zone}`);
      expect(propertyOf(subnet, "mapPublicIpOnLaunch")).to.equal(false);
    }
    const blocks = resources.ofType("ec2/subnet:Subnet").map((subnet) => textOf(subnet, "ipv6CidrBlock"));
    expect(new Set(blocks).size).to.equal(6);
  });
});

describe("Vpc of an address pool", () => {
  it("asks the pool for the planned block", async () => {
    const resources = await createVpc({ ipamPoolId: "ipam-pool-0123456789abcdef0" });
    expect(resources.one("ec2/vpc:Vpc").inputs).to.deep.include({
      cidrBlock: "10.20.0.0/16",
      ipv4IpamPoolId: "ipam-pool-0123456789abcdef0",
    });
  });
});
