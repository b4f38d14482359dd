import { addressesOf } from "../aws/address-sets.js";
import { formatCidr, parseCidr } from "../aws/cidr.js";
import type { Graph, LambdaFunction, Placement, ResourceRef, Subnet } from "../graph/model.js";
import type { Place, Tier } from "../intents.js";
import { isKnown, type Maybe } from "../resources/unknown.js";
import { addressesIn, groupsIn, type Interface } from "./ends.js";
import { findIn } from "./find.js";
import { type ForeignPlace, foreignIn } from "./foreign-places.js";
import { lookupOf } from "./lookup.js";
import { type PeerEnd, peerEnd } from "./peers.js";
import { type FoundMethod, findMethods } from "./places/resolve.js";
import { tierOf } from "./tiers.js";

/** One place that a packet may start from. */
export type Source =
  | { readonly kind: "interface"; readonly from: Interface }
  | { readonly kind: "outside-vpc"; readonly function: LambdaFunction }
  | { readonly kind: "internet" }
  | { readonly kind: "vpc-without-endpoint"; readonly service: string }
  /** Any host of a VPC that is not in the stack, at the other end of a peering connection. */
  | { readonly kind: "peer"; readonly peer: PeerEnd }
  /** Somebody else's execute-api endpoint, or any that somebody else's VPC has. */
  | { readonly kind: "foreign"; readonly place: ForeignPlace }
  | { readonly kind: "method"; readonly found: FoundMethod }
  /** Something that starts no connections. */
  | { readonly kind: "passive"; readonly ref: ResourceRef }
  /** Nothing of the sort is in the stack, or what is there is not known. */
  | { readonly kind: "unknown"; readonly ref: ResourceRef; readonly why: string };

/** Every start that a place stands for: each subnet of a function, each member of a group. */
export function sourcesOf(graph: Graph, place: Place, family: 4 | 6): Source[] {
  const found = expand(graph, place, family);
  if (found.length > 0) return found;
  const name = labelOf(place);
  return [
    { kind: "unknown", ref: { urn: name, type: place.kind, name }, why: `${name} is not in the stack` },
  ];
}

export function labelOf(place: Place): string {
  switch (place.kind) {
    case "internet":
      return "internet";
    case "subnets":
      return `${place.tier} subnets`;
    case "method":
      return `${place.method} ${place.path}`;
    case "service":
      return place.service;
    case "vpc-without-endpoint":
      return `VPC without ${place.service}`;
    case "address":
      return place.port === undefined ? place.address : `${place.address}:${place.port}`;
    default:
      return place.name;
  }
}

function expand(graph: Graph, place: Place, family: 4 | 6): Source[] {
  switch (place.kind) {
    case "internet":
      return [{ kind: "internet" }];
    case "vpc-without-endpoint":
      return [{ kind: "vpc-without-endpoint", service: place.service }];
    case "peer":
      return peersOf(graph, place.name, family);
    case "function":
      return findIn(graph, graph.functions, place.name).flatMap((fn) => ofFunction(graph, fn, family));
    case "subnet":
    case "subnets":
    case "vpc":
      if (place.kind === "vpc" && foreignIn(graph, place) !== undefined) return [{ kind: "foreign", place }];
      return subnetsOf(graph, place).map((subnet) =>
        "why" in subnet ? { kind: "unknown", ...subnet } : host(graph, subnet, family),
      );
    case "security-group":
      return membersOf(graph, place.name).flatMap((fn) => ofFunction(graph, fn, family));
    case "resource":
      return findIn(graph, graph.services, place.name).flatMap(({ ref, placement, publicAddress }) =>
        placement === undefined
          ? [{ kind: "passive", ref }]
          : ofPlacement(graph, ref, placement, publicAddress, family),
      );
    case "address":
      return ofAddress(graph, place.address);
    case "method":
      return findMethods(graph, place).map((found) => ({ kind: "method", found }));
    case "endpoint":
      if (foreignIn(graph, place) !== undefined) return [{ kind: "foreign", place }];
      return findIn(graph, graph.endpoints, place.name).map(({ ref }) => ({ kind: "passive", ref }));
    case "service":
      return [
        { kind: "passive", ref: { urn: `service:${place.service}`, type: "service", name: place.service } },
      ];
  }
}

