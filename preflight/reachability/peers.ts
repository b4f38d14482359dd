import { type AddressSet, isEmpty, share, subtract } from "../aws/address-sets.js";
import { type Cidr, contains, formatCidr } from "../aws/cidr.js";
import type { Graph, Key, Route, VpcPeering } from "../graph/model.js";
import { isKnown, type Maybe } from "../resources/unknown.js";
import type { Arrival } from "./connection.js";
import type { Interface } from "./ends.js";
import { networkAcl } from "./network/network-acls.js";
import { securityGroups } from "./network/security-groups.js";
import { accepted, routeBack } from "./peering-checks.js";
import type { Walk } from "./verdict/path.js";
import type { Blocked, Verdict } from "./verdict/verdict.js";

/** The other end of a peering connection, seen from the stack. */
export interface PeerEnd {
  readonly peering: VpcPeering;
  /** The VPC over there. */
  readonly vpc: Maybe<Key>;
  /** The stack's. */
  readonly own: Maybe<Key>;
  /** What the stack's route tables send there; undefined: nothing. */
  readonly addresses: AddressSet | undefined;
}

/** The requester is the stack's own side unless the stack has the accepter's VPC alone. */
export function peerEnd(graph: Graph, peering: VpcPeering): PeerEnd {
  const { requester, accepter } = peering;
  const has = (key: Maybe<Key>) => isKnown(key) && graph.vpcs.has(key);
  const isAccepter = has(accepter) && !has(requester);
  return {
    peering,
    vpc: isAccepter ? requester : accepter,
    own: isAccepter ? accepter : requester,
    addresses: routedTo(graph, peering),
  };
}

/** What is routed to the connection from the stack's own tables is taken to be the peer's. */
function routedTo(graph: Graph, { ref }: VpcPeering): AddressSet | undefined {
  const blocks = [...graph.routeTables.values()]
    .flatMap(({ routes }) => routes)
    .filter(({ target }) => target.key === ref.urn)
    .flatMap(({ destination }) =>
      destination.kind === "cidr" && isKnown(destination.cidr) && destination.cidr.family === 4
        ? [destination.cidr]
        : [],
    );
  const distinct = blocks.filter(
    (block, i) =>
      !blocks.some((other, j) => contains(other, block) && (other.prefix < block.prefix || j < i)),
  );
  if (distinct.length === 0) return undefined;
  return {
    family: 4,
    ranges: distinct.map(({ first, last }) => ({ first, last })),
    label: distinct.map(formatCidr).join(", "),
  };
}

/**
 * From the VPC over there to a network interface of the stack. What keeps a packet from leaving that VPC, other than
 * its route tables, is not in the stack.
 * https://docs.aws.amazon.com/vpc/latest/peering/vpc-peering-routing.html
 */
export function sendFromPeer(
  walk: Walk,
  graph: Graph,
  peer: PeerEnd,
  to: Interface,
  port: number,
  arrive: Arrival,
): Verdict {
  const { peering } = peer;
  const blocked =
    accepted(walk, peering) ?? inOwnVpc(walk, graph, peer, to) ?? routeThere(walk, graph, peer, to);
  if (blocked !== undefined) return blocked;
  walk.pass(
    peering.ref,
    `accepted, leads to ${graph.refOf(peer.own).name}; the peer's own security groups are not in the stack`,
  );
  const { addresses } = peer;
  if (addresses === undefined) return noWayBack(walk, graph, peer, to);
  const { owner, groups, subnet } = to;
  const sender = {
    addresses,
    groups: [],
    prefixLists: [],
    label: `${peering.ref.name} (${addresses.label})`,
  };
  return (
    networkAcl(walk, graph, "ingress", subnet, addresses, port) ??
    (groups === undefined
      ? walk.pass(subnet.ref, "arrives at a host, whose own groups are not judged")
      : securityGroups(walk, graph, "ingress", { owner, groups }, sender, port)) ??
    routeBack(walk, graph, subnet, addresses, peering.ref.urn) ??
    arrive(walk, "peering")
  );
}

function inOwnVpc(walk: Walk, graph: Graph, { peering, own }: PeerEnd, to: Interface): Blocked | undefined {
  const { vpc } = to.subnet;
  if (!isKnown(own) || !isKnown(vpc))
    return walk.miss(peering.ref, `which VPCs ${peering.ref.name} connects`);
  if (vpc === own) return undefined;
  return walk.block({
    at: peering.ref,
    code: "PCX_REQUIRES_ADDRESS_IN_VPC_CIDR",
    why: `${to.owner.name} is not in ${graph.refOf(own).name}, and a peering connection leads no further`,
    mend: "Peer with the VPC that the address belongs to.",
  });
}

