import { type Graph, type Quota, quotasOf } from "@lambda-networking/preflight";
import { quotaText } from "@lambda-networking/preflight/report";
import type { Violation } from "./intents.js";

/** What is above a limit that AWS raises for nobody, so that the update would die in the middle. */
export function refusedQuotas(graph: Graph): Violation[] {
  return quotasOf(graph)
    .filter(({ state }) => state === "refused")
    .map((quota) => violation(graph, quota));
}

/** What is above a default quota, which AWS may have raised for the account. */
export function exceededQuotas(graph: Graph): Violation[] {
  return quotasOf(graph)
    .filter(({ state }) => state === "over")
    .map((quota) => violation(graph, quota));
}

function violation(graph: Graph, quota: Quota): Violation {
  // A resource that AWS creates with another one has the URN of that one and a suffix.
  const urn = quota.of?.urn.replace(/#.*$/, "");
  const isResource = urn !== undefined && graph.resources.has(urn);
  return { message: `${quotaText(quota)}. ${quota.page}`, urn: isResource ? urn : undefined };
}
