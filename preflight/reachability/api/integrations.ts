import type { ApiIntegration, Graph, Key, LambdaPermission, Role, ServiceAction } from "../../graph/model.js";
import { authorize, type Decision, type Policies } from "../../iam/index.js";
import { isKnown, isSet, UNKNOWN } from "../../resources/unknown.js";
import { arnLike } from "../lambda/permissions.js";
import { throttled } from "../lambda/throttled.js";
import { indexOf } from "../network/interfaces.js";
import { homeAt } from "../places/home.js";
import { methodArn, methodName, resourceByArn } from "../places/resolve.js";
import { listed } from "../services/authorization.js";
import { recordDecision } from "../services/decisions.js";
import { keyActions } from "../services/encryption.js";
import { useKeyAs } from "../services/key-use.js";
import { actingAs, named } from "../services/policies.js";
import { sampleRequests, sampleResources } from "../services/sample-requests.js";
import type { TraceBuilder } from "../verdict/path.js";
import type { Blocked } from "../verdict/verdict.js";
import type { ApiCall } from "./policies.js";

/**
 * Whether the integration of the method answers. To invoke a function, API Gateway needs a permission of it, on the
 * alias if it invokes an alias. https://docs.aws.amazon.com/lambda/latest/dg/services-apigateway.html#apigateway-permissions
 */
export function integration(trace: TraceBuilder, call: ApiCall): Blocked | undefined {
  const { graph, method } = call;
  const target = method.integration;
  if (target === undefined) {
    return trace.blocked({
      at: method.ref,
      code: "API_INTEGRATION_MISSING",
      reason: `${methodName(call)} has no integration`,
      fix: `Add an integration for ${methodName(call)}.`,
    });
  }
  if (target.serviceAction !== undefined) return byService(trace, call, target, target.serviceAction);
  const key = target.function;
  if (key === undefined) {
    const type = isKnown(target.type) ? target.type : "an integration";
    return trace.hop(target.ref, `${methodName(call)} is answered by ${type}`);
  }
  if (!isKnown(key)) return trace.undetermined(target.ref, `which function ${methodName(call)} invokes`);
  inTime(trace, call, target, key);
  const invoked = graph.functions.get(key);
  return (
    (target.credentials === undefined ? byPermission(trace, call, target, key) : byRole(trace, call, key)) ??
    (invoked && throttled(trace, invoked))
  );
}

/** Whether a permission of the function lets API Gateway invoke it for the method. */
function byPermission(
  trace: TraceBuilder,
  call: ApiCall,
  target: ApiIntegration,
  key: Key,
): Blocked | undefined {
  const { graph } = call;
  const candidates = (indexOf(graph).permissionsOf.get(key) ?? []).map((permission) => ({
    permission,
    match: matches(call, permission),
  }));
  const found = candidates.find(({ match }) => match === true);
  const functionRef = graph.refOf(key);
  if (found !== undefined) {
    return trace.hop(
      functionRef,
      `API Gateway may invoke the function for ${methodName(call)}`,
      found.permission.ref,
    );
  }
  const doubt =
    candidates.find(({ match }) => match === undefined)?.permission ??
    indexOf(graph)
      .permissionsOf.get(UNKNOWN)
      ?.find((permission) => matches(call, permission) !== false);
  if (doubt !== undefined) {
    return trace.undetermined(doubt.ref, `whether permission ${doubt.ref.name} covers ${methodName(call)}`);
  }
  if (!graph.functions.has(key)) {
    return trace.undetermined(
      functionRef,
      `function ${functionRef.name} is not in the stack, nor its permissions`,
    );
  }
  const qualifier = target.qualifier === undefined ? "" : ` with qualifier ${String(target.qualifier)}`;
  return trace.blocked({
    at: functionRef,
    by: target.ref,
    code: "LAMBDA_PERMISSION_MISSING",
    reason: `no permission lets API Gateway invoke ${functionRef.name}${qualifier} for ${methodName(call)}`,
    fix: `Add a lambda Permission on ${functionRef.name}${qualifier} for apigateway.amazonaws.com whose sourceArn covers ${methodName(call)}.`,
  });
}

