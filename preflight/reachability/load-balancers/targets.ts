import { addressesOf as addressSetOf } from "../../aws/address-sets.js";
import { contains, parseCidr } from "../../aws/cidr.js";
import type { Graph, ResourceRef, Subnet, Target, TargetGroup, VpcEndpoint } from "../../graph/model.js";
import { isKnown, isSet, type MaybeUnknown, UNKNOWN } from "../../resources/unknown.js";
import { admission } from "../lambda/permissions.js";
import { throttled } from "../lambda/throttled.js";
import type { Peer } from "../network/connection.js";
import { forward } from "../network/forward.js";
import {
  destinationAt,
  endpointInterfaces,
  type MaybeInterface,
  type PacketDestination,
  placedInterfaces,
  resourceInterfaces,
} from "../network/interfaces.js";
import { senderOf } from "../network/security-groups.js";
import { TraceBuilder, whichever } from "../verdict/path.js";
import type { Blocked, Verdict } from "../verdict/verdict.js";
import type { Arrived } from "./arrived.js";

/** A target, or one interface of it, with the verdicts on its traffic and on its health checks. */
interface Judged {
  readonly traffic: Verdict;
  /** Undefined: the target has none that depends on the network. */
  readonly health: Verdict | undefined;
}

/** Forwards from a node to the targets of a group: functions are invoked, all others are called. */
export function toTargetGroup(trace: TraceBuilder, arrived: Arrived, group: TargetGroup): Verdict {
  const { ref, targets, targetType, mayHaveMore } = group;
  const { meant } = arrived.node;
  if (targets.length === 0) return noTargets(trace, group);
  if (!isKnown(targetType)) return trace.unknown(ref, `which kind of targets ${ref.name} has`);
  if (mayHaveMore) trace.undetermined(ref, `whether ${ref.name} has more targets`);
  if (targetType === "lambda") {
    const functions = targets.filter(({ target }) => meant === undefined || target === meant);
    const verdicts = functions.map((target) => toFunction(trace.fork(), arrived, group, target));
    return whichever(verdicts, ref, someTargets(group)) ?? noTargets(trace, group);
  }
  return toAddresses(trace, arrived, group);
}

function someTargets({ ref }: TargetGroup): string {
  return `which target of ${ref.name} gets the connection is not known, and they do not all answer`;
}

/** Without targets an Application Load Balancer answers 503, and a Network Load Balancer resets the connection. */
function noTargets(trace: TraceBuilder, { ref, mayHaveMore }: TargetGroup): Verdict {
  if (mayHaveMore) return trace.unknown(ref, `whether anything is registered in target group ${ref.name}`);
  return trace.blocked({
    at: ref,
    code: "ELBV2_LISTENER_HAS_NO_TG",
    reason: `nothing is registered in target group ${ref.name}, so no target answers`,
    fix: `Register a target in ${ref.name}, with a TargetGroupAttachment or the service that runs it.`,
  });
}

/**
 * Invokes a function, for which the load balancer needs no network but a permission.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html
 */
export function toFunction(
  trace: TraceBuilder,
  { graph, via }: Pick<Arrived, "graph" | "via">,
  group: TargetGroup,
  { ref, target, qualifier }: Target,
): Verdict {
  const found = isSet(target) ? graph.functions.get(target) : undefined;
  if (found === undefined) {
    const missing = graph.refOf(target ?? ref.urn);
    return trace.unknown(
      missing,
      `function ${missing.name}, which ${group.ref.name} invokes, is not in the stack`,
    );
  }
  trace.hop(group.ref, `forwards to ${found.ref.name}`, ref);
  const admitted = admission(graph, found, {
    service: SERVICE,
    source: group.ref,
    sourceArn: isSet(group.arn) ? group.arn : undefined,
    sourceAccount: graph.homeOf(group.ref.urn).account,
    qualifier,
  });
  if (admitted.admitted === true) {
    trace.hop(found.ref, `lets ${SERVICE} invoke it for ${group.ref.name}`, admitted.by.ref);
    return throttled(trace, found) ?? trace.reached(via);
  }
  if (admitted.admitted === "unknown") {
    const { ref: permission } = admitted.by;
    return trace.unknown(permission, `whether permission ${permission.name} lets ${group.ref.name} in`);
  }
  return trace.blocked({
    at: found.ref,
    by: ref,
    code: "LAMBDA_PERMISSION_MISSING",
    reason: `no permission lets ${SERVICE} invoke ${found.ref.name} for ${group.ref.name}`,
    fix: `Add a lambda Permission on ${found.ref.name} for ${SERVICE}, with the ARN of ${group.ref.name} as sourceArn and the qualifier of ${ref.name}.`,
  });
}

const SERVICE = "elasticloadbalancing.amazonaws.com";

/**
 * Sends to the targets that a node may choose: those of its own zone if cross-zone load balancing is off. A target that
 * fails its health checks gets nothing, unless all do.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/network/target-group-health-checks.html
 */
