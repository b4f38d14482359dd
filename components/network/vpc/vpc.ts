import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { NatMode } from "../../../preflight/aws/index.js";
import type { Intent } from "../../../preflight/intents.js";
import { createFlowLogs, type FlowLogArgs } from "./flow-logs.js";
import { createNat } from "./nat.js";
import { planSubnets } from "./subnet-plan.js";
import { createTier, type TierSubnet } from "./subnet-tier.js";

export interface VpcArgs {
  /** The VPC's IPv4 block, /16 to /22 with eight slots. */
  readonly cidrBlock: string;
  /**
   * How many equal slots the VPC is cut into, one for each zone letter. Never change it on a VPC that
   * is deployed: every subnet would move.
   * @default 8
   */
  readonly azSlots: number;
  /** Names of Availability Zones, in any order: `["eu-west-1a", "eu-west-1b"]`. */
  readonly availabilityZones: readonly string[];
  /**
   * How private subnets reach the internet. In us-east-1 a NAT gateway costs $32.85 a month and $0.045
   * a gigabyte: `none` nothing, `single` one gateway, `perAz` one for each zone, `regional` one gateway
   * that grows into the zones in use.
   */
  readonly nat: NatMode;
  /** Dual stack: an Amazon-provided /56, a /64 for each subnet, an egress-only internet gateway. Free. */
  readonly ipv6: boolean;
  /**
   * Whether each zone gets a subnet without any way out, for databases. Free.
   * @default false
   */
  readonly isolated?: boolean;
  /**
   * Accepted or rejected traffic in CloudWatch Logs; $0.50 a gigabyte.
   * @default no flow logs
   */
  readonly flowLogs?: FlowLogArgs;
}

/** Nobody outside may open a connection into a subnet. */
function notReachableFromInternet(subnet: string, reason: string): Intent {
  return {
    from: { kind: "internet" },
    to: { kind: "subnet", name: subnet },
    port: 443,
    must: "not-reach",
    reason,
  };
}

/** Nor does anybody in an isolated one get out. */
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
 * A VPC with a public and a private subnet in each Availability Zone. Functions and interface endpoints
 * live in the private subnets; the public ones hold NAT gateways and nothing else. Isolated subnets, where
 * there are any, have no route but the local one, and no IPv6.
 *
 * Its default security group is emptied, and no subnet gives out public addresses.
 * @see https://docs.aws.amazon.com/vpc/latest/userguide/how-it-works.html
 */
export class Vpc extends pulumi.ComponentResource {
  readonly vpcId: pulumi.Output<string>;
  readonly publicSubnets: readonly TierSubnet[];
  readonly privateSubnets: readonly TierSubnet[];
  /** Empty unless they were asked for. */
  readonly isolatedSubnets: readonly TierSubnet[];
  readonly natGatewayIds: pulumi.Output<string>[];

  constructor(
    readonly name: string,
    args: VpcArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("lambda-networking:network:Vpc", name, {}, opts);
    const plan = planSubnets(args.cidrBlock, args.azSlots, args.availabilityZones);

    const vpc = this.createVpc(name, args);
    this.vpcId = vpc.id;
    this.lockDefaultSecurityGroup(name, vpc);
    const internetGateway = new aws.ec2.InternetGateway(`${name}-igw`, { vpcId: vpc.id }, { parent: this });
    const egressOnly = args.ipv6
      ? new aws.ec2.EgressOnlyInternetGateway(`${name}-eigw`, { vpcId: vpc.id }, { parent: this })
      : undefined;

    const tier = { vpc, zones: plan.zones, ipv6: args.ipv6, parent: this };
    this.publicSubnets = createTier(name, { ...tier, tier: "public" });
    this.privateSubnets = createTier(name, { ...tier, tier: "private" });
    // An address that is reached from anywhere is no use where nothing may be reached.
    this.isolatedSubnets = args.isolated ? createTier(name, { ...tier, tier: "isolated", ipv6: false }) : [];
    this.routePublicSubnets(name, internetGateway, args.ipv6);
    this.natGatewayIds = createNat(name, {
      mode: args.nat,
      vpcId: vpc.id,
      internetGateway,
      publicSubnets: this.publicSubnets,
      privateSubnets: this.privateSubnets,
      parent: this,
    });
    if (egressOnly !== undefined) this.routeIpv6Out(name, egressOnly);
    if (args.flowLogs !== undefined) createFlowLogs(name, vpc.id, args.flowLogs, this);

    this.registerOutputs({
      vpcId: this.vpcId,
      publicSubnetIds: this.publicSubnets.map(({ subnet }) => subnet.id),
      privateSubnetIds: this.privateSubnets.map(({ subnet }) => subnet.id),
      natGatewayIds: this.natGatewayIds,
      intents: [
        ...this.privateSubnets.map(({ name }) =>
          notReachableFromInternet(name, "private subnets are not reached from outside"),
        ),
        ...this.isolatedSubnets.flatMap(({ name }) => isolatedFromInternet(name)),
      ],
    });
  }

  /** Both DNS flags are on: private DNS of interface endpoints needs them. */
  private createVpc(name: string, args: VpcArgs): aws.ec2.Vpc {
    return new aws.ec2.Vpc(
      `${name}-vpc`,
      {
        cidrBlock: args.cidrBlock,
        enableDnsSupport: true,
        enableDnsHostnames: true,
        assignGeneratedIpv6CidrBlock: args.ipv6,
      },
      { parent: this },
    );
  }

  /** Whatever is launched without a group of its own gets this one, so it must let nothing through. */
  private lockDefaultSecurityGroup(name: string, vpc: aws.ec2.Vpc): void {
    new aws.ec2.DefaultSecurityGroup(
      `${name}-default-security-group`,
      { vpcId: vpc.id, ingress: [], egress: [] },
      { parent: this },
    );
  }

  private routePublicSubnets(name: string, internetGateway: aws.ec2.InternetGateway, ipv6: boolean): void {
    for (const { suffix, routeTable } of this.publicSubnets) {
      const route = { routeTableId: routeTable.id, gatewayId: internetGateway.id };
      const at = `${name}-public-${suffix}-internet`;
      new aws.ec2.Route(at, { ...route, destinationCidrBlock: "0.0.0.0/0" }, { parent: this });
      if (ipv6) {
        new aws.ec2.Route(`${at}-ipv6`, { ...route, destinationIpv6CidrBlock: "::/0" }, { parent: this });
      }
    }
  }

  private routeIpv6Out(name: string, egressOnly: aws.ec2.EgressOnlyInternetGateway): void {
    for (const { suffix, routeTable } of this.privateSubnets) {
      new aws.ec2.Route(
        `${name}-private-${suffix}-internet-ipv6`,
        {
          routeTableId: routeTable.id,
          destinationIpv6CidrBlock: "::/0",
          egressOnlyGatewayId: egressOnly.id,
        },
        { parent: this },
      );
    }
  }
}