/**
 * Leaves open whether the answer comes in time if the function may run longer than API Gateway waits. Then the caller
 * gets 504. https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html
 */
function inTime(
  trace: TraceBuilder,
  { graph, api }: ApiCall,
  { timeout: waits }: ApiIntegration,
  key: Key,
): void {
  const { timeout: runs, ref } = graph.functions.get(key) ?? {};
  if (ref === undefined || !isSet(runs) || !isSet(waits) || runs <= waits) return;
  trace.undetermined(
    ref,
    `whether ${ref.name} answers in time: it may run for ${runs} seconds (timeout), and ${api.ref.name} waits ${waits} (timeoutMilliseconds)`,
  );
}

/** Whether a permission covers the method; undefined if that is not known. */
function matches(call: ApiCall, permission: LambdaPermission): boolean | undefined {
  const { graph, api, method } = call;
  const { action, principal, sourceArn, sourceAccount, sourceApis } = permission;
  const wanted = method.integration?.qualifier;
  const { account } = homeAt(graph, api.ref.urn);
  const known = [action, principal, sourceArn, sourceAccount, permission.qualifier, wanted];
  const facts = [
    !isKnown(action) || action === "lambda:InvokeFunction" || action === "lambda:*",
    !isKnown(principal) || principal === "apigateway.amazonaws.com" || principal === "*",
    sourceAccount === undefined ||
      !isKnown(sourceAccount) ||
      account === undefined ||
      sourceAccount === account,
    (permission.qualifier !== undefined && !isKnown(permission.qualifier)) ||
      (wanted !== undefined && !isKnown(wanted)) ||
      permission.qualifier === wanted,
    sourceArn === undefined ||
      isKnown(sourceArn) ||
      sourceApis.length === 0 ||
      sourceApis.includes(api.ref.urn),
  ];
  if (facts.includes(false)) return false;
  if (isSet(sourceArn)) {
    const arn = methodArn(call);
    const covered =
      arn === undefined ? coversParts(call, sourceArn) : like(sourceArn, arn, method.httpMethod === "ANY");
    if (covered !== true) return covered;
  }
  return known.every((value) => value === undefined || isKnown(value)) ? true : undefined;
}

/** Whether the part of the ARN that names the API and the method is covered, if the account or Region is not known. */
function coversParts(call: ApiCall, sourceArn: string): boolean | undefined {
  const { api, method } = call;
  const stage = api.stages[0]?.stageName;
  if (!isKnown(api.id) || !isSet(stage)) return undefined;
  if (!isKnown(method.httpMethod) || !isKnown(method.path)) return undefined;
  const tail = sourceArn.split(":").slice(5).join(":");
  return like(tail, `${api.id}/${stage}/${method.httpMethod}${method.path}`, method.httpMethod === "ANY");
}

