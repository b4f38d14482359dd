import { type AddressSet, PUBLIC, subtract } from "../../aws/address-sets.js";
import { parseCidr } from "../../aws/cidr.js";
import { ofType } from "../../graph/databases.js";
import type { Graph, Key } from "../../graph/model.js";
import { isKnown, type MaybeUnknown } from "../../resources/unknown.js";
import { TraceBuilder } from "../verdict/path.js";
import type { Blocked, Verdict, Via } from "../verdict/verdict.js";
import type { Arrival, Peer } from "./connection.js";
import type { NetworkInterface } from "./interfaces.js";
import { attachedTo, blockPublicAccess } from "./internet-gateways.js";
import { chooseRoutes, describeRoute, doubtfulRoute } from "./route-tables.js";
import { subnetIngressAllowed } from "./security-groups.js";

/** A connection that comes in from outside the VPC. */
export interface Inbound {
  /** By default any host of the internet. */
  readonly sender?: Peer | undefined;
  /** How it left the network that it comes from. */
  readonly via?: Via | undefined;
}

/**
 * Forwards from outside the VPC to an interface, which needs a public address, a route to an internet gateway for the
 * answers, and rules that allow the sender's public address. A rule for a security group matches private addresses
 * only, so not even a member of the group gets in by it this way.
 * https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Internet_Gateway.html
 * https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html#security-group-referencing
 */
export function internetToInterface(
  graph: Graph,
  to: NetworkInterface,
  port: number,
  arrive: Arrival,
  trace = new TraceBuilder(),
  { sender = anyone(graph, to.addresses.family), via = "internet-gateway" }: Inbound = {},
): Verdict {
  const blocked =
    publicAddress(trace, to) ??
    throughGateway(trace, graph, to, sender.addresses) ??
    blockPublicAccess(trace, graph, to.subnet, "in") ??
    subnetIngressAllowed(trace, graph, to, sender, port);
  return blocked ?? arrive(trace, via, to);
}

/** Any host of the internet as the sender of a connection. It has a public address that is not the stack's own. */
export function anyone({ managedResources, natGateways }: Graph, family: 4 | 6 = 4): Peer {
  const own = [...managedResources.values(), ...natGateways.values()]
    .flatMap(({ publicAddresses }) => publicAddresses)
    .flatMap((address) => (isKnown(address) ? (parseCidr(address) ?? []) : []));
  return publicPeer({ ...subtract(PUBLIC[family], own), label: "the internet" });
}

/** A sender with a public address. Of its groups, the other end sees nothing. */
export function publicPeer(addresses: AddressSet): Peer {
  return { addresses, groups: [], prefixLists: [], label: addresses.label };
}

/** Every IPv6 address of a VPC is public. */
function publicAddress(
  trace: TraceBuilder,
  { owner, publicAddress, addresses }: NetworkInterface,
): Blocked | undefined {
  if (publicAddress === true || addresses.family === 6) return undefined;
  if (!isKnown(publicAddress)) return trace.undetermined(owner, `whether ${owner.name} has a public address`);
  return trace.blocked({
    at: owner,
    code: "IGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS",
    reason: `${owner.name} has no public address`,
    fix: `Put something with a public address in front of ${owner.name}, such as an API or a load balancer.`,
  });
}

/** Whether an internet gateway lets the packets in, and the subnet's route table sends the answers out through it. */
function throughGateway(
  trace: TraceBuilder,
  graph: Graph,
  to: NetworkInterface,
  sender: AddressSet,
): Blocked | undefined {
  const { subnet } = to;
  const table = isKnown(subnet.routeTable) ? graph.routeTables.get(subnet.routeTable) : undefined;
  if (table === undefined)
    return trace.undetermined(graph.refOf(subnet.routeTable), `the route table of ${subnet.ref.name}`);
  const doubt = doubtfulRoute(graph, table, sender);
  if (doubt !== undefined) return trace.undetermined(doubt.ref, doubt.reason);
  // The VPC's own hosts do not come in this way, and services behind a gateway endpoint start no connections.
  const choices = chooseRoutes(graph, table, sender, []).filter(
    ({ route }) => route?.target.kind !== "local" && route?.target.kind !== "vpc-endpoint",
  );
  const open = choices.flatMap(({ route }) =>
    route?.target.kind === "internet-gateway" && !route.blackhole ? [route] : [],
  );
  const [route] = open;
  if (route === undefined) {
    const everywhere = sender.family === 4 ? "0.0.0.0/0" : "::/0";
    return trace.blocked({
      at: table.ref,
      code: "NO_ROUTE_TO_DESTINATION",
      reason: `route table ${table.ref.name} of ${subnet.ref.name} has no route to an internet gateway`,
      fix: `Add a route ${everywhere} to an internet gateway to ${table.ref.name}.`,
    });
  }
  if (open.length < choices.length) {
    trace.undetermined(
      table.ref,
      `route table ${table.ref.name} sends the answers to part of ${sender.label} another way than ${describeRoute(graph, route)}`,
    );
  }
  redirected(trace, graph, route.target.key, to);
  const blocked = attachedTo(trace, graph, route.target.key, subnet.vpc);
  return (
    blocked ?? trace.hop(graph.refOf(route.target.key), `in from outside, to ${subnet.ref.name}`, route.ref)
  );
}

const ASSOCIATION = "aws:ec2/routeTableAssociation:RouteTableAssociation";

/**
 * Whether a route table of the gateway itself sends the packets to an appliance first. What that lets through is not in
 * the stack. https://docs.aws.amazon.com/vpc/latest/userguide/gateway-route-tables.html
 */
function redirected(
  trace: TraceBuilder,
  graph: Graph,
  gateway: MaybeUnknown<Key>,
  { addresses }: NetworkInterface,
): void {
  for (const { properties } of ofType(graph, ASSOCIATION)) {
    const { gatewayId, routeTableId } = properties;
    if (typeof gatewayId !== "string" || typeof routeTableId !== "string") continue;
    if (!isKnown(gateway) || !(gatewayId === gateway || graph.find(gatewayId).includes(gateway))) continue;
    for (const key of graph.find(routeTableId)) {
      const table = graph.routeTables.get(key);
      const choices = table === undefined ? [] : chooseRoutes(graph, table, addresses, []);
      const away = choices.find(({ route }) => route !== undefined && route.target.kind !== "local")?.route;
      if (away === undefined) continue;
      trace.undetermined(away.ref, `what ${describeRoute(graph, away)} lets in, which packets pass first`);
    }
  }
}
