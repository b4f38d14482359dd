import type { ApiMethod, Graph, RestApi } from "../../graph/model.js";
import type { Place } from "../../intents.js";
import { isKnown } from "../../resources/unknown.js";

export type MethodPlace = Extract<Place, { kind: "method" }>;

/** A method with its API. A method of an OpenAPI body is in no resource; then it is undefined. */
export interface FoundMethod {
  readonly api: RestApi;
  readonly method: ApiMethod | undefined;
}

/** Every API's method that a place may mean; an API without such a method is left out unless no API has it. */
export function findMethods(graph: Graph, place: MethodPlace): FoundMethod[] {
  const named = place.api === undefined ? undefined : graph.find(place.api);
  const apis = [...graph.apis]
    .filter(([key]) => named === undefined || named.includes(key))
    .map(([, api]) => api);
  const all = apis.map((api) => ({ api, method: api.methods.find((method) => isMethod(method, place)) }));
  const found = all.filter(({ method }) => method !== undefined);
  return found.length > 0 ? found : all;
}

function isMethod({ httpMethod, path }: ApiMethod, place: MethodPlace): boolean {
  if (!isKnown(httpMethod) || !isKnown(path)) return false;
  return (httpMethod === "ANY" || httpMethod === place.method) && pathPattern(path).test(place.path);
}

/** `{id}` stands for one part of the path, `{proxy+}` for all that follow. */
function pathPattern(path: string): RegExp {
  const parts = path.split("/").map((part) => {
    if (/^\{.+\+\}$/.test(part)) return ".+";
    return /^\{.+\}$/.test(part) ? "[^/]+" : part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  });
  return new RegExp(`^${parts.join("/")}$`);
}

export function methodName({ api, method }: { readonly api: RestApi; readonly method: ApiMethod }): string {
  const { httpMethod, path } = method;
  return `${isKnown(httpMethod) ? httpMethod : "?"} ${isKnown(path) ? path : "?"} of ${api.ref.name}`;
}

/** `arn:aws:execute-api:REGION:ACCOUNT:API/STAGE/METHOD/PATH`; undefined when a part is not known. */
export function methodArn({
  graph,
  api,
  method,
}: {
  readonly graph: Graph;
  readonly api: RestApi;
  readonly method: ApiMethod;
}): string | undefined {
  const stage = api.stages[0]?.stageName;
  const parts = [graph.region, graph.account, api.id, stage, method.httpMethod, method.path];
  if (parts.some((part) => typeof part !== "string")) return undefined;
  const [region, account, id, stageName, verb, path] = parts.map(String);
  return `arn:aws:execute-api:${region}:${account}:${id}/${stageName}/${verb === "ANY" ? "GET" : verb}${path}`;
}
