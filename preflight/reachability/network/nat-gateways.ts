import type { NatGateway, Route, Subnet } from "../../graph/model.js";
import { isKnown, isSet } from "../../resources/unknown.js";
import type { TraceBuilder } from "../verdict/path.js";
import type { Blocked, Verdict } from "../verdict/verdict.js";
import type { Connection } from "./connection.js";
import { addressesTo } from "./interfaces.js";
import { attachedTo, blockPublicAccess } from "./internet-gateways.js";
import { networkAcl } from "./network-acls.js";
import { publicSourceOfNat } from "./public-sources.js";
import { chooseRoutes, describeRoute, doubtfulRoute } from "./route-tables.js";

/**
 * Forwards through a NAT gateway, which has to be public, in the same VPC, and able to reach an internet gateway.
 * https://docs.aws.amazon.com/vpc/latest/userguide/vpc-nat-gateway.html
 */
export function throughNatGateway(trace: TraceBuilder, connection: Connection, route: Route): Verdict {
  const { graph } = connection;
  const nat = isKnown(route.target.key) ? graph.natGateways.get(route.target.key) : undefined;
  const ref = graph.refOf(route.target.key);
  if (nat === undefined) return trace.unknown(ref, `NAT gateway ${ref.name} is not in the stack`);
  const blocked =
    publicAddress(trace, nat) ??
    (nat.availabilityMode === "regional" ? regional(trace, connection, nat) : zonal(trace, connection, nat));
  return blocked ?? connection.arrive(trace, "nat", undefined, publicSourceOfNat(nat));
}

function publicAddress(trace: TraceBuilder, nat: NatGateway): Blocked | undefined {
  const { ref, connectivity, allocation, availabilityMode } = nat;
  if (connectivity === "private") {
    return trace.blocked({
      at: ref,
      code: "IGW_PUBLIC_IP_ASSOCIATION_FOR_EGRESS",
      reason: `NAT gateway ${ref.name} is private, so it has no public address`,
      fix: `Set connectivityType: public on ${ref.name} and give it an Elastic IP.`,
    });
  }
  if (!isKnown(connectivity)) trace.undetermined(ref, `whether NAT gateway ${ref.name} is public`);
  // A regional gateway gets its addresses from AWS.
  if (availabilityMode === "regional" || allocation !== undefined) return undefined;
  return trace.blocked({
    at: ref,
    code: "BAD_STATE",
    reason: `public NAT gateway ${ref.name} has no Elastic IP`,
    fix: `Give ${ref.name} an Elastic IP (allocationId).`,
  });
}

function zonal(trace: TraceBuilder, connection: Connection, nat: NatGateway): Blocked | undefined {
  const { graph, source, target, port } = connection;
  const subnet = isSet(nat.subnet) ? graph.subnets.get(nat.subnet) : undefined;
  if (subnet === undefined) {
    return trace.undetermined(
      graph.refOf(nat.subnet ?? nat.ref.urn),
      `the subnet of NAT gateway ${nat.ref.name}`,
    );
  }
  const crossed =
    sameVpc(trace, connection, nat, subnet.vpc) ??
    // Network ACLs do not apply inside one subnet.
    (subnet.ref.urn === source.subnet.ref.urn
      ? undefined
      : networkAcl(trace, graph, "ingress", subnet, source.addresses, port));
  if (crossed !== undefined) return crossed;
  trace.hop(nat.ref, `public NAT gateway in ${subnet.ref.name}`);
  return (
    networkAcl(trace, graph, "egress", subnet, addressesTo(target), port) ??
    publicRoute(trace, connection, nat, subnet) ??
    blockPublicAccess(trace, graph, subnet, "out-only")
  );
}

/** https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateways-regional.html */
function regional(trace: TraceBuilder, connection: Connection, nat: NatGateway): Blocked | undefined {
  const { graph, source } = connection;
  const blocked = sameVpc(trace, connection, nat, nat.vpc) ?? inZone(trace, connection, nat);
  if (blocked !== undefined) return blocked;
  const gateways = [...graph.internetGateways.values()];
  if (!gateways.some(({ vpc }) => vpc !== undefined && vpc === nat.vpc)) {
    const open = gateways.find(({ vpc }) => vpc !== undefined && !isKnown(vpc));
    if (open !== undefined)
      return trace.undetermined(open.ref, `whether ${open.ref.name} is attached to the VPC`);
    return trace.blocked({
      at: nat.ref,
      code: "UNASSOCIATED_COMPONENT",
      reason: `regional NAT gateway ${nat.ref.name} is in a VPC without an internet gateway`,
      fix: `Attach an internet gateway to ${graph.refOf(source.subnet.vpc).name}.`,
    });
  }
  trace.hop(nat.ref, "regional public NAT gateway, with a route table of its own to the internet gateway");
  return blockPublicAccess(trace, graph, source.subnet, "out-only");
}

