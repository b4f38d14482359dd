import { maxConnections } from "../aws/aurora-connections.js";
import { capacityOf, clustersBehind, poolPercentOf, proxiesIn } from "../graph/databases.js";
import { type Graph, isKnown, type LambdaFunction, type SourceResource } from "../graph/index.js";
import { nodesNamed } from "../reachability/index.js";
import { inputValue, integer } from "../resources/read.js";
import type { Usage } from "../usage/usage.js";
import { type CapacityItem, item, type Traffic } from "./quota-check.js";
import { LIMITS, type Limit } from "./quotas.js";

const SOURCE =
  "https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-serverless-v2.setting-capacity.html";

/**
 * Whether every possible execution environment, busy or not, can hold a connection at the same moment. Compares the
 * connections that the proxy may open, a share of the database's maximum, with the reserved concurrency of its callers.
 */
export function databaseItems(graph: Graph, usage: Usage, traffic: Traffic): CapacityItem[] {
  return proxiesIn(graph).flatMap((proxy) => {
    const percent = poolPercentOf(graph, proxy);
    const [cluster, ...others] = clustersBehind(graph, proxy);
    const range = cluster && others.length === 0 ? capacityOf(cluster) : undefined;
    // A database that is not serverless has an instance class, and no table here holds its connections.
    if (range === undefined || !isKnown(range) || !isKnown(percent)) return [];
    const pool = Math.floor((maxConnections(range) * percent) / 100);
    const environments = callersOf(graph, proxy).reduce((sum, caller) => sum + mostOf(graph, caller), 0);
    const limit: Limit = {
      what: `connections of ${proxy.name} to its database`,
      value: pool,
      unit: "connections",
      scope: "proxy",
      adjustable: true,
      source: SOURCE,
    };
    const note = `${environments} environments may run at once, with ${usage.connectionsPerEnvironment} each.`;
    return [item(limit, environments * usage.connectionsPerEnvironment, undefined, traffic, { note })];
  });
}

/** Functions with an intent to reach the proxy. */
function callersOf(graph: Graph, proxy: SourceResource): LambdaFunction[] {
  const names = graph.intents.flatMap(({ from, to, must }) => {
    if (must !== "reach" || from.kind !== "function" || to.kind !== "resource") return [];
    const isOwn = nodesNamed(graph, "managedResources", to.name).some(({ ref }) => ref.urn === proxy.urn);
    return isOwn ? [from.name] : [];
  });
  return [...new Set(names.flatMap((name) => nodesNamed(graph, "functions", name)))];
}

/** Highest concurrency of a function. Without a reservation it is that of the whole account. */
function mostOf(graph: Graph, { ref }: LambdaFunction): number {
  const resource = graph.resources.get(ref.urn);
  const reserved = resource && integer(inputValue(resource, "reservedConcurrentExecutions"));
  return typeof reserved === "number" && reserved >= 0 ? reserved : LIMITS.concurrency.value;
}
