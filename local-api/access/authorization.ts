import type { ApiRequest, ApiResponse } from "../integrations/proxy-event.js";
import { missingAuthenticationToken, unauthorized } from "../request/gateway-responses.js";
import { headerOf } from "../request/parameters.js";
import type { Route } from "../request/routing.js";

/**
 * Whether a request is signed for AWS, in its headers or in its query. By whom cannot be told here: only AWS knows
 * the key that it was signed with.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
function isSigned(request: ApiRequest): boolean {
  if (/^AWS4-(HMAC-SHA256|ECDSA-P256-SHA256) .*Signature=/.test(headerOf(request, "authorization") ?? ""))
    return true;
  const query = new URLSearchParams(request.query ?? "");
  return query.has("X-Amz-Algorithm") && query.has("X-Amz-Signature");
}

/** Whether a request is signed, and its method asks for that. */
export function isSignedFor(route: Route, request: ApiRequest): boolean {
  return route.method.authorization === "AWS_IAM" && isSigned(request);
}

/** A signature is taken on trust, and the terminal is told so. */
export const TAKEN_ON_TRUST = "signature taken on trust, as that of a principal that may call it";

/**
 * @returns undefined when the method asks for no authorization, or the request is signed
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/permissions.html
 */
export function authorizationRefusal(route: Route, request: ApiRequest): ApiResponse | undefined {
  const { authorization } = route.method;
  if (authorization === "NONE" || isSignedFor(route, request)) return undefined;
  return authorization === "AWS_IAM"
    ? missingAuthenticationToken("the method has AWS_IAM authorization, and the request is not signed")
    : unauthorized(`authorization of the kind ${String(authorization)} is not served here`);
}
