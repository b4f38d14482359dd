import {
  type AddressSet,
  addressesOf,
  EVERYWHERE,
  isPrivateSet,
  PUBLIC,
  subtract,
} from "../../aws/address-sets.js";
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
  TransitGatewayAttachment,
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
  /** Its public IPv4 addresses, as far as they are known; undefined: any. */
  readonly publicAddresses?: readonly MaybeUnknown<string>[];
  /** The function that owns the interface; its role makes the calls. */
  readonly function?: LambdaFunction;
  /** The target behind a load balancer that a question is about; without it, all targets are. */
  readonly meant?: Key;
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
      /** The attachment, if the destination is the transit gateway itself. */
      readonly attachment?: TransitGatewayAttachment;
      /** The address of the question, if it is about one. */
      readonly cidr?: Cidr;
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

/**
 * An instance or a network interface with its IPv6 addresses: those that it is given or, without any said, one if its
 * subnet gives each new interface one. https://docs.aws.amazon.com/vpc/latest/userguide/subnet-public-ip.html
 */
function resourceWithIpv6(
  graph: Graph,
  own: NetworkInterface,
  host: NetworkInterface,
): NetworkInterface | undefined {
  const resource = graph.managedResources.get(own.owner.urn);
  if (resource?.kind !== "instance" && resource?.kind !== "network-interface") return undefined;
  const known = ownAddresses(resource, own.subnet, 6);
  if (known !== undefined) return { ...own, addresses: known, publicAddress: true };
  const { ipv6Addresses, ipv6AddressCount } = graph.resources.get(own.owner.urn)?.properties ?? {};
  const isCounted = typeof ipv6AddressCount === "number" && ipv6AddressCount > 0;
  const publicAddress = Array.isArray(ipv6Addresses)
    ? ipv6Addresses.length > 0
    : isCounted || host.publicAddress;
  return publicAddress === false ? undefined : { ...own, addresses: host.addresses, publicAddress };
}

/** Whether the stack says which block the subnet has. */
export function hasBlock({ cidrBlock, ipv6CidrBlock }: Subnet, family: 4 | 6): boolean {
  const block = family === 4 ? cidrBlock : ipv6CidrBlock;
  return isSet(block);
}

/** The groups of an interface: without any group, it is in the default group of its VPC, or has none. */
export function groupsIn(
  graph: Graph,
  { securityGroups, hasNoDefaultGroup }: Placement,
  subnet: Subnet,
): readonly MaybeUnknown<Key>[] {
  if (securityGroups.length > 0 || hasNoDefaultGroup === true) return securityGroups;
  const vpc = isKnown(subnet.vpc) ? graph.vpcs.get(subnet.vpc) : undefined;
  return [vpc?.defaultSecurityGroup ?? UNKNOWN];
}

/** Any host of a subnet; undefined if the subnet has no address of the family. */
export function hostIn(graph: Graph, subnet: Subnet, family: 4 | 6): NetworkInterface | undefined {
  const addresses = addressesIn(graph, subnet, family);
  if (addresses === undefined) return undefined;
  const publicAddress = family === 4 ? subnet.mapPublicIpOnLaunch : subnet.assignIpv6AddressOnCreation;
  return { owner: subnet.ref, subnet, groups: undefined, addresses, publicAddress };
}

/**
 * The interface of a function or of a host with its IPv6 addresses, each of which is public; undefined if it has none.
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-ipv6
 */
export function withIpv6(graph: Graph, own: NetworkInterface): NetworkInterface | undefined {
  const { subnet, groups, function: caller } = own;
  const host = hostIn(graph, subnet, 6);
  const isDualStack = caller === undefined ? host?.publicAddress : caller.ipv6AllowedForDualStack;
  if (caller === undefined && groups !== undefined) return host && resourceWithIpv6(graph, own, host);
  if (host === undefined || isDualStack === undefined || isDualStack === false) return undefined;
  return { ...own, addresses: host.addresses, publicAddress: isDualStack };
}