/** Whether a pattern covers an ARN. For a method ANY, the pattern has to cover every method. */
function like(pattern: string, arn: string, isAny: boolean): boolean {
  const matches = arnLike(pattern);
  return matches(arn) || (isAny && matches(arn.replace(/\/(?:GET|ANY)\//, "/*/")));
}

function byRole(trace: TraceBuilder, { graph, method, api }: ApiCall, key: string): Blocked | undefined {
  const credentials = method.integration?.credentials ?? "";
  const ref = graph.refOf(credentials);
  const role = isKnown(credentials) ? graph.roles.get(credentials) : undefined;
  const arn = graph.functions.get(key)?.arn;
  if (role === undefined || !isSet(arn)) {
    return trace.undetermined(ref, `whether ${ref.name} may invoke ${graph.refOf(key).name}`);
  }
  const { principal, policies } = actingAs(graph, role);
  const decision = authorize({ principal, action: "lambda:InvokeFunction", resource: arn }, policies);
  if (decision.decision === "allowed")
    return trace.hop(ref, `${api.ref.name} may invoke the function as ${ref.name}`);
  if (decision.decision === "unknown")
    return trace.undetermined(ref, `whether ${ref.name} may invoke ${graph.refOf(key).name}`);
  return trace.blocked({
    at: ref,
    code: "LAMBDA_PERMISSION_MISSING",
    reason: `role ${ref.name}, with which ${api.ref.name} invokes the function, may not do that`,
    fix: `Allow lambda:InvokeFunction on ${graph.refOf(key).name} in a policy of ${ref.name}.`,
  });
}

/** Whether an AWS service, which API Gateway calls with the integration's role, answers the method. */
export function byService(
  trace: TraceBuilder,
  call: ApiCall,
  integration: ApiIntegration,
  own: ServiceAction,
): Blocked | undefined {
  const what = own.action === undefined ? own.service : `${own.service} ${own.action}`;
  trace.hop(integration.ref, `${methodName(call)} is answered by ${what}`);
  return callByRole(trace, call.graph, integration, own, {});
}

interface Asked {
  readonly action?: string;
  readonly resource?: string;
}

/**
 * Whether API Gateway may assume the integration's role, and the role may do the action.
 * @param asked an action or resource to judge instead of those of the integration
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/integration-request-basic-setup.html
 */
export function callByRole(
  trace: TraceBuilder,
  graph: Graph,
  integration: ApiIntegration,
  own: ServiceAction,
  asked: Asked,
): Blocked | undefined {
  const { credentials, ref } = integration;
  if (credentials === undefined) {
    return trace.blocked({
      at: ref,
      code: "API_INTEGRATION_ROLE_MISSING",
      reason: `${ref.name} calls ${own.service} and names no role`,
      fix: `Name a role in credentials of ${ref.name}.`,
    });
  }
  const role = isKnown(credentials) ? graph.roles.get(credentials) : undefined;
  if (role === undefined) {
    const missing = graph.refOf(credentials);
    return trace.undetermined(missing, `what role ${missing.name} of ${ref.name} may do is not in the stack`);
  }
  return assumable(trace, role) ?? mayAct(trace, graph, role, own, asked);
}

function assumable(trace: TraceBuilder, role: Role): Blocked | undefined {
  const { ref, trust } = role;
  if (trust === undefined) return trace.undetermined(ref, `who may assume ${ref.name}`);
  const decision = authorize(
    {
      principal: { kind: "service", name: "apigateway.amazonaws.com" },
      action: "sts:AssumeRole",
      resource: isKnown(role.arn) ? role.arn : undefined,
    },
    { resource: { kind: "trust", policy: named(trust, "trust") } },
  );
  return recordDecision(
    trace,
    decision,
    "sts:AssumeRole by apigateway.amazonaws.com",
    {
      trust: {
        at: ref,
        by: trust.ref,
        code: "API_INTEGRATION_ROLE_NOT_ASSUMABLE",
        fix: `Allow sts:AssumeRole to apigateway.amazonaws.com in the trust policy of ${ref.name}.`,
      },
    },
    ref,
  );
}

function mayAct(
  trace: TraceBuilder,
  graph: Graph,
  role: Role,
  own: ServiceAction,
  asked: Asked,
): Blocked | undefined {
  const action = asked.action ?? (own.action === undefined ? undefined : `${own.service}:${own.action}`);
  const { ref } = role;
  const resources = asked.resource === undefined ? resourcesOf(graph, role, own) : [asked.resource];
  if (action === undefined) return mayActAtAll(trace, graph, role, own, resources);
  const judged = resources.map((resource) => ({
    resource,
    decision: decide(graph, role, action, resource, own.region),
  }));
  const of = (outcome: Decision["decision"]) => judged.find(({ decision }) => decision.decision === outcome);
  // All resources that the integration names have to be allowed; of sample resources, one is enough.
  const refused = judged.find(({ decision }) => decision.decision !== "allowed");
  const chosen =
    own.resources.length > 0 ? (refused ?? judged[0]) : (of("allowed") ?? of("unknown") ?? judged[0]);
  if (chosen === undefined) return undefined;
  const { resource, decision } = chosen;
  const where = resource ?? "a resource that is not known yet";
  const found = resourceByArn(graph, resource);
  const fix = `Allow ${action} on ${where} in a policy of role ${ref.name}.`;
  const refusal = recordDecision(
    trace,
    decision,
    `${action} on ${where}`,
    {
      identity: { at: ref, code: "IDENTITY_POLICY_DENIES", fix },
      boundary: { at: ref, by: role.boundary?.ref, code: "IDENTITY_POLICY_DENIES", fix },
      ...(found === undefined
        ? {}
        : {
            resource: { at: found.ref, by: found.policy?.ref, code: "RESOURCE_POLICY_DENIES" as const, fix },
          }),
    },
    ref,
  );
  if (refusal !== undefined || found === undefined) return refusal;
  return useKeyAs(trace, graph, role, found, keyActions(found, action).actions);
}

/** Whether the role may do anything in a service, because a URI with a path names no action. */
function mayActAtAll(
  trace: TraceBuilder,
  graph: Graph,
  role: Role,
  { service, region }: ServiceAction,
  resources: readonly (string | undefined)[],
): Blocked | undefined {
  const { ref } = role;
  const policies = role.policies.map((policy) => named(policy, "identity"));
  const judged = sampleRequests(service, policies, resources).map((sample) => ({
    sample,
    decision: decide(graph, role, sample.action, sample.resource, region).decision,
  }));
  const allowed = judged.filter(({ decision }) => decision === "allowed").map(({ sample }) => sample.written);
  if (allowed.length > 0) return trace.hop(ref, `may call ${service}: ${listed(allowed)}`);
  if (judged.some(({ decision }) => decision === "unknown"))
    return trace.undetermined(ref, `whether ${ref.name} may call ${service}`);
  return trace.blocked({
    at: ref,
    code: "IDENTITY_POLICY_DENIES",
    reason: `the policies of role ${ref.name} allow no action of ${service}`,
    fix: `Allow the action that the integration calls in a policy of role ${ref.name}.`,
  });
}

/** The tables or indexes that the mapping templates name or, if there are none, sample resources of the role's policies. */
function resourcesOf(graph: Graph, role: Role, own: ServiceAction): readonly (string | undefined)[] {
  if (own.resources.length > 0) {
    return own.resources.map((key) => {
      const arn = tableArn(graph, key, own.region);
      if (arn === undefined) return undefined;
      return own.index === undefined ? arn : `${arn}/index/${own.index}`;
    });
  }
  const { account } = homeAt(graph, role.ref.urn);
  return sampleResources(
    { graph, service: own.service, region: own.region, account },
    role.policies.map((policy) => named(policy, "identity")),
  );
}

/**
 * The ARN of a table. Before the table exists, or if it is not in the stack, its name gives the ARN.
 * @param called Region of a table that is not in the stack
 */
export function tableArn(graph: Graph, key: string, called: string | undefined): string | undefined {
  const arn = graph.managedResources.get(key)?.arn;
  if (isSet(arn)) return arn;
  const own = graph.resources.get(key);
  const { account, region: ownRegion } = homeAt(graph, key);
  const region = own === undefined ? (called ?? ownRegion) : ownRegion;
  const name = own === undefined ? key : own.properties.name;
  if (region === undefined || account === undefined || typeof name !== "string") return undefined;
  return name.startsWith("arn:") ? name : `arn:aws:dynamodb:${region}:${account}:table/${name}`;
}

function decide(
  graph: Graph,
  role: Role,
  action: string,
  resource: string | undefined,
  region: string | undefined,
): Decision {
  const own = actingAs(graph, role);
  const policy = resourceByArn(graph, resource)?.policy;
  const policies: Policies = {
    ...own.policies,
    ...(policy === undefined ? {} : { resource: { kind: "resource", policy: named(policy, "resource") } }),
  };
  const context = {
    "aws:SourceVpce": null,
    "aws:SourceVpc": null,
    "aws:SecureTransport": true,
    ...(region !== undefined && { "aws:RequestedRegion": region }),
  };
  return authorize({ principal: own.principal, action, resource, context }, policies);
}
