import { PUBLIC } from "../../aws/address-sets.js";
import type { Graph } from "../../graph/index.js";
import { isKnown } from "../../resources/unknown.js";
import { TraceBuilder } from "../verdict/path.js";
import type { Blocked, Verdict } from "../verdict/verdict.js";
import type { Arrival, Peer } from "./connection.js";
import type { NetworkInterface } from "./interfaces.js";
import { attachedTo, blockPublicAccess } from "./internet-gateways.js";
import { chooseRoutes, doubtfulRoute } from "./route-tables.js";
import { subnetIngressAllowed } from "./security-groups.js";

/** Any public address as the sender of a connection. */
export const ANYONE: Peer = {
  addresses: { ...PUBLIC[4], label: "the internet" },
  groups: [],
  prefixLists: [],
  label: "the internet",
};

/**
 * Forwards from the internet to an interface, which needs a public address, a route to an internet gateway for the
 * answers, and rules that allow any source. https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Internet_Gateway.html
 */
export function internetToInterface(
  graph: Graph,
  to: NetworkInterface,
  port: number,
  arrive: Arrival,
  trace = new TraceBuilder(),
): Verdict {
  const sender = ANYONE;
  const blocked =
    publicAddress(trace, to) ??
    throughGateway(trace, graph, to) ??
    blockPublicAccess(trace, graph, to.subnet, "in") ??
    subnetIngressAllowed(trace, graph, to, sender, port);
  return blocked ?? arrive(trace, "internet-gateway", to);
}

function publicAddress(trace: TraceBuilder, { owner, publicAddress }: NetworkInterface): Blocked | undefined {
  if (publicAddress === true) return undefined;
  if (!isKnown(publicAddress)) return trace.undetermined(owner, `whether ${owner.name} has a public address`);
  return trace.blocked({
    at: owner,
    code: "IGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS",
    reason: `${owner.name} has no public address`,
    fix: `Put something with a public address in front of ${owner.name}, such as an API or a load balancer.`,
  });
}

function throughGateway(
  trace: TraceBuilder,
  graph: Graph,
  { subnet }: NetworkInterface,
): Blocked | undefined {
  const table = isKnown(subnet.routeTable) ? graph.routeTables.get(subnet.routeTable) : undefined;
  if (table === undefined)
    return trace.undetermined(graph.refOf(subnet.routeTable), `the route table of ${subnet.ref.name}`);
  const doubt = doubtfulRoute(graph, table, PUBLIC[4]);
  if (doubt !== undefined) return trace.undetermined(doubt.ref, doubt.reason);
  const gateways = chooseRoutes(graph, table, PUBLIC[4], []).map(({ route }) => route);
  const route = gateways.find(
    (candidate) => candidate?.target.kind === "internet-gateway" && !candidate.blackhole,
  );
  if (route === undefined) {
    return trace.blocked({
      at: table.ref,
      code: "NO_ROUTE_TO_DESTINATION",
      reason: `route table ${table.ref.name} of ${subnet.ref.name} has no route to an internet gateway`,
      fix: `Add a route 0.0.0.0/0 to an internet gateway to ${table.ref.name}.`,
    });
  }
  const blocked = attachedTo(trace, graph, route.target.key, subnet.vpc);
  return (
    blocked ??
    trace.hop(graph.refOf(route.target.key), `in from the internet, to ${subnet.ref.name}`, route.ref)
  );
}
