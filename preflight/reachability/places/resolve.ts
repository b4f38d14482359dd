import type {
  ApiMethod,
  Graph,
  Key,
  LambdaFunction,
  ManagedResource,
  RestApi,
  SecurityGroup,
  Subnet,
  TransitGatewayAttachment,
  Vpc,
  VpcEndpoint,
  VpcPeering,
} from "../../graph/model.js";
import type { Place } from "../../intents.js";
import { isKnown } from "../../resources/unknown.js";
import { homeAt } from "./home.js";

/** The kinds of nodes that a name can mean, as the graph calls them. */
interface Nodes {
  readonly endpoints: VpcEndpoint;
  readonly functions: LambdaFunction;
  readonly peerings: VpcPeering;
  readonly transitGatewayAttachments: TransitGatewayAttachment;
  readonly securityGroups: SecurityGroup;
  readonly managedResources: ManagedResource;
  readonly subnets: Subnet;
  readonly vpcs: Vpc;
}

/**
 * The nodes of one kind that a name means. The name of a component means the nodes inside it: `fetcher` is the
 * function of the component `fetcher`, whatever name the component gives it.
 */
export function nodesNamed<Kind extends keyof Nodes>(graph: Graph, kind: Kind, name: string): Nodes[Kind][] {
  const all: { readonly [Each in keyof Nodes]: ReadonlyMap<Key, Nodes[Each]> } = graph;
  const nodes = all[kind];
  const keys = graph.find(name);
  const direct = keys.flatMap((key) => nodes.get(key) ?? []);
  if (direct.length > 0) return direct;
  const components = new Set(
    keys.filter((key) => !(graph.resources.get(key)?.type.startsWith("aws:") ?? true)),
  );
  if (components.size === 0) return [];
  return [...nodes]
    .filter(([key]) => isInside(graph, key, components) && !isByProduct(graph, key))
    .map(([, node]) => node);
}

/** Whether a resource is a by-product of its component, such as the log group of a function or of a VPC. */
function isByProduct({ managedResources }: Graph, key: Key): boolean {
  return managedResources.get(key)?.kind === "log-group";
}

function isInside(graph: Graph, key: Key, components: ReadonlySet<Key>): boolean {
  const seen = new Set<Key>();
  let at = graph.resources.get(key)?.parent;
  while (at !== undefined && !seen.has(at)) {
    if (components.has(at)) return true;
    seen.add(at);
    at = graph.resources.get(at)?.parent;
  }
  return false;
}

/** The queue, topic, table or other resource with an ARN, or the one that the ARN is a part of: an object of a bucket. */
export function resourceByArn(graph: Graph, arn: string | undefined): ManagedResource | undefined {
  if (arn === undefined) return undefined;
  const found = graph
    .find(arn)
    .map((key) => graph.managedResources.get(key))
    .find((resource) => resource !== undefined);
  const [, whole] = /^(arn:(?:[^:]*:){4}.+)[/:][^/:]*$/s.exec(arn) ?? [];
  return found ?? resourceByArn(graph, whole);
}

export type MethodPlace = Extract<Place, { kind: "method" }>;

/** A method with its API. It is undefined if an OpenAPI body defines it, because then it is no resource. */
export interface FoundMethod {
  readonly api: RestApi;
  readonly method: ApiMethod | undefined;
}

/**
 * The methods that a place means, one for each API that has it, or every API without a method if none has it. A
 * `$default` route, which takes everything, counts only if no API has the method itself.
 */
export function findMethods(graph: Graph, place: MethodPlace): FoundMethod[] {
  const named = place.api === undefined ? undefined : graph.find(place.api);
  const apis = [...graph.apis, ...graph.httpApis]
    .filter(([key]) => named === undefined || named.includes(key))
    .map(([, api]) => api);
  const all = apis.map((api) => ({ api, method: api.methods.find((method) => isMethod(method, place)) }));
  const found = all.filter(({ method }) => method !== undefined);
  const exact = found.filter(({ method }) => method?.isDefault !== true);
  return [exact, found, all].find((some) => some.length > 0) ?? [];
}

/** Whether an API of the stack has the method, or may have it because not all of its methods are known. */
export function mayHaveMethod(graph: Graph, place: MethodPlace): boolean {
  if (findMethods(graph, place).some(({ method }) => method !== undefined)) return true;
  const apis = [...graph.apis.values(), ...graph.httpApis.values()];
  const isOpen = apis.some(
    ({ hasBody, methods }) =>
      hasBody || methods.some(({ httpMethod, path }) => !isKnown(httpMethod) || !isKnown(path)),
  );
  return isOpen || (apis.length === 0 && [...graph.resources.values()].some(({ type }) => METHODS.has(type)));
}

/** Resources that give an API outside the stack a method. */
const METHODS: ReadonlySet<string> = new Set([
  "aws:apigateway/method:Method",
  "aws:apigateway/restApiPut:RestApiPut",
  "aws:apigatewayv2/route:Route",
]);

function isMethod({ httpMethod, path, isDefault }: ApiMethod, place: MethodPlace): boolean {
  if (isDefault === true) return true;
  if (!isKnown(httpMethod) || !isKnown(path)) return false;
  return (httpMethod === "ANY" || httpMethod === place.method) && pathPattern(path).test(place.path);
}

/** The pattern of a path, in which `{id}` matches one part and `{proxy+}` all remaining parts. */
function pathPattern(path: string): RegExp {
  const parts = path.split("/").map((part) => {
    if (/^\{.+\+\}$/.test(part)) return ".+";
    return /^\{.+\}$/.test(part) ? "[^/]+" : part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  });
  return new RegExp(`^${parts.join("/")}$`);
}

export function methodName({ api, method }: { readonly api: RestApi; readonly method: ApiMethod }): string {
  const { httpMethod, path, isDefault } = method;
  if (isDefault === true) return `$default of ${api.ref.name}`;
  return `${isKnown(httpMethod) ? httpMethod : "?"} ${isKnown(path) ? path : "?"} of ${api.ref.name}`;
}

/** `arn:aws:execute-api:REGION:ACCOUNT:API/STAGE/METHOD/PATH`; undefined if a part is not known. */
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
  const { region: ownRegion, account: ownAccount } = homeAt(graph, api.ref.urn);
  const parts = [ownRegion, ownAccount, api.id, stage, method.httpMethod, method.path];
  if (parts.some((part) => typeof part !== "string")) return undefined;
  const [region, account, id, stageName, verb, path] = parts.map(String);
  if (method.isDefault === true)
    return `arn:aws:execute-api:${region}:${account}:${id}/${stageName}/$default`;
  return `arn:aws:execute-api:${region}:${account}:${id}/${stageName}/${verb === "ANY" ? "GET" : verb}${path}`;
}
