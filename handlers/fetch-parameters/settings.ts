import type { ParametersToRead } from "./parameters.js";

/** What the function's environment variables say. */
export interface FetcherSettings extends ParametersToRead {
  /** How long an answer is kept, in milliseconds; 0: not at all. */
  readonly ttl: number;
  /** How much longer it may stand in for a read that failed, in milliseconds. */
  readonly staleIfError: number;
  /** Whether the log has metrics. */
  readonly metrics: boolean;
  readonly functionName: string;
  /** The origin whose pages may read the API's answers; undefined: none is named. */
  readonly allowOrigin: string | undefined;
}

type Variables = Readonly<Record<string, string | undefined>>;

/** @throws Error naming a variable that is missing or wrong, so that Lambda reports it before the first invocation */
export function readSettings(variables: Variables): FetcherSettings {
  const path = variables.PARAMETER_PATH;
  if (path === undefined) throw new Error("the environment variable PARAMETER_PATH is not set");
  return {
    path,
    recursive: variables.PARAMETER_RECURSIVE === "true",
    ttl: seconds(variables, "PARAMETER_CACHE_TTL_SECONDS"),
    staleIfError: seconds(variables, "PARAMETER_CACHE_STALE_SECONDS"),
    metrics: variables.PARAMETER_CACHE_METRICS === "true",
    functionName: variables.AWS_LAMBDA_FUNCTION_NAME ?? "unknown",
    allowOrigin: variables.ALLOW_ORIGIN,
  };
}

/** @returns milliseconds; 0 where it is not set */
function seconds(variables: Variables, name: string): number {
  const text = variables[name] ?? "0";
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000;
  throw new Error(`the environment variable ${name} is "${text}". Set a whole number of seconds, 0 or more.`);
}
