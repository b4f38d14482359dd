import type { ApiStage, Graph, RestApi } from "@lambda-networking/preflight";
import type { RecordedResource } from "@lambda-networking/preflight/mocks";
import { Admission, authorizationDenial, isSignedFor, UNVERIFIED_SIGNATURE } from "./access/admission.js";
import type { AuthorizerContext, Authorizers } from "./access/authorizers.js";
import { StageMethodSettings } from "./access/method-settings.js";
import { type ObservedCaller, seenFrom } from "./access/position.js";
import type { Clock } from "./access/throttle.js";
import { type Client, Usage } from "./access/usage.js";
import type { RequestValidation } from "./access/validation.js";
import { ItemStore, tablesOf } from "./aws-services/dynamodb.js";
import { CustomResponses, responseSource } from "./custom-responses.js";
import type { Services } from "./integrations/aws-service.js";
import { integrate } from "./integrations/integration.js";
import { proxyEvent } from "./integrations/proxy-event.js";
import { ResponseCache, throughCache } from "./integrations/response-cache.js";
import type { LambdaFunctions } from "./lambda/functions.js";
import type { ApiSettings } from "./request/api-settings.js";
import { missingAuthenticationToken, requestTooLarge } from "./request/gateway-responses.js";
import type { ApiRequest, ApiResponse, RequestIds } from "./request/messages.js";
import { numberOf } from "./request/parameters.js";
import { type Match, matchRoute, nameOf, type Route, routesOf } from "./request/routing.js";

interface RequestPipelineArgs {
  readonly graph: Graph;
  readonly resources: readonly RecordedResource[];
  readonly api: RestApi;
  readonly stage: ApiStage;
  readonly settings: ApiSettings;
  readonly validation: RequestValidation;
  readonly functions: LambdaFunctions;
  readonly authorizers: Authorizers;
  readonly now: Clock;
}

/** A request in the pipeline, with its route and its ids. */
interface InFlightRequest {
  readonly request: ApiRequest;
  readonly match: Match;
  readonly ids: RequestIds;
  /** What API Gateway sees of the caller; undefined if the call does not pass a network. */
  readonly seen: ObservedCaller | undefined;
  /** What the method's authorizer says of the caller, once it was asked. */
  readonly authorizer?: AuthorizerContext;
  /** Receives notes for the terminal. */
  readonly onNote: (note: string) => void;
}

/** Default timeout of an integration, in milliseconds. */
const INTEGRATION_TIMEOUT = 29_000;

/**
 * The steps that a request passes in API Gateway, in order: network and policies, route, authorization of the method,
 * API key, limits, validation, cache, integration. The first step that refuses the request ends it. If the API has a
 * gateway response for the refusal, that response is the answer.
 * @see https://repost.aws/knowledge-center/api-gateway-logs
 */
export class RequestPipeline {
  readonly routes: readonly Route[];
  readonly methods: StageMethodSettings;
  readonly usage: Usage;
  private readonly admission: Admission;
  private readonly cache: ResponseCache;
  private readonly responses: CustomResponses;
  private readonly services: Services;

  constructor(private readonly args: RequestPipelineArgs) {
    const { graph, resources, api, stage, now } = args;
    this.routes = routesOf(api);
    this.methods = new StageMethodSettings(stage);
    this.usage = new Usage({ ...args, methods: this.methods });
    this.admission = new Admission(graph, api);
    this.cache = new ResponseCache(now);
    this.responses = new CustomResponses(resources);
    this.services = { dynamodb: new ItemStore(tablesOf(resources)) };
  }

  async answer(sent: ApiRequest, ids: RequestIds): Promise<ApiResponse> {
    const { graph, api, settings } = this.args;
    const seen = sent.seen ?? (sent.from && seenFrom(graph, api, sent.from));
    const request = { ...sent, ...(seen && { sourceIp: seen.sourceIp }) };
    const match = matchRoute(this.routes, request.method, request.path);
    const notes: string[] = [];
    const onNote = (note: string) => notes.push(note);
    const response =
      (request.isTooLarge === true ? requestTooLarge() : undefined) ??
      this.denial(match?.route, request) ??
      (match === undefined
        ? missingAuthenticationToken(this.notFound(request))
        : await this.admitted({ request, match, ids, seen, onNote }));
    const worded = this.responses.customize(response, responseSource({ request, match, settings, ids }));
    return notes.length === 0 ? worded : { ...worded, notes };
  }

