import type { Graph, Place } from "../../graph/index.js";
import { findIn } from "../find.js";

/**
 * A service or a database as the stack says that a function uses it: where an intent names the action or the user, a
 * question about the two means that too, and the function's permissions are judged. Any other destination is returned
 * as it is.
 */
export function withDeclaredUse(graph: Graph, from: Place, to: Place): Place {
  if (from.kind !== "function") return to;
  if (to.kind === "resource") return withDeclaredUser(graph, from, to);
  if (to.kind !== "service" || to.action !== undefined) return to;
  const asked = new Set(findIn(graph, graph.functions, from.name));
  for (const { from: user, to: used, must } of graph.intents) {
    if (must !== "reach") continue;
    if (user.kind !== "function" || used.kind !== "service" || used.action === undefined) continue;
    const isSame = findIn(graph, graph.functions, user.name).some((lambda) => asked.has(lambda));
    if (isSame && used.service === to.service) return used;
  }
  return to;
}

type ByName<Kind extends Place["kind"]> = Extract<Place, { kind: Kind }>;

function withDeclaredUser(graph: Graph, from: ByName<"function">, to: ByName<"resource">): Place {
  if (to.databaseUser !== undefined) return to;
  const callers = findIn(graph, graph.functions, from.name);
  const [database, ...others] = findIn(graph, graph.services, to.name);
  if (database === undefined || others.length > 0) return to;
  for (const { from: user, to: used, must } of graph.intents) {
    if (must !== "reach" || user.kind !== "function" || used.kind !== "resource") continue;
    const isCaller = findIn(graph, graph.functions, user.name).some((lambda) => callers.includes(lambda));
    const isUsed = findIn(graph, graph.services, used.name).includes(database);
    if (isCaller && isUsed && used.databaseUser !== undefined) return used;
  }
  return to;
}
