import { type AddressSet, addressesOf } from "../../aws/address-sets.js";
import { type Cidr, formatCidr } from "../../aws/cidr.js";
import type { Graph, ResourceRef, Route, TransitGatewayAttachment } from "../../graph/model.js";
import { isKnown } from "../../resources/unknown.js";
import { TraceBuilder } from "../verdict/path.js";
import type { Blocked, Verdict } from "../verdict/verdict.js";
import type { Connection, Peer } from "./connection.js";
import type { NetworkInterface } from "./interfaces.js";
import { answersNotRouted, routesOfAnswers } from "./route-tables.js";
import { subnetIngressAllowed } from "./security-groups.js";

/**
 * Forwards to a transit gateway, which takes packets only from the zones in which the attachment has a subnet. Its own
 * route tables and the networks behind it are not in the stack.
 * https://docs.aws.amazon.com/vpc/latest/tgw/tgw-vpc-attachments.html
 */
export function throughTransitGateway(trace: TraceBuilder, connection: Connection, route: Route): Verdict {
  const { graph, source, target } = connection;
  const gateway = graph.refOf(route.target.key);
  const attachment = [...graph.transitGatewayAttachments.values()].find(
    ({ vpc, transitGateway }) =>
      isKnown(vpc) &&
      vpc === source.subnet.vpc &&
      isKnown(transitGateway) &&
      transitGateway === route.target.key,
  );
  if (attachment === undefined) {
    return trace.unknown(
      gateway,
      `what attaches the VPC to transit gateway ${gateway.name} is not in the stack`,
    );
  }
  const blocked = inItsZones(trace, connection, attachment);
  if (blocked !== undefined) return blocked;
  trace.hop(attachment.ref, `to transit gateway ${gateway.name}; what lies behind it is not in the stack`);
  const isEnd = target.kind === "foreign" && target.attachment === attachment;
  if (isEnd) return connection.arrive(trace, "transit-gateway");
  return trace.unknown(
    attachment.ref,
    `where transit gateway ${gateway.name} routes the packets, and what lies behind it`,
  );
}

function inItsZones(
  trace: TraceBuilder,
  { graph, source }: Connection,
  { ref, subnets }: TransitGatewayAttachment,
): Blocked | undefined {
  const { availabilityZone, ref: subnet } = source.subnet;
  const zones = subnets.map((key) => (isKnown(key) ? graph.subnets.get(key)?.availabilityZone : undefined));
  if (isKnown(availabilityZone) && zones.includes(availabilityZone)) return undefined;
  if (!isKnown(availabilityZone) || zones.some((zone) => zone === undefined || !isKnown(zone))) {
    return trace.undetermined(ref, `whether ${ref.name} has a subnet in the zone of ${subnet.name}`);
  }
  return trace.blocked({
    at: ref,
    code: "TGW_ROUTE_AZ_RESTRICTION",
    reason: `${ref.name} has no subnet in ${availabilityZone}, the zone of ${subnet.name}`,
    fix: `Add a subnet of ${availabilityZone} to ${ref.name}.`,
  });
}

/** The blocks that route tables of the VPC send to the transit gateway of an attachment. */
export function blocksBehind(graph: Graph, { vpc, transitGateway }: TransitGatewayAttachment): Cidr[] {
  const found = new Map<string, Cidr>();
  for (const table of graph.routeTables.values()) {
    if (!isKnown(vpc) || table.vpc !== vpc) continue;
    for (const { target, destination } of table.routes) {
      if (target.kind !== "transit-gateway" || target.key !== transitGateway) continue;
      if (destination.kind !== "cidr" || !isKnown(destination.cidr) || destination.cidr.family !== 4)
        continue;
      found.set(formatCidr(destination.cidr), destination.cidr);
    }
  }
  return [...found.values()];
}

export function noRouteTo(ref: ResourceRef): Verdict {
  return new TraceBuilder().blocked({
    at: ref,
    code: "NO_ROUTE_TO_DESTINATION",
    reason: `no route table of the VPC leads to the transit gateway of ${ref.name}`,
    fix: `Add a route to a block behind it through the transit gateway of ${ref.name}.`,
  });
}

/** Any host behind the transit gateway with an address of a block. */
export function senderBehind({ ref }: TransitGatewayAttachment, block: Cidr): Peer {
  const addresses = addressesOf(block);
  return { addresses, groups: [], prefixLists: [], label: `${ref.name} (${addresses.label})` };
}

/**
 * Forwards from a host behind the transit gateway to a network interface of the stack. Whether the gateway routes here
 * is not in the stack, so that the end is a block or unknown: security groups and ACLs that refuse, or no route for the
 * answers.
 */
export function forwardFromTransitGateway(
  graph: Graph,
  attachment: TransitGatewayAttachment,
  block: Cidr,
  to: NetworkInterface,
  port: number,
): Verdict {
  const trace = new TraceBuilder();
  const { ref, vpc } = attachment;
  if (!isKnown(vpc) || !isKnown(to.subnet.vpc)) return trace.unknown(ref, `which VPC ${ref.name} attaches`);
  if (vpc !== to.subnet.vpc)
    return trace.unknown(ref, `whether the transit gateway leads to ${to.owner.name}`);
  trace.hop(ref, "taken to lead here; the transit gateway's route tables are not in the stack");
  return (
    subnetIngressAllowed(trace, graph, to, senderBehind(attachment, block), port) ??
    routeBack(trace, graph, attachment, to, addressesOf(block)) ??
    trace.unknown(ref, `whether the transit gateway routes to ${to.owner.name}`)
  );
}

function routeBack(
  trace: TraceBuilder,
  graph: Graph,
  { transitGateway }: TransitGatewayAttachment,
  { subnet }: NetworkInterface,
  addresses: AddressSet,
): Blocked | undefined {
  const back = routesOfAnswers(trace, graph, subnet, addresses);
  if (back === undefined) return undefined;
  const { table, choices } = back;
  // Part of the answers may come back.
  if (choices.some(({ route }) => route?.target.key === transitGateway && !route.blackhole)) return undefined;
  return answersNotRouted(trace, table, subnet, addresses, "the transit gateway");
}
