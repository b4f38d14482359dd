import type { Graph } from "../graph/index.js";
import { isKnown } from "../graph/index.js";
import { given, records } from "../resources/read.js";
import type { Usage } from "./usage.js";

/** How the functions say for how long they keep the parameters that they have read, in seconds. */
const VARIABLE = "PARAMETER_CACHE_TTL_SECONDS";
/** The part of that time in which they read again, each at a moment of its own (docs/decisions/parameter-cache.md). */
const REFRESH_FROM = 0.4;
const REFRESH_UNTIL = 0.9;

/** Seconds between an environment's reads; 0: each request reads. */
export interface ReadInterval {
  readonly average: number;
  /** So many environments that started together read again within that time. */
  readonly shortest: number;
}

/** As the usage says or, where it does not, as the functions' own environment variables say: the shortest of them. */
export function readInterval(graph: Graph, { cacheSeconds }: Usage): ReadInterval {
  if (cacheSeconds !== undefined) return { average: cacheSeconds, shortest: cacheSeconds };
  const times = [...graph.functions.values()].flatMap(({ ref }) => {
    const resource = graph.resources.get(ref.urn);
    const [environment] = resource === undefined ? [] : records(given(resource, "environment"));
    const [variables] =
      environment === undefined || !isKnown(environment) ? [] : records(environment.variables);
    const seconds = variables !== undefined && isKnown(variables) ? Number(variables[VARIABLE]) : Number.NaN;
    return seconds >= 0 ? [seconds] : [];
  });
  const ttl = times.length === 0 ? 0 : Math.min(...times);
  return {
    average: (ttl * (REFRESH_FROM + REFRESH_UNTIL)) / 2,
    shortest: ttl * (REFRESH_UNTIL - REFRESH_FROM),
  };
}

/** The usage with the functions' own cache in it, where it says nothing else. */
export function withCache(graph: Graph, usage: Usage): Usage & { readonly cacheSeconds: number } {
  return { ...usage, cacheSeconds: readInterval(graph, usage).average };
}
