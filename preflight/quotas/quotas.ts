import { AWS_LIMITS, type AwsLimit, isRefused, type LimitName } from "../aws/limits.js";
import type { Graph, ResourceRef } from "../graph/index.js";
import { countUses, type Use } from "./count.js";

/**
 * How a stack stands to a limit. `near`: from 80 % on. `over`: above the default, so AWS refuses the rest unless the
 * account's quota was raised. `refused`: above what AWS raises it to for anybody.
 */
export type QuotaState = "ok" | "near" | "over" | "refused";

/** A limit of AWS, and what the stack uses of it. */
export interface Quota {
  readonly what: string;
  /** Undefined for a limit of the account in the stack's Region. */
  readonly of: ResourceRef | undefined;
  readonly used: number;
  readonly limit: number;
  /** The most that AWS raises it to; undefined: as much as AWS agrees to. */
  readonly most: number | undefined;
  readonly adjustable: boolean;
  readonly state: QuotaState;
  /** AWS's page that states it. */
  readonly page: string;
}

/** Share of a limit from which on it is nearly used up. */
const NEAR = 0.8;

/**
 * What a stack uses of AWS's limits: for each limit the resource that uses the most of it, and every other one that is
 * near it or over it. The worst come first. What else the account has is not in the stack and not counted.
 */
export function quotasOf(graph: Graph): Quota[] {
  const fullest = new Map<LimitName, Use>();
  const uses = countUses(graph).filter(({ used }) => used > 0);
  for (const use of uses) {
    const before = fullest.get(use.limit);
    if (before === undefined || before.used < use.used) fullest.set(use.limit, use);
  }
  return uses
    .map((use) => ({ use, quota: quotaOf(use) }))
    .filter(({ use, quota }) => quota.state !== "ok" || fullest.get(use.limit) === use)
    .map(({ quota }) => quota)
    .sort((a, b) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state) || b.used / b.limit - a.used / a.limit);
}

const ORDER: readonly QuotaState[] = ["refused", "over", "near", "ok"];

function quotaOf({ limit: name, of, used }: Use): Quota {
  const limit: AwsLimit = AWS_LIMITS[name];
  const { what, most, page } = limit;
  return {
    what,
    of,
    used,
    limit: limit.limit,
    most,
    adjustable: most !== limit.limit,
    state: stateOf(limit, used),
    page,
  };
}

function stateOf(limit: AwsLimit, used: number): QuotaState {
  if (isRefused(limit, used)) return "refused";
  if (used > limit.limit) return "over";
  return used >= limit.limit * NEAR ? "near" : "ok";
}
