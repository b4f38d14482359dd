import {
  type AddressSet,
  addressesOf,
  EVERYWHERE,
  isEmpty,
  share,
  subtract,
} from "../../aws/address-sets.js";
import { type Cidr, contains, formatCidr } from "../../aws/cidr.js";
import type { Graph, Key, ResourceRef, Route, Subnet, Vpc, VpcPeering } from "../../graph/model.js";
import { isKnown, isSet, type MaybeUnknown } from "../../resources/unknown.js";
import type { TraceBuilder } from "../verdict/path.js";
import type { Blocked, Verdict } from "../verdict/verdict.js";
import type { Arrival, Connection, Peer } from "./connection.js";
import { addressesTo, landingIn, type NetworkInterface } from "./interfaces.js";
import { answersNotRouted, routesOfAnswers } from "./route-tables.js";
import { senderIn, subnetIngressAllowed } from "./security-groups.js";

/** The other end of a peering connection, seen from the stack. */
export interface PeerEnd {
  readonly peering: VpcPeering;
  /** The VPC at the other end. */
  readonly vpc: MaybeUnknown<Key>;
  /** The VPC of the stack. */
  readonly own: MaybeUnknown<Key>;
  /** The addresses that route tables of the stack send to the connection; undefined if there are none. */
  readonly addresses: AddressSet | undefined;
}

/** The requester is the stack's own side unless only the accepter's VPC is in the stack. */
export function peerEnd(graph: Graph, peering: VpcPeering): PeerEnd {
  const { requester, accepter } = peering;
  const has = (key: MaybeUnknown<Key>) => isKnown(key) && graph.vpcs.has(key);
  const isAccepter = has(accepter) && !has(requester);
  return {
    peering,
    vpc: isAccepter ? requester : accepter,
    own: isAccepter ? accepter : requester,
    addresses: routedTo(graph, peering),
  };
}

