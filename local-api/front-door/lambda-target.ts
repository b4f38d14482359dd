import { isRecord } from "@lambda-networking/preflight";
import type { Invocation } from "../lambda/environment.js";
import { grouped, type Header, type LoadBalancerResponse, splitTarget } from "../request/messages.js";
import { errorPage } from "./error-pages.js";

/** Maximum bytes of a request's body, and of the JSON that the function answers. */
export const MOST_LAMBDA_BYTES = 1024 * 1024;

interface EventArgs {
  readonly method: string;
  /** With the query string, as it is sent on. */
  readonly path: string;
  readonly headers: readonly Header[];
  readonly body: Uint8Array;
  readonly targetGroupArn: string;
  /** Whether the target group has `lambda.multi_value_headers.enabled`. */
  readonly isMultiValue: boolean;
}

/**
 * The event that a load balancer gives to a function. The query string is passed as it was sent, still encoded.
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html
 */
export function loadBalancerEvent({
  method,
  path: target,
  headers,
  body,
  targetGroupArn,
  isMultiValue,
}: EventArgs): Record<string, unknown> {
  const [path, queryString] = splitTarget(target);
  const query = queryString
    .split("&")
    .filter((pair) => pair !== "")
    .map(pairOf);
  const named = headers.map(([name, value]): Header => [name.toLowerCase(), value]);
  const isBase64Encoded = body.length > 0 && !isText(named);
  return {
    requestContext: { elb: { targetGroupArn } },
    httpMethod: method,
    path,
    ...(isMultiValue
      ? { multiValueQueryStringParameters: grouped(query), multiValueHeaders: grouped(named) }
      : { queryStringParameters: Object.fromEntries(query), headers: Object.fromEntries(named) }),
    body: Buffer.from(body).toString(isBase64Encoded ? "base64" : "utf8"),
    isBase64Encoded,
  };
}

function pairOf(pair: string): Header {
  const at = pair.indexOf("=");
  return at < 0 ? [pair, ""] : [pair.slice(0, at), pair.slice(at + 1)];
}

/** Text types are passed as they are, everything else and what is compressed as base64. */
function isText(headers: readonly Header[]): boolean {
  const headerOf = (name: string) => headers.find(([own]) => own === name)?.[1];
  if (headerOf("content-encoding") !== undefined) return false;
  const [type = ""] = (headerOf("content-type") ?? "").toLowerCase().split(";");
  return (
    type.startsWith("text/") ||
    ["application/json", "application/javascript", "application/xml"].includes(type.trim())
  );
}

/** The answer of a function: 502 unless it has the form that a load balancer takes. */
export function lambdaAnswer(invocation: Invocation, isMultiValue: boolean): LoadBalancerResponse {
  const malformed = (why: string) => errorPage(502, `malformed answer of the function: ${why}`);
  if ("error" in invocation) return errorPage(502, `the function failed: ${invocation.error.errorType}`);
  const { result } = invocation;
  if (Buffer.byteLength(JSON.stringify(result) ?? "") > MOST_LAMBDA_BYTES)
    return errorPage(502, "the function's answer is larger than 1 MB");
  if (!isRecord(result)) return malformed("not an object");
  const statusCode = statusOf(result.statusCode);
  if (statusCode === undefined) return malformed("statusCode is not a number from 200 to 599");
  const { statusDescription, body = "", isBase64Encoded = false } = result;
  if (body !== null && typeof body !== "string") return malformed("body is not a text");
  if (typeof isBase64Encoded !== "boolean") return malformed("isBase64Encoded is not a boolean");
  const headers = isMultiValue ? manyOf(result.multiValueHeaders) : oneOf(result.headers);
  if (headers === undefined)
    return malformed(isMultiValue ? "multiValueHeaders are not lists of texts" : "headers are not texts");
  const text =
    typeof statusDescription === "string" ? /^\d{3} (.+)$/.exec(statusDescription)?.[1] : undefined;
  const typed = headers.some(([name]) => name.toLowerCase() === "content-type")
    ? headers
    : [...headers, ["Content-Type", ["application/octet-stream"]] as const];
  return {
    statusCode,
    ...(text !== undefined && !/[^\x20-\x7e]/.test(text) && { statusMessage: text }),
    headers: {},
    multiValueHeaders: Object.fromEntries(typed),
    body: body ?? "",
    isBase64Encoded,
  };
}

function statusOf(value: unknown): number | undefined {
  const status = typeof value === "string" && /^\d{3}$/.test(value) ? Number(value) : value;
  if (typeof status !== "number" || !Number.isInteger(status)) return undefined;
  return status >= 200 && status <= 599 ? status : undefined;
}

type HeaderLists = readonly (readonly [name: string, values: string[]])[];

function oneOf(headers: unknown): HeaderLists | undefined {
  if (headers === undefined || headers === null) return [];
  if (!isRecord(headers)) return undefined;
  const entries = Object.entries(headers).map(([name, value]) => [name, [value]] as const);
  return checked(entries);
}

function manyOf(headers: unknown): HeaderLists | undefined {
  if (headers === undefined || headers === null) return [];
  if (!isRecord(headers)) return undefined;
  return checked(
    Object.entries(headers).map(
      ([name, values]) => [name, Array.isArray(values) ? values : [undefined]] as const,
    ),
  );
}

function checked(entries: readonly (readonly [string, readonly unknown[]])[]): HeaderLists | undefined {
  const isPlain = (value: unknown) => ["string", "number", "boolean"].includes(typeof value);
  const isHeader = ([name, values]: readonly [string, readonly unknown[]]) =>
    /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name) &&
    values.every((value) => isPlain(value) && !/[^\t\x20-\x7e\x80-\xff]/.test(String(value)));
  return entries.every(isHeader) ? entries.map(([name, values]) => [name, values.map(String)]) : undefined;
}
