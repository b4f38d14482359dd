import type { Limit } from "./quotas.js";

/** A limit that can run out, at the given traffic. */
export interface CapacityItem {
  readonly what: string;
  readonly limit: number;
  readonly unit: string;
  readonly used: number;
  /** Remainder of the limit. Negative if it is exceeded. */
  readonly headroom: number;
  readonly scope: Limit["scope"];
  readonly adjustable: boolean;
  readonly source: string;
  /** Rate at which the limit is reached, at this duration. Undefined if more steady traffic never reaches it. */
  readonly atRequestsPerSecond: number | undefined;
  /** Busy execution environments at that rate. */
  readonly atConcurrency: number | undefined;
  /** Effect of the limit, or what is counted. */
  readonly note?: string;
}

/** The busiest second and the environments that serve it. */
export interface Traffic {
  readonly requestsPerSecond: number;
  /** Busy execution environments of all functions at this rate. */
  readonly concurrency: number;
  /** Busy execution environments at one request a second. */
  readonly environmentsPerRequest: number;
}

/**
 * @param used use at the traffic's rate
 * @param at rate at which the limit is reached; Infinity if never
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
