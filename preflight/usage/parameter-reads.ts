import type { Graph } from "../graph/index.js";
import { isRecord } from "../resources/read.js";
import type { Usage } from "./usage.js";

/** Seconds between an environment's reads; 0 if each request reads. */
export interface ReadInterval {
  readonly average: number;
  /** Time within which all environments that started together read again. */
  readonly shortest: number;
}

/**
 * Interval of an environment's reads of the parameters: from the usage or, if it names none, from the output
 * `declaredReads` of the functions' components. The most frequent reader counts.
 */
export function readInterval(graph: Graph, { cacheSeconds }: Usage): ReadInterval {
  if (cacheSeconds !== undefined) return { average: cacheSeconds, shortest: cacheSeconds };
  const intervals = [...graph.functions.values()].flatMap(({ ref }) => declaredInterval(graph, ref.urn));
  const [first = { average: 0, shortest: 0 }, ...rest] = intervals;
  return rest.reduce((most, next) => (next.average < most.average ? next : most), first);
}

function declaredInterval({ resources }: Graph, urn: string): ReadInterval[] {
  const component = resources.get(resources.get(urn)?.parent ?? "");
  const reads = component?.properties.declaredReads;
  const ssm = isRecord(reads) ? reads.ssm : undefined;
  if (!isRecord(ssm)) return [];
  const { averageInterval: average, shortestInterval: shortest } = ssm;
  return typeof average === "number" && typeof shortest === "number" ? [{ average, shortest }] : [];
}

/** The usage. If it names no cache, it has the cache of the functions. */
export function withCache(graph: Graph, usage: Usage): Usage & { readonly cacheSeconds: number } {
  return { ...usage, cacheSeconds: readInterval(graph, usage).average };
}
