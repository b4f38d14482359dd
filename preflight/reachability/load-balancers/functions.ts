import type {
  Graph,
  Key,
  LambdaFunction,
  Listener,
  LoadBalancer,
  ManagedResource,
  ResourceRef,
  TargetGroup,
} from "../../graph/model.js";
import { isKnown, isSet } from "../../resources/unknown.js";
import { type NetworkInterface, resourceInterfaces } from "../network/interfaces.js";
import { bestOf, everyWay, TraceBuilder } from "../verdict/path.js";
import type { Verdict } from "../verdict/verdict.js";
import { toFunction } from "./targets.js";

/**
 * The verdicts on the load balancers that invoke a function, one for each listener that leads to it.
 * @param toNode the verdict on a connection to one node of a load balancer
 */
export function byLoadBalancers(
  graph: Graph,
  { ref }: LambdaFunction,
  toNode: (node: NetworkInterface, port: number) => Verdict,
): Verdict[] {
  return graph.listeners.flatMap((listener) => {
    const { loadBalancer, port } = listener;
    const leads = groupsBehind(graph, listener).some(({ targets }) =>
      targets.some(({ target }) => target === ref.urn),
    );
    if (!leads) return [];
    const resource = isKnown(loadBalancer) ? graph.managedResources.get(loadBalancer) : undefined;
    if (resource === undefined) {
      const missing = graph.refOf(loadBalancer);
      return [new TraceBuilder().unknown(missing, `load balancer ${missing.name} is not in the stack`)];
    }
    if (!isKnown(port))
      return [new TraceBuilder().unknown(resource.ref, `on which port ${resource.ref.name} listens`)];
    const verdicts = resourceInterfaces(graph, resource).map((node) =>
      "missing" in node
        ? new TraceBuilder().unknown(node.missing, `a subnet of ${resource.ref.name} is not in the stack`)
        : toNode({ ...node, meant: ref.urn }, port),
    );
    const reason = `which node of ${resource.ref.name} gets the connection is not known, and they do not all answer`;
    return everyWay(verdicts, resource.ref, reason) ?? [];
  });
}

/** The verdict on a function that accepts no connections, but that load balancers may invoke. */
export function acrossLoadBalancers(own: Verdict, [first, ...others]: readonly Verdict[]): Verdict {
  return first === undefined ? own : bestOf(first, others);
}

/** Whether a load balancer invokes a function: one of its listeners leads to a target group that has it. */
export function fromLoadBalancer(graph: Graph, { ref }: LoadBalancer, target: LambdaFunction): Verdict {
  const verdicts = graph.listeners
    .filter(({ loadBalancer }) => loadBalancer === ref.urn)
    .flatMap((listener) => groupsBehind(graph, listener))
    .flatMap((group) =>
      group.targets
        .filter((each) => each.target === target.ref.urn)
        .map((each) => toFunction(new TraceBuilder(), { graph, via: "public-network" }, group, each)),
    );
  const [first, ...others] = verdicts;
  if (first !== undefined) return bestOf(first, others);
  return new TraceBuilder().blocked({
    at: ref,
    code: "NO_SOURCE_OR_DESTINATION",
    reason: `no listener of ${ref.name} leads to a target group that has ${target.ref.name}`,
    fix: `Register ${target.ref.name} in a target group (targetType: lambda), and let a listener of ${ref.name} forward to it.`,
  });
}

/** A node of a load balancer with the port that it listens on, or what has to be known to find it. */
export type NodeBefore =
  | { readonly node: NetworkInterface; readonly on: number }
  | { readonly missing: ResourceRef };

/** The nodes of the load balancers that have a resource or a function as a target on a port. */
export function nodesBefore(
  graph: Graph,
  { ref, privateAddresses = [] }: Pick<ManagedResource, "ref"> & Partial<ManagedResource>,
  port: number,
): NodeBefore[] {
  const keys: ReadonlySet<unknown> = new Set([ref.urn, ...privateAddresses.filter(isKnown)]);
  return graph.listeners.flatMap((listener): NodeBefore[] => {
    const meant: readonly Key[] = groupsBehind(graph, listener)
      .flatMap(({ targets, port: usual }) =>
        targets.filter(({ target, port: own = usual }) => keys.has(target) && (!isSet(own) || own === port)),
      )
      .flatMap(({ target }) => (isSet(target) ? [target] : []));
    if (meant.length === 0) return [];
    const { loadBalancer, port: on } = listener;
    const balancer = isKnown(loadBalancer) ? graph.managedResources.get(loadBalancer) : undefined;
    if (balancer === undefined) return [{ missing: graph.refOf(loadBalancer) }];
    if (!isKnown(on)) return [{ missing: listener.ref }];
    return [...new Set<Key>(meant)].flatMap((key) =>
      resourceInterfaces(graph, balancer).map((to) =>
        "missing" in to ? to : { node: { ...to, meant: key }, on },
      ),
    );
  });
}

/** The target groups of the stack that a listener or one of its rules forwards to. */
export function groupsBehind(graph: Graph, { rules }: Listener): TargetGroup[] {
  return rules
    .flatMap(({ action: { targetGroups } }) => targetGroups)
    .flatMap((key) => (isKnown(key) ? (graph.targetGroups.get(key) ?? []) : []));
}
