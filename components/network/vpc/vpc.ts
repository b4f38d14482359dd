import type { NatMode } from "@lambda-networking/preflight/aws";
import type { Intent, Setting } from "@lambda-networking/preflight/intents";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { type BlockPublicAccessArgs, blockPublicAccess } from "./block-public-access.js";
import { createFlowLogs, type FlowLogArgs } from "./flow-logs.js";
import { createNat } from "./nat.js";
import { type NatInstance, type NatInstanceSettings, natInstanceIntents } from "./nat-instance.js";
import { type AclRules, type Flow, planNetworkAcls } from "./network-acls.js";
import type { StackVpc } from "./stack-vpc.js";
import { type FunctionSubnets, planSubnets, type SubnetPlan, type Tier } from "./subnet-plan.js";
import { blockOf, createTier, type TierSubnet } from "./subnet-tier.js";

export interface VpcArgs {
  /** The VPC's IPv4 block, /16 to /22 with eight slots. */
  readonly cidrBlock: string;
  /**
   * The IPAM pool that the block is allocated from. A change replaces the VPC.
   * @default the block is in no pool
   * @see https://docs.aws.amazon.com/vpc/latest/ipam/create-vpc-ipam.html
   */
  readonly ipamPoolId?: string;
  /**
   * More IPv4 blocks. Free. One that is added or taken away changes no other.
   * @default none
   * @see https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html
   */
  readonly secondaryCidrBlocks?: readonly string[];
  /**
   * Whether each zone gets a subnet only for functions: in its slot, or in a secondary block. Free.
   * @default false
   */
  readonly functionSubnets?: FunctionSubnets;
  /**
   * Number of equal slots in the VPC, one for each zone letter. A change on a deployed VPC moves every subnet.
   * @default 8
   */
  readonly azSlots: number;
  /** Names of Availability Zones, in any order: `["eu-west-1a", "eu-west-1b"]`. */
  readonly availabilityZones: readonly string[];
  /**
   * How private subnets reach the internet. In us-east-1 a NAT gateway costs $32.85 a month and $0.045 a gigabyte.
   * `none`: no gateway; `single`: one gateway; `perAz`: one for each zone; `regional`: one gateway that extends to the
   * zones in use; `instance`: EC2 instances that forward, each $7.36 a month with disk and address (docs/nat.md).
   */
  readonly nat: NatMode;
  /**
   * The instances of `nat: "instance"`.
   * @default one t4g.nano in the first zone
   */
  readonly natInstance?: NatInstanceSettings;
  /** Dual stack: an Amazon-provided /56, a /64 for each subnet, an egress-only internet gateway. Free. */
  readonly ipv6: boolean;
  /**
   * Whether each zone gets a subnet without a route out of the VPC, for databases. Free.
   * @default false
   */
  readonly isolated?: boolean;
  /**
   * Accepted or rejected traffic in CloudWatch Logs or a bucket; from $0.285 a gigabyte.
   * @default no flow logs
   */
  readonly flowLogs?: FlowLogArgs;
  /**
   * The account's block of internet access, and what of it does not apply to this VPC.
   * @default the account's setting applies
   */
  readonly blockPublicAccess?: BlockPublicAccessArgs;
  /**
   * Gives each tier a network ACL that allows these connections and denies all others. Free.
   * @default the VPC's own ACL, which allows everything
   */
  readonly networkAcls?: readonly Flow[];
  /**
   * Changes of the configuration that remove a block, for the preflight's fixes.
   * @default none
   */
  readonly settings?: readonly Setting[];
}

/** The rules of each tier's network ACL; empty without ACLs of the VPC's own. */
function aclsOf(
  { networkAcls, isolated, functionSubnets, cidrBlock, secondaryCidrBlocks = [] }: VpcArgs,
  { zones }: SubnetPlan,
): ReadonlyMap<Tier, AclRules> {
  if (networkAcls === undefined) return new Map();
  const tiers: readonly Tier[] = [
    "public",
    "private",
    ...(isolated ? (["isolated"] as const) : []),
    ...(functionSubnets ? (["functions"] as const) : []),
  ];
  const blocks = new Map(tiers.map((tier) => [tier, zones.flatMap((zone) => blockOf(zone, tier) ?? [])]));
  return planNetworkAcls({ flows: networkAcls, blocks, vpcBlocks: [cidrBlock, ...secondaryCidrBlocks] });
}

