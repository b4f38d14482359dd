import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { contentOf } from "./deployment.js";
import { allowOrigin } from "./routes/cors.js";
import type { Cors } from "./settings.js";

interface GatewayResponse {
  readonly type: string;
  /** The status code. Undefined: API Gateway's own for the type. */
  readonly statusCode?: string;
  /** JSON, or a variable that holds JSON: a text with its quotes. */
  readonly message: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** API Gateway's own message, in quotes. */
const OWN_WORDS = "$context.error.messageString";

/** Types without a status code; every other type falls back to one of them. */
const DEFAULTS: readonly GatewayResponse[] = [
  { type: "DEFAULT_4XX", message: OWN_WORDS },
  { type: "DEFAULT_5XX", message: OWN_WORDS },
];

/**
 * Types for which API Gateway's own message says too little or too much.
 *
 * `$context.error.validationErrorString`, which says what is wrong with a body, is not used. It repeats parts of the
 * body and of the model, and AWS does not document that it can be put into JSON.
 */
const TOLD: readonly GatewayResponse[] = [
  // API Gateway's own message names the API's ARN and the policy.
  { type: "ACCESS_DENIED", statusCode: "403", message: words("Access denied") },
  { type: "INVALID_API_KEY", statusCode: "403", message: words("The header x-api-key has no valid API key") },
  // API Gateway also gives this answer to an unknown path, despite the type's name.
  {
    type: "MISSING_AUTHENTICATION_TOKEN",
    statusCode: "403",
    message: words("There is no such method or path, or the request has to be signed"),
  },
  {
    type: "BAD_REQUEST_BODY",
    statusCode: "400",
    message: words("The body is not as this method describes it"),
  },
  {
    type: "THROTTLED",
    statusCode: "429",
    message: words("Too many requests"),
    headers: { "Retry-After": "1" },
  },
  { type: "QUOTA_EXCEEDED", statusCode: "429", message: words("The quota of this API key is used up") },
];

function words(text: string): string {
  return JSON.stringify(text);
}

interface GatewayResponsesArgs {
  readonly name: string;
  readonly api: aws.apigateway.RestApi;
  /** Whether every error has the shape `{"message": …, "requestId": …}`. */
  readonly hardening: boolean;
  readonly cors: Cors | false | undefined;
  readonly parent: pulumi.Resource;
}

export interface GatewayResponses {
  readonly resources: readonly pulumi.Resource[];
  /** Everything that a deployment copies of the responses. */
  readonly content: readonly pulumi.Output<unknown>[];
}

/**
 * Creates the answers that API Gateway gives by itself. With CORS only, the answers keep their text and get the header,
 * because otherwise a page could not read why it was refused.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
 */
export function createGatewayResponses(args: GatewayResponsesArgs): GatewayResponses {
  const { name, api, hardening, cors, parent } = args;
  const responses = hardening ? [...DEFAULTS, ...TOLD] : cors ? DEFAULTS : [];
  const made = responses.map((response) => {
    const { type, statusCode, message } = response;
    const inputs = {
      restApiId: api.id,
      responseType: type,
      ...(statusCode !== undefined && { statusCode }),
      responseTemplates: { "application/json": hardening ? inOneShape(message) : `{"message":${message}}` },
      responseParameters: headers({
        ...(hardening && { "Cache-Control": "no-store" }),
        ...response.headers,
        ...(cors && allowOrigin(cors)),
      }),
    };
    const at = `${name}-${type.toLowerCase().replaceAll("_", "-")}`;
    const resource = new aws.apigateway.Response(at, inputs, { parent });
    return { resource, content: contentOf(resource, inputs) };
  });
  return { resources: made.map(({ resource }) => resource), content: made.map(({ content }) => content) };
}

/** A body in the shape of the function's errors, with the id that finds the call in the access log. */
function inOneShape(message: string): string {
  return `{"message":${message},"requestId":"$context.requestId"}`;
}

/** Turns values into response parameters: a fixed text is in quotes. */
function headers(values: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [`gatewayresponse.header.${name}`, `'${value}'`]),
  );
}