/** A peer that is in the stack is as good as its subnets. */
function peersOf(graph: Graph, name: string, family: 4 | 6): Source[] {
  return findIn(graph, graph.peerings, name).flatMap((peering): Source[] => {
    const peer = peerEnd(graph, peering);
    const { vpc } = peer;
    return isKnown(vpc) && graph.vpcs.has(vpc)
      ? expand(graph, { kind: "vpc", name: vpc }, family)
      : [{ kind: "peer", peer }];
  });
}

function ofFunction(graph: Graph, fn: LambdaFunction, family: 4 | 6): Source[] {
  const { ref, placement } = fn;
  if (placement === undefined) return [{ kind: "outside-vpc", function: fn }];
  return ofPlacement(graph, ref, placement, false, family, fn);
}

function ofPlacement(
  graph: Graph,
  owner: ResourceRef,
  placement: Placement,
  publicAddress: Maybe<boolean>,
  family: 4 | 6,
  fn?: LambdaFunction,
): Source[] {
  return placement.subnets.map((key): Source => {
    const subnet = isKnown(key) ? graph.subnets.get(key) : undefined;
    if (subnet === undefined) {
      return { kind: "unknown", ref: graph.refOf(key), why: `a subnet of ${owner.name} is not in the stack` };
    }
    const lacksIpv6 = family === 6 && fn !== undefined && fn.ipv6AllowedForDualStack !== true;
    const addresses = lacksIpv6 ? undefined : addressesIn(graph, subnet, family);
    if (addresses === undefined) return { kind: "passive", ref: owner };
    const groups = groupsIn(graph, placement, subnet);
    const from: Interface = { owner, subnet, groups, addresses, publicAddress };
    return { kind: "interface", from: fn === undefined ? from : { ...from, function: fn } };
  });
}

function host(graph: Graph, subnet: Subnet, family: 4 | 6): Source {
  const addresses = addressesIn(graph, subnet, family);
  if (addresses === undefined) return { kind: "passive", ref: subnet.ref };
  const publicAddress = subnet.mapPublicIpOnLaunch;
  return {
    kind: "interface",
    from: { owner: subnet.ref, subnet, groups: undefined, addresses, publicAddress },
  };
}

/** Functions in a group; what else is in it starts no connections worth asking about. */
function membersOf(graph: Graph, name: string): LambdaFunction[] {
  const groups = findIn(graph, graph.securityGroups, name).map(({ ref }) => ref.urn);
  return [...graph.functions.values()].filter(({ placement }) =>
    placement?.securityGroups.some((key) => isKnown(key) && groups.includes(key)),
  );
}

type SubnetPlace = Extract<Place, { kind: "subnet" | "subnets" | "vpc" }>;
type Missing = { readonly ref: ResourceRef; readonly why: string };

/** The subnets that a place stands for. A subnet that may or may not be of a tier is not known. */
export function subnetsOf(graph: Graph, place: SubnetPlace): (Subnet | Missing)[] {
  if (place.kind === "subnet") return findIn(graph, graph.subnets, place.name);
  const name = place.kind === "vpc" ? place.name : place.vpc;
  const subnets =
    name === undefined
      ? [...graph.subnets.values()]
      : findIn(graph, graph.vpcs, name).flatMap(({ ref }) => lookupOf(graph).subnetsOfVpc.get(ref.urn) ?? []);
  return place.kind === "vpc" ? subnets : subnets.flatMap((subnet) => inTier(graph, subnet, place.tier));
}

function inTier(graph: Graph, subnet: Subnet, tier: Tier): (Subnet | Missing)[] {
  const own = tierOf(graph, subnet);
  if (own === tier) return [subnet];
  if (own !== undefined) return [];
  return [{ ref: graph.refOf(subnet.routeTable), why: `whether ${subnet.ref.name} is ${tier}` }];
}

/** An address of the stack is an interface whose groups are known only when its owner is. */
function ofAddress(graph: Graph, text: string): Source[] {
  const cidr = parseCidr(text);
  if (cidr === undefined) return [];
  const lookup = lookupOf(graph);
  for (const vpc of graph.vpcs.keys()) {
    const subnet = lookup.subnetWith(vpc, cidr);
    if (subnet === undefined) continue;
    const holder = lookup.holdersInSubnet
      .get(subnet.ref.urn)
      ?.find(({ addresses }) => addresses.includes(formatCidr(cidr)));
    const owner = holder?.ref ?? { urn: `address:${text}`, type: "address", name: text };
    const groups = holder?.placement.securityGroups;
    return [
      {
        kind: "interface",
        from: { owner, subnet, groups, addresses: addressesOf(cidr), publicAddress: false },
      },
    ];
  }
  return [];
}
