import type {
  Graph,
  LambdaFunction,
  ManagedResource,
  ResourceRef,
  Vpc,
  VpcEndpoint,
} from "../../graph/model.js";
import {
  accountOf,
  accountOfPrincipal,
  authorize,
  type ContextInput,
  type Decision,
  type NamedPolicy,
  type Policies,
  type Principal,
} from "../../iam/index.js";
import type { Place } from "../../intents.js";
import { homeAt } from "../places/home.js";
import { resourceByArn } from "../places/resolve.js";
import type { TraceBuilder } from "../verdict/path.js";
import type { Blocked } from "../verdict/verdict.js";
import { type PolicyOwners, recordDecision } from "./decisions.js";
import { arnOfKey, keyActions, parametersUnder } from "./encryption.js";
import { type KeyUse, keyUses } from "./key-use.js";
import {
  ALLOW_ALL,
  defaultKeyPolicy,
  identityPolicies,
  named,
  principalOf,
  resourcePolicy,
  roleOf,
} from "./policies.js";
import { callsOf } from "./resource-samples.js";
import {
  type Sample,
  sampleRequests,
  sampleResources,
  samplesWithin,
  type Where,
} from "./sample-requests.js";

/** A service as a destination, perhaps through one of the stack's resources that it serves. */
export type ServicePlace = Extract<Place, { kind: "service" }> & { readonly of?: ManagedResource };

/** A call of an AWS service, with its caller and the endpoint that it goes through. */
export interface Call {
  readonly graph: Graph;
  readonly caller: LambdaFunction | undefined;
  readonly service: ServicePlace;
  /** Region of the service; undefined: not known. */
  readonly region: string | undefined;
  readonly endpoint: VpcEndpoint | undefined;
  readonly vpc: Vpc | undefined;
}

/**
 * Services with calls that need no permission of a role: methods of an API without IAM authorization, sign-up and
 * sign-in of a user pool, SMTP with a user's credentials, and `sts:GetCallerIdentity`.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-authorization-flow.html
 * https://docs.aws.amazon.com/cognito/latest/developerguide/authentication-flows-public-server-side.html
 * https://docs.aws.amazon.com/ses/latest/dg/smtp-credentials.html
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
 */
const OPEN_TO_ROLES: ReadonlySet<string> = new Set(["execute-api", "cognito-idp", "email-smtp", "sts"]);

/**
 * Whether policies allow the call: the caller's own, the endpoint's and the resource's. If the question names no
 * action, one that all of them allow is enough, and the hop lists them. A caller that is no function has no role in
 * the stack, so only the other policies decide.
 */
export function servicePolicies(trace: TraceBuilder, call: Call): Blocked | undefined {
  const { caller, service, endpoint } = call;
  if (endpoint !== undefined) inService(trace, endpoint);
  if (caller === undefined || service.networkOnly === true)
    return otherPolicies(trace, call, "the caller's own permissions are not judged");
  if (service.action !== undefined) return namedAction(trace, call, caller);
  if (OPEN_TO_ROLES.has(service.service)) {
    return otherPolicies(trace, call, `some calls of ${service.service} need no permission of a role`);
  }
  return anyAction(trace, call, caller);
}

/** Leaves open what an endpoint passes that its owner has not accepted, or that has failed. */
export function inService(trace: TraceBuilder, { ref, outOfService }: VpcEndpoint): undefined {
  if (outOfService !== undefined)
    trace.undetermined(ref, `whether ${ref.name} passes anything: its state is ${outOfService}`);
}

interface Judged {
  readonly request: Sample;
  readonly decision: Decision;
  /** What the key of an encrypted resource says to a request that all else allows. */
  readonly keys: readonly KeyUse[];
}

/** What the decisions on a request and on the key come to. */
function outcomeOf({ decision, keys }: Judged): "allowed" | "unknown" | "refused" {
  if (decision.decision !== "allowed") return decision.decision === "unknown" ? "unknown" : "refused";
  const outcomes = keys.map((each) => ("doubt" in each ? "unknown" : each.decision.decision));
  if (outcomes.every((each) => each === "allowed")) return "allowed";
  return outcomes.every((each) => each === "allowed" || each === "unknown") ? "unknown" : "refused";
}

/** The best decision. One allowed request is enough, because the question does not name the resource. */
function best(judged: readonly Judged[]): Judged | undefined {
  const of = (outcome: "allowed" | "unknown") => judged.find((each) => outcomeOf(each) === outcome);
  return of("allowed") ?? of("unknown") ?? judged[0];
}

