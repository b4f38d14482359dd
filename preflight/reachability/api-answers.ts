import type { AddressSet } from "../aws/address-sets.js";
import type { ApiMethod, Graph, RestApi } from "../graph/model.js";
import { isKnown } from "../resources/unknown.js";
import { apiKey } from "./api/method.js";
import { type ApiCall, apiPolicies } from "./api/policies.js";
import { integration } from "./integrations.js";
import { type FoundMethod, type MethodPlace, methodName } from "./places/resolve.js";
import { Walk } from "./verdict/path.js";
import type { Blocked, Carrier, Verdict } from "./verdict/verdict.js";

/** Who calls a method, and by which way. */
export interface Caller extends Omit<ApiCall, "api" | "method"> {
  readonly addresses: AddressSet | undefined;
}

/** API Gateway has the request: method, stage, policies, integration. */
export function answer(
  walk: Walk,
  caller: Caller,
  { api, method }: FoundMethod,
  place: MethodPlace,
  port: number,
  via: Carrier,
  name?: string,
): Verdict {
  const blocked = onPort(walk, api, port) ?? exists(walk, api, method, place) ?? deployed(walk, api);
  if (blocked !== undefined) return blocked;
  if (method === undefined) return walk.unknown(api.ref, `what the OpenAPI body of ${api.ref.name} defines`);
  const call: ApiCall = { ...caller, api, method };
  return apiPolicies(walk, call) ?? apiKey(walk, call) ?? integration(walk, call) ?? walk.arrive(via, name);
}

function onPort(walk: Walk, { ref }: RestApi, port: number): Blocked | undefined {
  if (port === 443) return undefined;
  return walk.block({
    at: ref,
    code: "API_PORT_RESTRICTION",
    why: `${ref.name} listens on port 443, not on ${port}`,
    mend: "Call port 443.",
  });
}

function exists(
  walk: Walk,
  api: RestApi,
  method: ApiMethod | undefined,
  place: MethodPlace,
): Blocked | undefined {
  if (method !== undefined || api.hasBody) return undefined;
  const doubt = api.methods.find(({ httpMethod, path }) => !isKnown(httpMethod) || !isKnown(path));
  if (doubt !== undefined) return walk.miss(doubt.ref, `which method ${doubt.ref.name} is`);
  return walk.block({
    at: api.ref,
    code: "API_METHOD_NOT_FOUND",
    why: `${api.ref.name} has no method ${place.method} ${place.path}`,
    mend: `Add the method to ${api.ref.name}, or call one of: ${api.methods.map((own) => methodName({ api, method: own })).join(", ") || "none yet"}.`,
  });
}

function deployed(walk: Walk, api: RestApi): Blocked | undefined {
  if (api.stages.length > 0) return undefined;
  return walk.block({
    at: api.ref,
    code: "API_NOT_DEPLOYED",
    why: `${api.ref.name} has no stage`,
    mend: `Add a deployment and a stage to ${api.ref.name}.`,
  });
}

/** From the API itself to the function behind a method. */
export function invokeFrom(graph: Graph, { api, method }: FoundMethod): Verdict {
  const walk = new Walk();
  if (method === undefined) return walk.unknown(api.ref, `what the OpenAPI body of ${api.ref.name} defines`);
  const call: ApiCall = {
    graph,
    api,
    method,
    caller: undefined,
    endpoint: undefined,
    vpc: undefined,
    addresses: undefined,
  };
  return integration(walk, call) ?? walk.arrive("public-network");
}
