import type { Graph, ManagedResource, ResourceRef, Route, ScalingGroup } from "../../graph/model.js";
import { isKnown, UNKNOWN } from "../../resources/unknown.js";
import { type TraceBuilder, whichever } from "../verdict/path.js";
import type { Blocked, Verdict } from "../verdict/verdict.js";
import type { Connection, Onward } from "./connection.js";
import { type NetworkInterface, resourceInterfaces } from "./interfaces.js";
import { leadsBack } from "./nat-gateways.js";
import { egressAllowed, ingressAllowed, senderIn, subnetIngressAllowed } from "./security-groups.js";

/**
 * Forwards through a network interface that a route leads to: a NAT instance or another appliance. Its security groups
 * and network ACLs judge the packets both ways, its source/destination check has to be off, and an instance has to have
 * it. Whether the instance's software forwards is not judged; it is taken to do so.
 * https://docs.aws.amazon.com/vpc/latest/userguide/VPC_NAT_Instance.html
 */
export function throughInstance(
  trace: TraceBuilder,
  connection: Connection,
  route: Route,
  onward: Onward,
): Verdict {
  const { graph, source, target, port, arrive, through = [] } = connection;
  const device = isKnown(route.target.key) ? graph.managedResources.get(route.target.key) : undefined;
  const ref = graph.refOf(route.target.key);
  const [own] = device === undefined ? [] : resourceInterfaces(graph, device);
  if (device === undefined || own === undefined)
    return trace.unknown(ref, `network interface ${ref.name} is not in the stack`);
  if ("missing" in own) return trace.unknown(own.missing, `the subnet of ${ref.name}`);
  const isInside = own.subnet.ref.urn === source.subnet.ref.urn;
  const sender = senderIn(connection);
  const blocked =
    leadsBack(trace, connection, ref) ??
    instanceOf(trace, graph, device, own) ??
    sourceDestCheck(trace, device) ??
    (isInside
      ? ingressAllowed(trace, graph, own, sender, port)
      : subnetIngressAllowed(trace, graph, own, sender, port));
  if (blocked !== undefined) return blocked;
  trace.hop(ref, "is taken to forward the packets; what its instance runs is not judged");
  const { seenAs: _, ...rest } = connection;
  const next: Connection = {
    ...rest,
    source: forwarding(graph, device, own),
    through: [...through, ref],
    arrive: (arrived, via, at, publicSource) =>
      arrive(arrived, via === "gateway-endpoint" ? via : "nat", at, publicSource),
  };
  const refused = egressAllowed(trace, next);
  if (refused !== undefined) return refused;
  if (target.kind === "public") return onward(trace, next);
  // A NAT instance sends with its own address, a firewall with the client's, whose groups are then not seen.
  const client = { ...sender, groups: [] };
  const verdicts = [
    onward(trace.fork(), next),
    onward(trace.fork(), {
      ...next,
      seenAs: client,
      source: { ...next.source, addresses: client.addresses },
    }),
  ];
  const reason = `whether ${ref.name} sends with its own address or with that of ${source.owner.name}, which do not both get in`;
  return whichever(verdicts, ref, reason) ?? trace.unknown(ref, reason);
}

/** The Auto Scaling group whose instance starts with the network interface. */
function groupWith({ scalingGroups }: Graph, { urn }: ResourceRef): ScalingGroup | undefined {
  return [...scalingGroups.values()].find(({ networkInterface }) => networkInterface === urn);
}

/**
 * Whether an instance has the network interface. That of an Auto Scaling group has it if the group runs one, in the
 * interface's zone. https://docs.aws.amazon.com/autoscaling/ec2/userguide/examples-launch-templates-aws-cli.html
 */
function instanceOf(
  trace: TraceBuilder,
  graph: Graph,
  { ref, isAttached }: ManagedResource,
  own: NetworkInterface,
): Blocked | undefined {
  const group = groupWith(graph, ref);
  if (group === undefined) {
    return isAttached === UNKNOWN
      ? trace.undetermined(ref, `which instance has network interface ${ref.name}`)
      : undefined;
  }
  const { instances, isLatest, availabilityZones } = group;
  const { name } = group.ref;
  if (instances === 0) {
    return trace.blocked({
      at: ref,
      by: group.ref,
      code: "BAD_STATE",
      reason: `network interface ${ref.name} has no instance, because Auto Scaling group ${name} runs none`,
      fix: `Set minSize, maxSize and desiredCapacity of ${name} to 1.`,
    });
  }
  const zone = own.subnet.availabilityZone;
  const known = availabilityZones.filter(isKnown);
  if (
    isKnown(zone) &&
    known.length > 0 &&
    known.length === availabilityZones.length &&
    !known.includes(zone)
  ) {
    return trace.blocked({
      at: ref,
      by: group.ref,
      code: "BAD_STATE",
      reason: `network interface ${ref.name} is in ${zone}, and Auto Scaling group ${name} starts instances in ${known.join(", ")}`,
      fix: `Set availabilityZones: [${zone}] on ${name}.`,
    });
  }
  if (!isKnown(instances)) trace.undetermined(group.ref, `how many instances ${name} runs`);
  if (isLatest !== true) {
    const reason = `which network interface the instance of ${name} has, because it uses another version of the launch template`;
    trace.undetermined(group.ref, reason);
  }
  return undefined;
}

/**
 * The interface that packets leave by. An instance may have more than the one that the route leads to, and another may
 * have the public address. An instance of an Auto Scaling group starts with this one only.
 */
function forwarding(
  graph: Graph,
  { ref, kind, publicAddress }: ManagedResource,
  own: NetworkInterface,
): NetworkInterface {
  const isOnly = kind === "instance" || publicAddress === true || groupWith(graph, ref) !== undefined;
  if (isOnly) return own;
  const { publicAddresses: _, ...rest } = own;
  return { ...rest, publicAddress: UNKNOWN };
}

function sourceDestCheck(
  trace: TraceBuilder,
  { ref, sourceDestCheck }: ManagedResource,
): Blocked | undefined {
  if (sourceDestCheck === false) return undefined;
  if (!isKnown(sourceDestCheck))
    return trace.undetermined(ref, `whether the source/destination check of ${ref.name} is off`);
  return trace.blocked({
    at: ref,
    code: "ENI_SOURCE_DEST_CHECK_RESTRICTION",
    reason: `${ref.name} drops packets that are not for its own address, because its source/destination check is on`,
    fix: `Set sourceDestCheck: false on ${ref.name}.`,
  });
}