/** Whether the role may do the action that the question names. */
function namedAction(trace: TraceBuilder, call: Call, caller: LambdaFunction): Blocked | undefined {
  const judged = best(requestsOf(call).map((request) => judge(call, request)));
  return judged && record(trace, call, judged, call.graph.refOf(caller.role));
}

/** Whether the role may do anything in the service, on the resource if the question names one. */
function anyAction(trace: TraceBuilder, call: Call, caller: LambdaFunction): Blocked | undefined {
  const { graph, endpoint, service } = call;
  const judged = requestsOf(call).map((request) => judge(call, request));
  const role = graph.refOf(caller.role);
  const where = call.region === undefined ? "" : ` in ${call.region}`;
  const what = `${service.service}${service.of === undefined ? where : ` on ${service.of.ref.name}`}`;
  const allowed = judged.filter((each) => outcomeOf(each) === "allowed");
  if (allowed.length > 0) {
    if (endpoint !== undefined) trace.hop(endpoint.ref, ofEndpoint(endpoint));
    const byKey = allowed.find(({ keys }) => keys.length > 0);
    if (byKey !== undefined) recordKeys(trace, call, byKey);
    return trace.hop(role, `may call ${what}: ${listed(allowed.map(({ request }) => request.written))}`);
  }
  const open = judged.find((each) => outcomeOf(each) === "unknown");
  if (open !== undefined && roleOf(graph, caller) === undefined) {
    return trace.undetermined(role, `what role ${role.name} may do is not in the stack`);
  }
  // What another policy refuses matters only for what the role's own policies allow.
  const refused =
    judged.find(({ decision }) => decision.decision === "allowed") ??
    judged.find(({ request }) => mayByRole(call, caller, request)) ??
    judged.find(({ decision }) => decision.decision === "explicit-deny" && decision.by.kind === "identity");
  const chosen = open ?? refused;
  if (chosen !== undefined) return record(trace, call, chosen, role);
  return trace.blocked({
    at: role,
    code: "IDENTITY_POLICY_DENIES",
    reason: `the policies of role ${role.name} allow no action of ${what}`,
    fix: `Allow the actions of ${service.service} that ${caller.ref.name} needs in a policy of role ${role.name}.`,
  });
}

/** Whether the role's own policies allow a request, whatever its boundary and other policies say. */
function mayByRole(call: Call, caller: LambdaFunction, { action, resource }: Sample): boolean {
  const { identity } = identityPolicies(call.graph, caller);
  const principal = principalOf(call.graph, caller);
  const account = accountOfPrincipal(principal) ?? homeAt(call.graph, caller.ref.urn).account;
  const own = account === undefined ? {} : { resourceAccount: account };
  const request = { principal, action, resource, ...own, context: contextOf(call) };
  // A key's policy always counts, so it is one that leaves the decision to the role.
  const key = { kind: "key", policy: defaultKeyPolicy(account) } as const;
  const policies = call.service.service === "kms" ? { identity, resource: key } : { identity };
  return authorize(request, policies).decision === "allowed";
}

/** The actions of a hop, of which a reader needs to see the first few. */
export function listed(actions: readonly string[]): string {
  const all = [...new Set(actions)];
  const shown = all.slice(0, MOST_ACTIONS).join(", ");
  return all.length > MOST_ACTIONS ? `${shown} and ${all.length - MOST_ACTIONS} more` : shown;
}

const MOST_ACTIONS = 5;

function ofEndpoint({ policy }: VpcEndpoint): string {
  return policy === undefined ? "default endpoint policy allows everything" : "the endpoint policy allows it";
}

/** Whether the policies of the endpoint and the resource allow a call of a caller that may do everything. */
function otherPolicies(trace: TraceBuilder, call: Call, note: string): Blocked | undefined {
  const { endpoint, service } = call;
  const at = endpoint?.ref ?? service.of?.ref ?? serviceRef(service.service);
  if (endpoint?.policy === undefined && service.of?.policy === undefined) {
    return trace.hop(at, endpoint === undefined ? note : `${ofEndpoint(endpoint)}; ${note}`);
  }
  const judged = best(requestsOf(call).map((request) => judge({ ...call, caller: undefined }, request)));
  if (judged === undefined) return undefined;
  const { decision } = judged;
  if (decision.decision === "implicit-deny" && endpoint?.policy && decision.missing.includes("endpoint")) {
    return trace.blocked({
      at: endpoint.ref,
      by: endpoint.policy.ref,
      code: "VPCE_POLICY_DENIES",
      reason: `the policy of ${endpoint.ref.name} allows no action of ${service.service}`,
      fix: `Allow the actions of ${service.service} that the caller needs in the policy of ${endpoint.ref.name}.`,
    });
  }
  trace.hop(at, note);
  return record(trace, { ...call, caller: undefined }, judged, at);
}

