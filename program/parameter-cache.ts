import type { DeclaredReads } from "../components/function/declared-reads.js";
import type { StackConfig } from "../config/index.js";
import { REFRESH_FROM, REFRESH_UNTIL } from "../handlers/parameter-cache/refresh-window.js";

type CacheSettings = StackConfig["parameters"]["cache"];

/** Environment variables that set the handler's cache (handlers/fetch-parameters/settings.ts). */
export function cacheVariables(settings: CacheSettings): Readonly<Record<string, string>> {
  if (settings === false) return { PARAMETER_CACHE_TTL_SECONDS: "0" };
  return {
    PARAMETER_CACHE_TTL_SECONDS: String(settings.ttlInSeconds),
    PARAMETER_CACHE_STALE_SECONDS: String(settings.staleIfErrorInSeconds),
    PARAMETER_CACHE_METRICS: String(settings.metrics),
  };
}

/** How often an environment reads the parameters. Each environment reads at a random moment of its refresh window. */
export function parameterReads(settings: CacheSettings): DeclaredReads {
  const ttl = settings === false ? 0 : settings.ttlInSeconds;
  return {
    ssm: {
      averageInterval: (ttl * (REFRESH_FROM + REFRESH_UNTIL)) / 2,
      shortestInterval: ttl * (REFRESH_UNTIL - REFRESH_FROM),
    },
  };
}

/** Metrics that handlers/fetch-parameters/metrics.ts writes. */
const METRICS = ["Hits", "Misses", "Stale", "Failures", "ReadLatency"];

/** The metrics that the handler writes of its cache; undefined if it writes none. */
export function cacheMetrics(
  settings: CacheSettings,
): { readonly of: string; readonly count: number } | undefined {
  if (settings === false || !settings.metrics) return undefined;
  return { of: "the parameter cache", count: METRICS.length };
}
