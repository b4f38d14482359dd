import { ENDPOINT_TYPES } from "../../../aws/endpoint-types.js";
import { INTEGRATION_TIMEOUT } from "../../../aws/quotas.js";
import {
  boolean,
  groupBy,
  inputValue,
  integer,
  isRecord,
  list,
  oneOf,
  records,
  requiredText,
  text,
} from "../../../resources/read.js";
import type { SourceResource } from "../../../resources/resource.js";
import { isKnown, isSet, type MaybeUnknown, UNKNOWN } from "../../../resources/unknown.js";
import type {
  ApiIntegration,
  ApiMethod,
  ApiStage,
  Home,
  Key,
  MethodName,
  MethodSetting,
  RestApi,
  ServiceAction,
  UnauthorizedCacheControlStrategy,
} from "../../model.js";
import type { Context } from "../context.js";
import { invoked } from "../functions.js";
import { policyOf, separatePolicies } from "../policies.js";
import { KINDS, refOf } from "../references.js";
import { authorizerOf } from "./authorizers.js";

/**
 * REST APIs with policy, methods, integrations and stages.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-private-apis.html
 */
export function buildApis(context: Context): Map<Key, RestApi> {
  const { ofType, references } = context;
  const apiOf = (property: string) => (resource: SourceResource) =>
    references.needed(resource, property, resource.properties[property], KINDS.api);
  const methods = groupBy(ofType("aws:apigateway/method:Method"), apiOf("restApi"));
  const integrations = new Map(
    ofType("aws:apigateway/integration:Integration").map((resource) => [slotOf(context, resource), resource]),
  );
  const stages = stagesByApi(context);
  const policies = separatePolicies(
    context,
    "aws:apigateway/restApiPolicy:RestApiPolicy",
    apiOf("restApiId"),
  );

  const apis = new Map<Key, RestApi>();
  for (const resource of context.ofKind(KINDS.api)) {
    const { urn } = resource;
    const [configuration] = records(inputValue(resource, "endpointConfiguration"));
    const types = !isSet(configuration) ? configuration : configuration.types;
    const endpoints = isSet(configuration) ? configuration.vpcEndpointIds : undefined;
    apis.set(urn, {
      ref: refOf(resource),
      id: resource.id ?? UNKNOWN,
      account: accountIn(requiredText(resource.properties.executionArn)),
      endpointType: oneOf(Array.isArray(types) ? types[0] : types, ENDPOINT_TYPES) ?? "EDGE",
      vpcEndpoints: references.many(resource, "endpointConfiguration", endpoints, KINDS.endpoint),
      disableExecuteApiEndpoint: boolean(inputValue(resource, "disableExecuteApiEndpoint"), false),
      policy: policyOf(resource, policies.get(urn)),
      binaryMediaTypes: list(inputValue(resource, "binaryMediaTypes")).map(requiredText),
      methods: (methods.get(urn) ?? []).map((method) => methodOf(context, method, integrations)),
      stages: stages.get(urn) ?? [],
      hasBody:
        text(inputValue(resource, "body")) !== undefined ||
        ofType("aws:apigateway/restApiPut:RestApiPut").length > 0,
    });
  }
  return apis;
}

/** The fifth part of an ARN. */
export function accountIn(arn: MaybeUnknown<string>): MaybeUnknown<string> {
  return isKnown(arn) ? requiredText(arn.split(":")[4]) : UNKNOWN;
}

/** A method and its integration have API, resource and HTTP method in common. */
function slotOf({ references }: Context, resource: SourceResource): string {
  const { restApi, resourceId, httpMethod } = resource.properties;
  const parts = [
    references.needed(resource, "restApi", restApi, KINDS.api),
    references.one(resource, "resourceId", resourceId, KINDS.apiResource) ?? "",
    requiredText(httpMethod),
  ];
  return parts.map((part) => (isKnown(part) ? part : "?")).join(" ");
}

function methodOf(
  context: Context,
  resource: SourceResource,
  integrations: ReadonlyMap<string, SourceResource>,
): ApiMethod {
  const { properties } = resource;
  const integration = integrations.get(slotOf(context, resource));
  return {
    ref: refOf(resource),
    httpMethod: requiredText(properties.httpMethod),
    path: pathOf(context, resource, "resourceId"),
    authorization: text(properties.authorization) ?? "NONE",
    authorizer: authorizerOf(context, resource),
    apiKeyRequired: boolean(inputValue(resource, "apiKeyRequired"), false),
    integration: integration === undefined ? undefined : integrationOf(context, integration),
  };
}

