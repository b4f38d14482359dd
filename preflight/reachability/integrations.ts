import type { LambdaPermission } from "../graph/model.js";
import { authorize } from "../iam/index.js";
import { isKnown, UNKNOWN } from "../resources/unknown.js";
import { byService } from "./api/integrations.js";
import type { ApiCall } from "./api/policies.js";
import { arnLike } from "./arn-like.js";
import { lookupOf } from "./lookup.js";
import { methodArn, methodName } from "./places/resolve.js";
import { named } from "./policies.js";
import type { Walk } from "./verdict/path.js";
import type { Blocked } from "./verdict/verdict.js";

/**
 * From the method to what answers it. API Gateway needs a permission of the function, on the alias when it invokes
 * one. https://docs.aws.amazon.com/lambda/latest/dg/services-apigateway.html#apigateway-permissions
 */
export function integration(walk: Walk, call: ApiCall): Blocked | undefined {
  const { graph, method } = call;
  const target = method.integration;
  if (target === undefined) {
    return walk.block({
      at: method.ref,
      code: "API_INTEGRATION_MISSING",
      why: `${methodName(call)} has no integration`,
      mend: `Add an integration for ${methodName(call)}.`,
    });
  }
  if (target.serviceAction !== undefined) return byService(walk, call, target, target.serviceAction);
  const key = target.function;
  if (key === undefined) {
    const type = isKnown(target.type) ? target.type : "an integration";
    return walk.pass(target.ref, `${methodName(call)} is answered by ${type}`);
  }
  if (!isKnown(key)) return walk.miss(target.ref, `which function ${methodName(call)} invokes`);
  if (target.credentials !== undefined) return byRole(walk, call, key);
  const candidates = (lookupOf(graph).permissionsOf.get(key) ?? []).map((permission) => ({
    permission,
    match: matches(call, permission),
  }));
  const found = candidates.find(({ match }) => match === true);
  const functionRef = graph.refOf(key);
  if (found !== undefined) {
    return walk.pass(
      functionRef,
      `API Gateway may invoke the function for ${methodName(call)}`,
      found.permission.ref,
    );
  }
  const doubt =
    candidates.find(({ match }) => match === undefined)?.permission ??
    lookupOf(graph)
      .permissionsOf.get(UNKNOWN)
      ?.find((permission) => matches(call, permission) !== false);
  if (doubt !== undefined) {
    return walk.miss(doubt.ref, `whether permission ${doubt.ref.name} covers ${methodName(call)}`);
  }
  if (!graph.functions.has(key)) {
    return walk.miss(functionRef, `function ${functionRef.name} is not in the stack, nor its permissions`);
  }
  const qualifier = target.qualifier === undefined ? "" : ` with qualifier ${String(target.qualifier)}`;
  return walk.block({
    at: functionRef,
    by: target.ref,
    code: "LAMBDA_PERMISSION_MISSING",
    why: `no permission lets API Gateway invoke ${functionRef.name}${qualifier} for ${methodName(call)}`,
    mend: `Add a lambda Permission on ${functionRef.name}${qualifier} for apigateway.amazonaws.com whose sourceArn covers ${methodName(call)}.`,
  });
}

/** Whether a permission covers the method; undefined when that is not known. */
function matches(call: ApiCall, permission: LambdaPermission): boolean | undefined {
  const { graph, api, method } = call;
  const { action, principal, sourceArn, sourceAccount, sourceApis } = permission;
  const wanted = method.integration?.qualifier;
  const known = [action, principal, sourceArn, sourceAccount, permission.qualifier, wanted];
  const facts = [
    !isKnown(action) || action === "lambda:InvokeFunction" || action === "lambda:*",
    !isKnown(principal) || principal === "apigateway.amazonaws.com" || principal === "*",
    sourceAccount === undefined ||
      !isKnown(sourceAccount) ||
      graph.account === undefined ||
      sourceAccount === graph.account,
    (permission.qualifier !== undefined && !isKnown(permission.qualifier)) ||
      (wanted !== undefined && !isKnown(wanted)) ||
      permission.qualifier === wanted,
    sourceArn === undefined ||
      isKnown(sourceArn) ||
      sourceApis.length === 0 ||
      sourceApis.includes(api.ref.urn),
  ];
  if (facts.includes(false)) return false;
  if (sourceArn !== undefined && isKnown(sourceArn)) {
    const arn = methodArn(call);
    const covered =
      arn === undefined ? coversParts(call, sourceArn) : like(sourceArn, arn, method.httpMethod === "ANY");
    if (covered !== true) return covered;
  }
  return known.every((value) => value === undefined || isKnown(value)) ? true : undefined;
}

/** When the account or the Region is not known, the part that names the API and the method still is. */
function coversParts(call: ApiCall, sourceArn: string): boolean | undefined {
  const { api, method } = call;
  const stage = api.stages[0]?.stageName;
  if (!isKnown(api.id) || stage === undefined || !isKnown(stage)) return undefined;
  if (!isKnown(method.httpMethod) || !isKnown(method.path)) return undefined;
  const tail = sourceArn.split(":").slice(5).join(":");
  return like(tail, `${api.id}/${stage}/${method.httpMethod}${method.path}`, method.httpMethod === "ANY");
}

/** A method ANY needs a pattern for every method, or is covered for one of them only. */
function like(pattern: string, arn: string, isAny: boolean): boolean {
  const matches = arnLike(pattern);
  return matches(arn) || (isAny && matches(arn.replace(/\/(?:GET|ANY)\//, "/*/")));
}

function byRole(walk: Walk, { graph, method, api }: ApiCall, key: string): Blocked | undefined {
  const credentials = method.integration?.credentials ?? "";
  const ref = graph.refOf(credentials);
  const role = isKnown(credentials) ? graph.roles.get(credentials) : undefined;
  const arn = graph.functions.get(key)?.arn;
  if (role === undefined || arn === undefined || !isKnown(arn)) {
    return walk.miss(ref, `whether ${ref.name} may invoke ${graph.refOf(key).name}`);
  }
  const decision = authorize(
    {
      principal: { kind: "role", arn: isKnown(role.arn) ? role.arn : undefined, account: graph.account },
      action: "lambda:InvokeFunction",
      resource: arn,
    },
    { identity: role.policies.map((policy) => named(policy, "identity")) },
  );
  if (decision.decision === "allowed")
    return walk.pass(ref, `${api.ref.name} may invoke the function as ${ref.name}`);
  if (decision.decision === "unknown")
    return walk.miss(ref, `whether ${ref.name} may invoke ${graph.refOf(key).name}`);
  return walk.block({
    at: ref,
    code: "LAMBDA_PERMISSION_MISSING",
    why: `role ${ref.name}, with which ${api.ref.name} invokes the function, may not do that`,
    mend: `Allow lambda:InvokeFunction on ${graph.refOf(key).name} in a policy of ${ref.name}.`,
  });
}
