import type { Limit } from "./quotas.js";

/** One thing that can run out, at the given traffic. */
export interface CapacityItem {
  readonly what: string;
  readonly limit: number;
  readonly unit: string;
  readonly used: number;
  /** Negative when it has run out. */
  readonly headroom: number;
  readonly scope: Limit["scope"];
  readonly adjustable: boolean;
  readonly source: string;
  /** The rate at which it runs out, at this duration; undefined: not by more steady traffic. */
  readonly atRequestsPerSecond: number | undefined;
  /** The execution environments that are busy then. */
  readonly atConcurrency: number | undefined;
  /** What happens then, or what is counted. */
  readonly note?: string;
}

/** The busiest second, and how the stack serves it. */
export interface Traffic {
  readonly requestsPerSecond: number;
  /** Execution environments, of all functions, that are busy at this rate. */
  readonly concurrency: number;
  /** The same for one request a second. */
  readonly environmentsPerRequest: number;
}

/**
 * @param used at the traffic's rate
 * @param at the rate at which it runs out; Infinity: never
 */
export function item(
  limit: Limit,
  used: number,
  at: number | undefined,
  { environmentsPerRequest }: Traffic,
  more: Partial<Pick<CapacityItem, "what" | "limit" | "unit" | "note">> = {},
): CapacityItem {
  const total = more.limit ?? limit.value;
  const finite = at === Number.POSITIVE_INFINITY ? undefined : at;
  return {
    what: limit.what,
    limit: total,
    unit: limit.unit,
    used,
    headroom: total - used,
    scope: limit.scope,
    adjustable: limit.adjustable,
    source: limit.source,
    atRequestsPerSecond: finite,
    atConcurrency: finite === undefined ? undefined : finite * environmentsPerRequest,
    ...more,
  };
}