/** Path of an API's resource. A resource that is not in the stack is the API's root. */
function pathOf(
  { references, resources }: Context,
  resource: SourceResource,
  property: string,
): MaybeUnknown<string> {
  const parts: string[] = [];
  let at = resource;
  let up = property;
  // A parent chain cannot be longer than the stack is large. A longer one is a cycle.
  for (let depth = 0; depth < 100; depth++) {
    const value = at.properties[up];
    const key = references.one(at, up, value, KINDS.apiResource);
    const parent = isSet(key) ? resources.get(key) : undefined;
    if (parent === undefined) {
      const isRoot = value !== UNKNOWN || references.dependencies(at, up, KINDS.api).length > 0;
      return isRoot ? `/${parts.join("/")}` : UNKNOWN;
    }
    const part = text(parent.properties.pathPart);
    if (!isSet(part)) return UNKNOWN;
    parts.unshift(part);
    at = parent;
    up = "parentId";
  }
  return UNKNOWN;
}

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-integration-settings.html */
export function integrationOf(context: Context, resource: SourceResource): ApiIntegration {
  const { properties } = resource;
  const target = invoked(context, resource, "uri", inputValue(resource, "uri"));
  const type = requiredText(properties.type);
  const isLambda =
    type === "AWS_PROXY" || (typeof properties.uri === "string" && properties.uri.includes(":lambda:"));
  return {
    ref: refOf(resource),
    type,
    uri: text(inputValue(resource, "uri")),
    function: isLambda ? target.function : undefined,
    qualifier: target.qualifier,
    timeout: timeoutOf(resource),
    serviceAction: isLambda ? undefined : serviceAction(context, resource),
    credentials: context.references.one(
      resource,
      "credentials",
      inputValue(resource, "credentials"),
      KINDS.role,
    ),
  };
}

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-integration-async.html */
function timeoutOf(resource: SourceResource): MaybeUnknown<number> | undefined {
  const parameters = inputValue(resource, "requestParameters");
  const header = "integration.request.header.X-Amz-Invocation-Type";
  if (isRecord(parameters) && parameters[header] === "'Event'") return undefined;
  const milliseconds = integer(inputValue(resource, "timeoutMilliseconds"));
  if (milliseconds === undefined || milliseconds === 0) return INTEGRATION_TIMEOUT;
  return isKnown(milliseconds) ? milliseconds / 1000 : UNKNOWN;
}

/** `arn:aws:apigateway:REGION:dynamodb:action/PutItem`, or `…:sqs:path/ACCOUNT/QUEUE`. */
const URI = /^arn:[^:]+:apigateway:([^:]*):([a-z0-9-]+):(?:action\/(\w+)|path\/.*)$/;

/** https://docs.aws.amazon.com/apigateway/latest/api/API_PutIntegration.html */
function serviceAction(context: Context, resource: SourceResource): ServiceAction | undefined {
  const { uri } = resource.properties;
  const [, region, service, action] = URI.exec(typeof uri === "string" ? uri : "") ?? [];
  if (service === undefined) return undefined;
  const templates = templatesOf(resource);
  const home = context.references.homeOf(resource.urn);
  const at = { ...home, region: region || home.region };
  return {
    service,
    action,
    region: at.region,
    resources: service === "dynamodb" ? tablesIn(context, resource, templates, at) : [],
    index: only(templates.flatMap((template) => valuesOf(template, "IndexName"))),
  };
}

function templatesOf(resource: SourceResource): string[] {
  const templates = inputValue(resource, "requestTemplates");
  if (!isRecord(templates)) return [];
  return Object.values(templates).filter((template) => typeof template === "string");
}

/** Tables of DynamoDB that a template names, either in its text or through the resource that its value comes from. */
function tablesIn(
  { references }: Context,
  resource: SourceResource,
  templates: readonly string[],
  at: Home,
): Key[] {
  const named = templates
    .flatMap((template) => valuesOf(template, "TableName"))
    .map((name) => {
      const table = references.resolve(resource, "requestTemplates", name, KINDS.table, at);
      return isKnown(table) ? table : name;
    });
  const own = [...new Set(named)];
  if (own.length > 0) return own;
  const { requestTemplates } = resource.properties;
  const isOpen =
    requestTemplates === UNKNOWN ||
    (isRecord(requestTemplates) && !Object.values(requestTemplates).every(isKnown));
  return isOpen ? [...references.dependencies(resource, "requestTemplates", KINDS.table)] : [];
}

/** Values of a key in a JSON template. A text that contains a template variable gives no value. */
function valuesOf(template: string, key: string): string[] {
  return [...template.matchAll(new RegExp(`"${key}"\\s*:\\s*"([^"$#]+)"`, "g"))].map(
    ([, value = ""]) => value,
  );
}

function only(values: readonly string[]): string | undefined {
  const [first, ...others] = new Set(values);
  return others.length === 0 ? first : undefined;
}

