import type { SourceResource } from "@lambda-networking/preflight";
import { acceptedTemplate } from "./integrations/integration-response.js";
import { proxyEvent } from "./integrations/proxy-event.js";
import type { ApiSettings } from "./request/api-settings.js";
import type { ApiRequest, ApiResponse, RequestIds } from "./request/messages.js";
import { headerOf, ownValue, type ParameterSource, parameterOf, textsOf } from "./request/parameters.js";
import type { Match } from "./request/routing.js";

/** Values for the templates and headers of a gateway response. */
export interface ResponseSource extends ParameterSource {
  /** By name: `requestId`, `identity.sourceIp`. */
  readonly context: Readonly<Record<string, string>>;
  readonly stageVariables: Readonly<Record<string, string>>;
}

interface CustomResponse {
  readonly statusCode: number | undefined;
  /** Values by header, with their variables not yet replaced. */
  readonly headers: ReadonlyMap<string, string>;
  /** By content type. */
  readonly templates: Readonly<Record<string, string>>;
}

const DEFAULT_TEMPLATES = { "application/json": '{"message":$context.error.messageString}' };

/**
 * Gateway responses of an API: its own versions of the errors that API Gateway answers.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-gatewayResponse-definition.html
 */
export class CustomResponses {
  private readonly byType: ReadonlyMap<string, CustomResponse>;

  constructor(resources: readonly SourceResource[]) {
    this.byType = new Map(
      resources.flatMap(({ type, properties }) =>
        type === "aws:apigateway/response:Response"
          ? [[String(properties.responseType), customResponse(properties)] as const]
          : [],
      ),
    );
  }

  /** A response with the API's gateway response applied. The response of an integration does not change. */
  customize(response: ApiResponse, source: ResponseSource): ApiResponse {
    const { gateway, statusCode } = response;
    if (gateway === undefined) return response;
    const custom =
      this.byType.get(gateway.type) ?? this.byType.get(statusCode >= 500 ? "DEFAULT_5XX" : "DEFAULT_4XX");
    if (custom === undefined) return response;
    const context = {
      ...source.context,
      "error.message": gateway.message,
      "error.messageString": JSON.stringify(gateway.message),
      "error.responseType": gateway.type,
      "error.validationErrorString": gateway.validationErrors ?? "",
    };
    const accept = headerOf(source.request, "accept");
    const [contentType, template] = acceptedTemplate(custom.templates, accept) ?? ["", ""];
    const headers = [...custom.headers].flatMap(([name, from]) => {
      const value = mapped(from, { ...source, context });
      return value === undefined ? [] : [[name, value] as const];
    });
    const replaced = new Set(["content-type", ...headers.map(([name]) => name.toLowerCase())]);
    const kept = Object.entries(response.headers).filter(([name]) => !replaced.has(name.toLowerCase()));
    return {
      ...response,
      statusCode: custom.statusCode ?? statusCode,
      headers: Object.fromEntries([["Content-Type", contentType], ...kept, ...headers]),
      body: filledIn(template, { ...source, context }),
    };
  }
}

function customResponse({
  statusCode,
  responseParameters,
  responseTemplates,
}: SourceResource["properties"]): CustomResponse {
  const prefix = "gatewayresponse.header.";
  const templates = textsOf(responseTemplates);
  return {
    statusCode: statusCode === undefined || statusCode === "" ? undefined : Number(statusCode),
    headers: new Map(
      Object.entries(textsOf(responseParameters)).flatMap(([name, from]) =>
        name.startsWith(prefix) ? [[name.slice(prefix.length), from] as const] : [],
      ),
    ),
    templates: Object.keys(templates).length === 0 ? DEFAULT_TEMPLATES : templates,
  };
}

/** `'text'`, `context.requestId`, `stageVariables.colour` or `method.request.header.Origin`. */
function mapped(from: string, source: ResponseSource): string | undefined {
  const [, literal] = /^'(.*)'$/.exec(from) ?? [];
  return literal ?? variable(from, source);
}

/** Replaces variables, which is all of Velocity that these templates support. A variable without a value is empty. */
function filledIn(template: string, source: ResponseSource): string {
  return template.replace(
    /\$(context(?:\.\w+)+|stageVariables\.\w+|method\.request\.\w+\.[\w-]+)/g,
    (_, name: string) => variable(name, source) ?? "",
  );
}

function variable(name: string, source: ResponseSource): string | undefined {
  if (name.startsWith("context.")) return ownValue(source.context, name.slice("context.".length));
  if (name.startsWith("stageVariables."))
    return ownValue(source.stageVariables, name.slice("stageVariables.".length));
  return parameterOf(name, source);
}

interface Answered {
  readonly request: ApiRequest;
  readonly match: Match | undefined;
  readonly settings: ApiSettings;
  readonly ids: RequestIds;
}

/** Values of a request, as in the event for a function. */
export function responseSource({ request, match, settings, ids }: Answered): ResponseSource {
  const pathParameters = match?.pathParameters ?? {};
  const resource = match?.route.resource ?? "";
  const { identity, ...rest } = proxyEvent(request, {
    ...settings,
    resource,
    pathParameters,
    ids,
  }).requestContext;
  const named = Object.entries(identity).map(([name, value]) => [`identity.${name}`, value] as const);
  return {
    request,
    pathParameters,
    stageVariables: settings.stageVariables,
    context: Object.fromEntries(
      [...Object.entries(rest), ...named].flatMap(([name, value]) =>
        value === null ? [] : [[name, String(value)] as const],
      ),
    ),
  };
}
