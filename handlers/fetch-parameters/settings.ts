/** How a parameter is named in the answer: by the last segment of its name, or by its name relative to the path. */
export type KeyStyle = "lastSegment" | "relative";

/** The function's settings, from its environment variables. */
export interface FetcherSettings {
  /** e.g. `/messages` */
  readonly path: string;
  /** Whether to read parameters deeper than one level as well. */
  readonly recursive: boolean;
  readonly keys: KeyStyle;
  /** Milliseconds that an answer is cached; 0: no cache. */
  readonly ttl: number;
  /** Further milliseconds in which an old answer may replace a failed read. */
  readonly staleIfError: number;
  /** Whether the handler logs metrics. */
  readonly metrics: boolean;
  readonly functionName: string;
  /** Origin whose pages may read the API's answers; undefined: no origin. */
  readonly allowOrigin: string | undefined;
  /** Paths at which a load balancer leads to the function. */
  readonly loadBalancerPaths: readonly string[];
}

type Variables = Readonly<Record<string, string | undefined>>;

/** @throws Error with the name of a missing or wrong variable, so that Lambda reports it before the first invocation */
export function readSettings(variables: Variables): FetcherSettings {
  const path = variables.PARAMETER_PATH;
  if (path === undefined) throw new Error("the environment variable PARAMETER_PATH is not set");
  return {
    path,
    recursive: variables.PARAMETER_RECURSIVE === "true",
    keys: keyStyle(variables.PARAMETER_KEYS),
    ttl: seconds(variables, "PARAMETER_CACHE_TTL_SECONDS"),
    staleIfError: seconds(variables, "PARAMETER_CACHE_STALE_SECONDS"),
    metrics: variables.PARAMETER_CACHE_METRICS === "true",
    functionName: variables.AWS_LAMBDA_FUNCTION_NAME ?? "unknown",
    allowOrigin: variables.ALLOW_ORIGIN,
    loadBalancerPaths: (variables.LOAD_BALANCER_PATHS ?? "").split(" ").filter((text) => text !== ""),
  };
}

function keyStyle(text = "lastSegment"): KeyStyle {
  if (text === "lastSegment" || text === "relative") return text;
  throw new Error(`the environment variable PARAMETER_KEYS is "${text}". Set lastSegment or relative.`);
}

/** @returns milliseconds; 0 if the variable is not set */
function seconds(variables: Variables, name: string): number {
  const text = variables[name] ?? "0";
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000;
  throw new Error(`the environment variable ${name} is "${text}". Set a whole number of seconds, 0 or more.`);
}
