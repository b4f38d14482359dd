import type { Graph, LambdaFunction, ManagedResource } from "../../graph/model.js";
import type { Place } from "../../intents.js";
import { nodesBefore } from "../load-balancers/functions.js";
import type { Verdict } from "../verdict/verdict.js";
import { resolveDestinations, resolveOrigins } from "./ends.js";
import { notInStack } from "./origin.js";

/**
 * The verdicts on the ways to an instance, a function or the like through every node of the load balancers that have it
 * as a target: by the node's own address and, if the load balancer's name resolves to others, by those. The target's
 * address is not called, so such a way proves no reach, but it breaks a ban.
 */
export function balancedWays(graph: Graph, from: Place, to: Place, port: number): readonly Verdict[] {
  const resources = resolveDestinations(graph, to).flatMap((each): (ManagedResource | LambdaFunction)[] => {
    if (each.kind === "function") return [each.function];
    return each.kind === "resource" && each.resource.placement !== undefined ? [each.resource] : [];
  });
  return resources.flatMap((resource) =>
    nodesBefore(graph, resource, port).flatMap((found): readonly Verdict[] => {
      if ("missing" in found) return [notInStack(found.missing)];
      const { node, on } = found;
      return resolveOrigins(graph, from, { port: on, family: 4 }).flatMap((origin) =>
        origin.ref.urn === node.owner.urn
          ? []
          : [origin.toInterface?.(node) ?? [], origin.toNode?.(node, on) ?? []].flat(),
      );
    }),
  );
}
