import { looksLikeRegion } from "../../aws/regions.js";
import type {
  Graph,
  LambdaFunction,
  ManagedResource,
  PolicySource,
  ResourceRef,
  Role,
  Vpc,
  VpcEndpoint,
} from "../../graph/model.js";
import {
  authorize,
  type ContextInput,
  type Decision,
  type DocumentKind,
  explain,
  type NamedPolicy,
  type Policies,
  type PolicyKind,
  type Principal,
  parsePolicy,
} from "../../iam/index.js";
import type { Place } from "../../intents.js";
import { holdsUnknown, isKnown, isSet } from "../../resources/unknown.js";
import { resourceByArn } from "../places/resolve.js";
import type { Code } from "../verdict/explanation-codes.js";
import type { TraceBuilder } from "../verdict/path.js";
import type { Blocked } from "../verdict/verdict.js";
import { type Action, sampleRequests, sampleResources } from "./sample-requests.js";

export type ServicePlace = Extract<Place, { kind: "service" }>;

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
 * Whether policies allow the call. If the question names an action, every policy decides. If it names none, only the
 * endpoint's policy decides, on sample requests from the caller's role.
 */
export function servicePolicies(trace: TraceBuilder, call: Call): Blocked | undefined {
  const { action, resource } = call.service;
  if (action === undefined) return endpointPolicy(trace, call);
  const resources =
    resource === undefined
      ? sampleResources(call.service.service, policiesOf(call), call.region)
      : [resource];
  const requests = resources.map((each) => ({ action, resource: each }));
  return call.caller === undefined
    ? endpointPolicy(trace, call, requests)
    : everyPolicy(trace, call, call.caller, requests);
}

function policiesOf({ graph, caller, endpoint }: Call): NamedPolicy[] {
  return [
    ...(caller === undefined ? [] : identityPolicies(graph, caller).identity),
    ...(endpoint?.policy === undefined ? [] : [named(endpoint.policy, "endpoint")]),
  ];
}

interface Judged {
  readonly request: Action;
  readonly decision: Decision;
}

/** The best decision. One allowed request is enough, because the question does not name the resource. */
function best(judged: readonly Judged[]): Judged | undefined {
  const of = (outcome: Decision["decision"]) => judged.find(({ decision }) => decision.decision === outcome);
  return of("allowed") ?? of("unknown") ?? judged[0];
}

function everyPolicy(
  trace: TraceBuilder,
  call: Call,
  caller: LambdaFunction,
  requests: readonly Action[],
): Blocked | undefined {
  const { graph } = call;
  const principal = principalOf(graph, caller);
  const found = (request: Action) => resourceByArn(graph, request.resource);
  const judged = best(
    requests.map((request) => {
      const resource = found(request);
      const policies: Policies = {
        ...identityPolicies(graph, caller),
        ...endpointOf(call.endpoint),
        ...(resource?.policy === undefined ? {} : { resource: resourcePolicy(resource, resource.policy) }),
      };
      return { request, decision: authorize({ principal, ...request, context: contextOf(call) }, policies) };
    }),
  );
  if (judged === undefined) return undefined;
  const { request, decision } = judged;
  const what = `${request.action} on ${request.resource}`;
  return recordDecision(
    trace,
    decision,
    what,
    ownersOf(call, request, found(request)),
    graph.refOf(caller.role),
  );
}

function resourcePolicy({ kind }: ManagedResource, policy: PolicySource): Policies["resource"] {
  return kind === "key"
    ? { kind: "key", policy: named(policy, "key") }
    : { kind: "resource", policy: named(policy, "resource") };
}

