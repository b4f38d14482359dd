import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { contentOf } from "./deployment.js";
import { allowOrigin } from "./routes/cors.js";
import type { Cors } from "./settings.js";

interface GatewayResponse {
  readonly type: string;
  /** Undefined: the one that API Gateway has for the case. */
  readonly statusCode?: string;
  /** JSON, or a variable that is JSON: the text with its quotes. */
  readonly message: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** API Gateway's own words for the case, in quotes. */
const OWN_WORDS = "$context.error.messageString";

/** Types without a status code of their own, to which every other type falls back. */
const DEFAULTS: readonly GatewayResponse[] = [
  { type: "DEFAULT_4XX", message: OWN_WORDS },
  { type: "DEFAULT_5XX", message: OWN_WORDS },
];

/**
 * Where API Gateway's own words say too little, or too much.
 *
 * What a body lacks (`$context.error.validationErrorString`) is not told: it repeats parts of the body and of the
 * model, and nowhere is it said that it is fit to stand in JSON.
 */
const TOLD: readonly GatewayResponse[] = [
  // API Gateway's own words name the API's ARN and which policy it was.
  { type: "ACCESS_DENIED", statusCode: "403", message: words("Access denied") },
  { type: "INVALID_API_KEY", statusCode: "403", message: words("The header x-api-key has no valid API key") },
  // It is what an unknown path gets, too, whatever the name says.
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
  /** One shape for all of them: `{"message": …, "requestId": …}`. */
  readonly hardening: boolean;
  readonly cors: Cors | false | undefined;
  readonly parent: pulumi.Resource;
}

export interface GatewayResponses {
  readonly resources: readonly pulumi.Resource[];
  /** All that a deployment copies of them. */
  readonly content: readonly pulumi.Output<unknown>[];
}

/**
 * What API Gateway answers by itself. With CORS only, the answers stay as they are and get the header, or a page
 * could not read why it was refused.
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

/** As the function's own answers, and with what finds the call in the access log. */
function inOneShape(message: string): string {
  return `{"message":${message},"requestId":"$context.requestId"}`;
}

/** A fixed text is in quotes. */
function headers(values: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [`gatewayresponse.header.${name}`, `'${value}'`]),
  );
}