function toAddresses(trace: TraceBuilder, arrived: Arrived, group: TargetGroup): Verdict {
  const { balancer, node } = arrived;
  const { ref } = group;
  const asked = group.targets.filter(({ target }) => node.meant === undefined || target === node.meant);
  const all = asked.flatMap((target) =>
    addressesOf(arrived, group, target).map((destination) => ({ target, destination })),
  );
  const enabled = all.filter(({ destination }) => isIn(destination, zonesOf(arrived)) !== false);
  if (enabled.length === 0) {
    return trace.blocked({
      at: balancer.ref,
      by: ref,
      code: "ELB_INSTALLED_AZ_RESTRICTION",
      reason: `the targets of ${ref.name} are in Availability Zones that ${balancer.ref.name} has no subnet in`,
      fix: `Give ${balancer.ref.name} a subnet in the zones of its targets.`,
    });
  }
  const crossZone = group.crossZone ?? balancer.crossZone;
  const placed = enabled.map((each) => ({ ...each, isOwn: isIn(each.destination, [zoneOf(node.subnet)]) }));
  const own = placed.filter(({ isOwn }) => isOwn !== false);
  if (crossZone === false && own.length === 0) return noneInZone(trace, arrived, group);
  const chosen = crossZone === false ? own : placed;
  if (crossZone !== true && chosen.some(({ isOwn }) => isOwn !== true))
    trace.undetermined(ref, `whether ${balancer.ref.name} sends to the targets of ${ref.name} in each zone`);
  const judged = chosen.map(({ target, destination }) => judge(trace, arrived, group, target, destination));
  const isHealthy = judged.some(({ health }) => health?.status === "reachable");
  const used = judged.filter(
    ({ traffic, health }) => !(isHealthy && traffic.status === "blocked" && health?.status === "blocked"),
  );
  const verdicts = used.map(({ traffic }) => traffic);
  return whichever(verdicts, ref, someTargets(group)) ?? noTargets(trace, group);
}

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/network/target-group-cross-zone.html */
function noneInZone(trace: TraceBuilder, { balancer, node }: Arrived, group: TargetGroup): Blocked {
  const zone = String(node.subnet.availabilityZone);
  return trace.blocked({
    at: balancer.ref,
    by: group.ref,
    code: "ELBV2_NO_TARGETS_IN_AZ",
    reason: `the node of ${balancer.ref.name} in ${zone} has no target of ${group.ref.name} in its zone, and cross-zone load balancing is off`,
    fix: `Register a target in ${zone}, or set enableCrossZoneLoadBalancing on ${balancer.ref.name}.`,
  });
}

type Zone = MaybeUnknown<string>;

function zonesOf({ graph, balancer }: Arrived): readonly Zone[] {
  const subnets = graph.managedResources.get(balancer.ref.urn)?.placement?.subnets ?? [];
  return subnets.map((key) => {
    const subnet = isKnown(key) ? graph.subnets.get(key) : undefined;
    return subnet === undefined ? UNKNOWN : zoneOf(subnet);
  });
}

/** The zone of a subnet, or a name of its own if the stack does not say the zone. */
function zoneOf({ availabilityZone, ref }: Subnet): Zone {
  return isKnown(availabilityZone) ? availabilityZone : ref.urn;
}

/** Whether a target is in one of the zones; undefined if that is not known. Addresses elsewhere are in all of them. */
function isIn(destination: Candidate, zones: readonly Zone[]): boolean | undefined {
  if ("missing" in destination || destination.kind !== "interface") return true;
  const own = zoneOf(destination.to.subnet);
  if (zones.includes(own)) return true;
  const possible: readonly Zone[] = [own, ...zones];
  const isDoubtful = possible.some((zone) => !isKnown(zone) || zone.startsWith("urn:"));
  return isDoubtful ? undefined : false;
}

type Candidate = PacketDestination | Extract<MaybeInterface, { missing: unknown }>;

/** Where the packets for a target go: one destination for each interface that it may have. */
function addressesOf({ graph, node }: Arrived, { ref }: TargetGroup, target: Target): Candidate[] {
  const endpoint = target.endpoint === undefined ? undefined : graph.endpoints.get(target.endpoint);
  if (endpoint !== undefined) return atEndpoint(graph, endpoint, target).map(toCandidate);
  if (target.placement !== undefined)
    return placedInterfaces(graph, target.ref, target.placement, false).map(toCandidate);
  if (!isSet(target.target)) return [{ missing: target.ref }];
  const resource = graph.managedResources.get(target.target);
  if (resource !== undefined) return resourceInterfaces(graph, resource).map(toCandidate);
  const address = parseCidr(target.target);
  if (address !== undefined) return [destinationAt(graph, node.subnet.vpc, address)];
  return [{ missing: { ...graph.refOf(target.target), type: ref.type } }];
}

/**
 * The interface of an endpoint that has a target's address; every one if the address is not known, or if the endpoint's
 * own addresses are not. An address that the endpoint has no more is somebody else's.
 */
