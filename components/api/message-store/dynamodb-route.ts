import type { Intent } from "@lambda-networking/preflight/intents";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { contentOf } from "../deployment.js";
import { corsResponseParameters } from "../routes/cors.js";
import { createMethod, type RouteMethodArgs } from "../routes/method.js";
import type { ApiContext, Route } from "../routes/route.js";

interface Answer {
  readonly statusCode: number;
  /** Regular expression for DynamoDB's status code. An answer without one is for every other status code. */
  readonly selectionPattern?: string;
  readonly template: string;
}

export interface DynamoDbRouteArgs extends RouteMethodArgs {
  /** `PutItem` */
  readonly action: string;
  /** The role with which API Gateway calls DynamoDB, with its only permission. */
  readonly role: aws.iam.Role;
  readonly permissions: aws.iam.RolePolicy;
  /** The table, which has to exist before the first call. */
  readonly table: aws.dynamodb.Table;
  /** Template from a request's JSON to DynamoDB's. */
  readonly requestTemplate: string;
  /** Templates from DynamoDB's answers to this API's. */
  readonly answers: readonly Answer[];
  /** Status codes that a template may set instead of its answer's own. */
  readonly overrides: readonly number[];
  readonly intents: readonly Intent[];
}

const JSON_TYPE = "application/json";

/**
 * Creates a method that API Gateway answers with one DynamoDB action. A body that is not JSON is answered 415.
 * @see https://docs.aws.amazon.com/apigateway/latest/api/API_Integration.html
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/integration-passthrough-behaviors.html
 */
export function createDynamoDbRoute(context: ApiContext, args: DynamoDbRouteArgs): Route {
  const { api, parent, target } = context;
  const { name, method, resource, cache, content } = createMethod(context, args);
  const at = { restApi: api.id, resourceId: resource.id, httpMethod: method.httpMethod };
  const inputs = {
    ...at,
    type: "AWS",
    integrationHttpMethod: "POST",
    uri: `arn:${target.partition}:apigateway:${target.region}:dynamodb:action/${args.action}`,
    credentials: args.role.arn,
    passthroughBehavior: "NEVER",
    requestTemplates: { [JSON_TYPE]: args.requestTemplate },
    ...cache,
  };
  const integration = new aws.apigateway.Integration(name, inputs, { parent });
  const responses = createResponses(context, { name, at, integration, ...args });
  return {
    method: args.method,
    path: args.path,
    resources: [method, integration, args.permissions, args.table, ...responses.resources],
    content: [content, contentOf(integration, inputs), responses.content],
    planned: [],
    intents: args.intents,
  };
}

interface ResponsesArgs extends Pick<DynamoDbRouteArgs, "answers" | "overrides"> {
  readonly name: string;
  readonly at: {
    readonly restApi: pulumi.Input<string>;
    readonly resourceId: pulumi.Input<string>;
    readonly httpMethod: pulumi.Input<string>;
  };
  readonly integration: aws.apigateway.Integration;
}

/** Creates the method's responses and the integration's. Every answer tells caches not to store it. */
function createResponses(context: ApiContext, { name, at, integration, answers, overrides }: ResponsesArgs) {
  const { parent } = context;
  const headers = {
    "method.response.header.Cache-Control": "'no-store'",
    ...corsResponseParameters(context),
  };
  const declared = Object.fromEntries(Object.keys(headers).map((header) => [header, true]));
  const statusCodes = [...answers.map(({ statusCode }) => statusCode), ...overrides];
  const methodResponses = statusCodes.map((statusCode) => {
    const inputs = { ...at, statusCode: String(statusCode), responseParameters: declared };
    const response = new aws.apigateway.MethodResponse(`${name}-${statusCode}`, inputs, { parent });
    return { response, content: contentOf(response, inputs) };
  });
  const dependsOn = [integration, ...methodResponses.map(({ response }) => response)];
  const integrationResponses = answers.map(({ statusCode, selectionPattern, template }) => {
    const inputs = {
      ...at,
      statusCode: String(statusCode),
      ...(selectionPattern !== undefined && { selectionPattern }),
      responseParameters: headers,
      responseTemplates: { [JSON_TYPE]: template },
    };
    const opts = { parent, dependsOn };
    const response = new aws.apigateway.IntegrationResponse(`${name}-${statusCode}`, inputs, opts);
    return { response, content: contentOf(response, inputs) };
  });
  const all = [...methodResponses, ...integrationResponses];
  return {
    resources: all.map(({ response }) => response),
    content: pulumi.all(all.map((one) => one.content)),
  };
}