/** Stages with their cache and their method settings. */
export function stagesByApi(context: Context): Map<MaybeUnknown<Key>, ApiStage[]> {
  const settings = context.ofType("aws:apigateway/methodSettings:MethodSettings");
  return new Map(
    [...groupBy(context.ofKind(KINDS.stage), (stage) => apiOf(context, stage, "restApi"))].map(
      ([api, stages]) => [
        api,
        stages.map((stage) => ({
          ref: refOf(stage),
          stageName: requiredText(stage.properties.stageName),
          cacheSize:
            boolean(inputValue(stage, "cacheClusterEnabled"), false) === false
              ? undefined
              : (text(inputValue(stage, "cacheClusterSize")) ?? "0.5"),
          variables: variablesOf(stage),
          settings: settings.flatMap((setting) => settingOf(context, stage, setting) ?? []),
        })),
      ],
    ),
  );
}

/** Values are text on AWS, so the provider turns numbers and booleans into text. */
function variablesOf(stage: SourceResource): ApiStage["variables"] {
  const variables = inputValue(stage, "variables");
  if (variables === UNKNOWN) return UNKNOWN;
  return Object.fromEntries(
    Object.entries(isRecord(variables) ? variables : {}).map(([name, value]) => [
      name,
      value === UNKNOWN ? UNKNOWN : String(value),
    ]),
  );
}

/** The API that a property names, by itself or by way of a stage. */
export function apiOf(
  { references, resources }: Context,
  resource: SourceResource,
  property: string,
  value: unknown = resource.properties[property],
): MaybeUnknown<Key> {
  const own = references.needed(resource, property, value, KINDS.api);
  if (isKnown(own)) return own;
  const [stage, ...others] = references.dependencies(resource, property, KINDS.stage);
  const found = stage !== undefined && others.length === 0 ? resources.get(stage) : undefined;
  return found === undefined
    ? UNKNOWN
    : references.needed(found, "restApi", found.properties.restApi, KINDS.api);
}

/** https://docs.aws.amazon.com/apigateway/latest/api/API_MethodSetting.html */
function settingOf(
  context: Context,
  stage: SourceResource,
  resource: SourceResource,
): MethodSetting | undefined {
  const { stageName } = resource.properties;
  const sameApi = apiOf(context, resource, "restApi") === apiOf(context, stage, "restApi");
  const named = context.references.dependencies(resource, "stageName", KINDS.stage).includes(stage.urn);
  if (!sameApi || !(named || requiredText(stageName) === requiredText(stage.properties.stageName)))
    return undefined;
  const [settings = {}] = records(inputValue(resource, "settings"));
  const of = (property: string) => (isKnown(settings) ? settings[property] : UNKNOWN);
  return {
    ref: refOf(resource),
    method: methodOfSetting(resource.properties.methodPath),
    caching: {
      enabled: boolean(of("cachingEnabled"), false),
      ttlInSeconds: integer(of("cacheTtlInSeconds")) ?? 300,
      requireAuthorization: boolean(of("requireAuthorizationForCacheControl"), true),
      unauthorizedStrategy:
        oneOf(of("unauthorizedCacheControlHeaderStrategy"), STRATEGIES) ?? "SUCCEED_WITH_RESPONSE_HEADER",
    },
    rateLimit: limitOf(of("throttlingRateLimit")),
    burstLimit: limitOf(of("throttlingBurstLimit")),
  };
}

const STRATEGIES: readonly UnauthorizedCacheControlStrategy[] = [
  "FAIL_WITH_403",
  "SUCCEED_WITH_RESPONSE_HEADER",
  "SUCCEED_WITHOUT_RESPONSE_HEADER",
];

/** Undefined: every method, which a stage writes as two asterisks with a slash between them. */
function methodOfSetting(methodPath: unknown): MethodSetting["method"] {
  const method = methodNamed(methodPath);
  return isKnown(method) && method.path === "/*" && method.httpMethod === "*" ? undefined : method;
}

/** The method that a usage plan writes as `/messages/{id}/GET`, and a stage as `~1messages~1{id}/GET`. */
export function methodNamed(value: unknown): MaybeUnknown<MethodName> {
  const written = requiredText(value);
  if (!isKnown(written)) return UNKNOWN;
  const parts = written
    .replaceAll("~1", "/")
    .split("/")
    .filter((part) => part !== "");
  return { path: `/${parts.slice(0, -1).join("/")}`, httpMethod: parts.at(-1) ?? "" };
}

/** A limit, which may be a fraction. The provider writes -1 if there is none. */
export function limitOf(value: unknown): MaybeUnknown<number> | undefined {
  const isFraction = typeof value === "string" && /^-?\d+\.\d+$/.test(value);
  const limit = isFraction ? Number(value) : integer(value);
  return typeof limit === "number" && limit < 0 ? undefined : limit;
}
