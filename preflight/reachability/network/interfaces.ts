import { type AddressSet, addressesOf, EVERYWHERE, isPrivateSet } from "../../aws/address-sets.js";
import { type Cidr, contains, formatCidr, parseCidr } from "../../aws/cidr.js";
import type {
  Graph,
  Key,
  LambdaFunction,
  LambdaPermission,
  ManagedResource,
  Placement,
  ResourceRef,
  Subnet,
  Vpc,
  VpcEndpoint,
  VpcPeering,
} from "../../graph/model.js";
import { groupBy } from "../../resources/read.js";
import { isKnown, isSet, type MaybeUnknown, UNKNOWN } from "../../resources/unknown.js";

/** A network interface in a subnet. If its address is not known, it may have any address of the subnet. */
export interface NetworkInterface {
  readonly owner: ResourceRef;
  readonly subnet: Subnet;
  /** Security groups; undefined for a host of the subnet whose own groups are not part of the question. */
  readonly groups: readonly MaybeUnknown<Key>[] | undefined;
  readonly addresses: AddressSet;
  readonly publicAddress: MaybeUnknown<boolean>;
  /** The function that owns the interface; its role makes the calls. */
  readonly function?: LambdaFunction;
}

/** An interface, or the resource that has to be known to find it. */
export type MaybeInterface = NetworkInterface | { readonly missing: ResourceRef };

/**
 * The destination of a packet: an interface, public addresses, or addresses that no interface of the stack has
 * (`foreign`).
 */
export type PacketDestination =
  | { readonly kind: "interface"; readonly to: NetworkInterface }
  | {
      readonly kind: "public" | "foreign";
      readonly ref: ResourceRef;
      readonly addresses: AddressSet;
      readonly prefixLists: readonly Key[] | "unknown";
      /** The peering connection that leads to the addresses, if their VPC is not in the stack. */
      readonly peer?: VpcPeering;
    };

export function addressesTo(target: PacketDestination): AddressSet {
  return target.kind === "interface" ? target.to.addresses : target.addresses;
}

/**
 * The addresses that an interface of the subnet may have: the subnet's block or, if that is not known, the VPC's blocks
 * or any address. Too large a set is safe, because a rule is certain only if it covers all of the set.
 */
export function addressesIn(graph: Graph, subnet: Subnet, family: 4 | 6): AddressSet | undefined {
  const block = family === 4 ? subnet.cidrBlock : subnet.ipv6CidrBlock;
  if (isSet(block)) return addressesOf(block);
  if (block === undefined && family === 6) return undefined;
  const vpc = isKnown(subnet.vpc) ? graph.vpcs.get(subnet.vpc) : undefined;
  const blocks = (family === 4 ? vpc?.cidrBlocks : vpc?.ipv6CidrBlocks) ?? [];
  const known = blocks.filter(isKnown);
  const label = `the addresses of ${subnet.ref.name}`;
  if (known.length === 0 || known.length < blocks.length)
    return { ...addressesOf(EVERYWHERE[family]), label };
  return { family, label, ranges: known.map(({ first, last }) => ({ first, last })) };
}

/** Whether the stack says which block the subnet has. */
export function hasBlock({ cidrBlock, ipv6CidrBlock }: Subnet, family: 4 | 6): boolean {
  const block = family === 4 ? cidrBlock : ipv6CidrBlock;
  return isSet(block);
}

/** The groups of an interface: without any group, it is in the default group of its VPC. */
export function groupsIn(
  graph: Graph,
  { securityGroups }: Placement,
  subnet: Subnet,
): readonly MaybeUnknown<Key>[] {
  if (securityGroups.length > 0) return securityGroups;
  const vpc = isKnown(subnet.vpc) ? graph.vpcs.get(subnet.vpc) : undefined;
  return [vpc?.defaultSecurityGroup ?? UNKNOWN];
}

/** Any host of a subnet; undefined if the subnet has no address of the family. */
export function hostIn(graph: Graph, subnet: Subnet, family: 4 | 6): NetworkInterface | undefined {
  const addresses = addressesIn(graph, subnet, family);
  if (addresses === undefined) return undefined;
  const publicAddress = subnet.mapPublicIpOnLaunch;
  return { owner: subnet.ref, subnet, groups: undefined, addresses, publicAddress };
}

