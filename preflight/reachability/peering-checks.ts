import type { AddressSet } from "../aws/address-sets.js";
import type { Graph, Key, Subnet, VpcPeering } from "../graph/model.js";
import { isKnown, type Maybe } from "../resources/unknown.js";
import { chooseRoutes, doubtfulRoute } from "./network/route-tables.js";
import type { Walk } from "./verdict/path.js";
import type { Blocked } from "./verdict/verdict.js";

/** Nothing passes a connection that is only asked for. */
export function accepted(walk: Walk, { ref, accepted }: VpcPeering): Blocked | undefined {
  if (accepted === true) return undefined;
  if (!isKnown(accepted)) return walk.miss(ref, `whether peering connection ${ref.name} is accepted`);
  return walk.block({
    at: ref,
    code: "BAD_STATE_ATTACHMENT",
    why: `peering connection ${ref.name} is requested, but nothing accepts it`,
    mend: `Set autoAccept on ${ref.name}, or add a VpcPeeringConnectionAccepter on the other side.`,
  });
}

/** The answers need a route too. */
export function routeBack(
  walk: Walk,
  graph: Graph,
  subnet: Subnet,
  addresses: AddressSet,
  peering: Maybe<Key>,
): Blocked | undefined {
  const table = isKnown(subnet.routeTable) ? graph.routeTables.get(subnet.routeTable) : undefined;
  if (table === undefined) {
    return walk.miss(graph.refOf(subnet.routeTable), `the route back from ${subnet.ref.name}`);
  }
  const doubt = doubtfulRoute(graph, table, addresses);
  if (doubt !== undefined) return walk.miss(doubt.ref, `where ${table.ref.name} sends part of its traffic`);
  const choices = chooseRoutes(graph, table, addresses, []);
  if (choices.every(({ route }) => route?.target.key === peering && !route.blackhole)) {
    return walk.pass(table.ref, `routes the answers to ${addresses.label} back`, choices[0]?.route?.ref);
  }
  return walk.block({
    at: table.ref,
    code: "NO_ROUTE_TO_DESTINATION",
    why: `route table ${table.ref.name} of ${subnet.ref.name} has no route back to ${addresses.label}`,
    mend: `Add a route to ${addresses.label} through ${refName(graph, peering)} to ${table.ref.name}.`,
  });
}

function refName(graph: Graph, key: Maybe<Key>): string {
  return graph.refOf(key).name;
}