  /** Denial by the network or a policy. A request without a position is inside API Gateway, so both let it through. */
  denial(route: Route | undefined, request: ApiRequest): ApiResponse | undefined {
    const { from, by = "execute-api" } = request;
    if (from === undefined) return undefined;
    const isSigned = route !== undefined && isSignedFor(route, request);
    return this.admission.denial(route, { from, by, isSigned })?.(this.arnOf(request));
  }

  private async admitted(passing: InFlightRequest): Promise<ApiResponse> {
    const { request, match, onNote } = passing;
    const { route, pathParameters } = match;
    const unauthorized = authorizationDenial(route, request);
    if (unauthorized !== undefined) return unauthorized;
    if (isSignedFor(route, request)) onNote(UNVERIFIED_SIGNATURE);
    const { authorizers, functions } = this.args;
    const event = () => proxyEvent(request, this.routed(passing, undefined).target);
    const said = await authorizers.decide(route, { event, arn: this.arnOf(request), functions });
    if (said !== undefined && "statusCode" in said) return said;
    const client = this.usage.client(route, request);
    if (client !== undefined && "statusCode" in client) return client;
    return (
      this.usage.overLimit(route, client) ??
      this.args.validation.denial(route, { request, pathParameters }) ??
      (await this.answered({ ...passing, ...(said && { authorizer: said.context }) }, client))
    );
  }

  /** Answer from the cache or the integration. */
  private async answered(passing: InFlightRequest, client: Client | undefined): Promise<ApiResponse> {
    const { request, match, ids, onNote } = passing;
    const { route, pathParameters } = match;
    const { functions, graph } = this.args;
    const backends = { functions, resources: graph.resources, services: this.services };
    const ask = () => integrate(this.routed(passing, client), backends);
    const { caching } = this.methods.of(route);
    const integration = graph.resources.get(route.method.integration?.ref.urn ?? "");
    const call = {
      request,
      pathParameters,
      onNote,
      arn: this.arnOf(request),
      isSigned: isSignedFor(route, request),
    };
    const response =
      caching === undefined || integration === undefined
        ? await ask()
        : await throughCache(this.cache, { ...call, settings: caching, integration }, ask);
    return { ...response, headers: { ...response.headers, "X-Amzn-Trace-Id": ids.traceId } };
  }

  private routed({ request, match, ids, seen, authorizer }: InFlightRequest, client: Client | undefined) {
    const { graph, settings } = this.args;
    const { route, pathParameters } = match;
    const propertiesOf = (urn = "") => graph.resources.get(urn)?.properties ?? {};
    const timeout = numberOf(propertiesOf(route.method.integration?.ref.urn).timeoutMilliseconds) ?? 0;
    const target = {
      ...settings,
      ids,
      pathParameters,
      resource: route.resource,
      resourceId: String(propertiesOf(route.method.ref.urn).resourceId),
      ...(seen?.endpoint && { endpoint: seen.endpoint }),
      ...(client && { apiKey: client.key }),
      ...(authorizer && { authorizer }),
    };
    return { request, route, target, timeout: timeout > 0 ? timeout : INTEGRATION_TIMEOUT };
  }

  private arnOf({ method, path }: ApiRequest): string {
    const { region, accountId, apiId, stageName } = this.args.settings;
    return `arn:aws:execute-api:${region}:${accountId}:${apiId}/${stageName}/${method}${path}`;
  }

  private notFound({ method, path }: ApiRequest): string {
    return `there is no ${method} ${path}. Served: ${this.routes.map(nameOf).join(", ")}.`;
  }
}
