import {
  type Graph,
  isKnown,
  isSet,
  type Key,
  type MaybeUnknown,
  type NatGateway,
  type ResourceRef,
  type Subnet,
  type Tier,
} from "../graph/index.js";
import { tierOf } from "../reachability/index.js";
import { inputValue, integer, list } from "../resources/read.js";
import { type HyperplaneInterfaces, hyperplaneInterfaces } from "./interfaces.js";
import { RESERVED_ADDRESSES } from "./quotas.js";

/** The IPv4 addresses of one subnet. */
export interface SubnetAddresses {
  readonly subnet: ResourceRef;
  readonly tier: Tier;
  readonly availabilityZone: MaybeUnknown<string>;
  /** Number of addresses. Undefined if the CIDR block is unknown or missing. */
  readonly size: number | undefined;
  /** Addresses that AWS reserves. */
  readonly reserved: number;
  readonly natGateways: number;
  readonly endpoints: number;
  readonly functions: number;
  /** Databases, proxies, instances and other interfaces: one in each subnet; Application Load Balancers: eight. */
  readonly others: number;
  /** Sum of all of these except the reserved addresses. */
  readonly used: number;
  /** Never below 0. Undefined if the size is undefined. */
  readonly free: number | undefined;
  /** Whether a value that is still unknown may use more addresses. */
  readonly atLeast: boolean;
}

export interface TierAddresses {
  readonly tier: Tier;
  readonly subnets: number;
  readonly size: number;
  readonly used: number;
  readonly free: number;
}

export interface AddressForecast {
  readonly subnets: readonly SubnetAddresses[];
  /** Sums of the subnets with a known size. */
  readonly tiers: readonly TierAddresses[];
}

/**
 * Addresses that are left in each subnet after the deployment.
 * https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html
 */
export function forecastAddresses(graph: Graph, lambda = hyperplaneInterfaces(graph)): AddressForecast {
  const takers = countTakers(graph, lambda);
  const subnets = [...graph.subnets.values()].map((subnet) => addressesOf(graph, subnet, takers));
  const tiers = (["public", "private", "isolated"] as const).flatMap((tier): TierAddresses[] => {
    const members = subnets.filter((subnet) => subnet.tier === tier);
    if (members.length === 0) return [];
    const sum = (figure: (subnet: SubnetAddresses) => number) =>
      members.reduce((total, subnet) => total + (subnet.size === undefined ? 0 : figure(subnet)), 0);
    return [
      {
        tier,
        subnets: members.length,
        size: sum(({ size = 0 }) => size),
        used: sum(({ used }) => used),
        free: sum(({ free = 0 }) => free),
      },
    ];
  });
  return { subnets, tiers };
}

/**
 * Addresses in each subnet that an Application Load Balancer may take: it adds nodes as its traffic grows, and its
 * subnets need eight that are free. https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html#subnets-load-balancer
 */
const BALANCER_ADDRESSES = 8;

interface Takers {
  readonly natGateways: ReadonlyMap<Key, number>;
  readonly endpoints: ReadonlyMap<Key, number>;
  readonly functions: ReadonlyMap<Key, number>;
  readonly others: ReadonlyMap<Key, number>;
  readonly atLeast: boolean;
}

function countTakers(graph: Graph, lambda: HyperplaneInterfaces): Takers {
  let atLeast = lambda.unknown.length > 0;
  const count = (places: Iterable<readonly [MaybeUnknown<Key>, number]>) => {
    const counts = new Map<Key, number>();
    for (const [key, addresses] of places) {
      if (isKnown(key)) counts.set(key, (counts.get(key) ?? 0) + addresses);
      else atLeast = true;
    }
    return counts;
  };
  // A gateway endpoint has no address, and a regional NAT gateway no subnet.
  const endpoints = [...graph.endpoints.values()].filter(({ type }) => type !== "Gateway");
  const nats = [...graph.natGateways.values()].filter(({ subnet }) => subnet !== undefined);
  return {
    natGateways: count(nats.map((nat) => [nat.subnet ?? "", natAddresses(graph, nat)])),
    endpoints: count(endpoints.flatMap(({ subnets }) => subnets.map((key) => [key, 1] as const))),
    functions: count(lambda.interfaces.map(({ subnet }) => [subnet, 1])),
    others: count(
      [...graph.managedResources.values()].flatMap(({ ref, placement, privateAddresses }) => {
        const subnets = placement?.subnets ?? [];
        if (graph.loadBalancers.get(ref.urn)?.type === "application")
          return subnets.map((key) => [key, BALANCER_ADDRESSES] as const);
        // In one subnet it may have several addresses. In several, AWS chooses one, so each must have room.
        const each = subnets.length === 1 ? Math.max(1, privateAddresses.length) : 1;
        return subnets.map((key) => [key, each] as const);
      }),
    ),
    atLeast,
  };
}

/** Number of addresses of a NAT gateway: its first and its additional ones. */
function natAddresses({ resources }: Graph, { ref }: NatGateway): number {
  const resource = resources.get(ref.urn);
  if (resource === undefined) return 1;
  const listed = list(inputValue(resource, "secondaryPrivateIpAddresses")).length;
  const counted = integer(inputValue(resource, "secondaryPrivateIpAddressCount"));
  return 1 + Math.max(listed, typeof counted === "number" ? counted : 0);
}

function addressesOf(graph: Graph, subnet: Subnet, takers: Takers): SubnetAddresses {
  const { urn } = subnet.ref;
  const { cidrBlock } = subnet;
  const source = graph.resources.get(urn);
  const block = isSet(cidrBlock) ? 2 ** (32 - cidrBlock.prefix) : undefined;
  // Others have addresses in a subnet that is not the stack's. Only AWS knows how many are left.
  const left = source?.isRead === true ? integer(source.properties.availableIpAddressCount) : undefined;
  const size =
    source?.isRead !== true ? block : typeof left === "number" ? left + RESERVED_ADDRESSES : undefined;
  const natGateways = takers.natGateways.get(urn) ?? 0;
  const endpoints = takers.endpoints.get(urn) ?? 0;
  const functions = takers.functions.get(urn) ?? 0;
  const others = takers.others.get(urn) ?? 0;
  const used = natGateways + endpoints + functions + others;
  return {
    subnet: subnet.ref,
    // If the subnet's route to the internet is unknown, the subnet counts as isolated.
    tier: tierOf(graph, subnet) ?? "isolated",
    availabilityZone: subnet.availabilityZone,
    size,
    reserved: RESERVED_ADDRESSES,
    natGateways,
    endpoints,
    functions,
    others,
    used,
    free: size === undefined ? undefined : Math.max(0, size - RESERVED_ADDRESSES - used),
    atLeast: takers.atLeast,
  };
}
