import { isPrivateSet } from "../../aws/address-sets.js";
import type { Graph, Route, RouteTable } from "../../graph/model.js";
import { isKnown } from "../../resources/unknown.js";
import { type TraceBuilder, whichever } from "../verdict/path.js";
import type { Verdict } from "../verdict/verdict.js";
import type { Connection } from "./connection.js";
import {
  addressesTo,
  hasBlock,
  type NetworkInterface,
  type PacketDestination,
  vpcsWith,
} from "./interfaces.js";
import { throughEgressOnlyInternetGateway, throughInternetGateway } from "./internet-gateways.js";
import { throughNatGateway } from "./nat-gateways.js";
import { throughInstance } from "./nat-instances.js";
import { networkAcl } from "./network-acls.js";
import { throughPeering } from "./peering.js";
import {
  chooseRoutes,
  describeRoute,
  doubtfulRoute,
  possibleServiceRoutes,
  type RouteChoice,
} from "./route-tables.js";
import { egressAllowed, ingressAllowed, senderIn, subnetIngressAllowed } from "./security-groups.js";
import { throughTransitGateway } from "./transit-gateways.js";
import { possibleSubnet } from "./zones.js";

/**
 * Forwards a connection from a network interface: the source's security groups, the network ACLs, the route tables and
 * the gateway that the route leads to, then the security groups of the other end.
 */
export function forward(trace: TraceBuilder, connection: Connection): Verdict {
  return egressAllowed(trace, connection) ?? onward(trace, connection);
}

function onward(trace: TraceBuilder, connection: Connection): Verdict {
  const { graph, source, target, port } = connection;
  possibleSubnet(trace, graph, source.subnet);
  if (target.kind === "interface") possibleSubnet(trace, graph, target.to.subnet);
  if (target.kind === "interface" && target.to.subnet.ref.urn === source.subnet.ref.urn) {
    trace.hop(source.subnet.ref, "stays inside the subnet, where network ACLs do not apply");
    return (
      ingressAllowed(trace, graph, target.to, senderIn(connection), port) ??
      connection.arrive(trace, "local", target.to)
    );
  }
  return (
    networkAcl(trace, graph, "egress", source.subnet, addressesTo(target), port) ?? route(trace, connection)
  );
}

function route(trace: TraceBuilder, connection: Connection): Verdict {
  const { graph, source, target } = connection;
  const { routeTable } = source.subnet;
  const table = isKnown(routeTable) ? graph.routeTables.get(routeTable) : undefined;
  if (table === undefined) {
    return trace.unknown(
      graph.refOf(routeTable),
      `the route table of ${source.subnet.ref.name} is not in the stack`,
    );
  }
  const local = staysLocal(connection, table);
  if (local !== undefined) return follow(trace, connection, table, local);
  const prefixLists = target.kind === "interface" ? [] : target.prefixLists;
  const doubt = doubtfulRoute(graph, table, addressesTo(target), prefixLists);
  if (doubt !== undefined) return trace.unknown(doubt.ref, doubt.reason);
  const choices = chooseRoutes(graph, table, addressesTo(target), prefixLists);
  const start = trace.fork();
  const verdicts = choices.map(({ route, addresses }) => {
    const part = { ...addresses, label: addressesTo(target).label };
    const to: PacketDestination =
      target.kind === "interface"
        ? { kind: "interface", to: { ...target.to, addresses: part } }
        : { ...target, addresses: part };
    return follow(choices.length > 1 ? trace.fork() : trace, { ...connection, target: to }, table, route);
  });
  const reason = parts(graph, table, addressesTo(target).label, choices, verdicts);
  const verdict = whichever(verdicts, table.ref, reason) ?? noRoute(start, connection, table);
  return prefixLists === "unknown" ? orOfService(start, connection, table, verdict) : verdict;
}

/** The parts that decide: those whose verdict is not that on the last, which the shortest route takes. */
function parts(
  graph: Graph,
  table: RouteTable,
  label: string,
  choices: readonly RouteChoice[],
  verdicts: readonly Verdict[],
): string {
  const each = choices.map(({ route }, i) => ({
    by: route === undefined ? "without a route" : `by ${describeRoute(graph, route)}`,
    status: verdicts[i]?.status,
  }));
  const rest = each.at(-1);
  const other = each.filter(({ status }) => status !== rest?.status);
  const apart = other.map(({ by, status }) => `${by} it is ${status}`).join(", ");
  return `route table ${table.ref.name} divides ${label}: ${apart}, ${rest?.by} it is ${rest?.status}`;
}

