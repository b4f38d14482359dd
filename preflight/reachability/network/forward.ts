import { isPrivateSet } from "../../aws/address-sets.js";
import type { Graph, Route, RouteTable } from "../../graph/model.js";
import { isKnown } from "../../resources/unknown.js";
import { type Connection, enter, leave } from "../connection.js";
import { addressesTo, hasBlock, type Interface, type Target } from "../ends.js";
import { throughPeering } from "../peering.js";
import { type Walk, whichever } from "../verdict/path.js";
import type { Verdict } from "../verdict/verdict.js";
import { throughEgressOnlyInternetGateway, throughInternetGateway } from "./internet-gateways.js";
import { throughNatGateway } from "./nat-gateways.js";
import { networkAcl } from "./network-acls.js";
import { chooseRoutes, describeRoute, doubtfulRoute } from "./route-tables.js";

export function send(walk: Walk, connection: Connection): Verdict {
  const { graph, source, target, port } = connection;
  const blocked = leave(walk, connection);
  if (blocked !== undefined) return blocked;
  if (target.kind === "interface" && target.to.subnet.ref.urn === source.subnet.ref.urn) {
    walk.pass(source.subnet.ref, "stays inside the subnet, where network ACLs do not apply");
    return enter(walk, connection) ?? connection.arrive(walk, "local");
  }
  return (
    networkAcl(walk, graph, "egress", source.subnet, addressesTo(target), port) ?? route(walk, connection)
  );
}

function route(walk: Walk, connection: Connection): Verdict {
  const { graph, source, target } = connection;
  const { routeTable } = source.subnet;
  const table = isKnown(routeTable) ? graph.routeTables.get(routeTable) : undefined;
  if (table === undefined) {
    return walk.unknown(
      graph.refOf(routeTable),
      `the route table of ${source.subnet.ref.name} is not in the stack`,
    );
  }
  const local = staysLocal(connection, table);
  if (local !== undefined) return follow(walk, connection, table, local);
  const doubt = doubtfulRoute(graph, table, addressesTo(target));
  if (doubt !== undefined) {
    return walk.unknown(
      doubt.ref,
      `where route table ${table.ref.name} sends part of its traffic is not known`,
    );
  }
  const prefixLists = target.kind === "interface" ? [] : target.prefixLists;
  const choices = chooseRoutes(graph, table, addressesTo(target), prefixLists);
  const verdicts = choices.map(({ route, addresses }) => {
    const part = { ...addresses, label: addressesTo(target).label };
    const to: Target =
      target.kind === "interface"
        ? { kind: "interface", to: { ...target.to, addresses: part } }
        : { ...target, addresses: part };
    return follow(choices.length > 1 ? walk.fork() : walk, { ...connection, target: to }, table, route);
  });
  const why = `route table ${table.ref.name} treats parts of ${addressesTo(target).label} differently`;
  return whichever(verdicts, table.ref, why) ?? noRoute(walk, connection, table);
}

/** While a block is not known, the VPC's or the subnet's, two subnets of one VPC still have the local route. */
function staysLocal({ source, target }: Connection, table: RouteTable): Route | undefined {
  if (target.kind !== "interface") return undefined;
  if (!isKnown(source.subnet.vpc) || source.subnet.vpc !== target.to.subnet.vpc) return undefined;
  const local = table.routes.filter((route) => route.target.kind === "local");
  const isOpen = local.some(({ destination }) => destination.kind === "cidr" && !isKnown(destination.cidr));
  return isOpen || !hasBlock(target.to.subnet, target.to.addresses.family) ? local[0] : undefined;
}

function follow(walk: Walk, connection: Connection, table: RouteTable, route: Route | undefined): Verdict {
  if (route === undefined || leadsAway(connection, route)) return noRoute(walk, connection, table, route);
  const { graph, source } = connection;
  if (route.blackhole) {
    return walk.block({
      at: table.ref,
      by: route.ref,
      code: "BAD_STATE_ROUTE",
      why: `${describeRoute(graph, route)} in ${table.ref.name} is a blackhole`,
      mend: `Point ${describeRoute(graph, route).replace(/ ->.*/, "")} in ${table.ref.name} to a target that exists.`,
    });
  }
  const main = source.subnet.hasRouteTableAssociation
    ? ""
    : ` (main table, ${source.subnet.ref.name} has no association)`;
  walk.pass(table.ref, `${describeRoute(graph, route)}${main}`, route.ref);
  switch (route.target.kind) {
    case "local":
      return deliver(walk, connection);
    case "internet-gateway":
      return throughInternetGateway(walk, connection, table, route);
    case "egress-only-internet-gateway":
      return throughEgressOnlyInternetGateway(walk, connection, route);
    case "nat-gateway":
      return throughNatGateway(walk, connection, route);
    case "peering":
      return throughPeering(walk, connection, route);
    case "vpc-endpoint":
      return throughGatewayEndpoint(walk, connection, route);
    default:
      return walk.unknown(
        graph.refOf(route.target.key),
        `what lies behind ${describeRoute(graph, route)} is not in the stack`,
      );
  }
}