export function serviceRef(service: string): ResourceRef {
  return { urn: `service:${service}`, type: "service", name: service };
}

/** The requests that the question means. */
function requestsOf(call: Call): readonly Sample[] {
  const { graph, service } = call;
  const policies = policiesOf(call);
  const { account } = homeAt(graph, service.of?.ref.urn ?? call.caller?.ref.urn ?? call.vpc?.ref.urn ?? "");
  const where: Where = { graph, service: service.service, region: call.region, account };
  const { action, of } = service;
  const { patterns, also } = of === undefined ? { patterns: undefined, also: [] } : callsOf(of);
  const named = service.resource === undefined ? undefined : [service.resource];
  const resources =
    patterns?.flatMap((pattern) => samplesWithin(where, policies, pattern)) ??
    named ??
    sampleResources(where, policies);
  if (action !== undefined) return resources.map((resource) => ({ action, written: action, resource }));
  return [
    ...sampleRequests(service.service, policies, resources),
    ...also.map((request) => ({ ...request, written: request.action })),
  ];
}

/** Every policy that may decide, to take samples from. */
function policiesOf({ graph, caller, endpoint, service }: Call): NamedPolicy[] {
  const { identity = [], boundary } = caller === undefined ? {} : identityPolicies(graph, caller);
  const resources =
    service.of === undefined
      ? [...graph.managedResources.values()].filter(({ service: by }) => by === service.service)
      : [service.of];
  return [
    ...identity,
    ...(boundary === undefined ? [] : [boundary]),
    ...(endpoint?.policy === undefined ? [] : [named(endpoint.policy, "endpoint")]),
    ...resources.flatMap(({ kind, policy }) =>
      policy === undefined ? [] : [named(policy, kind === "key" ? "key" : "resource")],
    ),
  ];
}

/** Decides one request by every policy. A caller without a role in the stack counts as one that may do everything. */
function judge(call: Call, request: Sample): Judged {
  const { graph, caller, endpoint, service } = call;
  const { action, resource } = request;
  const found = targetOf(call, resource);
  const host = homeAt(graph, call.vpc?.ref.urn ?? "").account;
  const principal: Principal =
    caller === undefined
      ? { kind: "role", arn: undefined, ...(host !== undefined && { account: host }) }
      : principalOf(graph, caller);
  const policies: Policies = {
    ...(caller === undefined ? { identity: [ALLOW_ALL] } : identityPolicies(graph, caller)),
    ...endpointOf(endpoint),
    ...(found === undefined ? {} : resourcePolicy(graph, found)),
  };
  // The ARN of a bucket has no account. The account of a bucket that the question names outside the stack is not known.
  const isOwn = found !== undefined || service.resource === undefined;
  const { account } = homeAt(graph, found?.ref.urn ?? caller?.ref.urn ?? "");
  const lacksAccount = resource === undefined || accountOf(resource) === undefined;
  const owner =
    lacksAccount && resource !== "*" && isOwn && account !== undefined ? { resourceAccount: account } : {};
  const decision = authorize({ principal, action, resource, context: contextOf(call), ...owner }, policies);
  const encrypted = found ?? service.of;
  const all = encrypted === undefined ? parametersUnder(graph, resource) : [encrypted];
  const keys =
    caller === undefined || decision.decision !== "allowed"
      ? []
      : all.flatMap((each) => judgeKeys(graph, caller, each, request.written));
  return { request, decision, keys };
}

/** Whether the caller may use the key of an encrypted resource as a call of that resource needs it. */
function judgeKeys(
  graph: Graph,
  caller: LambdaFunction,
  encrypted: ManagedResource,
  written: string,
): KeyUse[] {
  const { actions, pattern } = keyActions(encrypted, written);
  const user = {
    principal: principalOf(graph, caller),
    policies: identityPolicies(graph, caller),
    role: graph.refOf(caller.role),
  };
  const uses = keyUses(graph, user, encrypted, actions);
  const refused = uses.find((use) => "decision" in use && use.decision.decision !== "allowed");
  if (refused === undefined || !("key" in refused)) return uses;
  const { name } = encrypted.ref;
  if (encrypted.kind === "parameter")
    return [
      { doubt: `whether ${written} asks to decrypt ${name}, which needs kms:Decrypt`, at: refused.key.ref },
    ];
  if (!pattern) return uses;
  return [
    { doubt: `which calls of ${written} on ${name} need no ${actions.join(", ")}`, at: refused.key.ref },
  ];
}

