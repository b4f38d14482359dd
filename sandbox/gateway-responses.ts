import type { ApiResponse } from "./proxy-event.js";

// What API Gateway answers by itself, to the letter and the blank; `reason` is what it keeps to itself.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
// https://repost.aws/knowledge-center/api-gateway-troubleshoot-403-forbidden

/** Most bytes of a request's body. */
export const MOST_REQUEST_BYTES = 10 * 1024 * 1024;

/** No such method or resource, or no signature where one is wanted. */
export function missingAuthenticationToken(reason: string): ApiResponse {
  return gateway(
    403,
    "MissingAuthenticationTokenException",
    '{"message":"Missing Authentication Token"}',
    reason,
  );
}

/** No such API or stage under this name, or a private API called in a way that it does not take. */
export function forbidden(reason: string): ApiResponse {
  return gateway(403, "ForbiddenException", '{"message":"Forbidden"}', reason);
}

/**
 * A policy says no.
 * @param arn of the method: `arn:aws:execute-api:eu-west-1:111122223333:a1b2c3/v1/GET/messages`
 */
export function accessDenied(arn: string, isExplicit: boolean, reason: string): ApiResponse {
  // The account is nobody's business but for its last four digits.
  const resource = arn.replace(/:\d{8}(\d{4}):/, ":********$1:");
  const explicit = isExplicit ? " with an explicit deny" : "";
  const Message = `User: anonymous is not authorized to perform: execute-api:Invoke on resource: ${resource}${explicit}`;
  return gateway(403, "AccessDeniedException", JSON.stringify({ Message }), reason);
}

/** An authorizer that was given nothing to go by. */
export function unauthorized(reason: string): ApiResponse {
  return gateway(401, "UnauthorizedException", '{"message":"Unauthorized"}', reason);
}

/** 500: the function could not be invoked at all. 502: it failed, or answered in another form than it must. */
export function internalServerError(statusCode: 500 | 502, reason: string): ApiResponse {
  return gateway(statusCode, "InternalServerErrorException", '{"message": "Internal server error"}', reason);
}

export function integrationTimedOut(reason: string): ApiResponse {
  return gateway(504, "InternalServerErrorException", '{"message": "Endpoint request timed out"}', reason);
}

/** The event would be larger than Lambda takes. */
export function requestTooLong(reason: string): ApiResponse {
  return gateway(413, "BadRequestException", '{"message": "Request Too Long"}', reason);
}

/** The body is larger than API Gateway takes: answered before anything has looked at it, as text. */
export function requestTooLarge(): ApiResponse {
  return {
    statusCode: 413,
    headers: { "Content-Type": "text; charset=utf-8" },
    body: `HTTP content length exceeded ${MOST_REQUEST_BYTES} bytes.`,
    reason: "the body is larger than 10 MB",
  };
}

function gateway(statusCode: number, errorType: string, body: string, reason: string): ApiResponse {
  return {
    statusCode,
    headers: { "Content-Type": "application/json", "x-amzn-ErrorType": errorType },
    body,
    reason,
  };
}