function inZone(trace: TraceBuilder, { source }: Connection, nat: NatGateway): Blocked | undefined {
  const zone = source.subnet.availabilityZone;
  if (nat.zones === undefined || (isKnown(zone) && nat.zones.includes(zone))) return undefined;
  if (!isKnown(zone) || !nat.zones.every(isKnown)) {
    return trace.undetermined(
      nat.ref,
      `whether NAT gateway ${nat.ref.name} has an address in ${source.subnet.ref.name}'s zone`,
    );
  }
  return trace.blocked({
    at: nat.ref,
    code: "REGIONAL_NGW_ROUTE_AZ_RESTRICTION",
    reason: `regional NAT gateway ${nat.ref.name} has no address in ${zone}, where ${source.subnet.ref.name} is`,
    fix: `Add ${zone} to availabilityZoneAddresses of ${nat.ref.name}, or leave them out.`,
  });
}

function sameVpc(
  trace: TraceBuilder,
  { graph, source }: Connection,
  nat: NatGateway,
  vpc: NatGateway["vpc"],
): Blocked | undefined {
  const own = source.subnet.vpc;
  if (vpc === own && isKnown(own)) return undefined;
  if (!isSet(vpc) || !isKnown(own)) {
    return trace.undetermined(nat.ref, `whether NAT gateway ${nat.ref.name} is in the same VPC`);
  }
  return trace.blocked({
    at: nat.ref,
    code: "NGW_REQUIRES_SOURCE_IN_VPC",
    reason: `NAT gateway ${nat.ref.name} is in ${graph.refOf(vpc).name}, the source in ${graph.refOf(own).name}`,
    fix: `Route ${source.subnet.ref.name} to a NAT gateway of its own VPC.`,
  });
}

/** Whether the subnet of the NAT gateway is public. */
function publicRoute(
  trace: TraceBuilder,
  connection: Connection,
  nat: NatGateway,
  subnet: Subnet,
): Blocked | undefined {
  const { graph, target } = connection;
  const table = isKnown(subnet.routeTable) ? graph.routeTables.get(subnet.routeTable) : undefined;
  if (table === undefined) {
    return trace.undetermined(
      graph.refOf(subnet.routeTable),
      `the route table of ${subnet.ref.name}, where ${nat.ref.name} is`,
    );
  }
  const doubt = doubtfulRoute(graph, table, addressesTo(target));
  if (doubt !== undefined) return trace.undetermined(doubt.ref, doubt.reason);
  const choices = chooseRoutes(graph, table, addressesTo(target), []);
  for (const { route } of choices) {
    if (route?.target.kind === "other" && !isKnown(route.target.key)) {
      return trace.undetermined(route.ref, `where ${describeRoute(graph, route)} leads`);
    }
    if (route === undefined || route.target.kind !== "internet-gateway" || route.blackhole) {
      const isBlackhole = route?.blackhole === true;
      return trace.blocked({
        at: table.ref,
        by: route?.ref,
        code: isBlackhole ? "BAD_STATE_ROUTE" : "NO_ROUTE_TO_DESTINATION",
        reason: `NAT gateway ${nat.ref.name} is in ${subnet.ref.name}, whose route table ${table.ref.name} has no ${
          isBlackhole ? "working " : ""
        }route to an internet gateway`,
        fix: `Add a route 0.0.0.0/0 to an internet gateway to ${table.ref.name}, or put ${nat.ref.name} into a public subnet.`,
      });
    }
    trace.hop(table.ref, describeRoute(graph, route), route.ref);
    const blocked = attachedTo(trace, graph, route.target.key, subnet.vpc);
    if (blocked !== undefined) return blocked;
    trace.hop(graph.refOf(route.target.key), "attached to the VPC; the NAT gateway has a public address");
  }
  return undefined;
}
