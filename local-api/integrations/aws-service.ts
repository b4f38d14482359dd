import type { ApiIntegration, SourceResource } from "@lambda-networking/preflight";
import type { ServiceResponse } from "../aws-services/dynamodb.js";
import { badRequestBody, internalServerError, unsupportedMediaType } from "../request/gateway-responses.js";
import type { ApiResponse } from "../request/messages.js";
import { headerOf, textsOf } from "../request/parameters.js";
import { type IntegrationAnswer, integrationAnswer } from "./integration-response.js";
import { BodyNotJson, renderTemplate, type TemplateInput } from "./mapping-templates/render.js";
import { proxyEvent, type RoutedRequest } from "./proxy-event.js";

/** Services that an integration can call, by the name in the integration's URI, such as `dynamodb`. */
export type Services = Readonly<
  Record<string, { call(action: string, body: string): ServiceResponse } | undefined>
>;

/** What an integration needs: the stack's resources, and the services that it calls. */
export interface IntegrationContext {
  readonly resources: ReadonlyMap<string, SourceResource>;
  readonly services: Services;
}

/**
 * Answers a valid request to an integration of type AWS or MOCK with the steps of API Gateway: request template,
 * service, choice of the integration response, response template.
 *
 * The permissions of the integration's role are not checked here, because the preflight proves them.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/rest-api-data-transformations.html
 */
export function awsIntegration(
  routed: RoutedRequest,
  { resources, services }: IntegrationContext,
): ApiResponse {
  const { request, route } = routed;
  const { integration: node } = route.method;
  const integration = resources.get(node?.ref.urn ?? "");
  if (node === undefined || integration === undefined)
    return internalServerError(500, "the method has no integration");
  const template = templateFor(integration, headerOf(request, "content-type"));
  if (template === undefined) {
    return unsupportedMediaType("the integration has no template for this type of body");
  }
  const input = inputOf(routed);
  const sent = rendered(template, input);
  if (typeof sent !== "string") return sent;
  const answer = node.type === "MOCK" ? mocked(sent) : called(node, sent, services);
  if (isResponse(answer)) return answer;
  return integrationAnswer(integration, [...resources.values()], answer, input, headerOf(request, "accept"));
}

function isResponse(answer: IntegrationAnswer | ApiResponse): answer is ApiResponse {
  return "headers" in answer;
}

/**
 * The request template for the content type, which is JSON by default. Empty: the body passes unchanged. Undefined: the
 * body is refused.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/integration-passthrough-behaviors.html
 */
function templateFor({ properties }: SourceResource, contentType = "application/json"): string | undefined {
  const templates = textsOf(properties.requestTemplates);
  const [type = ""] = contentType.split(";");
  const found = Object.entries(templates).find(([of]) => of === type.trim().toLowerCase())?.[1];
  if (found !== undefined) return found;
  const passthrough = properties.passthroughBehavior ?? "WHEN_NO_MATCH";
  const isPassed =
    passthrough === "WHEN_NO_MATCH" ||
    (passthrough === "WHEN_NO_TEMPLATES" && Object.keys(templates).length === 0);
  return isPassed ? "" : undefined;
}

/** Values of a request for templates. */
function inputOf({ request, target }: RoutedRequest): TemplateInput {
  const event = proxyEvent(request, target);
  return {
    body: Buffer.from(request.body ?? "").toString(),
    params: {
      path: Object.fromEntries(
        Object.entries(target.pathParameters).map(([name, value]) => [name, decoded(value)]),
      ),
      querystring: event.queryStringParameters ?? {},
      header: event.headers,
    },
    context: event.requestContext,
    stageVariables: event.stageVariables ?? {},
  };
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value; // not URL-encoded
  }
}

function rendered(template: string, input: TemplateInput): string | ApiResponse {
  if (template === "") return input.body;
  try {
    return renderTemplate(template, input).text;
  } catch (error) {
    if (error instanceof BodyNotJson) return badRequestBody("[it is not JSON]");
    return internalServerError(500, `the request template fails: ${String(error)}`);
  }
}

/**
 * The request template of a mock names the status code of the answer.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-mock-integration.html
 */
function mocked(text: string): IntegrationAnswer | ApiResponse {
  const [, statusCode] = /^\s*\{[\s\S]*?"?statusCode"?\s*:\s*"?(\d{3})"?/.exec(text) ?? [];
  if (statusCode === undefined) {
    return internalServerError(500, "the request template of the mock gives no statusCode");
  }
  return { statusCode: Number(statusCode), body: "" };
}

function called(
  { serviceAction, uri }: ApiIntegration,
  body: string,
  services: Services,
): IntegrationAnswer | ApiResponse {
  const { service: name, action } = serviceAction ?? {};
  const service = name !== undefined && Object.hasOwn(services, name) ? services[name] : undefined;
  if (service === undefined || action === undefined) {
    return internalServerError(500, `integrations with ${String(uri)} are not served here`);
  }
  return service.call(action, body);
}
