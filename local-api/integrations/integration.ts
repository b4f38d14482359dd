import { isSet } from "@lambda-networking/preflight";
import type { Invocation } from "../lambda/environment.js";
import type { LambdaFunctions } from "../lambda/functions.js";
import { integrationTimedOut, internalServerError, requestTooLong } from "../request/gateway-responses.js";
import type { ApiResponse } from "../request/messages.js";
import { headerOf } from "../request/parameters.js";
import { awsIntegration, type IntegrationContext } from "./aws-service.js";
import { proxyResponse } from "./lambda-proxy-response.js";
import { proxyEvent, type RoutedRequest } from "./proxy-event.js";

// Limits of Lambda on an event and on a result, in bytes of JSON.
// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
const MOST_EVENT_BYTES = 6 * 1024 * 1024;
const MOST_RESULT_BYTES = 6 * 1024 * 1024 + 100;

/** Backends of all types of integration. */
interface Backends extends IntegrationContext {
  readonly functions: LambdaFunctions;
}

/**
 * Hands a request to the integration of its method. Each type of integration has one function.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-api-integration-types.html
 */
export async function integrate(routed: RoutedRequest, backends: Backends): Promise<ApiResponse> {
  const { integration } = routed.route.method;
  if (integration === undefined) return internalServerError(500, "the method has no integration");
  switch (integration.type) {
    case "AWS_PROXY":
      return await lambdaProxy(routed, backends.functions);
    case "AWS":
    case "MOCK":
      return awsIntegration(routed, backends);
    default:
      return internalServerError(500, `integrations of type ${String(integration.type)} are not served here`);
  }
}

async function lambdaProxy(routed: RoutedRequest, functions: LambdaFunctions): Promise<ApiResponse> {
  const { request, route, target, timeout } = routed;
  const key = route.method.integration?.function;
  const lambda = isSet(key) ? functions.get(key) : undefined;
  if (lambda === undefined) return internalServerError(500, "the function behind it is not in the stack");
  const event = proxyEvent(request, target);
  if (bytesOf(event) > MOST_EVENT_BYTES) {
    return requestTooLong("the event is larger than the 6 MB that Lambda takes");
  }
  const invocation = await within(timeout, lambda.invoke(event));
  if (invocation === undefined) return integrationTimedOut(`no answer after ${timeout / 1000} s`);
  if ("error" in invocation) return internalServerError(502, failureOf(invocation.error));
  if (bytesOf(invocation.result) > MOST_RESULT_BYTES) {
    return internalServerError(502, "the function's answer is larger than the 6 MB that Lambda gives");
  }
  return proxyResponse(invocation.result, {
    accept: headerOf(request, "accept"),
    binaryMediaTypes: target.binaryMediaTypes ?? [],
  });
}

/** The error by its type only, because its message may hold secrets. The message is in the function's log. */
function failureOf({ errorType, errorMessage }: Extract<Invocation, { error: unknown }>["error"]): string {
  const isOurs = errorType.startsWith("Sandbox.") || errorType.startsWith("Runtime.");
  return isOurs ? `the function failed: ${errorMessage}` : `the function threw ${errorType}`;
}

function bytesOf(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value) ?? "");
}

/** Undefined after the timeout. The invocation continues, as on Lambda. */
async function within<T>(milliseconds: number, promise: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), milliseconds);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
