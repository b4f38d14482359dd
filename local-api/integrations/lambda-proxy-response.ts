import { isRecord } from "@lambda-networking/preflight";
import { internalServerError } from "../request/gateway-responses.js";
import { type ApiResponse, isBinary } from "../request/messages.js";

/** Keys of a function's answer; a REST API refuses an answer with another key. */
const KEYS = new Set(["statusCode", "headers", "multiValueHeaders", "body", "isBase64Encoded"]);

/**
 * Headers that only API Gateway sends. If a function sets one, the client receives it under another name.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html
 */
const REMAPPED = new Set([
  "authorization",
  "connection",
  "content-length",
  "date",
  "expect",
  "host",
  "server",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "via",
  "www-authenticate",
]);

interface Negotiation {
  /** The request's Accept header. */
  readonly accept: string | undefined;
  readonly binaryMediaTypes: readonly string[];
}

/**
 * Response for the answer of a function: 502 unless the answer has the form of a proxy response.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html#api-gateway-simple-proxy-for-lambda-output-format
 */
export function proxyResponse(result: unknown, { accept, binaryMediaTypes }: Negotiation): ApiResponse {
  const malformed = (reason: string) =>
    internalServerError(502, `malformed Lambda proxy response: ${reason}`);
  if (!isRecord(result)) return malformed("not an object");
  const strange = Object.keys(result).find((key) => !KEYS.has(key));
  if (strange !== undefined) return malformed(`a key that is none of its own, ${strange}`);
  const statusCode = statusOf(result.statusCode);
  if (statusCode === undefined) return malformed("statusCode is not a number from 200 to 599");
  const headers = headersOf(result.headers, result.multiValueHeaders);
  if (typeof headers === "string") return malformed(headers);
  const { body = null, isBase64Encoded = false } = result;
  if (body !== null && typeof body !== "string") return malformed("body is not a text");
  if (typeof isBase64Encoded !== "boolean") return malformed("isBase64Encoded is not a boolean");
  const decodes = isBase64Encoded && isBinary(accept?.split(",")[0], binaryMediaTypes);
  if (decodes && !/^[A-Za-z0-9+/]*={0,2}$/.test(body ?? "")) {
    return internalServerError(500, "body is not base64");
  }
  return { statusCode, ...headers, body: body ?? "", ...(decodes && { isBase64Encoded: true }) };
}

/** A number, or text of digits. A 1xx status is not valid, because it does not end a request. */
function statusOf(value: unknown): number | undefined {
  const status = typeof value === "string" && /^\d{3}$/.test(value) ? Number(value) : value;
  if (typeof status !== "number" || !Number.isInteger(status)) return undefined;
  return status >= 200 && status <= 599 ? status : undefined;
}

type Headers = Pick<ApiResponse, "headers" | "multiValueHeaders">;

/** Both maps as one, or the reason why they are malformed. If both have a header, `multiValueHeaders` counts. */
function headersOf(single: unknown, multiple: unknown): Headers | string {
  const headers = single ?? {};
  const lists = multiple ?? {};
  if (!isRecord(headers)) return "headers is not an object";
  if (!isRecord(lists)) return "multiValueHeaders is not an object";
  const merged = new Map<string, { name: string; values: readonly string[] }>();
  for (const [name, value] of Object.entries(headers)) {
    if (!isPlain(value)) return `header ${name} is not a text`;
    merged.set(name.toLowerCase(), { name, values: [String(value)] });
  }
  for (const [name, values] of Object.entries(lists)) {
    if (!Array.isArray(values) || !values.every(isPlain))
      return `multiValueHeaders.${name} is not a list of texts`;
    merged.set(name.toLowerCase(), { name, values: values.map(String) });
  }
  if (!merged.has("content-type")) {
    merged.set("content-type", { name: "Content-Type", values: ["application/json"] });
  }
  const entries = [...merged].map(
    ([key, { name, values }]) => [REMAPPED.has(key) ? `x-amzn-Remapped-${name}` : name, values] as const,
  );
  const bad = entries.find(([name, values]) => !isHeader(name, values));
  if (bad !== undefined) return `header ${JSON.stringify(bad[0])} has a character that HTTP does not take`;
  return {
    headers: Object.fromEntries(
      entries.flatMap(([name, values]) => (values.length === 1 ? [[name, values.join()]] : [])),
    ),
    multiValueHeaders: Object.fromEntries(entries.filter(([, values]) => values.length > 1)),
  };
}

function isPlain(value: unknown): value is string | number | boolean {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean";
}

function isHeader(name: string, values: readonly string[]): boolean {
  return (
    /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name) &&
    values.every((value) => !/[^\t\x20-\x7e\x80-\xff]/.test(value))
  );
}
