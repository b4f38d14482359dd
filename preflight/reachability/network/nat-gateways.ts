import { addressesOf, EVERYWHERE } from "../../aws/address-sets.js";
import { parseCidr } from "../../aws/cidr.js";
import type { Graph, NatGateway, ResourceRef, Route, Subnet } from "../../graph/model.js";
import { isKnown, isSet, UNKNOWN } from "../../resources/unknown.js";
import type { TraceBuilder } from "../verdict/path.js";
import type { Blocked, Verdict } from "../verdict/verdict.js";
import type { Connection, Onward } from "./connection.js";
import { addressesIn, type NetworkInterface } from "./interfaces.js";
import { blockPublicAccess } from "./internet-gateways.js";
import { networkAcl } from "./network-acls.js";
import { publicSourceOfNat } from "./public-sources.js";

/**
 * Forwards through a NAT gateway of the same VPC. It replaces the source by its own private address and sends the
 * packets on by the route table of its subnet: to an internet gateway, which only a public NAT gateway may use, or to
 * another VPC or network, for which a private one suffices.
 * https://docs.aws.amazon.com/vpc/latest/userguide/vpc-nat-gateway.html
 */
export function throughNatGateway(
  trace: TraceBuilder,
  connection: Connection,
  route: Route,
  onward: Onward,
): Verdict {
  const { graph } = connection;
  const nat = isKnown(route.target.key) ? graph.natGateways.get(route.target.key) : undefined;
  const ref = graph.refOf(route.target.key);
  if (nat === undefined) return trace.unknown(ref, `NAT gateway ${ref.name} is not in the stack`);
  return (
    elasticAddress(trace, nat) ??
    (nat.availabilityMode === "regional"
      ? throughRegional(trace, connection, nat)
      : throughZonal(trace, connection, nat, onward))
  );
}

/** A public NAT gateway cannot be without an address. AWS gives a regional one its addresses. */
function elasticAddress(trace: TraceBuilder, nat: NatGateway): Blocked | undefined {
  const { ref, connectivity, allocation, availabilityMode } = nat;
  if (connectivity !== "public" || availabilityMode === "regional" || allocation !== undefined)
    return undefined;
  return trace.blocked({
    at: ref,
    code: "BAD_STATE",
    reason: `public NAT gateway ${ref.name} has no Elastic IP`,
    fix: `Give ${ref.name} an Elastic IP (allocationId).`,
  });
}

function throughZonal(trace: TraceBuilder, connection: Connection, nat: NatGateway, onward: Onward): Verdict {
  const { graph, source, port, arrive, through = [] } = connection;
  const { ref } = nat;
  const subnet = isSet(nat.subnet) ? graph.subnets.get(nat.subnet) : undefined;
  if (subnet === undefined)
    return trace.unknown(graph.refOf(nat.subnet ?? ref.urn), `the subnet of NAT gateway ${ref.name}`);
  const blocked =
    leadsBack(trace, connection, ref) ??
    sameVpc(trace, connection, nat, subnet.vpc) ??
    // Network ACLs do not apply inside one subnet.
    (subnet.ref.urn === source.subnet.ref.urn
      ? undefined
      : networkAcl(trace, graph, "ingress", subnet, source.addresses, port));
  if (blocked !== undefined) return blocked;
  trace.hop(
    ref,
    `${isKnown(nat.connectivity) ? nat.connectivity : ""} NAT gateway in ${subnet.ref.name}`.trim(),
  );
  const { seenAs: _, ...rest } = connection;
  return onward(trace, {
    ...rest,
    source: interfaceOf(graph, nat, subnet),
    through: [...through, ref],
    arrive: (arrived, via, at, publicSource) =>
      arrive(arrived, via === "gateway-endpoint" ? via : "nat", at, publicSource),
  });
}

/** The interface of a NAT gateway, which is in no security group. */
function interfaceOf(graph: Graph, nat: NatGateway, subnet: Subnet): NetworkInterface {
  const { ref, connectivity, privateAddress, publicAddresses } = nat;
  const own = isSet(privateAddress) ? parseCidr(privateAddress) : undefined;
  const addresses = own === undefined ? addressesIn(graph, subnet, 4) : addressesOf(own);
  return {
    owner: ref,
    subnet,
    groups: [],
    addresses: addresses ?? { ...addressesOf(EVERYWHERE[4]), label: `the address of ${ref.name}` },
    publicAddress: isKnown(connectivity) ? connectivity === "public" : UNKNOWN,
    publicAddresses,
  };
}

/** https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateways-regional.html */
function throughRegional(trace: TraceBuilder, connection: Connection, nat: NatGateway): Verdict {
  const { graph, source, target, arrive } = connection;
  const { ref } = nat;
  const blocked = sameVpc(trace, connection, nat, nat.vpc) ?? inZone(trace, connection, nat);
  if (blocked !== undefined) return blocked;
  if (target.kind !== "public")
    return trace.unknown(ref, `where the own route table of regional NAT gateway ${ref.name} leads`);
  const gateways = [...graph.internetGateways.values()];
  if (!gateways.some(({ vpc }) => vpc !== undefined && vpc === nat.vpc)) {
    const open = gateways.find(({ vpc }) => vpc !== undefined && !isKnown(vpc));
    if (open !== undefined) return trace.unknown(open.ref, `whether ${open.ref.name} is attached to the VPC`);
    return trace.blocked({
      at: ref,
      code: "UNASSOCIATED_COMPONENT",
      reason: `regional NAT gateway ${ref.name} is in a VPC without an internet gateway`,
      fix: `Attach an internet gateway to ${graph.refOf(source.subnet.vpc).name}.`,
    });
  }
  trace.hop(ref, "regional public NAT gateway, with a route table of its own to the internet gateway");
  return (
    blockPublicAccess(trace, graph, source.subnet, "out-only") ??
    arrive(trace, "nat", undefined, publicSourceOfNat(nat))
  );
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

/** Whether packets come back to a device that has forwarded them. */
export function leadsBack(
  trace: TraceBuilder,
  { graph, source, through = [] }: Connection,
  device: ResourceRef,
): Blocked | undefined {
  if (!through.some(({ urn }) => urn === device.urn)) return undefined;
  const { subnet } = source;
  const table = graph.refOf(subnet.routeTable);
  return trace.blocked({
    at: table,
    by: device,
    code: "NO_ROUTE_TO_DESTINATION",
    reason: `${device.name} is in ${subnet.ref.name}, whose route table ${table.name} leads back to it`,
    fix: `Route ${table.name} to an internet gateway, or put ${device.name} into a public subnet.`,
  });
}
