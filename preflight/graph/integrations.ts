import type { Context } from "./context.js";
import { invoked } from "./functions.js";
import { KINDS } from "./kinds.js";
import { given, isRecord, needed, text } from "./read.js";
import { refOf } from "./references.js";
import type { SourceResource } from "./source.js";
import type { ApiIntegration, Key, ServiceAction } from "./types.js";
import { isKnown, UNKNOWN } from "./unknown.js";

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-integration-settings.html */
export function integrationOf(context: Context, resource: SourceResource): ApiIntegration {
  const { properties } = resource;
  const target = invoked(context, resource, "uri", given(resource, "uri"));
  const type = needed(properties.type);
  const isLambda =
    type === "AWS_PROXY" || (typeof properties.uri === "string" && properties.uri.includes(":lambda:"));
  return {
    ref: refOf(resource),
    type,
    uri: text(given(resource, "uri")),
    function: isLambda ? target.function : undefined,
    qualifier: target.qualifier,
    serviceAction: isLambda ? undefined : serviceAction(context, resource),
    credentials: context.references.one(resource, "credentials", given(resource, "credentials"), KINDS.role),
  };
}

/** `arn:aws:apigateway:REGION:dynamodb:action/PutItem`, or `…:sqs:path/ACCOUNT/QUEUE`. */
const URI = /^arn:[^:]+:apigateway:[^:]*:([a-z0-9-]+):(?:action\/(\w+)|path\/.*)$/;

/** https://docs.aws.amazon.com/apigateway/latest/api/API_PutIntegration.html */
function serviceAction(context: Context, resource: SourceResource): ServiceAction | undefined {
  const { uri } = resource.properties;
  const [, service, action] = URI.exec(typeof uri === "string" ? uri : "") ?? [];
  if (service === undefined) return undefined;
  const templates = templatesOf(resource);
  return {
    service,
    action,
    resources: service === "dynamodb" ? tablesIn(context, resource, templates) : [],
    index: only(templates.flatMap((template) => valuesOf(template, "IndexName"))),
  };
}

function templatesOf(resource: SourceResource): string[] {
  const templates = given(resource, "requestTemplates");
  if (!isRecord(templates)) return [];
  return Object.values(templates).filter((template) => typeof template === "string");
}

/** The tables of DynamoDB that a template names, by its text or by where its value comes from. */
function tablesIn({ references }: Context, resource: SourceResource, templates: readonly string[]): Key[] {
  const named = templates
    .flatMap((template) => valuesOf(template, "TableName"))
    .map((name) => references.resolve(name, KINDS.table));
  const own = [...new Set(named)];
  if (own.length > 0) return own;
  const { requestTemplates } = resource.properties;
  const isOpen =
    requestTemplates === UNKNOWN ||
    (isRecord(requestTemplates) && !Object.values(requestTemplates).every(isKnown));
  return isOpen ? [...references.dependencies(resource, "requestTemplates", KINDS.table)] : [];
}

/** What a template of JSON says of a key; a text that holds a variable says nothing. */
function valuesOf(template: string, key: string): string[] {
  return [...template.matchAll(new RegExp(`"${key}"\\s*:\\s*"([^"$#]+)"`, "g"))].map(
    ([, value = ""]) => value,
  );
}

function only(values: readonly string[]): string | undefined {
  const [first, ...others] = new Set(values);
  return others.length === 0 ? first : undefined;
}
