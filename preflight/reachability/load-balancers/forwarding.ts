import type {
  Graph,
  Key,
  Listener,
  ListenerRule,
  LoadBalancer,
  ResourceRef,
  TargetGroup,
} from "../../graph/model.js";
import { isKnown, type MaybeUnknown } from "../../resources/unknown.js";
import type { Arrival, Peer } from "../network/connection.js";
import type { NetworkInterface } from "../network/interfaces.js";
import { type TraceBuilder, whichever } from "../verdict/path.js";
import type { Verdict } from "../verdict/verdict.js";
import type { Arrived } from "./arrived.js";
import { toTargetGroup } from "./targets.js";

/** The step after a packet has arrived at an interface: a load balancer forwards it, anything else is the end. */
export function beyond(
  graph: Graph,
  client: Peer,
  port: number,
  passed: readonly LoadBalancer[] = [],
): Arrival {
  return (trace, via, at) => {
    const balancer = at && graph.loadBalancers.get(at.owner.urn);
    if (at === undefined || balancer === undefined) return trace.reached(via);
    if (passed.includes(balancer)) return trace.unknown(at.owner, `${at.owner.name} leads back to itself`);
    const next: Arrived["next"] = (sender, on) => beyond(graph, sender, on, [...passed, balancer]);
    return atListener(trace, { graph, balancer, node: at, client, port, via, next });
  };
}

/**
 * The listener of the port decides what becomes of a connection; a port without one is closed.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/userguide/how-elastic-load-balancing-works.html
 */
function atListener(trace: TraceBuilder, arrived: Arrived): Verdict {
  const listener = listenerOf(trace, arrived);
  if ("status" in listener) return listener;
  const verdicts = listener.rules.flatMap((rule) => perform(trace.fork(), arrived, rule) ?? []);
  const reason = `which rule of listener ${listener.ref.name} applies is not known, and they do not all answer`;
  return whichever(verdicts, listener.ref, reason) ?? trace.unknown(listener.ref, reason);
}

/** The listener of the port that a connection has arrived at. */
export function listenerOf(trace: TraceBuilder, arrived: Arrived): Listener | Verdict {
  const { graph, balancer, port } = arrived;
  const { ref, type } = balancer;
  if (!isKnown(type)) return trace.unknown(ref, `of which type load balancer ${ref.name} is`);
  if (type === "gateway") return trace.unknown(ref, `what the appliances behind ${ref.name} let through`);
  const own = graph.listeners.filter(({ loadBalancer }) => loadBalancer === ref.urn);
  const listener = own.find((each) => each.port === port && isTcp(each) !== false);
  if (listener === undefined) {
    const doubt =
      own.find((each) => !isKnown(each.port)) ??
      graph.listeners.find(
        (each) => !isKnown(each.loadBalancer) && (each.port === port || !isKnown(each.port)),
      );
    if (doubt !== undefined)
      return trace.unknown(doubt.ref, `whether listener ${doubt.ref.name} of ${ref.name} is on port ${port}`);
    return noListener(trace, arrived, own);
  }
  if (isTcp(listener) === undefined)
    trace.undetermined(listener.ref, `which protocol listener ${listener.ref.name} accepts`);
  trace.hop(ref, `listens on tcp ${port}`, listener.ref);
  return listener;
}

function noListener(trace: TraceBuilder, { balancer, port }: Arrived, own: readonly Listener[]): Verdict {
  const { ref, type } = balancer;
  const ports = own.flatMap((listener) => (isKnown(listener.port) ? [listener.port] : []));
  const others =
    ports.length === 0 ? "it has none" : `it has one on ${ports.sort((a, b) => a - b).join(", ")}`;
  return trace.blocked({
    at: ref,
    code: type === "classic" ? "ELB_LISTENERS_MISMATCH" : "ELBV2_LISTENERS_MISMATCH",
    reason: `load balancer ${ref.name} has no listener on tcp ${port}; ${others}`,
    fix: `Add a listener on port ${port} to ${ref.name}.`,
  });
}

const UDP_ONLY = new Set(["UDP", "QUIC", "GENEVE"]);

/** Whether a listener accepts TCP connections; undefined if that is not known. */
function isTcp({ protocol }: Listener): boolean | undefined {
  if (protocol === undefined) return true;
  return isKnown(protocol) ? !UDP_ONLY.has(protocol.toUpperCase()) : undefined;
}

/** The verdict on what one rule does; undefined if the question is about a function that the rule does not lead to. */
function perform(
  trace: TraceBuilder,
  arrived: Arrived,
  { ref, action: { kind, targetGroups } }: ListenerRule,
): Verdict | undefined {
  const { graph, node, via } = arrived;
  const leads = targetGroups.filter((key) => mayHold(graph, key, node.meant));
  if (node.meant !== undefined && leads.length === 0) return undefined;
  if (!isKnown(kind)) return trace.unknown(ref, `what ${ref.name} does with a connection`);
  if (kind !== "forward") {
    trace.hop(ref, "answers by itself, without a target");
    return trace.reached(via);
  }
  return toTargetGroups(trace, arrived, ref, leads);
}

/**
 * Forwards to any of the target groups of a rule.
 * @param admit a check of a group, before its targets
 */
export function toTargetGroups(
  trace: TraceBuilder,
  arrived: Arrived,
  ref: ResourceRef,
  keys: readonly MaybeUnknown<Key>[],
  admit: (trace: TraceBuilder, group: TargetGroup) => Verdict | undefined = () => undefined,
): Verdict {
  const { graph } = arrived;
  const verdicts = keys.map((key) => {
    const group = isKnown(key) ? graph.targetGroups.get(key) : undefined;
    const found = graph.refOf(key);
    const way = trace.fork();
    return group === undefined
      ? way.unknown(found, `target group ${found.name} is not in the stack`)
      : (admit(way, group) ?? toTargetGroup(way, arrived, group));
  });
  const reason = `which target group ${ref.name} chooses is not known, and they do not all answer`;
  return whichever(verdicts, ref, reason) ?? trace.unknown(ref, `which target group ${ref.name} forwards to`);
}

/** Whether a target group may hold the function that a question is about. */
function mayHold(
  { targetGroups }: Graph,
  key: MaybeUnknown<string>,
  meant: NetworkInterface["meant"],
): boolean {
  const group: TargetGroup | undefined = isKnown(key) ? targetGroups.get(key) : undefined;
  return meant === undefined || group === undefined || group.targets.some(({ target }) => target === meant);
}
