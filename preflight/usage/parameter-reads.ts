import type { Graph } from "../graph/index.js";
import { isRecord } from "../resources/read.js";
import type { Usage } from "./usage.js";

/** Seconds between an environment's reads; 0: each request reads. */
export interface ReadInterval {
  readonly average: number;
  /** All environments that started together read again within this time. */
  readonly shortest: number;
}

/**
 * How often an environment reads the parameters: as the usage says, else as the functions' components declare in their
 * output `declaredReads`. The most frequent reader counts.
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

/** The usage, with the functions' own cache if the usage names none. */
export function withCache(graph: Graph, usage: Usage): Usage & { readonly cacheSeconds: number } {
  return { ...usage, cacheSeconds: readInterval(graph, usage).average };
}
