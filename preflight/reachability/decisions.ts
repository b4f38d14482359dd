import type { ResourceRef } from "../graph/model.js";
import { type Decision, explain, type PolicyKind } from "../iam/index.js";
import type { Code } from "./verdict/explanation-codes.js";
import type { Walk } from "./verdict/path.js";
import type { Blocked } from "./verdict/verdict.js";

/** What a policy of each kind belongs to, and what it is called in a block. */
export type Sides = Partial<Readonly<Record<PolicyKind, Side>>>;

interface Side {
  readonly at: ResourceRef;
  /** The policy's own resource. */
  readonly by?: ResourceRef;
  readonly code: Code;
  readonly mend: string;
}

/** Turns a decision into a hop, a block at the side that says no, or something that is not known. */
export function weigh(
  walk: Walk,
  decision: Decision,
  what: string,
  sides: Sides,
  ifAllowed: ResourceRef,
): Blocked | undefined {
  switch (decision.decision) {
    case "allowed":
      return walk.pass(ifAllowed, `${what}: ${explain(decision)}`);
    case "unknown":
      return walk.miss(sideOf(sides, kindsIn(decision))?.at ?? ifAllowed, `${what}: ${explain(decision)}`);
    case "explicit-deny":
      return refuse(walk, sideOf(sides, [decision.by.kind]), decision, what, ifAllowed);
    case "implicit-deny":
      return refuse(walk, sideOf(sides, decision.missing), decision, what, ifAllowed);
  }
}

function kindsIn(decision: Extract<Decision, { decision: "unknown" }>): PolicyKind[] {
  return decision.because.flatMap(({ statement }) => (statement === undefined ? [] : [statement.kind]));
}

function sideOf(sides: Sides, kinds: readonly PolicyKind[]): Side | undefined {
  return kinds.flatMap((kind) => sides[kind] ?? [])[0];
}

function refuse(
  walk: Walk,
  side: Side | undefined,
  decision: Decision,
  what: string,
  at: ResourceRef,
): Blocked {
  return walk.block({
    at: side?.at ?? at,
    by: side?.by,
    code: side?.code ?? "RESOURCE_POLICY_DENIES",
    why: `${what}: ${explain(decision)}`,
    mend: side?.mend ?? "Allow the call in the policy.",
  });
}
