/**
 * Which of identity and resource policies have to allow, by kind of resource and by account.
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
  /** Permissions boundary and session policies, which limit what the others grant. */
  readonly limits: Clause;
  /** Undefined when the resource has no policy. */
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
      // Services, identity providers' users and the anonymous have no identity policies.
      return byResourceAlone(kind, parts);
  }
}

/**
 * An allow on either side will do, except for KMS keys and role trust, whose own policy must allow: the caller by
 * name, or the account, which leaves it to the identity policies.
 * https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_compare-resource-policies.html
 */
function withinAccount(kind: ResourceKind, { identity, limits, resource }: Parts): Clause {
  const byIdentity = every(identity, limits);
  if (resource === undefined) return byIdentity;
  // A grant to the user or session itself is not limited by what the other policies are silent about; one to the
  // role behind the session is limited by its boundary and session policies.
  const byName = [resource.direct, every(resource.limited, limits)];
  if (kind !== "key" && kind !== "trust") return some(byIdentity, ...byName);
  return some(...byName, every(resource.account, byIdentity));
}

/** Both accounts have to allow. */
function acrossAccounts(kind: ResourceKind, parts: Parts): Clause {
  return every(parts.identity, parts.limits, byResourceAlone(kind, parts));
}

/** The root user may do everything in its account, but a key's or role's policy has to let even it in. */
function rootUser(kind: ResourceKind, accounts: "same" | "cross", parts: Parts): Clause {
  if (accounts === "same" && kind !== "key" && kind !== "trust") return ALLOWED;
  return byResourceAlone(kind, parts);
}

function byResourceAlone(kind: ResourceKind, { resource }: Parts): Clause {
  if (resource === undefined) return missing(kind);
  return some(resource.direct, resource.limited, resource.account);
}
