/** How a function keeps the parameters that it has read; false: each request reads them. */
export type ParameterCacheSettings =
  | false
  | {
      /** How long an answer is kept, so that a changed parameter is seen after that time at most. */
      readonly ttlInSeconds: number;
      /** How much longer it may stand in for a read that failed. */
      readonly staleIfErrorInSeconds: number;
      /** Whether the function's log has metrics of it: $1.50 a month, and some log. */
      readonly metrics: boolean;
    };

/** The same as the environment variables that the fetcher reads (handlers/fetch-parameters/settings.ts). */
export function cacheVariables(settings: ParameterCacheSettings): Readonly<Record<string, string>> {
  if (settings === false) return { PARAMETER_CACHE_TTL_SECONDS: "0" };
  return {
    PARAMETER_CACHE_TTL_SECONDS: String(settings.ttlInSeconds),
    PARAMETER_CACHE_STALE_SECONDS: String(settings.staleIfErrorInSeconds),
    PARAMETER_CACHE_METRICS: String(settings.metrics),
  };
}
