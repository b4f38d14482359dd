import { type Cidr, formatBlock, ipv4Block, part } from "@lambda-networking/preflight/aws";

/**
 * Addresses of a VPC's subnets. The VPC is divided into equal slots, one for each letter that an Availability Zone's
 * name can end with. A zone's subnets use only the zone's slot, so adding, removing or reordering zones moves no other
 * zone's subnets. A moved subnet is replaced, and AWS cannot replace a subnet that still holds network interfaces.
 *
 * In each slot, the first half is private (functions and endpoints), the next eighth is public (NAT gateways), the next
 * eighth is isolated (databases), the next eighth is for functions if they have a tier of their own, and the last eighth
 * stays free. The functions' tier may also be in a secondary block, which is divided into as many slots.
 */
export interface SubnetPlan {
  readonly zones: readonly ZonePlan[];
}

/** One Availability Zone's subnets. CIDR blocks are canonical IPv4. */
export interface ZonePlan {
  /** The zone's name, e.g. `eu-west-1a`. */
  readonly availabilityZone: string;
  /** The zone's letter, which is part of its resources' names. */
  readonly suffix: string;
  /** The zone's slot, from 0. */
  readonly slot: number;
  readonly privateCidrBlock: string;
  readonly publicCidrBlock: string;
  readonly isolatedCidrBlock: string;
  /** Undefined unless functions have a tier of their own. */
  readonly functionsCidrBlock: string | undefined;
}

/** Where the tier of functions is: nowhere, in each zone's slot of the primary block, or in a secondary block. */
export type FunctionSubnets = boolean | { readonly cidrBlock: string };

/** The tiers of a zone, in the order in which IPv6 blocks are numbered inside the zone's slot. */
export const TIERS = ["private", "public", "isolated", "functions"] as const;
export type Tier = (typeof TIERS)[number];

/** Stands for every private subnet of the VPC in a list of callers. */
export const PRIVATE_SUBNETS = "privateSubnets";

/** Prefix bits between a slot and its smallest subnet (an eighth of it). */
const TIER_BITS = 3;

/** AWS allows subnets from /28 to /16: https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html */
const SMALLEST_SUBNET = 28;

/** Allowed numbers of slots in a VPC: powers of two, so that each slot is a CIDR block. */
export const SLOT_COUNTS = [1, 2, 4, 8, 16] as const;

/** The longest VPC prefix that has room for `slots` slots with their subnets: 22 for 8 slots. */
export function longestPrefix(slots: number): number {
  return SMALLEST_SUBNET - TIER_BITS - Math.log2(slots);
}

/** The longest prefix of a block with `slots` slots, each a subnet: 25 for 8 slots. */
export function smallestTierPrefix(slots: number): number {
  return SMALLEST_SUBNET - Math.log2(slots);
}

/** Returns the slot of a zone by the last letter of its name: `eu-west-1c` has slot 2. */
export function slotOf(availabilityZone: string): number {
  return availabilityZone.charCodeAt(availabilityZone.length - 1) - "a".charCodeAt(0);
}

/** Whether this is the name of a regular zone; names of Local and Wavelength Zones contain a place. */
export function isAvailabilityZoneName(name: string): boolean {
  return /^[a-z]{2}(-[a-z]+)+-\d[a-z]$/.test(name);
}

/**
 * Plans a VPC's subnets.
 * @throws RangeError if the VPC has no room, or a zone no slot; the configuration's checks find both first
 */
export function planSubnets(
  vpcCidrBlock: string,
  slots: number,
  availabilityZones: readonly string[],
  functionSubnets: FunctionSubnets = false,
): SubnetPlan {
  const vpc = ipv4Block(vpcCidrBlock);
  const slotBits = Math.log2(slots);
  return {
    zones: availabilityZones.map((zone) => {
      const slot = slotOf(zone);
      const functions = functionsBlock(vpc, slotBits, slot, functionSubnets);
      return { ...planZone(vpc, slotBits, zone), functionsCidrBlock: functions && formatBlock(functions) };
    }),
  };
}

function functionsBlock(vpc: Cidr, slotBits: number, slot: number, tier: FunctionSubnets): Cidr | undefined {
  if (tier === false) return undefined;
  if (tier === true) return part(part(vpc, slotBits, slot), TIER_BITS, 6);
  return part(ipv4Block(tier.cidrBlock), slotBits, slot);
}

function planZone(
  vpc: Cidr,
  slotBits: number,
  availabilityZone: string,
): Omit<ZonePlan, "functionsCidrBlock"> {
  const slot = slotOf(availabilityZone);
  const block = part(vpc, slotBits, slot);
  return {
    availabilityZone,
    suffix: availabilityZone.slice(-1),
    slot,
    privateCidrBlock: formatBlock(part(block, 1, 0)),
    publicCidrBlock: formatBlock(part(block, TIER_BITS, 4)),
    isolatedCidrBlock: formatBlock(part(block, TIER_BITS, 5)),
  };
}

/**
 * Returns a subnet's /64 of the VPC's /56, numbered by the zone's slot.
 * @param vpcIpv6CidrBlock the block that AWS assigned, e.g. `2a05:d018:1:ab00::/56`
 * @see https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html#subnet-sizing-ipv6
 */
export function ipv6CidrBlock(vpcIpv6CidrBlock: string, slot: number, tier: Tier): string {
  const match = /^([0-9a-f:]+)::\/56$/i.exec(vpcIpv6CidrBlock);
  const groups = match?.[1]?.split(":") ?? [];
  if (groups.length === 0 || groups.length > 4) {
    throw new RangeError(`"${vpcIpv6CidrBlock}" is not a /56 that AWS assigned to a VPC`);
  }
  const padded = [...groups, "0", "0", "0"].slice(0, 4);
  const last = Number.parseInt(padded[3] ?? "0", 16) + slot * 4 + TIERS.indexOf(tier);
  return `${[...padded.slice(0, 3), last.toString(16)].join(":")}::/64`;
}