/** Addresses that the stack's own route tables send to the connection count as the peer's addresses. */
function routedTo(graph: Graph, { ref }: VpcPeering): AddressSet | undefined {
  const blocks = [...graph.routeTables.values()]
    .flatMap(({ routes }) => routes)
    .filter(({ target }) => target.key === ref.urn)
    .flatMap((route) => blockOf(route) ?? [])
    .filter(({ family }) => family === 4);
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

/** The CIDR block that a route is for, if it is known. */
function blockOf({ destination }: Route): Cidr | undefined {
  return destination.kind === "cidr" && isKnown(destination.cidr) ? destination.cidr : undefined;
}

/**
 * Forwards from an interface over a peering connection, which must be accepted, carries only traffic between its two
 * VPCs, and needs a route on the other side too.
 * https://docs.aws.amazon.com/vpc/latest/peering/vpc-peering-basics.html
 */
export function throughPeering(trace: TraceBuilder, connection: Connection, route: Route): Verdict {
  const { graph, source, target, port } = connection;
  const peering = isKnown(route.target.key) ? graph.peerings.get(route.target.key) : undefined;
  const ref = graph.refOf(route.target.key);
  if (peering === undefined) return trace.unknown(ref, `peering connection ${ref.name} is not in the stack`);
  const other = otherSide(peering, source.subnet.vpc);
  const refused =
    accepted(trace, peering) ?? (other === undefined ? wrongSide(trace, connection, peering) : undefined);
  if (refused !== undefined) return refused;
  const vpc = isSet(other) ? graph.vpcs.get(other) : undefined;
  if (vpc === undefined && target.kind === "foreign" && target.peer === peering)
    return intoPeer(trace, graph, peering, source) ?? connection.arrive(trace, "peering");
  if (vpc === undefined)
    return trace.unknown(graph.refOf(other ?? route.target.key), "the peer VPC is not in the stack");
  const outside = inBlock(trace, connection, peering, vpc);
  if (outside !== undefined) return outside;
  const to = landingIn(graph, vpc.ref.urn, target);
  if (to === undefined) {
    return trace.blocked({
      at: vpc.ref,
      code: "NO_SOURCE_OR_DESTINATION",
      reason: `${addressesTo(target).label} is in the block of ${vpc.ref.name}, but in none of its subnets`,
      fix: "Ask for an address that a subnet has.",
    });
  }
  trace.hop(peering.ref, `accepted, leads to ${vpc.ref.name}`);
  return (
    subnetIngressAllowed(trace, graph, to, senderIn(connection), port) ??
    answersTo(trace, connection, to, peering) ??
    connection.arrive(trace, "peering", to)
  );
}

/**
 * Whether the answers come back over the connection. Answers to a NAT gateway were seen to come back without a route,
 * which AWS documents nowhere and calls expected in certain circumstances.
 * https://labs.reversec.com/posts/2026/03/unexpected-routing-behaviour-in-aws-with-vpc-peering-and-nat-gateway
 */
function answersTo(
  trace: TraceBuilder,
  { graph, source }: Connection,
  { subnet }: NetworkInterface,
  peering: VpcPeering,
): Blocked | undefined {
  const blocked = routeBack(trace, graph, subnet, source.addresses, peering);
  if (blocked === undefined || !graph.natGateways.has(source.owner.urn)) return blocked;
  return trace.undetermined(
    blocked.at,
    `${blocked.reason}, and whether answers to NAT gateway ${source.owner.name} need one is not documented`,
  );
}

/**
 * Forwards from any host of the peer's VPC to a network interface of the stack. Of the checks in the peer's VPC, the
 * stack knows only the routes that it adds to the peer's route tables.
 * https://docs.aws.amazon.com/vpc/latest/peering/vpc-peering-routing.html
 */
export function forwardFromPeer(
  trace: TraceBuilder,
  graph: Graph,
  peer: PeerEnd,
  to: NetworkInterface,
  port: number,
  arrive: Arrival,
): Verdict {
  const { peering, addresses } = peer;
  const blocked =
    accepted(trace, peering) ?? inOwnVpc(trace, graph, peer, to) ?? routeThere(trace, graph, peering, to);
  if (blocked !== undefined) return blocked;
  trace.hop(
    peering.ref,
    `accepted, leads to ${graph.refOf(peer.own).name}; the peer's own security groups are not in the stack`,
  );
  if (addresses === undefined) return noRouteBack(trace, graph, peering, to);
  return (
    subnetIngressAllowed(trace, graph, to, senderFrom(peer), port) ??
    routeBack(trace, graph, to.subnet, addresses, peering) ??
    arrive(trace, "peering", to)
  );
}

/** Any host of the peer's VPC as the sender of a connection: its groups are not in the stack. */
export function senderFrom({ peering: { ref }, addresses }: PeerEnd): Peer {
  const from = addresses ?? { ...addressesOf(EVERYWHERE[4]), label: "any address" };
  return { addresses: from, groups: [], prefixLists: [], label: `${ref.name} (${from.label})` };
}

/** A connection that is only requested carries no traffic. */
function accepted(trace: TraceBuilder, { ref, accepted }: VpcPeering): Blocked | undefined {
  if (accepted === true) return undefined;
  if (!isKnown(accepted))
    return trace.undetermined(ref, `whether peering connection ${ref.name} is accepted`);
  return trace.blocked({
    at: ref,
    code: "BAD_STATE_ATTACHMENT",
    reason: `peering connection ${ref.name} is requested, but nothing accepts it`,
    fix: `Set autoAccept on ${ref.name}, or add a VpcPeeringConnectionAccepter on the other side.`,
  });
}

function otherSide(
  { requester, accepter }: VpcPeering,
  own: MaybeUnknown<Key>,
): MaybeUnknown<Key> | undefined {
  if (isKnown(own) && requester === own) return accepter;
  if (isKnown(own) && accepter === own) return requester;
  // A side that is not known may be the source's VPC.
  if (!isKnown(requester)) return accepter;
  return isKnown(accepter) ? undefined : requester;
}

function wrongSide(trace: TraceBuilder, { graph, source }: Connection, { ref }: VpcPeering): Blocked {
  return trace.blocked({
    at: ref,
    code: "PCX_REQUIRES_ADDRESS_IN_VPC_CIDR",
    reason: `peering connection ${ref.name} does not connect ${graph.refOf(source.subnet.vpc).name}`,
    fix: "Route to a peering connection of the VPC itself.",
  });
}

function inBlock(
  trace: TraceBuilder,
  { target }: Connection,
  { ref }: VpcPeering,
  vpc: Vpc,
): Blocked | undefined {
  const addresses = addressesTo(target);
  const blocks = addresses.family === 4 ? vpc.cidrBlocks : vpc.ipv6CidrBlocks;
  if (isEmpty(subtract(addresses, blocks.filter(isKnown)))) return undefined;
  if (!blocks.every(isKnown))
    return trace.undetermined(vpc.ref, `whether ${addresses.label} is in ${vpc.ref.name}`);
  return trace.blocked({
    at: ref,
    code: "PCX_REQUIRES_ADDRESS_IN_VPC_CIDR",
    reason: `${addresses.label} is not in ${vpc.ref.name}, and a peering connection leads no further`,
    fix: "Peer with the VPC that the address belongs to.",
  });
}

function inOwnVpc(
  trace: TraceBuilder,
  graph: Graph,
  { peering, own }: PeerEnd,
  to: NetworkInterface,
): Blocked | undefined {
  const { vpc } = to.subnet;
  if (!isKnown(own) || !isKnown(vpc))
    return trace.undetermined(peering.ref, `which VPCs ${peering.ref.name} connects`);
  if (vpc === own) return undefined;
  return trace.blocked({
    at: peering.ref,
    code: "PCX_REQUIRES_ADDRESS_IN_VPC_CIDR",
    reason: `${to.owner.name} is not in ${graph.refOf(own).name}, and a peering connection leads no further`,
    fix: "Peer with the VPC that the address belongs to.",
  });
}

/** The routes through a connection that the stack adds to the peer's route tables. */
interface RoutesInto {
  readonly routes: readonly Route[];
  /** The blocks of routes that are not blackholes. */
  readonly open: readonly Cidr[];
  /** The blocks of all of them. */
  readonly blocks: readonly Cidr[];
}

function routesInto(graph: Graph, { ref }: VpcPeering): RoutesInto {
  const routes = graph.foreignRoutes.map(({ route }) => route).filter(({ target }) => target.key === ref.urn);
  return {
    routes,
    open: routes.filter(({ blackhole }) => !blackhole).flatMap((route) => blockOf(route) ?? []),
    blocks: routes.flatMap((route) => blockOf(route) ?? []),
  };
}

/** Whether the peer's route tables have a route to an interface of the stack. */
function routeThere(
  trace: TraceBuilder,
  graph: Graph,
  peering: VpcPeering,
  to: NetworkInterface,
): Blocked | undefined {
  const { routes, open } = routesInto(graph, peering);
  const own = blocksOfVpc(graph, to.subnet.vpc);
  const covers = open.length > 0 && share(to.addresses, open) === "all";
  if (covers || coversVpc(open, own)) {
    const by = routes.find(({ destination }) => destination.kind === "cidr")?.ref;
    return trace.hop(peering.ref, `the peer's route tables lead ${to.addresses.label} here`, by);
  }
  const doubt = routes.find((route) => blockOf(route) === undefined);
  if (doubt !== undefined)
    return trace.undetermined(doubt.ref, `whether ${doubt.ref.name} covers ${to.addresses.label}`);
  return trace.blocked({
    at: peering.ref,
    code: "NO_ROUTE_TO_DESTINATION",
    reason: `no route of the peer's tables leads ${to.addresses.label} to ${peering.ref.name}`,
    fix: addPeerRoute(to, own, peering.ref),
  });
}

/** Whether the peer's route tables have a route for the answers to an interface of the stack. */
function intoPeer(
  trace: TraceBuilder,
  graph: Graph,
  peering: VpcPeering,
  source: NetworkInterface,
): Blocked | undefined {
  const { blocks } = routesInto(graph, peering);
  const own = blocksOfVpc(graph, source.subnet.vpc);
  if (!isEmpty(subtract(source.addresses, blocks)) && !coversVpc(blocks, own)) {
    return trace.blocked({
      at: peering.ref,
      code: "NO_ROUTE_TO_DESTINATION",
      reason: `no route of the peer's tables leads the answers to ${source.addresses.label} back to ${peering.ref.name}`,
      fix: addPeerRoute(source, own, peering.ref),
    });
  }
  return trace.hop(peering.ref, "accepted; the peer's own security groups are not in the stack");
}

function addPeerRoute({ addresses }: NetworkInterface, own: VpcBlocks, { name }: ResourceRef): string {
  const known = (own ?? []).filter(isKnown);
  const to = known.length === 0 ? addresses.label : known.map(formatCidr).join(", ");
  return `Add a route to ${to} through ${name} to each of the peer's route tables (routeTableIds).`;
}

type VpcBlocks = readonly MaybeUnknown<Cidr>[] | undefined;

function blocksOfVpc(graph: Graph, vpc: MaybeUnknown<Key>): VpcBlocks {
  return isKnown(vpc) ? graph.vpcs.get(vpc)?.cidrBlocks : undefined;
}

/** A route to all of the VPC covers each of its subnets, even a subnet whose block is not known yet. */
function coversVpc(blocks: readonly Cidr[], own: VpcBlocks): boolean {
  const known = (own ?? []).filter(isKnown);
  return (
    known.length > 0 &&
    known.length === own?.length &&
    known.every((block) => blocks.some((route) => contains(route, block)))
  );
}

function noRouteBack(
  trace: TraceBuilder,
  graph: Graph,
  { ref }: VpcPeering,
  { subnet }: NetworkInterface,
): Verdict {
  const table = graph.refOf(subnet.routeTable);
  return trace.blocked({
    at: table,
    code: "NO_ROUTE_TO_DESTINATION",
    reason: `no route table of the stack leads to ${ref.name}, so no answer gets back`,
    fix: `Add a route to the peer's block through ${ref.name} to ${table.name}.`,
  });
}

/** Whether a subnet's route table sends the answers to some addresses back over the connection. */
function routeBack(
  trace: TraceBuilder,
  graph: Graph,
  subnet: Subnet,
  addresses: AddressSet,
  { ref }: VpcPeering,
): Blocked | undefined {
  const back = routesOfAnswers(trace, graph, subnet, addresses);
  if (back === undefined) return undefined;
  const { table, choices } = back;
  if (choices.every(({ route }) => route?.target.key === ref.urn && !route.blackhole)) {
    return trace.hop(table.ref, `routes the answers to ${addresses.label} back`, choices[0]?.route?.ref);
  }
  return answersNotRouted(trace, table, subnet, addresses, ref.name);
}