/** The public addresses of a family outside a VPC. Those of its own blocks stay inside. */
export function publicBeyond(graph: Graph, key: MaybeUnknown<Key>, family: 4 | 6): AddressSet {
  const vpc = isKnown(key) ? graph.vpcs.get(key) : undefined;
  const own = (family === 4 ? vpc?.cidrBlocks : vpc?.ipv6CidrBlocks) ?? [];
  return subtract(PUBLIC[family], own.filter(isKnown));
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

/**
 * The interfaces of a database, an instance or the like, one for each of its subnets; those of a file system are its
 * mount targets'.
 */
export function resourceInterfaces(graph: Graph, resource: ManagedResource): MaybeInterface[] {
  const { ref, placement, publicAddress, publicAddresses, privateAddresses } = resource;
  const fileSystem = graph.fileSystems.get(ref.urn);
  if (fileSystem !== undefined) {
    return fileSystem.mountTargets
      .flatMap((key) => graph.managedResources.get(key) ?? [])
      .flatMap((target) => resourceInterfaces(graph, target));
  }
  if (placement === undefined) return [];
  return placedInterfaces(graph, ref, placement, publicAddress, privateAddresses).map((to) =>
    "missing" in to ? to : { ...to, publicAddresses },
  );
}

/** The interfaces of a placement, one for each of its subnets. */
export function placedInterfaces(
  graph: Graph,
  owner: ResourceRef,
  placement: Placement,
  publicAddress: MaybeUnknown<boolean>,
  privateAddresses: ManagedResource["privateAddresses"] = [],
): MaybeInterface[] {
  return placement.subnets.map((key) => {
    const subnet = isKnown(key) ? graph.subnets.get(key) : undefined;
    const addresses =
      subnet && (ownAddresses({ privateAddresses }, subnet, 4) ?? addressesIn(graph, subnet, 4));
    if (subnet === undefined || addresses === undefined) return { missing: graph.refOf(key) };
    const groups = groupsIn(graph, placement, subnet);
    return { owner, subnet, groups, addresses, publicAddress };
  });
}

/**
 * The addresses that a resource is known to have in a subnet; undefined if they are not all known. A rule for one of
 * them alone, such as 10.0.0.5/32, then decides.
 */
export function ownAddresses(
  { privateAddresses }: Pick<ManagedResource, "privateAddresses">,
  { cidrBlock, ipv6CidrBlock }: Subnet,
  family: 4 | 6,
): AddressSet | undefined {
  const block = family === 4 ? cidrBlock : ipv6CidrBlock;
  const own: Cidr[] = [];
  for (const address of privateAddresses) {
    const cidr = isKnown(address) ? parseCidr(address) : undefined;
    if (cidr === undefined) return undefined;
    if (cidr.family === family && !(isSet(block) && !contains(block, cidr))) own.push(cidr);
  }
  if (own.length === 0) return undefined;
  const ranges = own.map(({ first, last }) => ({ first, last }));
  return { family, ranges, label: own.map(formatCidr).join(", ") };
}

/**
 * The destination of packets to an address, seen from a VPC: an interface of its own, or addresses elsewhere. Which VPC
 * those belong to depends on the way that the packets take; see {@link landingIn}.
 */
export function destinationAt(graph: Graph, from: MaybeUnknown<Key>, cidr: Cidr): PacketDestination {
  const own = isKnown(from) ? indexOf(graph).subnetWith(from, cidr) : undefined;
  if (own !== undefined) return { kind: "interface", to: interfaceAt(graph, own, cidr) };
  const addresses = addressesOf(cidr);
  // An IPv6 address of another VPC is public. A VPC may also use public IPv4 addresses as if they were private.
  const isOurs = isPrivateSet(addresses) || (cidr.family === 4 && vpcsWith(graph, cidr).length > 0);
  return {
    kind: isOurs ? "foreign" : "public",
    ref: addressRef(cidr),
    addresses,
    prefixLists: isPrivateSet(addresses) ? [] : "unknown",
    cidr,
  };
}

/** The interface that packets reach if they enter a VPC; undefined if none of its subnets has the address. */
export function landingIn(graph: Graph, vpc: Key, target: PacketDestination): NetworkInterface | undefined {
  if (target.kind === "interface") return target.to;
  const subnet = target.cidr && indexOf(graph).subnetWith(vpc, target.cidr);
  return target.cidr && subnet && interfaceAt(graph, subnet, target.cidr);
}

/** The VPCs of the stack with an address in one of their blocks. Several may have the same. */
export function vpcsWith(graph: Graph, cidr: Cidr): Vpc[] {
  return [...graph.vpcs.values()].filter((vpc) =>
    [...vpc.cidrBlocks, ...vpc.ipv6CidrBlocks].some((block) => isKnown(block) && contains(block, cidr)),
  );
}

export function addressRef(cidr: Cidr): ResourceRef {
  const name = formatCidr(cidr);
  return { urn: `address:${name}`, type: "address", name };
}

/**
 * The interface with an address. If no resource of the stack is known to have it, its groups are not known: it may
 * belong to a resource whose address the stack does not say, or to one outside the stack.
 */
export function interfaceAt(graph: Graph, subnet: Subnet, cidr: Cidr): NetworkInterface {
  const addresses = addressesOf(cidr);
  const bits = cidr.family === 4 ? 32 : 128;
  if (cidr.prefix < bits)
    return { owner: subnet.ref, subnet, groups: undefined, addresses, publicAddress: false };
  const owner = (indexOf(graph).ownersInSubnet.get(subnet.ref.urn) ?? []).find((one) =>
    one.addresses.includes(formatCidr(cidr)),
  );
  if (owner === undefined)
    return { owner: addressRef(cidr), subnet, groups: [UNKNOWN], addresses, publicAddress: UNKNOWN };
  const { ref, placement, publicAddress, publicAddresses } = owner;
  const groups = groupsIn(graph, placement, subnet);
  return { owner: ref, subnet, groups, addresses, publicAddress, publicAddresses };
}

/** A resource with network interfaces in a subnet. */
export interface InterfaceOwner {
  readonly ref: ResourceRef;
  readonly placement: Placement;
  readonly addresses: readonly MaybeUnknown<string>[];
  readonly publicAddress: MaybeUnknown<boolean>;
  readonly publicAddresses: readonly MaybeUnknown<string>[];
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

/** Owners whose addresses the stack may say. It never says those of functions. */
function ownersBySubnet(graph: Graph): Map<Key, InterfaceOwner[]> {
  const resources = [...graph.managedResources.values()].flatMap(
    ({ ref, placement, privateAddresses: addresses, publicAddress, publicAddresses }): InterfaceOwner[] =>
      placement === undefined ? [] : [{ ref, placement, addresses, publicAddress, publicAddresses }],
  );
  const endpoints = [...graph.endpoints.values()].map(
    ({ ref, subnets, securityGroups, addresses }): InterfaceOwner => ({
      ref,
      placement: { subnets, securityGroups },
      addresses,
      publicAddress: false,
      publicAddresses: [],
    }),
  );
  const owners = [...resources, ...endpoints];
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
