import type { ApiResponse, GatewayAnswer } from "./messages.js";

// What API Gateway answers by itself, to the letter and the blank; `reason` is what it keeps to itself.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
// https://repost.aws/knowledge-center/api-gateway-troubleshoot-403-forbidden

/** Most bytes of a request's body. */
export const MOST_REQUEST_BYTES = 10 * 1024 * 1024;

/** No such method or resource, or no signature where one is wanted. */
export function missingAuthenticationToken(reason: string): ApiResponse {
  return gateway({
    type: "MISSING_AUTHENTICATION_TOKEN",
    ...{ statusCode: 403, errorType: "MissingAuthenticationTokenException" },
    ...{ message: "Missing Authentication Token", reason },
  });
}

/** No such API or stage under this name, or a private API called in a way that it does not take. */
export function forbidden(reason: string): ApiResponse {
  return { ...json(403, "ForbiddenException", '{"message":"Forbidden"}'), reason };
}

/** A method wants an API key, and there is none, or none that is good for this stage. */
export function invalidApiKey(reason: string): ApiResponse {
  return gateway({
    type: "INVALID_API_KEY",
    ...{ statusCode: 403, errorType: "ForbiddenException", message: "Forbidden", reason },
  });
}

/**
 * A policy says no.
 * @param arn of the method: `arn:aws:execute-api:eu-west-1:111122223333:a1b2c3/v1/GET/messages`
 */
export function accessDenied(
  arn: string,
  isExplicit: boolean,
  reason: string,
  action = "execute-api:Invoke",
): ApiResponse {
  // The account is nobody's business but for its last four digits.
  const resource = arn.replace(/:\d{8}(\d{4}):/, ":********$1:");
  const explicit = isExplicit ? " with an explicit deny" : "";
  const Message = `User: anonymous is not authorized to perform: ${action} on resource: ${resource}${explicit}`;
  return gateway({
    type: "ACCESS_DENIED",
    ...{ statusCode: 403, errorType: "AccessDeniedException" },
    ...{ message: Message, body: JSON.stringify({ Message }), reason },
  });
}

/** An authorizer that was given nothing to go by. */
export function unauthorized(reason: string): ApiResponse {
  return gateway({
    type: "UNAUTHORIZED",
    ...{ statusCode: 401, errorType: "UnauthorizedException", message: "Unauthorized", reason },
  });
}

/**
 * More requests than a limit takes.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-request-throttling.html
 */
export function throttled(reason: string): ApiResponse {
  return gateway({
    type: "THROTTLED",
    ...{ statusCode: 429, errorType: "TooManyRequestsException", message: "Too Many Requests", reason },
  });
}

/** A usage plan's quota is used up. */
export function quotaExceeded(reason: string): ApiResponse {
  return gateway({
    type: "QUOTA_EXCEEDED",
    ...{ statusCode: 429, errorType: "LimitExceededException", message: "Limit Exceeded", reason },
  });
}

/** @param names of the parameters: `lang` */
export function badRequestParameters(names: readonly string[]): ApiResponse {
  const message = `Missing required request parameters: [${names.join(", ")}]`;
  return gateway({
    type: "BAD_REQUEST_PARAMETERS",
    ...{ statusCode: 400, errorType: "BadRequestException", message },
    ...{ body: spaced(message), reason: message },
  });
}

/** @param errors what is wrong with it, without any of the body's values */
export function badRequestBody(errors: string): ApiResponse {
  const message = "Invalid request body";
  return gateway({
    type: "BAD_REQUEST_BODY",
    ...{ statusCode: 400, errorType: "BadRequestException", message, validationErrors: errors },
    ...{ body: spaced(message), reason: `the body does not fit its model: ${errors}` },
  });
}

/** A body of a content type that the integration has no template for, and does not pass through. */
export function unsupportedMediaType(reason: string): ApiResponse {
  const message = "Unsupported Media Type";
  return gateway({
    type: "UNSUPPORTED_MEDIA_TYPE",
    ...{ statusCode: 415, errorType: "BadRequestException", message, body: spaced(message), reason },
  });
}

/** 500: the integration could not be called at all. 502: it failed, or answered in another form than it must. */
export function internalServerError(statusCode: 500 | 502, reason: string): ApiResponse {
  const message = "Internal server error";
  return gateway({
    type: statusCode === 500 ? "API_CONFIGURATION_ERROR" : "INTEGRATION_FAILURE",
    ...{ statusCode, errorType: "InternalServerErrorException", message, body: spaced(message), reason },
  });
}

export function integrationTimedOut(reason: string): ApiResponse {
  const message = "Endpoint request timed out";
  return gateway({
    type: "INTEGRATION_TIMEOUT",
    ...{ statusCode: 504, errorType: "InternalServerErrorException", message, body: spaced(message), reason },
  });
}

/** The event would be larger than Lambda takes. */
export function requestTooLong(reason: string): ApiResponse {
  const message = "Request Too Long";
  return gateway({
    type: "REQUEST_TOO_LARGE",
    ...{ statusCode: 413, errorType: "BadRequestException", message, body: spaced(message), reason },
  });
}

/** The body is larger than API Gateway takes: answered before anything has looked at it, as text. */
export function requestTooLarge(): ApiResponse {
  const message = `HTTP content length exceeded ${MOST_REQUEST_BYTES} bytes.`;
  return {
    statusCode: 413,
    headers: { "Content-Type": "text; charset=utf-8" },
    body: message,
    reason: "the body is larger than 10 MB",
    gateway: { type: "REQUEST_TOO_LARGE", message },
  };
}

interface Written extends GatewayAnswer {
  readonly statusCode: number;
  readonly errorType: string;
  /** `{"message":…}` without a blank, unless it is written otherwise. */
  readonly body?: string;
  readonly reason: string;
}

function gateway({ statusCode, errorType, body, reason, ...answer }: Written): ApiResponse {
  const { message } = answer;
  return {
    ...json(statusCode, errorType, body ?? JSON.stringify({ message })),
    reason,
    gateway: answer,
  };
}

function json(statusCode: number, errorType: string, body: string) {
  return {
    statusCode,
    headers: { "Content-Type": "application/json", "x-amzn-ErrorType": errorType },
    body,
  };
}

/** As AWS writes some of its messages. */
function spaced(message: string): string {
  return `{"message": ${JSON.stringify(message)}}`;
}