/** The verdict on an address that may be a service's with a gateway endpoint in the route table. */
function orOfService(
  trace: TraceBuilder,
  connection: Connection,
  table: RouteTable,
  otherwise: Verdict,
): Verdict {
  const { graph, target } = connection;
  const routes = possibleServiceRoutes(graph, table, addressesTo(target));
  const [first] = routes;
  if (first === undefined) return otherwise;
  const verdicts = routes.map((route) => follow(trace.fork(), connection, table, route));
  const reason = `whether ${addressesTo(target).label} is an address that ${describeRoute(graph, first)} is for`;
  return whichever([otherwise, ...verdicts], table.ref, reason) ?? otherwise;
}

/** Two subnets of one VPC have the local route between them, even if their blocks or the VPC's are not known yet. */
function staysLocal({ source, target }: Connection, table: RouteTable): Route | undefined {
  if (target.kind !== "interface") return undefined;
  if (!isKnown(source.subnet.vpc) || source.subnet.vpc !== target.to.subnet.vpc) return undefined;
  const local = table.routes.filter((route) => route.target.kind === "local");
  const isOpen = local.some(({ destination }) => destination.kind === "cidr" && !isKnown(destination.cidr));
  return isOpen || !hasBlock(target.to.subnet, target.to.addresses.family) ? local[0] : undefined;
}

function follow(
  trace: TraceBuilder,
  connection: Connection,
  table: RouteTable,
  route: Route | undefined,
): Verdict {
  if (route === undefined || leadsAway(connection, route)) return noRoute(trace, connection, table, route);
  const { graph, source } = connection;
  if (route.blackhole) {
    return trace.blocked({
      at: table.ref,
      by: route.ref,
      code: "BAD_STATE_ROUTE",
      reason: `${describeRoute(graph, route)} in ${table.ref.name} is a blackhole`,
      fix: `Point ${describeRoute(graph, route).replace(/ ->.*/, "")} in ${table.ref.name} to a target that exists.`,
    });
  }
  const main = source.subnet.hasRouteTableAssociation
    ? ""
    : ` (main table, ${source.subnet.ref.name} has no association)`;
  trace.hop(table.ref, `${describeRoute(graph, route)}${main}`, route.ref);
  switch (route.target.kind) {
    case "local":
      return deliver(trace, connection);
    case "internet-gateway":
      return throughInternetGateway(trace, connection, table, route);
    case "egress-only-internet-gateway":
      return throughEgressOnlyInternetGateway(trace, connection, route);
    case "nat-gateway":
      return throughNat(trace, connection, table, route);
    case "peering":
      return throughPeering(trace, connection, route);
    case "transit-gateway":
      return throughTransitGateway(trace, connection, route);
    case "network-interface":
      return throughInstance(trace, connection, route, onward);
    case "vpc-endpoint":
      return throughGatewayEndpoint(trace, connection, route);
    default:
      return trace.unknown(
        graph.refOf(route.target.key),
        `what lies behind ${describeRoute(graph, route)} is not in the stack`,
      );
  }
}

/** A NAT gateway whose own routes lead to the internet only is no way to private addresses. */
function throughNat(trace: TraceBuilder, connection: Connection, table: RouteTable, route: Route): Verdict {
  const start = trace.fork();
  const verdict = throughNatGateway(trace, connection, route, onward);
  const isMissing =
    verdict.status === "blocked" &&
    (verdict.code === "NO_ROUTE_TO_DESTINATION" || verdict.code === "DISCONNECTED_VPCS") &&
    isPrivateSet(addressesTo(connection.target));
  return isMissing ? noRoute(start, connection, table, route) : verdict;
}

const TO_THE_INTERNET = new Set(["internet-gateway", "egress-only-internet-gateway"]);

/** A route to the internet is no route to private addresses, because the internet does not carry such packets. */
function leadsAway({ target }: Connection, { target: { kind } }: Route): boolean {
  return target.kind !== "public" && TO_THE_INTERNET.has(kind) && isPrivateSet(addressesTo(target));
}

