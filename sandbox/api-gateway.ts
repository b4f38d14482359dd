import { type Graph, graphFromResources, isKnown, type RestApi } from "../preflight/graph/index.js";
import { isRecord } from "../preflight/graph/read.js";
import { Admission } from "./admission.js";
import { startAwsServer } from "./aws-server.js";
import { type Position, seenFrom, usualPosition } from "./caller.js";
import { missingAuthenticationToken } from "./gateway-responses.js";
import { integrate } from "./integration.js";
import { LambdaFunctions } from "./lambda-functions.js";
import { ParameterStore, parametersOf } from "./parameter-store.js";
import { type ApiRequest, type ApiResponse, newRequestIds, type RequestIds } from "./proxy-event.js";
import { type Match, matchRoute, type Route, routesOf } from "./routing.js";
import type { Synthesis } from "./synthesize.js";

/** A stack's API, answering in this process with the functions' own bundles. */
export interface RunningApi {
  readonly apiId: string;
  readonly stageName: string;
  readonly region: string;
  /** What is served: `GET /messages`. */
  readonly methods: readonly string[];
  /** Where the API is meant to be called from. */
  readonly usualPosition: Position;
  /**
   * What a caller gets who does not get through; undefined when it does.
   * @param method as in `methods`
   */
  refusal(method: string, from: Position): ApiResponse | undefined;
  call(request: ApiRequest): Promise<ApiResponse>;
  /** What the functions printed, unless somebody else is told. */
  logs(): string[];
  stop(): Promise<void>;
}

interface ApiOptions {
  /** Told each piece of what a function prints, with the function's name. */
  readonly onLog?: (name: string, text: string) => void;
}

/** How long an integration may take unless it says, in milliseconds. */
const INTEGRATION_TIMEOUT = 29_000;

/** Starts the API of a stack that was synthesized. */
export async function startApi(synthesis: Synthesis, { onLog }: ApiOptions = {}): Promise<RunningApi> {
  const { resources, region } = synthesis;
  const graph = graphFromResources(resources);
  const api = only([...graph.apis.values()], "REST API");
  const stage = only(api.stages, "stage");
  const settings = settingsOf(graph, api, String(stage.stageName), region);
  const routes = routesOf(api);
  const admission = new Admission(graph, api);
  const aws = await startAwsServer(new ParameterStore(parametersOf(resources)));
  const functions = new LambdaFunctions({ graph, region, awsUrl: aws.url, onLog });

  const answer = async (request: ApiRequest, ids: RequestIds): Promise<ApiResponse> => {
    const match = matchRoute(routes, request.method, request.path);
    const refusal = request.from && admission.refusal(match?.route, request.from);
    if (refusal !== undefined) return refusal(arnOf(settings, request));
    if (match === undefined) return missingAuthenticationToken(notFound(request, routes));
    const seen = request.from && seenFrom(graph, api, request.from);
    const routed = {
      request: { ...request, ...(seen && { sourceIp: seen.sourceIp }) },
      route: match.route,
      target: {
        ...targetOf(graph, settings, match),
        ids,
        ...(seen?.endpoint && { endpoint: seen.endpoint }),
      },
      timeout: timeoutOf(graph, match.route),
    };
    const response = await integrate(routed, functions);
    return withHeader(response, "X-Amzn-Trace-Id", ids.traceId);
  };
  return {
    apiId: settings.apiId,
    stageName: settings.stageName,
    region,
    methods: routes.map(nameOf),
    usualPosition: usualPosition(graph, api),
    refusal: (name, from) => {
      const route = routes.find((candidate) => nameOf(candidate) === name);
      const [method = "", path = ""] = name.split(" ");
      return admission.refusal(route, from)?.(arnOf(settings, { method, path }));
    },
    call: async (request) => {
      const ids = newRequestIds();
      const response = await answer(request, ids);
      const named = withHeader(response, "x-amzn-RequestId", ids.requestId);
      return withHeader(named, "x-amz-apigw-id", ids.extendedRequestId);
    },
    logs: () => functions.logs(),
    stop: async () => {
      await functions.stop();
      await aws.close();
    },
  };
}

interface Settings {
  readonly apiId: string;
  readonly stageName: string;
  readonly accountId: string;
  readonly region: string;
  readonly stageVariables: Readonly<Record<string, string>>;
  readonly binaryMediaTypes: readonly string[];
}

function settingsOf(graph: Graph, api: RestApi, stageName: string, region: string): Settings {
  const { executionArn, binaryMediaTypes } = graph.resources.get(api.ref.urn)?.properties ?? {};
  const { variables } = graph.resources.get(api.stages[0]?.ref.urn ?? "")?.properties ?? {};
  return {
    apiId: isKnown(api.id) ? api.id : "",
    stageName,
    accountId: String(executionArn).split(":")[4] ?? "",
    region,
    stageVariables: Object.fromEntries(
      Object.entries(isRecord(variables) ? variables : {}).map(([name, value]) => [name, String(value)]),
    ),
    binaryMediaTypes: Array.isArray(binaryMediaTypes) ? binaryMediaTypes.map(String) : [],
  };
}

function targetOf(graph: Graph, settings: Settings, { route, pathParameters }: Match) {
  const { resourceId } = graph.resources.get(route.method.ref.urn)?.properties ?? {};
  return { ...settings, resource: route.resource, resourceId: String(resourceId), pathParameters };
}

function timeoutOf(graph: Graph, { method }: Route): number {
  const { timeoutMilliseconds } = graph.resources.get(method.integration?.ref.urn ?? "")?.properties ?? {};
  return typeof timeoutMilliseconds === "number" && timeoutMilliseconds > 0
    ? timeoutMilliseconds
    : INTEGRATION_TIMEOUT;
}

function arnOf({ region, accountId, apiId, stageName }: Settings, { method, path }: ApiRequest): string {
  return `arn:aws:execute-api:${region}:${accountId}:${apiId}/${stageName}/${method}${path}`;
}

function nameOf({ httpMethod, resource }: Route): string {
  return `${httpMethod} ${resource}`;
}

function notFound({ method, path }: ApiRequest, routes: readonly Route[]): string {
  return `there is no ${method} ${path}. Served: ${routes.map(nameOf).join(", ")}.`;
}

function withHeader(response: ApiResponse, name: string, value: string): ApiResponse {
  return { ...response, headers: { ...response.headers, [name]: value } };
}

function only<T>(found: readonly T[], what: string): T {
  const [first, ...rest] = found;
  if (first === undefined || rest.length > 0) throw new Error(`the stack has not exactly one ${what}`);
  return first;
}