/** Intent: no connection from the internet reaches the subnet. */
export function notReachableFromInternet(subnet: string, reason: string): Intent {
  return {
    from: { kind: "internet" },
    to: { kind: "subnet", name: subnet },
    port: 443,
    must: "not-reach",
    reason,
  };
}

/** Intents of an isolated subnet: no connection from or to the internet. */
function isolatedFromInternet(subnet: string): Intent[] {
  const reason = "isolated subnets have no way to the internet";
  return [
    notReachableFromInternet(subnet, "isolated subnets are not reached from outside"),
    {
      from: { kind: "subnet", name: subnet },
      to: { kind: "internet" },
      port: 443,
      must: "not-reach",
      reason,
    },
  ];
}

/**
 * A VPC with a public and a private subnet in each Availability Zone. Private subnets hold functions and interface
 * endpoints; functions may have a tier of their own. Public subnets hold only NAT gateways or instances. Isolated
 * subnets, if configured, have only the local route and no IPv6.
 *
 * The default security group has no rules, and no subnet assigns public addresses.
 * @see https://docs.aws.amazon.com/vpc/latest/userguide/how-it-works.html
 */
export class Vpc extends pulumi.ComponentResource implements StackVpc {
  readonly vpcId: pulumi.Output<string>;
  readonly publicSubnets: readonly TierSubnet[];
  readonly privateSubnets: readonly TierSubnet[];
  /** Empty unless `isolated` is set. */
  readonly isolatedSubnets: readonly TierSubnet[];
  /** The subnets of functions: a tier of their own if `functionSubnets` is set, else the private subnets. */
  readonly functionSubnets: readonly TierSubnet[];
  /** Every subnet whose way out is that of the private ones: the private subnets, and a tier of functions. */
  readonly allPrivateSubnets: readonly TierSubnet[];
  readonly natGatewayIds: pulumi.Output<string>[];
  /** Empty unless `nat` is `instance`. */
  readonly natInstances: readonly NatInstance[];
  /** All that a packet of a private subnet needs on its way to the internet, besides its own subnet's table. */
  readonly internetRoutes: readonly pulumi.Resource[];

  constructor(
    readonly name: string,
    args: VpcArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("lambda-networking:network:Vpc", name, {}, opts);
    const { functionSubnets = false } = args;
    const plan = planSubnets(args.cidrBlock, args.azSlots, args.availabilityZones, functionSubnets);

    const vpc = this.createVpc(name, args);
    this.vpcId = vpc.id;
    this.lockDefaultSecurityGroup(name, vpc);
    const blocks = this.addBlocks(name, vpc, args.secondaryCidrBlocks ?? []);
    const internetGateway = new aws.ec2.InternetGateway(`${name}-igw`, { vpcId: vpc.id }, { parent: this });
    const egressOnly = args.ipv6
      ? new aws.ec2.EgressOnlyInternetGateway(`${name}-eigw`, { vpcId: vpc.id }, { parent: this })
      : undefined;

    const tier = { vpc, zones: plan.zones, ipv6: args.ipv6, parent: this };
    const acls = aclsOf(args, plan);
    const acl = (of: Tier) => ({ tier: of, acl: acls.get(of) });
    this.publicSubnets = createTier(name, { ...tier, ...acl("public") });
    this.privateSubnets = createTier(name, { ...tier, ...acl("private") });
    // Without IPv6, because the subnets have no route for its addresses.
    this.isolatedSubnets = args.isolated
      ? createTier(name, { ...tier, ...acl("isolated"), ipv6: false })
      : [];
    const functions = functionSubnets ? createTier(name, { ...tier, ...acl("functions"), blocks }) : [];
    this.functionSubnets = functions.length > 0 ? functions : this.privateSubnets;
    this.allPrivateSubnets = [...this.privateSubnets, ...functions];
    const publicRoutes = this.routePublicSubnets(name, internetGateway, args.ipv6);
    const nat = createNat(name, {
      mode: args.nat,
      instance: args.natInstance ?? { instanceType: "t4g.nano", perAz: false },
      vpcId: vpc.id,
      internetGateway,
      publicSubnets: this.publicSubnets,
      privateSubnets: this.allPrivateSubnets,
      publicRoutes,
      parent: this,
    });
    this.natGatewayIds = nat.gatewayIds;
    this.natInstances = nat.instances;
    const ipv6Routes = egressOnly === undefined ? [] : this.routeIpv6Out(egressOnly);
    const associations = this.publicSubnets.map(({ association }) => association);
    const exclusions =
      args.blockPublicAccess === undefined
        ? []
        : blockPublicAccess(name, vpc.id, args.blockPublicAccess, this);
    this.internetRoutes = [...publicRoutes, ...associations, ...nat.routes, ...ipv6Routes, ...exclusions];
    if (args.flowLogs !== undefined) createFlowLogs(name, vpc.id, args.flowLogs, this);

    this.registerOutputs({
      vpcId: this.vpcId,
      publicSubnetIds: this.publicSubnets.map(({ subnet }) => subnet.id),
      privateSubnetIds: this.privateSubnets.map(({ subnet }) => subnet.id),
      functionSubnetIds: this.functionSubnets.map(({ subnet }) => subnet.id),
      natGatewayIds: this.natGatewayIds,
      settings: args.settings ?? [],
      intents: [
        ...this.allPrivateSubnets.map(({ name }) =>
          notReachableFromInternet(name, "private subnets are not reached from outside"),
        ),
        ...this.isolatedSubnets.flatMap(({ name }) => isolatedFromInternet(name)),
        ...natInstanceIntents(this.natInstances, this.allPrivateSubnets),
      ],
    });
  }