function atEndpoint(graph: Graph, endpoint: VpcEndpoint, { ref, target }: Target): MaybeInterface[] {
  const interfaces = endpointInterfaces(graph, endpoint);
  const address = isSet(target) ? parseCidr(target) : undefined;
  if (address === undefined || target === undefined || !isKnown(target)) return interfaces;
  if (endpoint.addresses.length > 0 && !endpoint.addresses.includes(target)) return [{ missing: ref }];
  const own = interfaces.filter(
    (each) => "missing" in each || !isSet(each.subnet.cidrBlock) || contains(each.subnet.cidrBlock, address),
  );
  return own.map((each) => ("missing" in each ? each : { ...each, addresses: addressSetOf(address) }));
}

function toCandidate(found: MaybeInterface): Candidate {
  return "missing" in found ? found : { kind: "interface", to: found };
}

function judge(
  trace: TraceBuilder,
  arrived: Arrived,
  group: TargetGroup,
  target: Target,
  destination: Candidate,
): Judged {
  const { balancer } = arrived;
  if ("missing" in destination) {
    const { missing } = destination;
    const traffic = trace.fork().unknown(missing, `where target ${missing.name} of ${group.ref.name} is`);
    return { traffic, health: undefined };
  }
  const port = target.port ?? group.port;
  if (!isSet(port)) {
    const traffic = trace.fork().unknown(target.ref, `on which port ${target.ref.name} gets its connections`);
    return { traffic, health: undefined };
  }
  const checked = group.healthCheckPort ?? port;
  const health = isKnown(checked) ? healthCheck(arrived, destination, checked) : undefined;
  const preserves = balancer.type === "network" ? group.preservesClientIp : false;
  const traffic = (isPreserved: boolean) =>
    send(trace.fork(), arrived, { group, target, destination, port, isPreserved, health });
  const verdicts = isKnown(preserves) ? [traffic(preserves)] : [traffic(true), traffic(false)];
  const reason = `whether ${group.ref.name} preserves the client's address`;
  return { traffic: whichever(verdicts, group.ref, reason) ?? traffic(true), health };
}

/** Health checks come from the node, whoever the client is; no listener's rules apply to them. */
function healthCheck({ graph, node }: Arrived, target: PacketDestination, port: number): Verdict {
  return forward(new TraceBuilder(), {
    graph,
    source: node,
    target,
    port,
    arrive: (trace, via) => trace.reached(via),
  });
}

interface Sending {
  readonly group: TargetGroup;
  readonly target: Target;
  readonly destination: PacketDestination;
  readonly port: number;
  readonly isPreserved: boolean;
  readonly health: Verdict | undefined;
}

function send(trace: TraceBuilder, arrived: Arrived, sending: Sending): Verdict {
  const { graph, node, client, via, next } = arrived;
  const { group, target, destination, port, isPreserved, health } = sending;
  const name = destination.kind === "interface" ? destination.to.owner.name : destination.ref.name;
  trace.hop(
    group.ref,
    `forwards to ${name} on tcp ${port}${isPreserved ? ", which sees the client's address" : ""}`,
    target.ref,
  );
  const seenAs = isPreserved ? asSeen(client, arrived) : senderOf(node);
  if (isPreserved && destination.kind === "interface" && destination.to.owner.urn === client.owner?.urn)
    return loopback(trace, arrived, group, destination.to.owner);
  return forward(trace, {
    graph,
    source: node,
    target: destination,
    port,
    seenAs,
    arrive: (reached, _, at) => {
      if (health?.status === "blocked") {
        if (target.ref.type === "aws:ecs/service:Service")
          return reached.unknown(
            target.ref,
            `whether tasks of ${target.ref.name} live, because their health checks fail: ${health.reason}`,
          );
        reached.hop(
          target.ref,
          `fails its health checks (${health.reason}); if all targets do, it gets connections`,
        );
      }
      return next(seenAs, port)(reached, via, at);
    },
  });
}

/**
 * A target that calls itself through a Network Load Balancer gets a packet from its own address, and drops it.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-troubleshooting.html#loopback-timeout
 */
function loopback(
  trace: TraceBuilder,
  { balancer }: Arrived,
  { ref }: TargetGroup,
  owner: ResourceRef,
): Blocked {
  return trace.blocked({
    at: owner,
    by: ref,
    code: "ELBV2_TARGET_CALLS_ITSELF",
    reason: `${balancer.ref.name} sends the connection back to ${owner.name} with its own address as the client's, which ${owner.name} drops`,
    fix: `Set preserveClientIp: false on ${ref.name}, or let ${owner.name} call itself without ${balancer.ref.name}.`,
  });
}

/**
 * The client as a target sees it: its address and the load balancer's groups. Its own groups do not count.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/network/target-group-register-targets.html#target-security-groups
 */
function asSeen({ addresses, prefixLists, label }: Peer, { balancer, node }: Arrived): Peer {
  return {
    addresses,
    prefixLists,
    groups: node.groups ?? [],
    label: `${label} through ${balancer.ref.name}`,
  };
}
