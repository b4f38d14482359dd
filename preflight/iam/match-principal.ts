/**
 * Matches a `Principal` or `NotPrincipal` element with the caller.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
 */
import { accountOf, isAccountId, parseArn } from "./arn.js";
import type { PrincipalElement } from "./policy.js";
import { accountOfPrincipal, type Principal, sessionArn } from "./principal.js";
import { agreed, not, or, type Truth } from "./truth.js";

/**
 * How an element names the caller. It decides what else has to allow:
 * - `direct`: the user, the session, the service or everyone. In the same account nothing else is needed.
 * - `limited`: the role behind the session, or the user behind a federated session. Their permissions boundary and
 *   session policies have to allow as well.
 * - `account`: the account, which only lets its own identity policies decide.
 *
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
 */
export interface PrincipalMatch {
  readonly direct: Truth;
  readonly limited: Truth;
  readonly account: Truth;
}

const NOBODY: PrincipalMatch = { direct: false, limited: false, account: false };
const EVERYONE: PrincipalMatch = { direct: true, limited: false, account: false };

/** Whether the element names the caller in any way, which is enough for a deny and for an endpoint policy. */
export function inAnyWay(match: PrincipalMatch): Truth {
  return or(match.direct, match.limited, match.account);
}

/**
 * @param boundary whether the caller has a permissions boundary, because then a deny with `NotPrincipal` always applies
 */
export function matchPrincipal(
  element: PrincipalElement,
  principal: Principal,
  options: { readonly deny: boolean; readonly boundary: boolean },
): PrincipalMatch {
  return element.negated ? matchNotPrincipal(element, principal, options) : matchListed(element, principal);
}

function matchListed(element: PrincipalElement, principal: Principal): PrincipalMatch {
  if (element.everyone) return EVERYONE;
  switch (principal.kind) {
    case "service":
      return only("direct", or(listed(element.service, principal.name), anyAws(element) && "unknown"));
    case "federated":
      return only("direct", or(listed(element.federated, principal.provider), anyAws(element) && "unknown"));
    case "anonymous":
      return only("direct", anyAws(element));
    case "canonical-user":
      return merge(
        only("direct", or(listed(element.canonicalUser, principal.id), anyAws(element))),
        only("account", accountListed(element, principal.account)),
      );
    default:
      return merge(matchAws(element, principal), canonical(element));
  }
}

type AwsPrincipal = Extract<Principal, { kind: "user" | "role" | "federated-user" | "root" }>;

function matchAws(element: PrincipalElement, principal: AwsPrincipal): PrincipalMatch {
  if (anyAws(element)) return EVERYONE;
  const account = accountOfPrincipal(principal) ?? undefined;
  const inAccount = accountListed(element, account);
  // A policy keeps the unique ID of a deleted role or user. The policy does not show whose ID it was.
  const byId: Truth =
    element.aws.some((entry) => !entry.startsWith("arn:") && !isAccountId(entry)) && "unknown";
  switch (principal.kind) {
    case "root":
      return only("direct", inAccount);
    case "user":
      return {
        direct: or(arnListed(element, principal.arn, "user", account), byId),
        limited: false,
        account: inAccount,
      };
    case "federated-user":
      return {
        direct: arnListed(element, principal.arn, "federated-user", account),
        limited: or(arnListed(element, principal.issuer, "user", account), byId),
        account: inAccount,
      };
    case "role":
      return {
        direct: sessionListed(element, principal, account),
        limited: or(arnListed(element, principal.arn, "role", account), byId),
        account: inAccount,
      };
  }
}

/**
 * Matches `NotPrincipal`. AWS checks it against the account, the user or role, and the session in turn, and which of
 * them depends on the service. So a caller is surely excepted only if all of them are listed, and surely not if none
 * is.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
 */
function matchNotPrincipal(
  element: PrincipalElement,
  principal: Principal,
  { deny, boundary }: { readonly deny: boolean; readonly boundary: boolean },
): PrincipalMatch {
  if (deny && boundary && (principal.kind === "user" || principal.kind === "role")) return EVERYONE;
  const match = matchListed(element, principal);
  if (element.everyone || anyAws(element)) return only("direct", not(inAnyWay(match)));
  switch (principal.kind) {
    case "user":
      return only("direct", not(agreed(match.account, match.direct)));
    case "role":
    case "federated-user":
      return only("direct", not(agreed(match.account, match.limited, match.direct)));
    default:
      return only("direct", not(inAnyWay(match)));
  }
}

function only(way: keyof PrincipalMatch, truth: Truth): PrincipalMatch {
  return { ...NOBODY, [way]: truth };
}

function merge(one: PrincipalMatch, other: PrincipalMatch): PrincipalMatch {
  return {
    direct: or(one.direct, other.direct),
    limited: or(one.limited, other.limited),
    account: or(one.account, other.account),
  };
}

function anyAws(element: PrincipalElement): boolean {
  return element.aws.includes("*");
}

function listed(entries: readonly string[], name: string): Truth {
  return entries.includes(name) || entries.includes("*");
}

/** A canonical user ID identifies an account, but the policy does not say which one. */
function canonical(element: PrincipalElement): PrincipalMatch {
  return only("account", element.canonicalUser.length > 0 && "unknown");
}

/** Whether an account is listed. `123456789012` and `arn:aws:iam::123456789012:root` are the same account. */
function accountListed(element: PrincipalElement, account: string | undefined): Truth {
  const accounts = element.aws.flatMap((entry) => {
    if (isAccountId(entry)) return [entry];
    const arn = parseArn(entry);
    return arn !== undefined && arn.resource === "root" ? [arn.account] : [];
  });
  if (account === undefined) return accounts.length > 0 && "unknown";
  return accounts.includes(account);
}

function sessionListed(
  element: PrincipalElement,
  role: Extract<Principal, { kind: "role" }>,
  account: string | undefined,
): Truth {
  const session = sessionArn(role);
  if (session !== undefined || role.arn === undefined)
    return arnListed(element, session, "assumed-role", account);
  // Only the session's name is unknown, so sessions of other roles surely do not match.
  const sessions = sessionArn({ arn: role.arn, session: "" }) ?? "";
  return element.aws.some((entry) => entry.startsWith(sessions)) && "unknown";
}

/** Whether an ARN is listed. For an unknown ARN: whether an entry of its type and account could be it. */
function arnListed(
  element: PrincipalElement,
  arn: string | undefined,
  type: string,
  account: string | undefined,
): Truth {
  if (arn !== undefined) return element.aws.includes(arn);
  const possible = element.aws.some((entry) => {
    if (parseArn(entry)?.resource.startsWith(`${type}/`) !== true) return false;
    return account === undefined || accountOf(entry) === account;
  });
  return possible && "unknown";
}