  /** Creates the VPC with both DNS flags on because private DNS of interface endpoints needs them. */
  private createVpc(name: string, args: VpcArgs): aws.ec2.Vpc {
    return new aws.ec2.Vpc(
      `${name}-vpc`,
      {
        cidrBlock: args.cidrBlock,
        ipv4IpamPoolId: args.ipamPoolId,
        enableDnsSupport: true,
        enableDnsHostnames: true,
        assignGeneratedIpv6CidrBlock: args.ipv6,
      },
      { parent: this },
    );
  }

  private addBlocks(name: string, vpc: aws.ec2.Vpc, blocks: readonly string[]): pulumi.Resource[] {
    return blocks.map(
      (cidrBlock) =>
        new aws.ec2.VpcIpv4CidrBlockAssociation(
          `${name}-block-${cidrBlock.replace(/[./]/g, "-")}`,
          { vpcId: vpc.id, cidrBlock },
          { parent: this },
        ),
    );
  }

  /** Removes the default security group's rules because AWS uses it for every resource launched without a group. */
  private lockDefaultSecurityGroup(name: string, vpc: aws.ec2.Vpc): void {
    new aws.ec2.DefaultSecurityGroup(
      `${name}-default-security-group`,
      { vpcId: vpc.id, ingress: [], egress: [] },
      { parent: this },
    );
  }

  private routePublicSubnets(
    name: string,
    internetGateway: aws.ec2.InternetGateway,
    ipv6: boolean,
  ): aws.ec2.Route[] {
    const opts = { parent: this };
    return this.publicSubnets.flatMap(({ suffix, routeTable }) => {
      const route = { routeTableId: routeTable.id, gatewayId: internetGateway.id };
      const at = `${name}-public-${suffix}-internet`;
      const ipv4 = new aws.ec2.Route(at, { ...route, destinationCidrBlock: "0.0.0.0/0" }, opts);
      if (!ipv6) return ipv4;
      return [ipv4, new aws.ec2.Route(`${at}-ipv6`, { ...route, destinationIpv6CidrBlock: "::/0" }, opts)];
    });
  }

  private routeIpv6Out(egressOnly: aws.ec2.EgressOnlyInternetGateway): aws.ec2.Route[] {
    return this.allPrivateSubnets.map(
      ({ name: subnet, routeTable }) =>
        new aws.ec2.Route(
          `${subnet}-internet-ipv6`,
          {
            routeTableId: routeTable.id,
            destinationIpv6CidrBlock: "::/0",
            egressOnlyGatewayId: egressOnly.id,
          },
          { parent: this },
        ),
    );
  }
}
