import type { Context } from "./context.js";
import { groupBy } from "./group-by.js";
import { integrationOf } from "./integrations.js";
import { KINDS } from "./kinds.js";
import { policyIn, separatePolicies } from "./policies.js";
import { flag, given, needed, oneOf, records, text } from "./read.js";
import { refOf } from "./references.js";
import type { SourceResource } from "./source.js";
import { stagesByApi } from "./stages.js";
import type { ApiMethod, Key, RestApi } from "./types.js";
import { isKnown, type Maybe, UNKNOWN } from "./unknown.js";

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
    const [configuration] = records(given(resource, "endpointConfiguration"));
    const types =
      configuration === undefined || !isKnown(configuration) ? configuration : configuration.types;
    const endpoints =
      configuration !== undefined && isKnown(configuration) ? configuration.vpcEndpointIds : undefined;
    apis.set(urn, {
      ref: refOf(resource),
      id: resource.id ?? UNKNOWN,
      endpointType: oneOf(Array.isArray(types) ? types[0] : types, ["EDGE", "REGIONAL", "PRIVATE"]) ?? "EDGE",
      vpcEndpoints: references.many(resource, "endpointConfiguration", endpoints, KINDS.endpoint),
      disableExecuteApiEndpoint: flag(given(resource, "disableExecuteApiEndpoint"), false),
      policy: policies.get(urn) ?? policyIn(resource),
      methods: (methods.get(urn) ?? []).map((method) => methodOf(context, method, integrations)),
      stages: stages.get(urn) ?? [],
      hasBody:
        text(given(resource, "body")) !== undefined ||
        ofType("aws:apigateway/restApiPut:RestApiPut").length > 0,
    });
  }
  return apis;
}

/** A method and its integration have API, resource and HTTP method in common. */
function slotOf({ references }: Context, resource: SourceResource): string {
  const { restApi, resourceId, httpMethod } = resource.properties;
  const parts = [
    references.needed(resource, "restApi", restApi, KINDS.api),
    references.one(resource, "resourceId", resourceId, KINDS.apiResource) ?? "",
    needed(httpMethod),
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
    httpMethod: needed(properties.httpMethod),
    path: pathOf(context, resource, "resourceId"),
    authorization: text(properties.authorization) ?? "NONE",
    apiKeyRequired: flag(given(resource, "apiKeyRequired"), false),
    integration: integration === undefined ? undefined : integrationOf(context, integration),
  };
}

/** A resource that is none of the stack's is the API's root. */
function pathOf(
  { references, resources }: Context,
  resource: SourceResource,
  property: string,
): Maybe<string> {
  const parts: string[] = [];
  let at = resource;
  let up = property;
  // A parent chain is no deeper than the stack is large; more is a cycle.
  for (let depth = 0; depth < 100; depth++) {
    const value = at.properties[up];
    const key = references.one(at, up, value, KINDS.apiResource);
    const parent = key !== undefined && isKnown(key) ? resources.get(key) : undefined;
    if (parent === undefined) {
      const isRoot = value !== UNKNOWN || references.dependencies(at, up, KINDS.api).length > 0;
      return isRoot ? `/${parts.join("/")}` : UNKNOWN;
    }
    const part = text(parent.properties.pathPart);
    if (part === undefined || !isKnown(part)) return UNKNOWN;
    parts.unshift(part);
    at = parent;
    up = "parentId";
  }
  return UNKNOWN;
}
