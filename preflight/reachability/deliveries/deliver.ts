import type { Graph, Key, ManagedResource, ManagedResourceKind, ResourceRef } from "../../graph/model.js";
import { words } from "../../resources/terms.js";
import { isKnown } from "../../resources/unknown.js";
import { bestOf, TraceBuilder } from "../verdict/path.js";
import type { Verdict } from "../verdict/verdict.js";
import { type Chain, chainsBetween, doubtfulBetween, leavingStack } from "./chains.js";
import { handOver } from "./hand-over.js";

/** The resource that ties each kind of source to what it hands events to. */
const TIES: Partial<Readonly<Record<ManagedResourceKind, string>>> = {
  topic: "a TopicSubscription",
  rule: "an EventTarget",
  queue: "an EventSourceMapping",
  table: "an EventSourceMapping of its stream",
  stream: "an EventSourceMapping",
  bucket: "a BucketNotification",
  "log-group": "a LogSubscriptionFilter",
};

/**
 * Whether AWS hands events of a resource to another: to a function, a queue or a topic. Every service has its own way
 * of being let in. https://docs.aws.amazon.com/lambda/latest/dg/lambda-services.html
 */
export function deliver(graph: Graph, source: ManagedResource, target: ResourceRef): Verdict {
  const verdicts = chainsBetween(graph, source.ref.urn, target.urn).map((chain) => judge(graph, chain));
  const [first, ...others] = verdicts;
  const best = first && bestOf(first, others);
  if (best !== undefined && best.status !== "blocked") return best;
  const [doubt] = doubtfulBetween(graph, source.ref.urn, target.urn);
  if (doubt !== undefined) {
    return new TraceBuilder().unknown(
      doubt.ref,
      `whether ${doubt.ref.name} hands what ${source.ref.name} has to ${target.name}`,
    );
  }
  return best ?? notTied(source, target);
}

/**
 * The verdict on a function's call of a queue or a topic. If the call is blocked, but Lambda sends the function's failed
 * or finished invocations there, what reaches it is not the function's own call, so the answer is neither yes nor no.
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
 */
export function besideDestinations(
  graph: Graph,
  caller: ResourceRef,
  target: ResourceRef,
  called: Verdict,
): Verdict {
  if (called.status !== "blocked") return called;
  const [sent] = chainsBetween(graph, caller.urn, target.urn).filter(
    (chain) => judge(graph, chain).status !== "blocked",
  );
  if (sent === undefined) return called;
  const { ref } = sent[0];
  return new TraceBuilder().unknown(
    ref,
    `calls of ${caller.name} are blocked (${called.reason}), but ${ref.name} has Lambda send what becomes of its invocations to ${target.name}`,
  );
}

function judge(graph: Graph, chain: Chain): Verdict {
  const trace = new TraceBuilder();
  for (const delivery of chain) {
    const blocked = handOver(trace, graph, delivery);
    if (blocked !== undefined) return blocked;
  }
  return trace.reached("public-network");
}

function notTied({ ref, kind }: ManagedResource, target: ResourceRef): Verdict {
  const tie = TIES[kind];
  return new TraceBuilder().blocked({
    at: ref,
    code: "NO_SOURCE_OR_DESTINATION",
    reason: `nothing in the stack ties ${ref.name} to ${target.name}`,
    fix:
      tie === undefined
        ? `Name ${target.name} in ${ref.name}, a ${words(kind)}, if it is to hand anything over.`
        : `Add ${tie} from ${ref.name} to ${target.name}.`,
  });
}

/**
 * The verdict on a destination that no resource hands events to: an address, the internet, a service. A source whose
 * events leave the stack may reach it, and so may what calls others by a definition of its own.
 */
export function startsNothing(graph: Graph, { ref, kind }: ManagedResource, to: string): Verdict {
  const [leaving] = leavingStack(graph, ref.urn);
  if (leaving !== undefined) {
    const receiver = isKnown(leaving.to) ? leaving.to : "a receiver that is not known yet";
    return new TraceBuilder().unknown(
      leaving.ref,
      `${leaving.ref.name} hands what ${ref.name} has to ${receiver}, which is not in the stack`,
    );
  }
  if (kind === "trigger") {
    return new TraceBuilder().unknown(ref, `whether what ${ref.name} calls includes ${to}`);
  }
  return new TraceBuilder().blocked({
    at: ref,
    code: "NO_SOURCE_OR_DESTINATION",
    reason: `${ref.name} is a ${words(kind)}: it has no network interface and starts no connections`,
    fix: `Ask for another source, such as the function that ${ref.name} hands its events to.`,
  });
}

/** The functions that resources of the stack hand events to, by their URNs, whatever their permissions. */
export function invocationsIn(graph: Graph): { readonly from: Key; readonly to: Key }[] {
  return graph.deliveries.flatMap(({ from, to }) =>
    isKnown(from) && isKnown(to) && graph.managedResources.has(from) && graph.functions.has(to)
      ? [{ from, to }]
      : [],
  );
}
