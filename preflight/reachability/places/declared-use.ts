import type { Graph, Place } from "../../graph/index.js";
import type { ServicePlace } from "../services/authorization.js";
import { regionOfCall } from "../services/region.js";
import { regionAt } from "./home.js";
import { nodesNamed } from "./resolve.js";

/**
 * A destination with the use that the stack's intents declare. If an intent of the function names an action of the
 * service or the resource, or a user of the database, a question about the two means that too, so the function's
 * permissions are judged. Any other destination is returned unchanged.
 */
export function withDeclaredUse(graph: Graph, from: Place, to: Place): Place {
  if (from.kind !== "function") return to;
  if (to.kind === "resource") return withUseOfResource(graph, from, to);
  if (to.kind !== "service" || to.action !== undefined) return to;
  const asked = new Set(nodesNamed(graph, "functions", from.name));
  for (const { from: user, to: used, must } of graph.intents) {
    if (must !== "reach") continue;
    if (user.kind !== "function" || used.kind !== "service" || used.action === undefined) continue;
    const isSame = nodesNamed(graph, "functions", user.name).some((lambda) => asked.has(lambda));
    if (isSame && used.service === to.service && isIn(graph, from, used, to.region)) return used;
  }
  return to;
}

/** Whether the declared use is in the Region that the question names. */
function isIn(
  graph: Graph,
  from: ByName<"function">,
  used: ServicePlace,
  region: string | undefined,
): boolean {
  const [caller] = nodesNamed(graph, "functions", from.name);
  return region === undefined || region === regionOfCall(graph, used, regionAt(graph, caller?.ref.urn ?? ""));
}

type ByName<Kind extends Place["kind"]> = Extract<Place, { kind: Kind }>;

function withUseOfResource(graph: Graph, from: ByName<"function">, to: ByName<"resource">): Place {
  if (to.databaseUser !== undefined || to.actions !== undefined) return to;
  const callers = nodesNamed(graph, "functions", from.name);
  const [database, ...others] = nodesNamed(graph, "managedResources", to.name);
  if (database === undefined || others.length > 0) return to;
  for (const { from: user, to: used, must } of graph.intents) {
    if (must !== "reach" || user.kind !== "function" || used.kind !== "resource") continue;
    const isCaller = nodesNamed(graph, "functions", user.name).some((lambda) => callers.includes(lambda));
    const isUsed = nodesNamed(graph, "managedResources", used.name).includes(database);
    if (isCaller && isUsed && (used.databaseUser ?? used.actions) !== undefined) return used;
  }
  return to;
}
