import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { type AclRules, createNetworkAcl } from "./network-acls.js";
import { ipv6CidrBlock, type Tier, type ZonePlan } from "./subnet-plan.js";

/** A tier's subnet in one zone, and its route table. */
export interface TierSubnet {
  /** The subnet's logical name. */
  readonly name: string;
  readonly availabilityZone: string;
  /** The zone's letter, which is part of its resources' names. */
  readonly suffix: string;
  readonly cidrBlock: string;
  readonly subnet: Pick<aws.ec2.Subnet, "id">;
  readonly routeTable: aws.ec2.RouteTable;
  /** Until it exists, the VPC's main table applies, which leads nowhere outside the VPC. */
  readonly association: pulumi.Resource;
}

interface TierArgs {
  readonly tier: Tier;
  readonly vpc: aws.ec2.Vpc;
  readonly zones: readonly ZonePlan[];
  readonly ipv6: boolean;
  readonly parent: pulumi.Resource;
  /**
   * The VPC's further blocks, which exist before a subnet in one of them, and as long.
   * @default none
   */
  readonly blocks?: readonly pulumi.Resource[];
  /**
   * The network ACL of the tier's subnets.
   * @default the VPC's own, which allows everything
   */
  readonly acl?: AclRules;
}

/**
 * Timeout for deletion. AWS keeps a subnet until the network interfaces of Lambda in it are gone, up to 45 minutes
 * after the last function: https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html
 */
export const ENI_RELEASE_TIMEOUT = { delete: "60m" } as const;

/**
 * Creates a subnet, a route table and their association for each zone, named by tier and zone letter. What waits for an
 * association also waits for the tier's network ACL.
 */
export function createTier(name: string, args: TierArgs): TierSubnet[] {
  const { tier, vpc, zones, parent, acl } = args;
  const subnets = zones.map((zone) => ({ zone, ...createSubnet(name, zone, args) }));
  const subnetIds = subnets.map(({ subnet }) => subnet.id);
  const rules = acl && createNetworkAcl(`${name}-${tier}`, { vpcId: vpc.id, subnetIds }, acl, parent);
  return subnets.map(({ zone: { availabilityZone, suffix }, at, cidrBlock, subnet }) => {
    const routeTable = new aws.ec2.RouteTable(at, { vpcId: vpc.id }, { parent });
    const association = new aws.ec2.RouteTableAssociation(
      at,
      { subnetId: subnet.id, routeTableId: routeTable.id },
      { parent, dependsOn: rules === undefined ? [] : [rules] },
    );
    return { name: at, availabilityZone, suffix, cidrBlock, subnet, routeTable, association };
  });
}

function createSubnet(
  name: string,
  zone: ZonePlan,
  { tier, vpc, ipv6, parent, blocks = [] }: TierArgs,
): { readonly at: string; readonly cidrBlock: string; readonly subnet: aws.ec2.Subnet } {
  const at = `${name}-${tier}-${zone.suffix}`;
  const cidrBlock = blockOf(zone, tier);
  if (cidrBlock === undefined) throw new RangeError(`the plan has no ${tier} subnets`);
  const subnet = new aws.ec2.Subnet(
    at,
    {
      vpcId: vpc.id,
      availabilityZone: zone.availabilityZone,
      cidrBlock,
      mapPublicIpOnLaunch: false,
      ...(ipv6 && {
        ipv6CidrBlock: vpc.ipv6CidrBlock.apply((block) => ipv6CidrBlock(block, zone.slot, tier)),
        // IPv6 addresses are public. Only these tiers are safe, because of their egress-only internet gateway.
        assignIpv6AddressOnCreation: tier === "private" || tier === "functions",
      }),
    },
    { parent, customTimeouts: ENI_RELEASE_TIMEOUT, dependsOn: [...blocks] },
  );
  return { at, cidrBlock, subnet };
}

/** The block of a zone's subnet in a tier; undefined if the plan has none. */
export function blockOf(zone: ZonePlan, tier: Tier): string | undefined {
  switch (tier) {
    case "private":
      return zone.privateCidrBlock;
    case "public":
      return zone.publicCidrBlock;
    case "isolated":
      return zone.isolatedCidrBlock;
    case "functions":
      return zone.functionsCidrBlock;
  }
}
