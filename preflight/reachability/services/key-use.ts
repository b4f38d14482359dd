import type { Graph, ManagedResource, ResourceRef, Role } from "../../graph/model.js";
import {
  accountOfPrincipal,
  authorize,
  type Decision,
  type Policies,
  type Principal,
} from "../../iam/index.js";
import { isSet, UNKNOWN } from "../../resources/unknown.js";
import type { TraceBuilder } from "../verdict/path.js";
import type { Blocked } from "../verdict/verdict.js";
import { recordDecision } from "./decisions.js";
import { arnOfKey, keyContext, keyOf } from "./encryption.js";
import { actingAs, resourcePolicy } from "./policies.js";

/** Who uses a key: a role, with the policies that it has. */
export interface KeyUser {
  readonly principal: Principal;
  readonly policies: Pick<Policies, "identity" | "boundary">;
  /** The role, as a doubt names it. */
  readonly role: ResourceRef;
}

/** What a key says to one action of a user, or why that is not known. */
export type KeyUse =
  | { readonly action: string; readonly key: ManagedResource; readonly decision: Decision }
  | { readonly doubt: string; readonly at: ResourceRef };

/**
 * Decides whether a role may do the actions with the key of a resource. Empty if no key of the account's own encrypts
 * it: a key that AWS manages lets every principal of the account use it through its service.
 */
export function keyUses(
  graph: Graph,
  { principal, policies, role }: KeyUser,
  encrypted: ManagedResource,
  actions: readonly string[],
): KeyUse[] {
  const key = actions.length === 0 ? undefined : keyOf(graph, encrypted);
  if (key === undefined || key === "aws-managed") return [];
  const { name } = encrypted.ref;
  if (key === UNKNOWN) {
    const doubt = `whether role ${role.name} may use the key of ${name}, which is not in the stack`;
    return [{ doubt, at: encrypted.ref }];
  }
  const context = keyContext(graph, encrypted, accountOfPrincipal(principal) ?? undefined);
  const resource = isSet(key.arn) ? key.arn : undefined;
  return actions.map((action) => ({
    action,
    key,
    decision: authorize(
      { principal, action, resource, context },
      { ...policies, ...resourcePolicy(graph, key) },
    ),
  }));
}

/** Whether a role may use the key of a resource, through the service of the resource. */
export function useKeyAs(
  trace: TraceBuilder,
  graph: Graph,
  role: Role,
  encrypted: ManagedResource,
  actions: readonly string[],
): Blocked | undefined {
  const user: KeyUser = { ...actingAs(graph, role), role: role.ref };
  for (const use of keyUses(graph, user, encrypted, actions)) {
    const refused = "doubt" in use ? trace.undetermined(use.at, use.doubt) : record(trace, role, use);
    if (refused !== undefined) return refused;
  }
  return undefined;
}

function record(
  trace: TraceBuilder,
  { ref, boundary }: Role,
  { action, key, decision }: Extract<KeyUse, { action: string }>,
): Blocked | undefined {
  const on = arnOfKey(key);
  const own = {
    at: ref,
    code: "IDENTITY_POLICY_DENIES",
    fix: `Allow ${action} on ${on} in a policy of role ${ref.name}.`,
  } as const;
  const keys = {
    at: key.ref,
    by: key.policy?.ref,
    code: "RESOURCE_POLICY_DENIES",
    fix: `Allow ${action} to role ${ref.name} in the policy of ${key.ref.name}.`,
  } as const;
  // The policy of a key may leave the decision to the account's roles, and then the role has to allow it.
  const isForRole = decision.decision === "implicit-deny" && decision.missing.includes("identity");
  return recordDecision(
    trace,
    decision,
    `${action} on ${on}`,
    {
      identity: own,
      boundary: boundary === undefined ? own : { ...own, by: boundary.ref },
      ...(!isForRole && { key: keys }),
    },
    ref,
  );
}
