import type { Graph, LambdaFunction, ManagedResource } from "../../graph/model.js";
import type { Place } from "../../intents.js";
import { nodesBefore } from "../load-balancers/functions.js";
import { type NetworkInterface, resourceInterfaces } from "../network/interfaces.js";
import type { Verdict } from "../verdict/verdict.js";
import { resolveDestinations, resolveOrigins } from "./ends.js";
import { notInStack } from "./origin.js";

/**
 * The verdicts on the ways to a resource that a requirement does not count on, but that break a ban: through the load
 * balancers that have it as a target, and by each address of a resource with private and public ones, whichever of them
 * its name resolves to.
 */
export function besideWays(graph: Graph, from: Place, to: Place, port: number): readonly Verdict[] {
  return [...balancedWays(graph, from, to, port), ...addressWays(graph, from, to, port)];
}

function addressWays(graph: Graph, from: Place, to: Place, port: number): readonly Verdict[] {
  const interfaces = resolveDestinations(graph, to).flatMap((each) => {
    if (each.kind !== "resource" || each.databaseUser !== undefined) return [];
    const { resource } = each;
    return resource.service === undefined && resource.publicAddress !== false
      ? resourceInterfaces(graph, resource)
      : [];
  });
  return interfaces.flatMap((at) =>
    "missing" in at ? [notInStack(at.missing)] : toAddresses(graph, from, at, port),
  );
}

/**
 * The verdicts on the ways through every node of the load balancers that have an instance, a function or the like as a
 * target.
 */
function balancedWays(graph: Graph, from: Place, to: Place, port: number): readonly Verdict[] {
  const resources = resolveDestinations(graph, to).flatMap((each): (ManagedResource | LambdaFunction)[] => {
    if (each.kind === "function") return [each.function];
    return each.kind === "resource" && each.resource.placement !== undefined ? [each.resource] : [];
  });
  return resources.flatMap((resource) =>
    nodesBefore(graph, resource, port).flatMap((found): readonly Verdict[] => {
      if ("missing" in found) return [notInStack(found.missing)];
      const { node, on } = found;
      return toAddresses(graph, from, node, on);
    }),
  );
}

/** The verdicts on the private and the public addresses of an interface. */
function toAddresses(graph: Graph, from: Place, to: NetworkInterface, port: number): readonly Verdict[] {
  return resolveOrigins(graph, from, { port, family: 4 }).flatMap((origin) =>
    origin.ref.urn === to.owner.urn
      ? []
      : [origin.toInterface?.(to) ?? [], origin.toPublicAddress?.(to, port) ?? []].flat(),
  );
}
