/** Results of the evaluator and how partial results combine. */
import type { Effect, Statement } from "./policy.js";
import { and, or, type Truth } from "./truth.js";

/** Role of a policy in the evaluation. */
export type PolicyKind =
  | "identity"
  | "boundary"
  | "session"
  | "service-control"
  | "resource-control"
  | "resource"
  | "key"
  | "trust"
  | "api-gateway"
  | "endpoint";

/** The statement that a verdict rests on. */
export interface StatementRef {
  /** The label that the caller gave the policy. */
  readonly policy: string;
  readonly kind: PolicyKind;
  readonly effect: Effect;
  /** Position in the policy, from 0. */
  readonly index: number;
  readonly sid?: string;
}

export function refOf(policy: string, kind: PolicyKind, { index, sid, effect }: Statement): StatementRef {
  return { policy, kind, effect, index, ...(sid === undefined ? {} : { sid }) };
}

/** One thing that leaves the answer open, with its statement if it is in one. */
export interface UnknownReason {
  readonly policy?: string;
  /** The role of a policy whose content is not known. */
  readonly kind?: PolicyKind;
  readonly statement?: StatementRef;
  readonly reason: string;
}

export type Decision =
  /** `by`: the statements that allow, one for each policy that had to; empty for what is allowed without any policy. */
  | { readonly decision: "allowed"; readonly by: readonly StatementRef[] }
  | { readonly decision: "explicit-deny"; readonly by: StatementRef }
  /** `missing`: the kinds of policy without an allow. If either of two would have been enough, both are named. */
  | { readonly decision: "implicit-deny"; readonly missing: readonly PolicyKind[] }
  /** Proves nothing, because each of the reasons could turn the answer either way. */
  | { readonly decision: "unknown"; readonly because: readonly UnknownReason[] };

/** Part of an evaluation: whether it allows, and the statements or reasons for either case. */
export interface Clause {
  readonly truth: Truth;
  readonly by: readonly StatementRef[];
  readonly missing: readonly PolicyKind[];
  readonly because: readonly UnknownReason[];
}

export const ALLOWED: Clause = { truth: true, by: [], missing: [], because: [] };

export function missing(...kinds: readonly PolicyKind[]): Clause {
  return { truth: false, by: [], missing: kinds, because: [] };
}

export function unknown(...because: readonly UnknownReason[]): Clause {
  return { truth: "unknown", by: [], missing: [], because };
}

/** Requires all clauses to allow. */
export function every(...clauses: readonly Clause[]): Clause {
  const truth = and(...clauses.map((clause) => clause.truth));
  return combined(truth, clauses);
}

/** Requires one clause to allow. The first one that does is named. */
export function some(...clauses: readonly Clause[]): Clause {
  const truth = or(...clauses.map((clause) => clause.truth));
  return truth === true
    ? (clauses.find((clause) => clause.truth === true) ?? ALLOWED)
    : combined(truth, clauses);
}

/** The common answer of two cases; unknown, for the given reason, if they differ. */
export function whichever(first: Clause, second: Clause, reason: UnknownReason): Clause {
  if (first.truth === second.truth) return first.truth === false ? combined(false, [first, second]) : first;
  return combined("unknown", [first, second, unknown(reason)]);
}

function combined(truth: Truth, clauses: readonly Clause[]): Clause {
  const deciding = clauses.filter((clause) => clause.truth === truth);
  return {
    truth,
    by: truth === true ? unique(deciding.flatMap((clause) => clause.by)) : [],
    missing: truth === false ? [...new Set(deciding.flatMap((clause) => clause.missing))] : [],
    because: truth === "unknown" ? unique(deciding.flatMap((clause) => clause.because)) : [],
  };
}

/** The items without those of equal content. */
export function unique<T>(items: readonly T[]): T[] {
  return [...new Map(items.map((item) => [JSON.stringify(item), item])).values()];
}
