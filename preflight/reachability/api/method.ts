import type { ApiMethod, Graph, RestApi, UsagePlan, VpcEndpoint } from "../../graph/model.js";
import { isKnown } from "../../resources/unknown.js";
import { type FoundMethod, type MethodPlace, methodName } from "../places/resolve.js";
import { TraceBuilder } from "../verdict/path.js";
import type { Blocked, Verdict, Via } from "../verdict/verdict.js";
import type { VpcCaller } from "./caller.js";
import { integration } from "./integrations.js";
import { type ApiCall, apiPolicies } from "./policies.js";

/** A method that is called, and the port of the call. */
export interface ApiQuestion {
  readonly found: FoundMethod;
  readonly place: MethodPlace;
  readonly port: number;
}

/** The caller of a method as API Gateway sees it. */
export type ObservedCaller = Omit<ApiCall, "api" | "method">;

/** A caller in a VPC, seen through an execute-api endpoint. */
export function seenThroughEndpoint(caller: VpcCaller, endpoint: VpcEndpoint): ObservedCaller {
  const { graph, addresses } = caller;
  const vpc = isKnown(endpoint.vpc) ? graph.vpcs.get(endpoint.vpc) : undefined;
  return { graph, caller: caller.function, endpoint, vpc, addresses };
}

/** A caller in a VPC, seen over the internet: API Gateway sees the address of a NAT gateway, which no stack has. */
export function seenOverInternet({ graph, function: caller }: VpcCaller): ObservedCaller {
  return { graph, caller, endpoint: undefined, vpc: undefined, addresses: undefined };
}

/** The verdict on a request that API Gateway has received: method, stage, policies, API key, integration. */
export function reachMethod(
  trace: TraceBuilder,
  caller: ObservedCaller,
  { found: { api, method }, place, port }: ApiQuestion,
  via: Via,
  name?: string,
): Verdict {
  const blocked = onPort(trace, api, port) ?? exists(trace, api, method, place) ?? deployed(trace, api);
  if (blocked !== undefined) return blocked;
  if (method === undefined) return trace.unknown(api.ref, `what the OpenAPI body of ${api.ref.name} defines`);
  const call: ApiCall = { ...caller, api, method, token: place.token };
  return (
    apiPolicies(trace, call) ?? apiKey(trace, call) ?? integration(trace, call) ?? trace.reached(via, name)
  );
}

function onPort(trace: TraceBuilder, { ref }: RestApi, port: number): Blocked | undefined {
  if (port === 443) return undefined;
  return trace.blocked({
    at: ref,
    code: "API_PORT_RESTRICTION",
    reason: `${ref.name} listens on port 443, not on ${port}`,
    fix: "Call port 443.",
  });
}

function exists(
  trace: TraceBuilder,
  api: RestApi,
  method: ApiMethod | undefined,
  place: MethodPlace,
): Blocked | undefined {
  if (method !== undefined || api.hasBody) return undefined;
  const doubt = api.methods.find(({ httpMethod, path }) => !isKnown(httpMethod) || !isKnown(path));
  if (doubt !== undefined) return trace.undetermined(doubt.ref, `which method ${doubt.ref.name} is`);
  return trace.blocked({
    at: api.ref,
    code: "API_METHOD_NOT_FOUND",
    reason: `${api.ref.name} has no method ${place.method} ${place.path}`,
    fix: `Add the method to ${api.ref.name}, or call one of: ${api.methods.map((own) => methodName({ api, method: own })).join(", ") || "none yet"}.`,
  });
}

function deployed(trace: TraceBuilder, api: RestApi): Blocked | undefined {
  if (api.stages.length > 0) return undefined;
  return trace.blocked({
    at: api.ref,
    code: "API_NOT_DEPLOYED",
    reason: `${api.ref.name} has no deployed stage`,
    fix: `Add a deployment and a stage to ${api.ref.name}.`,
  });
}

/** The verdict on the call from a method to the function that it invokes. */
export function invokeFrom(graph: Graph, { api, method }: FoundMethod): Verdict {
  const trace = new TraceBuilder();
  if (method === undefined) return trace.unknown(api.ref, `what the OpenAPI body of ${api.ref.name} defines`);
  const call: ApiCall = {
    graph,
    api,
    method,
    caller: undefined,
    endpoint: undefined,
    vpc: undefined,
    addresses: undefined,
  };
  return integration(trace, call) ?? trace.reached("public-network");
}

/**
 * Whether a key for the method exists, if the method requires one. A key works from every network, so a call is assumed
 * to carry a key if a usage plan of the stage has an enabled one.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-setup-api-key-with-console.html
 */
export function apiKey(trace: TraceBuilder, call: ApiCall): Blocked | undefined {
  const { graph, api, method } = call;
  const { apiKeyRequired, ref } = method;
  if (apiKeyRequired === false) return undefined;
  if (!isKnown(apiKeyRequired))
    return trace.undetermined(ref, `whether ${methodName(call)} wants an API key`);
  const plans = [...graph.usagePlans.values()];
  const plan = plans.find((one) => covers(one, call) === true && hasKey(one) === true);
  if (plan !== undefined) return trace.hop(ref, `with an API key of plan ${plan.ref.name}`, plan.ref);
  const doubt = plans.find((one) => covers(one, call) !== false && hasKey(one) !== false);
  if (doubt !== undefined)
    return trace.undetermined(doubt.ref, `whether plan ${doubt.ref.name} has a key for ${api.ref.name}`);
  return trace.blocked({
    at: ref,
    code: "API_KEY_WITHOUT_PLAN",
    reason: `${methodName(call)} wants an API key, and no usage plan of its stage has one`,
    fix: `Add a usage plan with a key for the stage of ${api.ref.name}, or unset apiKeyRequired on ${ref.name}.`,
  });
}

/** Whether the plan is for the API's stage; undefined if that is not known. */
function covers({ stages }: UsagePlan, { api }: ApiCall): boolean | undefined {
  const own = api.stages.map(({ stageName }) => stageName);
  const verdicts = stages.map(({ api: of, stageName }) => {
    if (isKnown(of) && of !== api.ref.urn) return false;
    if (!isKnown(of) || !isKnown(stageName) || !own.every(isKnown)) return undefined;
    return own.includes(stageName);
  });
  return verdicts.includes(true) || (verdicts.includes(undefined) ? undefined : false);
}

function hasKey({ keys }: UsagePlan): boolean | undefined {
  const enabled = keys.map((key) => key.enabled);
  if (enabled.includes(true)) return true;
  return enabled.some((each) => !isKnown(each)) ? undefined : false;
}