/** Delivers to another subnet of the same VPC. */
function deliver(trace: TraceBuilder, connection: Connection): Verdict {
  const { graph, source, target, port } = connection;
  const { vpc } = source.subnet;
  if (target.kind !== "interface") {
    return trace.blocked({
      at: graph.refOf(vpc),
      code: "NO_SOURCE_OR_DESTINATION",
      reason: `${target.addresses.label} is in the VPC's block, but in none of its subnets`,
      fix: "Ask for an address that a subnet has.",
    });
  }
  if (target.to.subnet.vpc !== vpc) {
    return trace.blocked({
      at: graph.refOf(vpc),
      code: "DISCONNECTED_VPCS",
      reason: `${target.to.owner.name} is in another VPC whose block overlaps this one's, so the packet never leaves`,
      fix: "Give the two VPCs blocks that do not overlap.",
    });
  }
  return (
    subnetIngressAllowed(trace, graph, target.to, senderIn(connection), port) ??
    connection.arrive(trace, "local", target.to)
  );
}

function throughGatewayEndpoint(trace: TraceBuilder, connection: Connection, route: Route): Verdict {
  const { graph } = connection;
  const endpoint = isKnown(route.target.key) ? graph.endpoints.get(route.target.key) : undefined;
  if (endpoint?.type !== "Gateway") {
    return trace.unknown(
      graph.refOf(route.target.key),
      `what ${describeRoute(graph, route)} leads to is not known`,
    );
  }
  return connection.arrive(trace, "gateway-endpoint");
}

function noRoute(trace: TraceBuilder, connection: Connection, table: RouteTable, away?: Route): Verdict {
  const { graph, source, target } = connection;
  const { subnet } = source;
  const addresses = addressesTo(target);
  const [gateway] = table.propagatingGateways;
  if (gateway !== undefined && isPrivateSet(addresses)) {
    const reason = `${table.ref.name} takes routes from a virtual private gateway, and those are not in the stack`;
    return trace.unknown(graph.refOf(gateway), reason);
  }
  const other = otherVpc(graph, source, target);
  if (other?.peered === false) {
    return trace.blocked({
      at: table.ref,
      code: "DISCONNECTED_VPCS",
      reason: `nothing connects the VPC of ${subnet.ref.name} with ${other.name}; peering is not transitive`,
      fix: "Peer the two VPCs directly, and route both ways.",
    });
  }
  if (connection.through !== undefined) return noRouteOn(trace, connection, table);
  const which = subnet.hasRouteTableAssociation
    ? `route table ${table.ref.name} of ${subnet.ref.name}`
    : `${subnet.ref.name} has no route table association, so the main table ${table.ref.name} decides; it`;
  const instead = away === undefined ? "" : `; ${describeRoute(graph, away)} leads to the internet`;
  const through = other === undefined ? "" : " through the peering connection";
  return trace.blocked({
    at: table.ref,
    by: away?.ref,
    code: "NO_ROUTE_TO_DESTINATION",
    reason: `${which} has no route to ${addresses.label}${instead}`,
    fix: subnet.hasRouteTableAssociation
      ? `Add a route to ${addresses.label}${through} to ${table.ref.name}.`
      : `Associate ${subnet.ref.name} with a route table that has a route to ${addresses.label}.`,
  });
}

/** A NAT gateway or instance whose own subnet has no route on. */
function noRouteOn(trace: TraceBuilder, { source, target }: Connection, table: RouteTable): Verdict {
  const { owner, subnet } = source;
  const isPublic = target.kind === "public";
  const to = isPublic ? "an internet gateway" : addressesTo(target).label;
  return trace.blocked({
    at: table.ref,
    code: "NO_ROUTE_TO_DESTINATION",
    reason: `${owner.name} is in ${subnet.ref.name}, whose route table ${table.ref.name} has no route to ${to}`,
    fix: isPublic
      ? `Add a route 0.0.0.0/0 to an internet gateway to ${table.ref.name}, or put ${owner.name} into a public subnet.`
      : `Add a route to ${to} to ${table.ref.name}.`,
  });
}

function otherVpc(
  graph: Graph,
  source: NetworkInterface,
  target: PacketDestination,
): { name: string; peered: boolean } | undefined {
  const own = source.subnet.vpc;
  const [theirs] =
    target.kind === "interface" || target.cidr === undefined ? [] : vpcsWith(graph, target.cidr);
  const vpc = target.kind === "interface" ? target.to.subnet.vpc : theirs?.ref.urn;
  if (vpc === undefined || vpc === own) return undefined;
  const peered = [...graph.peerings.values()].some(
    ({ requester, accepter }) =>
      (requester === own && accepter === vpc) || (requester === vpc && accepter === own),
  );
  return { name: graph.refOf(vpc).name, peered };
}
