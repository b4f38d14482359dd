import { isRecord, type SourceResource } from "@lambda-networking/preflight";
import { internalServerError } from "../request/gateway-responses.js";
import type { ApiResponse } from "../request/messages.js";
import { textsOf } from "../request/parameters.js";
import { renderTemplate, type TemplateInput } from "./mapping-templates/render.js";

/** Answer of an integration. */
export interface IntegrationAnswer {
  readonly statusCode: number;
  readonly body: string;
}

/**
 * Response for the answer of an integration. It comes from the first integration response whose pattern matches the
 * status code, or else from the one without a pattern. The response's template may override status and headers.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-integration-settings-integration-response.html
 * @see https://docs.aws.amazon.com/apigateway/latest/api/API_IntegrationResponse.html
 */
export function integrationAnswer(
  integration: SourceResource,
  resources: readonly SourceResource[],
  answer: IntegrationAnswer,
  input: TemplateInput,
  accept: string | undefined,
): ApiResponse {
  const responses = resources.filter(
    ({ type, properties }) =>
      type === "aws:apigateway/integrationResponse:IntegrationResponse" && isOf(properties, integration),
  );
  const response = chosen(responses, answer.statusCode);
  if (response === undefined) {
    return internalServerError(500, `no integration response is for status ${answer.statusCode}`);
  }
  const { properties } = response;
  const [contentType, template] = acceptedTemplate(textsOf(properties.responseTemplates), accept) ?? [
    "application/json",
    undefined,
  ];
  try {
    const { text, override } =
      template === undefined
        ? { text: answer.body, override: { status: undefined, header: {} } }
        : renderTemplate(template, { ...input, body: answer.body });
    return {
      statusCode: override.status ?? Number(properties.statusCode),
      headers: {
        "Content-Type": contentType,
        ...headersOf(properties.responseParameters),
        ...override.header,
      },
      body: text,
    };
  } catch (error) {
    return internalServerError(500, `the response template fails: ${String(error)}`);
  }
}

/** Whether both have the same API, resource and method. */
function isOf(properties: SourceResource["properties"], integration: SourceResource): boolean {
  return ["restApi", "resourceId", "httpMethod"].every(
    (name) => properties[name] === integration.properties[name],
  );
}

function chosen(responses: readonly SourceResource[], statusCode: number): SourceResource | undefined {
  const patternOf = ({ properties }: SourceResource) => String(properties.selectionPattern ?? "");
  return (
    responses.find((one) => patternOf(one) !== "" && isWhole(patternOf(one), String(statusCode))) ??
    responses.find((one) => patternOf(one) === "")
  );
}

function isWhole(pattern: string, text: string): boolean {
  return new RegExp(`^(?:${pattern})$`).test(text);
}

const HEADER = "method.response.header.";

/** Headers with a fixed text. A header from the integration's answer is not sent, because that answer has none here. */
function headersOf(parameters: unknown): Record<string, string> {
  return Object.fromEntries(
    Object.entries(isRecord(parameters) ? parameters : {}).flatMap(([name, from]) => {
      const [, text] = /^'(.*)'$/.exec(String(from)) ?? [];
      return name.startsWith(HEADER) && text !== undefined ? [[name.slice(HEADER.length), text]] : [];
    }),
  );
}

/**
 * The template for a content type that the request accepts, with that type; else the one for JSON, else the first.
 * @param templates by content type
 * @param accept the header
 * @returns undefined if there is no template
 */
export function acceptedTemplate(
  templates: Readonly<Record<string, string>>,
  accept = "",
): readonly [contentType: string, template: string] | undefined {
  const found = Object.entries(templates);
  const ofType = (type: string) => found.find(([one]) => one === type);
  const accepted = accept.split(",").map((type) => (type.split(";")[0] ?? "").trim());
  return accepted.map(ofType).find((one) => one !== undefined) ?? ofType("application/json") ?? found[0];
}
