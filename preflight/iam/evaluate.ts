/**
 * Decides one request as AWS does: it collects all policies that apply, an explicit deny wins, and otherwise every
 * policy that has to allow must allow.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */
import { accountOf, parseArn } from "./arn.js";
import { type Caller, collect, everyLevel, type Findings } from "./collect.js";
import { requestContext } from "./context.js";
import {
  ALLOWED,
  type Clause,
  type Decision,
  every,
  missing,
  unique,
  unknown,
  whichever,
} from "./decision.js";
import { accountOfPrincipal, type Principal, principalContext } from "./principal.js";
import type { Policies, Request, ResourcePolicy } from "./request.js";
import { allowsByResource, type Parts } from "./resource-rules.js";
import type { Question } from "./statement.js";

/** Decides whether the request is allowed, and names the statements behind the decision. */
export function authorize(request: Request, policies: Policies): Decision {
  const principal = callerOf(request, policies);
  const own = ownPolicies(principal, policies);
  const resourceAccount = accountOfResource(request, principal);
  const question: Question = {
    action: request.action.toLowerCase(),
    resource: request.resource,
    context: requestContext(
      [
        request.context ?? {},
        principalContext(principal),
        resourceAccount === undefined ? {} : { "aws:ResourceAccount": resourceAccount },
      ],
      request.otherKeys,
    ),
  };
  const caller: Caller = { principal, hasBoundary: own.boundary !== undefined };
  const { resource: resourcePolicy, endpoint: endpointPolicy } = policies;

  const identity = collect("identity", own.identity ?? [], question, undefined);
  const boundary = own.boundary && collect("boundary", [own.boundary], question, undefined);
  const session = own.session && collect("session", own.session, question, undefined);
  const serviceControl = (own.serviceControl ?? []).map((level) =>
    collect("service-control", level, question, undefined),
  );
  const resourceControl = (policies.resourceControl ?? []).map((level) =>
    collect("resource-control", level, question, caller),
  );
  const resource =
    resourcePolicy?.policy && collect(resourcePolicy.kind, [resourcePolicy.policy], question, caller);
  const endpoint =
    endpointPolicy &&
    collect("endpoint", [endpointPolicy.policy], question, {
      ...caller,
      onlyEveryone: endpointPolicy.type === "gateway",
    });

  const parts: Parts = {
    principal,
    identity: identity.direct,
    limits: every(boundary?.direct ?? ALLOWED, session?.direct ?? ALLOWED),
    resource,
  };
  const allows = every(
    endpoint === undefined ? ALLOWED : everyLevel([endpoint]),
    everyLevel(serviceControl),
    everyLevel(resourceControl),
    allowsByAccount(request, resourceAccount, resourcePolicy, parts),
  );
  return decide(allows, [
    identity,
    boundary,
    session,
    ...serviceControl,
    ...resourceControl,
    resource,
    endpoint,
  ]);
}

/** Account of the resource. An action that has no resource type, written `*`, concerns the caller's account. */
function accountOfResource({ resource, resourceAccount }: Request, principal: Principal): string | undefined {
  if (resourceAccount !== undefined || resource === undefined) return resourceAccount;
  return resource === "*" ? (accountOfPrincipal(principal) ?? undefined) : accountOf(resource);
}

/**
 * The effective caller. API Gateway does not authenticate callers of a method without authorization, so a signature
 * does not matter there.
 */
function callerOf(request: Request, { resource }: Policies): Principal {
  return resource?.kind === "api-gateway" && resource.auth === "none"
    ? { kind: "anonymous" }
    : request.principal;
}

/** The policies on the caller's side that apply to this kind of caller. */
function ownPolicies(principal: Principal, policies: Policies): Policies {
  switch (principal.kind) {
    case "user":
    case "role":
    case "federated-user":
      return policies;
    case "root":
      return { serviceControl: policies.serviceControl };
    default:
      return {};
  }
}

/** The answer for the same account or across accounts; for both if the accounts are not known. */
function allowsByAccount(
  request: Request,
  resourceAccount: string | undefined,
  policy: ResourcePolicy | undefined,
  parts: Parts,
): Clause {
  const lacksPolicy = policy === undefined && needsPolicy(request);
  const kind = policy?.kind ?? (lacksPolicy ? "key" : "resource");
  const found = lacksPolicy ? { ...parts, resource: notGiven() } : parts;
  const by = (accounts: "same" | "cross"): Clause =>
    guardApi(policy, parts.principal, allowsByResource(kind, accounts, found));
  const callerAccount = accountOfPrincipal(parts.principal);
  if (callerAccount === null) return by("same");
  if (callerAccount === undefined || resourceAccount === undefined) {
    return whichever(by("same"), by("cross"), {
      reason: "whether caller and resource are in the same account is not known",
    });
  }
  return by(callerAccount === resourceAccount ? "same" : "cross");
}

/** KMS keys and roles always have a policy, and it always applies. */
function needsPolicy({ action, resource }: Request): boolean {
  const name = action.toLowerCase();
  if (name.startsWith("sts:assumerole")) return true;
  return (
    name.startsWith("kms:") &&
    (resource === undefined || parseArn(resource)?.resource.startsWith("key/") === true)
  );
}

function notGiven(): Findings {
  const open = unknown({ reason: "the policy of the key or role was not given" });
  return { direct: open, limited: open, account: open, denied: [], perhapsDenied: open.because };
}

/**
 * API Gateway's conditions before any policy is evaluated: a caller for a method with IAM authorization, and a resource
 * policy for a private API. A public method without authorization and without policy is open to everyone.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-authorization-flow.html
 */
function guardApi(policy: ResourcePolicy | undefined, principal: Principal, byPolicies: Clause): Clause {
  if (policy?.kind !== "api-gateway") return byPolicies;
  if (policy.private && policy.policy === undefined) return missing("api-gateway");
  if (policy.auth === "iam") return principal.kind === "anonymous" ? missing("identity") : byPolicies;
  if (policy.policy === undefined) return ALLOWED;
  // The authorizer's own policy may allow what the API's policy does not, as an identity policy may.
  return policy.auth === "authorizer"
    ? whichever(ALLOWED, byPolicies, {
        reason: "whether the authorizer's policy allows what the API's policy does not",
      })
    : byPolicies;
}

function decide(allows: Clause, findings: readonly (Findings | undefined)[]): Decision {
  const denied = findings.flatMap((finding) => finding?.denied ?? []);
  if (denied[0] !== undefined) return { decision: "explicit-deny", by: denied[0] };
  // Without an allow the request is denied anyway, so a deny that may or may not apply does not matter.
  if (allows.truth === false) return { decision: "implicit-deny", missing: allows.missing };
  const open = unique([...findings.flatMap((finding) => finding?.perhapsDenied ?? []), ...allows.because]);
  if (allows.truth === true && open.length === 0) return { decision: "allowed", by: allows.by };
  return { decision: "unknown", because: open };
}
