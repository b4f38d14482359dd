import type { ResourceRef } from "../../graph/model.js";
import { type Decision, explain, type PolicyKind } from "../../iam/index.js";
import type { Code } from "../verdict/explanation-codes.js";
import type { TraceBuilder } from "../verdict/path.js";
import type { Blocked } from "../verdict/verdict.js";

/** The owner of the policy of each kind, with the explanation if that policy refuses. */
export type PolicyOwners = Partial<Readonly<Record<PolicyKind, PolicyOwner>>>;

interface PolicyOwner {
  readonly at: ResourceRef;
  /** The resource of the policy itself. */
  readonly by?: ResourceRef;
  readonly code: Code;
  readonly fix: string;
}

/** Records a decision as a hop, as a block at the owner of the policy that refuses, or as undetermined. */
export function recordDecision(
  trace: TraceBuilder,
  decision: Decision,
  what: string,
  owners: PolicyOwners,
  ifAllowed: ResourceRef,
): Blocked | undefined {
  switch (decision.decision) {
    case "allowed":
      return trace.hop(ifAllowed, `${what}: ${explain(decision)}`);
    case "unknown":
      return trace.undetermined(
        ownerOf(owners, kindsIn(decision))?.at ?? ifAllowed,
        `${what}: ${explain(decision)}`,
      );
    case "explicit-deny":
      return refuse(trace, ownerOf(owners, [decision.by.kind]), decision, what, ifAllowed);
    case "implicit-deny":
      return refuse(trace, ownerOf(owners, decision.missing), decision, what, ifAllowed);
  }
}

function kindsIn(decision: Extract<Decision, { decision: "unknown" }>): PolicyKind[] {
  return decision.because.flatMap(({ statement, kind }) => statement?.kind ?? kind ?? []);
}

function ownerOf(owners: PolicyOwners, kinds: readonly PolicyKind[]): PolicyOwner | undefined {
  return kinds.flatMap((kind) => owners[kind] ?? [])[0];
}

function refuse(
  trace: TraceBuilder,
  owner: PolicyOwner | undefined,
  decision: Decision,
  what: string,
  at: ResourceRef,
): Blocked {
  return trace.blocked({
    at: owner?.at ?? at,
    by: owner?.by,
    code: owner?.code ?? "RESOURCE_POLICY_DENIES",
    reason: `${what}: ${explain(decision)}`,
    fix: owner?.fix ?? "Allow the call in the policy.",
  });
}
