import { STATUS_CODES } from "node:http";
import type { ALBResult, APIGatewayProxyResult } from "aws-lambda";

/**
 * Bytes of the largest answer that an Application Load Balancer passes on.
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html
 */
export const LARGEST_LOAD_BALANCER_ANSWER = 1_048_576;

/** The part of a load balancer's event that the function reads. */
export interface LoadBalancerEvent {
  readonly httpMethod: string;
  readonly path: string;
  /** Whether headers are lists, in the event and in the answer: a setting of the target group. */
  readonly isMultiValue: boolean;
}

/**
 * Reads a load balancer's event; undefined if the event is another one.
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html#receive-event-from-load-balancer
 */
export function loadBalancerEvent(event: unknown): LoadBalancerEvent | undefined {
  if (!isRecord(event) || !isRecord(event.requestContext) || !("elb" in event.requestContext))
    return undefined;
  const { httpMethod, path, multiValueHeaders } = event;
  return {
    httpMethod: String(httpMethod),
    path: String(path),
    isMultiValue: multiValueHeaders !== undefined,
  };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

/** What the function answers without reading parameters. */
export interface OwnAnswer {
  readonly statusCode: 200 | 404 | 405;
  readonly message: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * The answer to a request for something else than the messages; undefined for `GET` of one of the paths.
 *
 * `/` is the path of the health check. No rule leads a caller's request for it to the function.
 * @param paths the paths of the load balancer's routes to the function
 */
export function ownAnswer(
  { httpMethod, path }: LoadBalancerEvent,
  paths: readonly string[],
): OwnAnswer | undefined {
  if (path === "/") return { statusCode: 200, message: "OK" };
  if (!paths.includes(path)) return { statusCode: 404, message: "Not Found" };
  if (httpMethod !== "GET")
    return { statusCode: 405, message: "Method Not Allowed", headers: { allow: "GET" } };
  return undefined;
}

/** An answer to an API as one to a load balancer, which needs its status in words too. */
export function toLoadBalancer(
  { statusCode, headers = {}, body }: APIGatewayProxyResult,
  { isMultiValue }: Pick<LoadBalancerEvent, "isMultiValue">,
): ALBResult {
  const lists = Object.entries(headers).map(([name, value]): [string, (typeof value)[]] => [name, [value]]);
  return {
    statusCode,
    statusDescription: `${statusCode} ${STATUS_CODES[statusCode] ?? ""}`.trim(),
    isBase64Encoded: false,
    ...(isMultiValue ? { multiValueHeaders: Object.fromEntries(lists) } : { headers }),
    body,
  };
}
