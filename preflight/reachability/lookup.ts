import type { Cidr } from "../aws/cidr.js";
import { contains } from "../aws/cidr.js";
import type {
  Graph,
  Key,
  LambdaPermission,
  Placement,
  ResourceRef,
  Subnet,
  VpcEndpoint,
} from "../graph/model.js";
import { groupBy } from "../resources/read.js";
import { isKnown, type Maybe } from "../resources/unknown.js";

/** Something with network interfaces in a subnet. */
export interface Holder {
  readonly ref: ResourceRef;
  readonly placement: Placement;
  readonly addresses: readonly Maybe<string>[];
  /** A Lambda function's interfaces accept no connections. */
  readonly listens: boolean;
}

/** Look-ups that many questions need, made once for a graph. */
export interface Lookup {
  readonly subnetsOfVpc: ReadonlyMap<Maybe<Key>, readonly Subnet[]>;
  readonly endpointsOfVpc: ReadonlyMap<Maybe<Key>, readonly VpcEndpoint[]>;
  readonly holdersInSubnet: ReadonlyMap<Key, readonly Holder[]>;
  readonly permissionsOf: ReadonlyMap<Maybe<Key>, readonly LambdaPermission[]>;
  /** The subnet of a VPC that has an address. */
  subnetWith(vpc: Key, address: Cidr): Subnet | undefined;
}

const cache = new WeakMap<Graph, Lookup>();

export function lookupOf(graph: Graph): Lookup {
  const cached = cache.get(graph);
  if (cached !== undefined) return cached;
  const made = createLookup(graph);
  cache.set(graph, made);
  return made;
}

function createLookup(graph: Graph): Lookup {
  const subnetsOfVpc = groupBy([...graph.subnets.values()], ({ vpc }) => vpc);
  const byAddress = new Map<Maybe<Key>, SortedBlocks>();
  return {
    subnetsOfVpc,
    endpointsOfVpc: groupBy([...graph.endpoints.values()], ({ vpc }) => vpc),
    holdersInSubnet: holdersBySubnet(graph),
    permissionsOf: groupBy(graph.permissions, (permission) => permission.function),
    subnetWith: (vpc, address) => {
      const blocks = byAddress.get(vpc) ?? sortBlocks(subnetsOfVpc.get(vpc) ?? []);
      byAddress.set(vpc, blocks);
      return find(blocks, address);
    },
  };
}

function holdersBySubnet(graph: Graph): Map<Key, Holder[]> {
  const holders: Holder[] = [
    ...[...graph.services.values()].flatMap(({ ref, placement, privateAddresses }) =>
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
  const bySubnet = new Map<Key, Holder[]>();
  for (const holder of holders) {
    for (const subnet of holder.placement.subnets) {
      if (!isKnown(subnet)) continue;
      const same = bySubnet.get(subnet);
      if (same === undefined) bySubnet.set(subnet, [holder]);
      else same.push(holder);
    }
  }
  return bySubnet;
}

type SortedBlocks = readonly { readonly block: Cidr; readonly subnet: Subnet }[];

/** Subnets of a VPC never overlap, so the last one that begins before an address is the only one to look at. */
function sortBlocks(subnets: readonly Subnet[]): SortedBlocks {
  return subnets
    .flatMap((subnet) =>
      [subnet.cidrBlock, subnet.ipv6CidrBlock]
        .filter((block): block is Cidr => block !== undefined && isKnown(block))
        .map((block) => ({ block, subnet })),
    )
    .sort((a, b) => a.block.family - b.block.family || (a.block.first < b.block.first ? -1 : 1));
}

function find(blocks: SortedBlocks, address: Cidr): Subnet | undefined {
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