const TO_THE_INTERNET = new Set(["internet-gateway", "nat-gateway", "egress-only-internet-gateway"]);

/** The internet does not carry packets to private addresses, so a default route is no route to them. */
function leadsAway({ target }: Connection, { target: { kind } }: Route): boolean {
  return target.kind !== "public" && TO_THE_INTERNET.has(kind) && isPrivateSet(addressesTo(target));
}

/** Arrives in another subnet of the same VPC. */
function deliver(walk: Walk, connection: Connection): Verdict {
  const { graph, source, target, port } = connection;
  const { vpc } = source.subnet;
  if (target.kind !== "interface") {
    return walk.block({
      at: graph.refOf(vpc),
      code: "NO_SOURCE_OR_DESTINATION",
      why: `${target.addresses.label} is in the VPC's block, but in none of its subnets`,
      mend: "Ask for an address that a subnet has.",
    });
  }
  if (target.to.subnet.vpc !== vpc) {
    return walk.block({
      at: graph.refOf(vpc),
      code: "DISCONNECTED_VPCS",
      why: `${target.to.owner.name} is in another VPC whose block overlaps this one's, so the packet never leaves`,
      mend: "Give the two VPCs blocks that do not overlap.",
    });
  }
  return (
    networkAcl(walk, graph, "ingress", target.to.subnet, source.addresses, port) ??
    enter(walk, connection) ??
    connection.arrive(walk, "local")
  );
}

function throughGatewayEndpoint(walk: Walk, connection: Connection, route: Route): Verdict {
  const { graph } = connection;
  const endpoint = isKnown(route.target.key) ? graph.endpoints.get(route.target.key) : undefined;
  if (endpoint?.type !== "Gateway") {
    return walk.unknown(
      graph.refOf(route.target.key),
      `what ${describeRoute(graph, route)} leads to is not known`,
    );
  }
  return connection.arrive(walk, "gateway-endpoint");
}

function noRoute(
  walk: Walk,
  { graph, source, target }: Connection,
  table: RouteTable,
  away?: Route,
): Verdict {
  const { subnet } = source;
  const addresses = addressesTo(target);
  const [gateway] = table.propagatingGateways;
  if (gateway !== undefined && isPrivateSet(addresses)) {
    const why = `${table.ref.name} takes routes from a virtual private gateway, and those are not in the stack`;
    return walk.unknown(graph.refOf(gateway), why);
  }
  const other = otherVpc(graph, source, target);
  if (other?.peered === false) {
    return walk.block({
      at: table.ref,
      code: "DISCONNECTED_VPCS",
      why: `nothing connects the VPC of ${subnet.ref.name} with ${other.name}; peering is not transitive`,
      mend: "Peer the two VPCs directly, and route both ways.",
    });
  }
  const which = subnet.hasRouteTableAssociation
    ? `route table ${table.ref.name} of ${subnet.ref.name}`
    : `${subnet.ref.name} has no route table association, so the main table ${table.ref.name} decides; it`;
  const instead = away === undefined ? "" : `; ${describeRoute(graph, away)} leads to the internet`;
  const through = other === undefined ? "" : " through the peering connection";
  return walk.block({
    at: table.ref,
    by: away?.ref,
    code: "NO_ROUTE_TO_DESTINATION",
    why: `${which} has no route to ${addresses.label}${instead}`,
    mend: subnet.hasRouteTableAssociation
      ? `Add a route to ${addresses.label}${through} to ${table.ref.name}.`
      : `Associate ${subnet.ref.name} with a route table that has a route to ${addresses.label}.`,
  });
}

function otherVpc(
  graph: Graph,
  source: Interface,
  target: Target,
): { name: string; peered: boolean } | undefined {
  if (target.kind !== "interface") return undefined;
  const own = source.subnet.vpc;
  const { vpc } = target.to.subnet;
  if (vpc === own) return undefined;
  const peered = [...graph.peerings.values()].some(
    ({ requester, accepter }) =>
      (requester === own && accepter === vpc) || (requester === vpc && accepter === own),
  );
  return { name: graph.refOf(vpc).name, peered };
}
