/**
 * Rules for which of identity and resource policies have to allow, by kind of resource and by account.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html
 */
import type { Findings } from "./collect.js";
import { ALLOWED, type Clause, every, missing, some } from "./decision.js";
import type { Principal } from "./principal.js";

export type ResourceKind = "resource" | "key" | "trust" | "api-gateway";

export interface Parts {
  readonly principal: Principal;
  readonly identity: Clause;
  /** Permissions boundary and session policies, which limit the grants of the other policies. */
  readonly limits: Clause;
  /** Undefined if the resource has no policy. */
  readonly resource: Findings | undefined;
}

export function allowsByResource(kind: ResourceKind, accounts: "same" | "cross", parts: Parts): Clause {
  switch (parts.principal.kind) {
    case "user":
    case "role":
    case "federated-user":
      return accounts === "cross" ? acrossAccounts(kind, parts) : withinAccount(kind, parts);
    case "root":
      return rootUser(kind, accounts, parts);
    default:
      // Services, users of identity providers and anonymous callers have no identity policies.
      return byResourceAlone(kind, parts);
  }
}

/**
 * An allow on either side is enough. Exceptions are KMS keys and role trust: their own policy must allow, either by
 * naming the caller or by naming the account, which delegates to the identity policies.
 * https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_compare-resource-policies.html
 */
function withinAccount(kind: ResourceKind, { identity, limits, resource }: Parts): Clause {
  const byIdentity = every(identity, limits);
  if (resource === undefined) return byIdentity;
  // A grant to the user or session itself needs no allow in other policies. A grant to the role behind the session is
  // limited by its boundary and session policies.
  const byName = [resource.direct, every(resource.limited, limits)];
  if (kind !== "key" && kind !== "trust") return some(byIdentity, ...byName);
  return some(...byName, every(resource.account, byIdentity));
}

/** Access across accounts, in which both accounts have to allow. */
function acrossAccounts(kind: ResourceKind, parts: Parts): Clause {
  return every(parts.identity, parts.limits, byResourceAlone(kind, parts));
}

/** The root user may do everything in its account, except that the policy of a key or role must allow it. */
function rootUser(kind: ResourceKind, accounts: "same" | "cross", parts: Parts): Clause {
  if (accounts === "same" && kind !== "key" && kind !== "trust") return ALLOWED;
  return byResourceAlone(kind, parts);
}

function byResourceAlone(kind: ResourceKind, { resource }: Parts): Clause {
  if (resource === undefined) return missing(kind);
  return some(resource.direct, resource.limited, resource.account);
}
