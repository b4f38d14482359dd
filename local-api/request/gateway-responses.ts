import type { ApiResponse, GatewayAnswer } from "./messages.js";

// Errors that API Gateway answers, with the exact bytes of their bodies. `reason` is for the terminal only.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
// https://repost.aws/knowledge-center/api-gateway-troubleshoot-403-forbidden

/** Maximum bytes of a request's body. */
export const MOST_REQUEST_BYTES = 10 * 1024 * 1024;

/** The method or resource does not exist, or the method needs a signature and the request has none. */
export function missingAuthenticationToken(reason: string): ApiResponse {
  return gateway({
    type: "MISSING_AUTHENTICATION_TOKEN",
    statusCode: 403,
    errorType: "MissingAuthenticationTokenException",
    message: "Missing Authentication Token",
    reason,
  });
}

/** The name has no such API or stage, or the API is private and does not accept this kind of call. */
export function forbidden(reason: string): ApiResponse {
  return { ...json(403, "ForbiddenException", '{"message":"Forbidden"}'), reason };
}

/** The method needs an API key, and the request has none that is valid for the stage. */
export function invalidApiKey(reason: string): ApiResponse {
  return gateway({
    type: "INVALID_API_KEY",
    statusCode: 403,
    errorType: "ForbiddenException",
    message: "Forbidden",
    reason,
  });
}

/**
 * A policy denies the call.
 * @param arn of the method: `arn:aws:execute-api:eu-west-1:111122223333:a1b2c3/v1/GET/messages`
 */
export function accessDenied(
  arn: string,
  isExplicit: boolean,
  reason: string,
  action = "execute-api:Invoke",
): ApiResponse {
  // AWS shows only the last four digits of the account.
  const resource = arn.replace(/:\d{8}(\d{4}):/, ":********$1:");
  const explicit = isExplicit ? " with an explicit deny" : "";
  const who = "User: anonymous is not authorized to perform";
  return denied(`${who}: ${action} on resource: ${resource}${explicit}`, reason);
}

/** The request lacks what the authorizer needs. */
export function unauthorized(reason: string): ApiResponse {
  return gateway({
    type: "UNAUTHORIZED",
    statusCode: 401,
    errorType: "UnauthorizedException",
    message: "Unauthorized",
    reason,
  });
}

/** The user pool's token was valid once. */
export function expiredToken(): ApiResponse {
  const message = "The incoming token has expired";
  return gateway({
    type: "EXPIRED_TOKEN",
    statusCode: 401,
    errorType: "UnauthorizedException",
    message,
    reason: message,
  });
}

/** The policy that the authorizer's function returned does not allow the call. */
export function authorizerDenied(isExplicit: boolean, reason: string): ApiResponse {
  const explicit = isExplicit ? " with an explicit deny" : "";
  return denied(`User is not authorized to access this resource${explicit}`, reason);
}

function denied(Message: string, reason: string): ApiResponse {
  return gateway({
    type: "ACCESS_DENIED",
    statusCode: 403,
    errorType: "AccessDeniedException",
    message: Message,
    body: JSON.stringify({ Message }),
    reason,
  });
}

/** The authorizer's function cannot be invoked, failed, or returned what is no policy. The message is null. */
export function authorizerFailed(reason: string): ApiResponse {
  return gateway({
    type: "AUTHORIZER_CONFIGURATION_ERROR",
    statusCode: 500,
    errorType: "AuthorizerConfigurationException",
    message: "null",
    body: '{"message":null}',
    reason,
  });
}

/**
 * The request exceeds a limit.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-request-throttling.html
 */
export function throttled(reason: string): ApiResponse {
  return gateway({
    type: "THROTTLED",
    statusCode: 429,
    errorType: "TooManyRequestsException",
    message: "Too Many Requests",
    reason,
  });
}

/** The key has used the quota of its usage plan. */
export function quotaExceeded(reason: string): ApiResponse {
  return gateway({
    type: "QUOTA_EXCEEDED",
    statusCode: 429,
    errorType: "LimitExceededException",
    message: "Limit Exceeded",
    reason,
  });
}

/** @param names of the parameters: `lang` */
export function badRequestParameters(names: readonly string[]): ApiResponse {
  const message = `Missing required request parameters: [${names.join(", ")}]`;
  return gateway({
    type: "BAD_REQUEST_PARAMETERS",
    statusCode: 400,
    errorType: "BadRequestException",
    message,
    body: spaced(message),
    reason: message,
  });
}

/** @param errors of the body, without any of its values */
export function badRequestBody(errors: string): ApiResponse {
  const message = "Invalid request body";
  return gateway({
    type: "BAD_REQUEST_BODY",
    statusCode: 400,
    errorType: "BadRequestException",
    message,
    validationErrors: errors,
    body: spaced(message),
    reason: `the body does not fit its model: ${errors}`,
  });
}

/** The integration has no template for the body's content type, and does not pass the body through. */
export function unsupportedMediaType(reason: string): ApiResponse {
  const message = "Unsupported Media Type";
  return gateway({
    type: "UNSUPPORTED_MEDIA_TYPE",
    statusCode: 415,
    errorType: "BadRequestException",
    message,
    body: spaced(message),
    reason,
  });
}

/** 500: API Gateway could not call the integration. 502: the integration failed, or its answer is malformed. */
export function internalServerError(statusCode: 500 | 502, reason: string): ApiResponse {
  const message = "Internal server error";
  return gateway({
    type: statusCode === 500 ? "API_CONFIGURATION_ERROR" : "INTEGRATION_FAILURE",
    statusCode,
    errorType: "InternalServerErrorException",
    message,
    body: spaced(message),
    reason,
  });
}

export function integrationTimedOut(reason: string): ApiResponse {
  const message = "Endpoint request timed out";
  return gateway({
    type: "INTEGRATION_TIMEOUT",
    statusCode: 504,
    errorType: "InternalServerErrorException",
    message,
    body: spaced(message),
    reason,
  });
}

/** The event would be larger than Lambda accepts. */
export function requestTooLong(reason: string): ApiResponse {
  const message = "Request Too Long";
  return gateway({
    type: "REQUEST_TOO_LARGE",
    statusCode: 413,
    errorType: "BadRequestException",
    message,
    body: spaced(message),
    reason,
  });
}

/** The body is larger than API Gateway accepts. The answer is plain text, before any other check. */
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
  /** @default `{"message":…}` without a blank */
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

/** A message with a blank after the colon, as AWS writes some of them. */
function spaced(message: string): string {
  return `{"message": ${JSON.stringify(message)}}`;
}
