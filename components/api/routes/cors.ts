import * as aws from "@pulumi/aws";
import { contentOf } from "../deployment.js";
import type { Cors } from "../settings.js";
import { type ApiContext, logicalPath, type Route } from "./route.js";

const SUCCESS = "204";

/** Headers that a page may send: for JSON, an API key, a signature, and the message store's idempotency key. */
const HEADERS = "Authorization,Content-Type,Idempotency-Key,X-Amz-Date,X-Amz-Security-Token,X-Api-Key";

/** The header that every answer needs, including the routes' own. */
export function allowOrigin(cors: Cors): Record<string, string> {
  return { "Access-Control-Allow-Origin": cors.allowOrigin };
}

/**
 * The header as parameters of an integration's response, for a method that API Gateway answers without a function:
 * `method.response.header.NAME` with its value. The method's response has to name the same parameters. Empty if the API
 * has no CORS.
 */
export function corsResponseParameters({ settings }: ApiContext): Record<string, string> {
  return settings.cors ? parameters(allowOrigin(settings.cors)) : {};
}

function parameters(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [`method.response.header.${name}`, `'${value}'`]),
  );
}

/**
 * Routes for OPTIONS on every path, which API Gateway answers by itself. A browser sends OPTIONS before the real call,
 * without credentials, so these methods require neither a key nor a signature.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-cors.html
 */
export function corsRoutes(
  context: ApiContext,
  served: readonly { readonly method: string; readonly path: string }[],
): Route[] {
  const { cors } = context.settings;
  if (!cors) return [];
  const paths = [...new Set(served.map(({ path }) => path))];
  return paths.map((path) => {
    const methods = served.filter((route) => route.path === path).map(({ method }) => method);
    return preflightRoute(context, cors, path, [...methods, "OPTIONS"]);
  });
}

function preflightRoute(context: ApiContext, cors: Cors, path: string, methods: readonly string[]): Route {
  const { api, parent } = context;
  const name = `${context.name}-options-${logicalPath(path)}`;
  const values = parameters({
    ...allowOrigin(cors),
    "Access-Control-Allow-Methods": methods.join(","),
    "Access-Control-Allow-Headers": HEADERS,
    "Access-Control-Max-Age": String(cors.maxAgeInSeconds),
  });
  const at = { restApi: api.id, resourceId: context.paths.at(path).id };
  const methodInputs = { ...at, httpMethod: "OPTIONS", authorization: "NONE" };
  const method = new aws.apigateway.Method(name, methodInputs, { parent });

  const after = { ...at, httpMethod: method.httpMethod };
  const integrationInputs = {
    ...after,
    type: "MOCK",
    requestTemplates: { "application/json": `{"statusCode":${SUCCESS}}` },
    passthroughBehavior: "WHEN_NO_TEMPLATES",
  };
  const integration = new aws.apigateway.Integration(name, integrationInputs, { parent });
  const responseInputs = {
    ...after,
    statusCode: SUCCESS,
    responseParameters: Object.fromEntries(Object.keys(values).map((parameter) => [parameter, true])),
  };
  const response = new aws.apigateway.MethodResponse(name, responseInputs, { parent });
  const integrationResponseInputs = {
    ...after,
    statusCode: response.statusCode,
    responseParameters: values,
  };
  const integrationResponse = new aws.apigateway.IntegrationResponse(name, integrationResponseInputs, {
    parent,
    dependsOn: [integration],
  });
  return {
    method: "OPTIONS",
    path,
    resources: [method, integration, response, integrationResponse],
    content: [
      contentOf(method, [path, methodInputs]),
      contentOf(integration, integrationInputs),
      contentOf(response, responseInputs),
      contentOf(integrationResponse, integrationResponseInputs),
    ],
    planned: [],
    intents: [],
  };
}