/** Whether the endpoint's policy allows the call of a caller that may do everything. */
function endpointPolicy(trace: TraceBuilder, call: Call, requests?: readonly Action[]): Blocked | undefined {
  const { graph, caller, endpoint, service } = call;
  if (endpoint === undefined) return undefined;
  const { ref, policy } = endpoint;
  if (policy === undefined) return trace.hop(ref, "default endpoint policy allows everything");
  const own = roleOf(graph, caller)?.policies.map((source) => named(source, "identity")) ?? [];
  const wanted = requests ?? sampleRequests(service.service, own, named(policy, "endpoint"), call.region);
  const { account } = graph;
  const principal: Principal =
    caller === undefined
      ? { kind: "role", arn: undefined, ...(account !== undefined && { account }) }
      : principalOf(graph, caller);
  // Without the account of the resource, the evaluator cannot tell a call within the account from others.
  const resourceAccount = account === undefined ? {} : { resourceAccount: account };
  const judged = best(
    wanted.map((request) => ({
      request,
      decision: authorize(
        { principal, ...request, context: contextOf(call), ...resourceAccount },
        { identity: [ALLOW_ALL], ...endpointOf(endpoint) },
      ),
    })),
  );
  if (judged === undefined) {
    return trace.blocked({
      at: ref,
      by: policy.ref,
      code: "VPCE_POLICY_DENIES",
      reason: `the policy of ${ref.name} allows no action of ${service.service}`,
      fix: `Allow the actions of ${service.service} that the caller needs in the policy of ${ref.name}.`,
    });
  }
  const { request, decision } = judged;
  const what = `${request.action} on ${request.resource}`;
  return recordDecision(trace, ofEndpoint(decision), what, ownersOf(call, request, undefined), ref);
}

/** A decision that names the endpoint's statements only, because the other policies were not judged. */
function ofEndpoint(decision: Decision): Decision {
  if (decision.decision !== "allowed") return decision;
  return { ...decision, by: decision.by.filter(({ kind }) => kind === "endpoint") };
}

/** The policies of a caller that may do everything on its own side. */
export const ALLOW_ALL: NamedPolicy = allowAll();

function allowAll(): NamedPolicy {
  const result = parsePolicy("identity", {
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }],
  });
  return { label: "the caller's own policies", document: result.ok ? result.document : undefined };
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
    ...(region !== undefined && looksLikeRegion(region) && { "aws:RequestedRegion": region }),
  };
}

/** The owner of each policy that may refuse the call. */
function ownersOf(
  { graph, caller, endpoint }: Call,
  { action, resource }: Action,
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

const cache = new WeakMap<PolicySource, NamedPolicy>();

/** A policy for the evaluator. It has no document if the text is not known or is no policy. */
export function named(policy: PolicySource, kind: DocumentKind): NamedPolicy {
  const cached = cache.get(policy);
  if (cached !== undefined) return cached;
  const made = read(policy, kind);
  cache.set(policy, made);
  return made;
}

function read({ ref, document, doubt }: PolicySource, kind: DocumentKind): NamedPolicy {
  const label = doubt === undefined ? { label: ref.name } : { label: ref.name, doubt };
  if (!isKnown(document) || holdsUnknown(document)) return { ...label, document: undefined };
  const result = parsePolicy(kind, document);
  // AWS refuses a malformed policy at deployment, so its decisions are not known.
  return { ...label, document: result.ok ? result.document : undefined };
}

export function roleOf(graph: Graph, caller: LambdaFunction | undefined): Role | undefined {
  return caller !== undefined && isKnown(caller.role) ? graph.roles.get(caller.role) : undefined;
}

/** The principal of a function's calls: a session of its role with the function's name. */
export function principalOf(graph: Graph, caller: LambdaFunction | undefined): Principal {
  if (caller === undefined) return { kind: "anonymous" };
  const arn = roleOf(graph, caller)?.arn;
  const { functionName } = caller;
  const account = graph.homeOf(caller.role).account ?? graph.homeOf(caller.ref.urn).account ?? graph.account;
  return {
    kind: "role",
    arn: isSet(arn) ? arn : undefined,
    ...(isSet(functionName) ? { session: functionName } : {}),
    ...(account === undefined ? {} : { account }),
  };
}

/** The policies of the caller's role. If the role is not in the stack, they are one policy that is not known. */
export function identityPolicies(graph: Graph, caller: LambdaFunction) {
  const role = roleOf(graph, caller);
  if (role === undefined)
    return { identity: [{ label: graph.refOf(caller.role).name, document: undefined }] };
  return {
    identity: role.policies.map((policy) => named(policy, "identity")),
    ...(role.boundary === undefined ? {} : { boundary: named(role.boundary, "identity") }),
  };
}

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
  return decision.because.flatMap(({ statement }) => (statement === undefined ? [] : [statement.kind]));
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