/** The interfaces of a VPC endpoint, one for each of its subnets. */
export function endpointInterfaces(
  graph: Graph,
  { ref, subnets, securityGroups }: VpcEndpoint,
): MaybeInterface[] {
  return subnets.map((key) => {
    const subnet = isKnown(key) ? graph.subnets.get(key) : undefined;
    const addresses = subnet && addressesIn(graph, subnet, 4);
    if (subnet === undefined || addresses === undefined) return { missing: graph.refOf(key) };
    return { owner: ref, subnet, groups: securityGroups, addresses, publicAddress: false };
  });
}

/** The interfaces of a database, an instance or the like, one for each of its subnets. */
export function resourceInterfaces(graph: Graph, resource: ManagedResource): MaybeInterface[] {
  const { ref, placement, publicAddress } = resource;
  if (placement === undefined) return [];
  return placement.subnets.map((key) => {
    const subnet = isKnown(key) ? graph.subnets.get(key) : undefined;
    const addresses = subnet && (fixedAddress(resource) ?? addressesIn(graph, subnet, 4));
    if (subnet === undefined || addresses === undefined) return { missing: graph.refOf(key) };
    return { owner: ref, subnet, groups: groupsIn(graph, placement, subnet), addresses, publicAddress };
  });
}

function fixedAddress({ privateAddresses }: ManagedResource): AddressSet | undefined {
  const [only, ...others] = privateAddresses;
  const cidr = isSet(only) && others.length === 0 ? parseCidr(only) : undefined;
  return cidr && addressesOf(cidr);
}

/**
 * The destinations that an address may be, seen from a VPC. Each interface of the subnet without a fixed address may
 * have it. If no interface of the stack can have it, its security groups are not known.
 */
export function destinationsAt(
  graph: Graph,
  from: MaybeUnknown<Key>,
  cidr: Cidr,
): readonly PacketDestination[] {
  const vpc = vpcWith(graph, from, cidr);
  const subnet = vpc && indexOf(graph).subnetWith(vpc.ref.urn, cidr);
  if (subnet === undefined) return [elsewhere(cidr, vpc !== undefined)];
  return interfacesAt(graph, subnet, cidr).map((to) => ({ kind: "interface", to }));
}

export function addressRef(cidr: Cidr): ResourceRef {
  const name = formatCidr(cidr);
  return { urn: `address:${name}`, type: "address", name };
}

function elsewhere(cidr: Cidr, isInVpc: boolean): PacketDestination {
  const addresses = addressesOf(cidr);
  const kind = isInVpc || isPrivateSet(addresses) ? "foreign" : "public";
  return { kind, ref: addressRef(cidr), addresses, prefixLists: "unknown" };
}

/** The VPC with an address, seen from a VPC: itself, else a VPC peered with it, else any. */
function vpcWith(graph: Graph, from: MaybeUnknown<Key>, cidr: Cidr): Vpc | undefined {
  const having = [...graph.vpcs].filter(([, vpc]) =>
    [...vpc.cidrBlocks, ...vpc.ipv6CidrBlocks].some((block) => isKnown(block) && contains(block, cidr)),
  );
  const isPeer = (key: Key) =>
    [...graph.peerings.values()].some(
      ({ requester, accepter }) =>
        (requester === key && accepter === from) || (accepter === key && requester === from),
    );
  const [, vpc] =
    having.find(([key]) => key === from) ?? having.find(([key]) => isPeer(key)) ?? having[0] ?? [];
  return vpc;
}

function interfacesAt(graph: Graph, subnet: Subnet, cidr: Cidr): NetworkInterface[] {
  const addresses = addressesOf(cidr);
  const bits = cidr.family === 4 ? 32 : 128;
  if (cidr.prefix < bits)
    return [{ owner: subnet.ref, subnet, groups: undefined, addresses, publicAddress: false }];
  const listening = (indexOf(graph).ownersInSubnet.get(subnet.ref.urn) ?? []).filter(
    ({ listens }) => listens,
  );
  const owner = listening.find((one) => one.addresses.includes(formatCidr(cidr)));
  const possible = owner === undefined ? listening.filter((one) => mayHaveAnyAddress(one)) : [owner];
  if (possible.length === 0) {
    const ref = addressRef(cidr);
    // No graph has this key: the groups of the interface with the address are not in the stack.
    const groups = [`the network interface with ${ref.name}`];
    return [{ owner: ref, subnet, groups, addresses, publicAddress: false }];
  }
  return possible.map(({ ref, placement }) => ({
    owner: ref,
    subnet,
    groups: groupsIn(graph, placement, subnet),
    addresses,
    publicAddress: false,
  }));
}

