import { type AddressSet, addressesOf, EVERYWHERE } from "../aws/address-sets.js";
import type {
  Graph,
  Key,
  LambdaFunction,
  Placement,
  ResourceRef,
  Subnet,
  VpcPeering,
} from "../graph/model.js";
import { isKnown, type Maybe, UNKNOWN } from "../resources/unknown.js";

/** A network interface in a subnet, somewhere in the subnet's block when its address is not known. */
export interface Interface {
  readonly owner: ResourceRef;
  readonly subnet: Subnet;
  /** Undefined: any host of the subnet, whose own groups are not asked about. */
  readonly groups: readonly Maybe<Key>[] | undefined;
  readonly addresses: AddressSet;
  readonly publicAddress: Maybe<boolean>;
  /** The function whose interface it is, so whose role makes the calls. */
  readonly function?: LambdaFunction;
}

/** Where a packet goes: an interface, addresses on the internet, or private ones that are nobody's in the stack. */
export type Target =
  | { readonly kind: "interface"; readonly to: Interface }
  | {
      readonly kind: "public" | "foreign";
      readonly ref: ResourceRef;
      readonly addresses: AddressSet;
      readonly prefixLists: readonly Key[] | "unknown";
      /** The connection at whose other end the addresses are, though that VPC is not in the stack. */
      readonly peer?: VpcPeering;
    };

export function addressesTo(target: Target): AddressSet {
  return target.kind === "interface" ? target.to.addresses : target.addresses;
}

/**
 * The addresses that an interface may have: its subnet's block or, while that is not known, its VPC's blocks or any.
 * Taking in too much is safe, for a rule has to cover all of it to count as certain.
 */
export function addressesIn(graph: Graph, subnet: Subnet, family: 4 | 6): AddressSet | undefined {
  const block = family === 4 ? subnet.cidrBlock : subnet.ipv6CidrBlock;
  if (block !== undefined && isKnown(block)) return addressesOf(block);
  if (block === undefined && family === 6) return undefined;
  const vpc = isKnown(subnet.vpc) ? graph.vpcs.get(subnet.vpc) : undefined;
  const blocks = (family === 4 ? vpc?.cidrBlocks : vpc?.ipv6CidrBlocks) ?? [];
  const known = blocks.filter(isKnown);
  const label = `the addresses of ${subnet.ref.name}`;
  if (known.length === 0 || known.length < blocks.length)
    return { ...addressesOf(EVERYWHERE[family]), label };
  return { family, label, ranges: known.map(({ first, last }) => ({ first, last })) };
}

/** What is given no group is in its VPC's default group. */
export function groupsIn(graph: Graph, { securityGroups }: Placement, subnet: Subnet): readonly Maybe<Key>[] {
  if (securityGroups.length > 0) return securityGroups;
  const vpc = isKnown(subnet.vpc) ? graph.vpcs.get(subnet.vpc) : undefined;
  return [vpc?.defaultSecurityGroup ?? UNKNOWN];
}

/** Whether the stack says which block the subnet has. */
export function hasBlock({ cidrBlock, ipv6CidrBlock }: Subnet, family: 4 | 6): boolean {
  const block = family === 4 ? cidrBlock : ipv6CidrBlock;
  return block !== undefined && isKnown(block);
}