/** The peer's route tables are somebody else's; what is known of them are the routes that the stack puts in. */
function routeThere(walk: Walk, graph: Graph, { peering }: PeerEnd, to: Interface): Blocked | undefined {
  const routes = graph.foreignRoutes
    .map(({ route }) => route)
    .filter(({ target }) => leadsTo(target, peering));
  const doubt = routes.find(({ destination }) => destination.kind !== "cidr" || !isKnown(destination.cidr));
  const blocks = routes.flatMap(({ destination, blackhole }) =>
    destination.kind === "cidr" && isKnown(destination.cidr) && !blackhole ? [destination.cidr] : [],
  );
  const own = isKnown(to.subnet.vpc) ? graph.vpcs.get(to.subnet.vpc)?.cidrBlocks : undefined;
  if (covers(to.addresses, blocks) || coversVpc(blocks, own)) {
    const by = routes.find(({ destination }) => destination.kind === "cidr")?.ref;
    return walk.pass(peering.ref, `the peer's route tables lead ${to.addresses.label} here`, by);
  }
  if (doubt !== undefined)
    return walk.miss(doubt.ref, `whether ${doubt.ref.name} covers ${to.addresses.label}`);
  return walk.block({
    at: peering.ref,
    code: "NO_ROUTE_TO_DESTINATION",
    why: `no route of the peer's tables leads ${to.addresses.label} to ${peering.ref.name}`,
    mend: `Add a route to ${vpcLabel(own) ?? to.addresses.label} through ${peering.ref.name} to each of the peer's route tables (routeTableIds).`,
  });
}

function leadsTo(target: Route["target"], { ref }: VpcPeering): boolean {
  return target.key === ref.urn;
}

function covers(addresses: AddressSet, blocks: readonly Cidr[]): boolean {
  return blocks.length > 0 && share(addresses, blocks) === "all";
}

/** While a subnet's block is not known, a route to all of the VPC still covers it. */
function coversVpc(blocks: readonly Cidr[], own: readonly Maybe<Cidr>[] | undefined): boolean {
  const known = (own ?? []).filter(isKnown);
  return (
    known.length > 0 &&
    known.length === own?.length &&
    known.every((block) => blocks.some((route) => contains(route, block)))
  );
}

function vpcLabel(own: readonly Maybe<Cidr>[] | undefined): string | undefined {
  const known = (own ?? []).filter(isKnown);
  return known.length === 0 ? undefined : known.map(formatCidr).join(", ");
}

function noWayBack(walk: Walk, graph: Graph, { peering }: PeerEnd, { subnet }: Interface): Verdict {
  const table = graph.refOf(subnet.routeTable);
  return walk.block({
    at: table,
    code: "NO_ROUTE_TO_DESTINATION",
    why: `no route table of the stack leads to ${peering.ref.name}, so no answer gets back`,
    mend: `Add a route to the peer's block through ${peering.ref.name} to ${table.name}.`,
  });
}

/** Into the VPC over there, from an interface of the stack. */
export function intoPeer(walk: Walk, graph: Graph, peer: PeerEnd, source: Interface): Blocked | undefined {
  const { peering } = peer;
  const routes = graph.foreignRoutes
    .map(({ route }) => route)
    .filter(({ target }) => leadsTo(target, peering));
  const blocks = routes.flatMap(({ destination }) =>
    destination.kind === "cidr" && isKnown(destination.cidr) ? [destination.cidr] : [],
  );
  const own = isKnown(source.subnet.vpc) ? graph.vpcs.get(source.subnet.vpc)?.cidrBlocks : undefined;
  if (!isEmpty(subtract(source.addresses, blocks)) && !coversVpc(blocks, own)) {
    return walk.block({
      at: peering.ref,
      code: "NO_ROUTE_TO_DESTINATION",
      why: `no route of the peer's tables leads the answers to ${source.addresses.label} back to ${peering.ref.name}`,
      mend: `Add a route to ${vpcLabel(own) ?? source.addresses.label} through ${peering.ref.name} to each of the peer's route tables (routeTableIds).`,
    });
  }
  return walk.pass(peering.ref, "accepted; the peer's own security groups are not in the stack");
}