function recordKeys(trace: TraceBuilder, call: Call, { keys, request }: Judged): Blocked | undefined {
  for (const judged of keys) {
    if ("doubt" in judged) {
      trace.undetermined(judged.at, judged.doubt);
      continue;
    }
    const { action, key, decision } = judged;
    const arn = arnOfKey(key);
    // The policy of a key may leave the decision to the account's roles, and then the role has to allow it.
    const isForRole = decision.decision === "implicit-deny" && decision.missing.includes("identity");
    const owner = isForRole ? undefined : key;
    const owners = ownersOf({ ...call, endpoint: undefined }, { action, resource: arn }, owner);
    const what = `${action} on ${arn}, which ${request.written} needs`;
    const refused = recordDecision(trace, decision, what, owners, key.ref);
    if (refused !== undefined) return refused;
  }
  return undefined;
}

/** The stack's resource that a request is for. */
function targetOf({ graph, service }: Call, resource: string | undefined): ManagedResource | undefined {
  return resource === undefined ? service.of : resourceByArn(graph, resource);
}

function record(
  trace: TraceBuilder,
  call: Call,
  judged: Judged,
  ifAllowed: ResourceRef,
): Blocked | undefined {
  const { request, decision } = judged;
  const { written } = request;
  const resource = request.resource ?? "a resource whose ARN is not known";
  const owners = ownersOf(call, { action: written, resource }, targetOf(call, request.resource));
  const what = `${written} on ${resource}`;
  return recordDecision(trace, decision, what, owners, ifAllowed) ?? recordKeys(trace, call, judged);
}

function endpointOf(endpoint: VpcEndpoint | undefined): Pick<Policies, "endpoint"> {
  if (endpoint?.policy === undefined) return {};
  const type = endpoint.type === "Gateway" ? "gateway" : "interface";
  return { endpoint: { type, policy: named(endpoint.policy, "endpoint") } };
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html */
function contextOf({ endpoint, vpc, region }: Call): Record<string, ContextInput> {
  const isPrivate = endpoint !== undefined;
  return {
    "aws:SourceVpce": isPrivate ? endpoint.ref.id : null,
    "aws:SourceVpc": isPrivate ? vpc?.ref.id : null,
    "aws:SourceIp": isPrivate ? null : { present: true },
    "aws:SecureTransport": true,
    ...(region !== undefined && { "aws:RequestedRegion": region }),
  };
}

/** The owner of each policy that may refuse the call. */
function ownersOf(
  { graph, caller, endpoint }: Call,
  { action, resource }: { readonly action: string; readonly resource: string },
  found: ManagedResource | undefined,
): PolicyOwners {
  const role = graph.refOf(caller?.role ?? "");
  const identity = {
    at: role,
    code: "IDENTITY_POLICY_DENIES",
    fix: `Allow ${action} on ${resource} in a policy of role ${role.name}.`,
  } as const;
  const boundary = roleOf(graph, caller)?.boundary?.ref;
  return {
    ...(found === undefined
      ? {}
      : { resource: resourceOwner(found, action), key: resourceOwner(found, action) }),
    ...(endpoint === undefined
      ? {}
      : {
          endpoint: {
            at: endpoint.ref,
            by: endpoint.policy?.ref,
            code: "VPCE_POLICY_DENIES" as const,
            fix: `Allow ${action} on ${resource} in the policy of ${endpoint.ref.name}.`,
          },
        }),
    ...(caller === undefined ? {} : { identity }),
    ...(boundary === undefined
      ? {}
      : {
          boundary: {
            ...identity,
            by: boundary,
            fix: `Allow ${action} in permissions boundary ${boundary.name}.`,
          },
        }),
  };
}

function resourceOwner({ ref, policy }: ManagedResource, action: string) {
  return {
    at: ref,
    by: policy?.ref,
    code: "RESOURCE_POLICY_DENIES",
    fix: `Allow ${action} in the policy of ${ref.name}.`,
  } as const;
}
