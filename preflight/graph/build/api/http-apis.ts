import {
  boolean,
  groupBy,
  inputValue,
  integer,
  isRecord,
  requiredText,
  text,
} from "../../../resources/read.js";
import type { SourceResource } from "../../../resources/resource.js";
import { isKnown, isSet, type MaybeUnknown, UNKNOWN } from "../../../resources/unknown.js";
import type { ApiIntegration, ApiMethod, ApiStage, Key, RestApi } from "../../model.js";
import type { Context } from "../context.js";
import { invoked } from "../functions.js";
import { KINDS, refOf } from "../references.js";
import { accountIn } from "./apis.js";

/**
 * HTTP APIs in the form of REST APIs, with routes as methods. They are always public, and have no resource policy and
 * no API keys. WebSocket APIs are left out. https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-vs-rest.html
 */
export function buildHttpApis(context: Context): Map<Key, RestApi> {
  const { ofType, references } = context;
  const apiOf = (resource: SourceResource): MaybeUnknown<Key> =>
    references.needed(resource, "apiId", resource.properties.apiId, KINDS.httpApi);
  const routes = groupBy(ofType("aws:apigatewayv2/route:Route"), apiOf);
  const stages = groupBy(ofType("aws:apigatewayv2/stage:Stage"), apiOf);
  return new Map(
    context
      .ofKind(KINDS.httpApi)
      .filter(({ properties }) => properties.protocolType !== "WEBSOCKET")
      .map((resource) => {
        const quick = quickCreated(context, resource);
        const own = (routes.get(resource.urn) ?? []).map((route) => methodOf(context, route));
        const deployed = (stages.get(resource.urn) ?? []).filter(isDeployed).map(stageOf);
        const api: RestApi = {
          ref: refOf(resource),
          id: resource.id ?? UNKNOWN,
          account: accountIn(requiredText(resource.properties.executionArn)),
          endpointType: "REGIONAL",
          vpcEndpoints: [],
          disableExecuteApiEndpoint: boolean(inputValue(resource, "disableExecuteApiEndpoint"), false),
          policy: undefined,
          binaryMediaTypes: [],
          methods: [...own, ...(quick?.methods ?? [])].sort((a, b) => breadthOf(a) - breadthOf(b)),
          stages: [...deployed, ...(quick?.stages ?? [])],
          hasBody: text(inputValue(resource, "body")) !== undefined,
        };
        return [resource.urn, api];
      }),
  );
}

/** A route's key is `GET /pets/{id}`, `ANY /pets` or `$default`. */
function methodOf(context: Context, route: SourceResource): ApiMethod {
  return {
    ref: refOf(route),
    ...keyIn(requiredText(route.properties.routeKey)),
    authorization: text(inputValue(route, "authorizationType")) ?? "NONE",
    apiKeyRequired: false,
    integration: integrationOf(context, route),
  };
}

function keyIn(key: MaybeUnknown<string>): Pick<ApiMethod, "httpMethod" | "path" | "isDefault"> {
  if (!isKnown(key)) return { httpMethod: UNKNOWN, path: UNKNOWN };
  if (key === "$default") return { httpMethod: "ANY", path: "/{proxy+}", isDefault: true };
  const [httpMethod = "", path = ""] = key.split(" ");
  return { httpMethod, path };
}

/**
 * How many requests a route takes: API Gateway uses the most specific one.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
 */
function breadthOf({ httpMethod, path, isDefault }: ApiMethod): number {
  if (isDefault === true) return 10_000;
  const written = isKnown(path) ? path : "";
  const greedy = written.includes("+}") ? 1000 : 0;
  return greedy + 10 * (written.match(/\{/g)?.length ?? 0) + (httpMethod === "ANY" ? 1 : 0);
}

/** Seconds: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html */
const LONGEST_TIMEOUT = 30;

/** The integration of a route, which the route names as `integrations/ID`. */
function integrationOf(context: Context, route: SourceResource): ApiIntegration | undefined {
  const { references, resources } = context;
  const target = text(inputValue(route, "target"));
  if (target === undefined) return undefined;
  const value = isKnown(target) ? target.replace(/^integrations\//, "") : UNKNOWN;
  const key = references.needed(route, "target", value, KINDS.httpIntegration);
  const resource = isKnown(key) ? resources.get(key) : undefined;
  if (resource === undefined) {
    return {
      ref: references.refOf(key),
      type: UNKNOWN,
      uri: undefined,
      function: UNKNOWN,
      qualifier: undefined,
      serviceAction: undefined,
      credentials: undefined,
      timeout: UNKNOWN,
    };
  }
  const isService = text(inputValue(resource, "integrationSubtype")) !== undefined;
  const type = requiredText(resource.properties.integrationType);
  const called = invoked(context, resource, "integrationUri", inputValue(resource, "integrationUri"));
  const credentials = inputValue(resource, "credentialsArn");
  const milliseconds = integer(inputValue(resource, "timeoutMilliseconds"));
  return {
    ref: refOf(resource),
    type,
    uri: text(inputValue(resource, "integrationUri")),
    function: type === "AWS_PROXY" && !isService ? called.function : undefined,
    qualifier: called.qualifier,
    serviceAction: undefined,
    credentials: references.one(resource, "credentialsArn", credentials, KINDS.role),
    timeout: milliseconds === UNKNOWN ? UNKNOWN : milliseconds ? milliseconds / 1000 : LONGEST_TIMEOUT,
  };
}

/** Whether a stage answers: it deploys by itself, or a deployment is assigned to it. */
function isDeployed(stage: SourceResource): boolean {
  const deployment = text(inputValue(stage, "deploymentId"));
  return boolean(inputValue(stage, "autoDeploy"), false) !== false || deployment !== undefined;
}

function stageOf(stage: SourceResource): ApiStage {
  const variables = inputValue(stage, "stageVariables");
  return {
    ref: refOf(stage),
    stageName: requiredText(stage.properties.name),
    cacheSize: undefined,
    variables: isRecord(variables)
      ? Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, requiredText(value)]))
      : variables === UNKNOWN
        ? UNKNOWN
        : {},
    settings: [],
  };
}

/**
 * The route, the integration and the stage that API Gateway creates along with an API that has a target.
 * https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis.html
 */
function quickCreated(
  context: Context,
  api: SourceResource,
): Pick<RestApi, "methods" | "stages"> | undefined {
  const target = text(inputValue(api, "target"));
  if (target === undefined) return undefined;
  const ref = refOf(api);
  const called = invoked(context, api, "target", target);
  const isUrl = isKnown(target) && /^https?:/.test(target);
  const key = text(inputValue(api, "routeKey")) ?? "$default";
  const credentials = inputValue(api, "credentialsArn");
  return {
    methods: [
      {
        ref,
        ...keyIn(key),
        authorization: "NONE",
        apiKeyRequired: false,
        integration: {
          ref,
          type: isUrl ? "HTTP_PROXY" : "AWS_PROXY",
          uri: target,
          function: isUrl ? undefined : isSet(called.function) ? called.function : UNKNOWN,
          qualifier: called.qualifier,
          serviceAction: undefined,
          credentials: context.references.one(api, "credentialsArn", credentials, KINDS.role),
          timeout: LONGEST_TIMEOUT,
        },
      },
    ],
    stages: [{ ref, stageName: "$default", cacheSize: undefined, variables: {}, settings: [] }],
  };
}