function mayHaveAnyAddress({ addresses }: InterfaceOwner): boolean {
  return addresses.length === 0 || !addresses.every(isKnown);
}

/** A resource with network interfaces in a subnet. */
export interface InterfaceOwner {
  readonly ref: ResourceRef;
  readonly placement: Placement;
  readonly addresses: readonly MaybeUnknown<string>[];
  /** Whether its interfaces accept connections; those of a Lambda function do not. */
  readonly listens: boolean;
}

/** Indexes that many questions use, built once for a graph. */
export interface NetworkIndex {
  readonly subnetsOfVpc: ReadonlyMap<MaybeUnknown<Key>, readonly Subnet[]>;
  readonly endpointsOfVpc: ReadonlyMap<MaybeUnknown<Key>, readonly VpcEndpoint[]>;
  readonly ownersInSubnet: ReadonlyMap<Key, readonly InterfaceOwner[]>;
  readonly permissionsOf: ReadonlyMap<MaybeUnknown<Key>, readonly LambdaPermission[]>;
  /** The subnet of a VPC that has an address. */
  subnetWith(vpc: Key, address: Cidr): Subnet | undefined;
}

const cache = new WeakMap<Graph, NetworkIndex>();

export function indexOf(graph: Graph): NetworkIndex {
  const cached = cache.get(graph);
  if (cached !== undefined) return cached;
  const index = buildIndex(graph);
  cache.set(graph, index);
  return index;
}

function buildIndex(graph: Graph): NetworkIndex {
  const subnetsOfVpc = groupBy([...graph.subnets.values()], ({ vpc }) => vpc);
  const blocksOfVpc = new Map<Key, SortedBlocks>();
  return {
    subnetsOfVpc,
    endpointsOfVpc: groupBy([...graph.endpoints.values()], ({ vpc }) => vpc),
    ownersInSubnet: ownersBySubnet(graph),
    permissionsOf: groupBy(graph.permissions, (permission) => permission.function),
    subnetWith: (vpc, address) => {
      const blocks = blocksOfVpc.get(vpc) ?? sortBlocks(subnetsOfVpc.get(vpc) ?? []);
      blocksOfVpc.set(vpc, blocks);
      return subnetAt(blocks, address);
    },
  };
}

function ownersBySubnet(graph: Graph): Map<Key, InterfaceOwner[]> {
  const owners: InterfaceOwner[] = [
    ...[...graph.managedResources.values()].flatMap(({ ref, placement, privateAddresses }) =>
      placement === undefined ? [] : [{ ref, placement, addresses: privateAddresses, listens: true }],
    ),
    ...[...graph.endpoints.values()]
      .filter(({ type }) => type === "Interface")
      .map(({ ref, subnets, securityGroups }) => ({
        ref,
        placement: { subnets, securityGroups },
        addresses: [],
        listens: true,
      })),
    ...[...graph.functions.values()].flatMap(({ ref, placement }) =>
      placement === undefined ? [] : [{ ref, placement, addresses: [], listens: false }],
    ),
  ];
  const bySubnet = new Map<Key, InterfaceOwner[]>();
  for (const owner of owners) {
    for (const subnet of owner.placement.subnets) {
      if (!isKnown(subnet)) continue;
      const same = bySubnet.get(subnet);
      if (same === undefined) bySubnet.set(subnet, [owner]);
      else same.push(owner);
    }
  }
  return bySubnet;
}

type SortedBlocks = readonly { readonly block: Cidr; readonly subnet: Subnet }[];

function sortBlocks(subnets: readonly Subnet[]): SortedBlocks {
  return subnets
    .flatMap((subnet) =>
      [subnet.cidrBlock, subnet.ipv6CidrBlock]
        .filter((block): block is Cidr => isSet(block))
        .map((block) => ({ block, subnet })),
    )
    .sort((a, b) => a.block.family - b.block.family || (a.block.first < b.block.first ? -1 : 1));
}

/** Subnets of a VPC never overlap, so only the last block that begins at or before the address can contain it. */
function subnetAt(blocks: SortedBlocks, address: Cidr): Subnet | undefined {
  let low = 0;
  let high = blocks.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const block = blocks[middle]?.block;
    const isBefore =
      block !== undefined &&
      (block.family < address.family || (block.family === address.family && block.first <= address.first));
    if (isBefore) low = middle + 1;
    else high = middle;
  }
  const last = blocks[low - 1];
  return last !== undefined && contains(last.block, address) ? last.subnet : undefined;
}
