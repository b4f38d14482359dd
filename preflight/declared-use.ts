import type { Graph, Place } from "./graph/index.js";
import { findIn } from "./reachability/find.js";

/**
 * A service as the stack says that a function uses it: where an intent names the action, a question about the two
 * means that action, and the function's permissions are judged too. Any other destination is returned as it is.
 */
export function withDeclaredUse(graph: Graph, from: Place, to: Place): Place {
  if (from.kind !== "function" || to.kind !== "service" || to.action !== undefined) return to;
  const asked = new Set(findIn(graph, graph.functions, from.name));
  for (const { from: user, to: used } of graph.intents) {
    if (user.kind !== "function" || used.kind !== "service" || used.action === undefined) continue;
    const isSame = findIn(graph, graph.functions, user.name).some((lambda) => asked.has(lambda));
    if (isSame && used.service === to.service) return used;
  }
  return to;
}
