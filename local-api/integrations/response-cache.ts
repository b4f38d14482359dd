import { list, type SourceResource } from "@lambda-networking/preflight";
import type { CacheSettings } from "../access/method-settings.js";
import type { Clock } from "../access/throttle.js";
import { accessDenied } from "../request/gateway-responses.js";
import type { ApiResponse } from "../request/messages.js";
import { headerOf, ownValue, type ParameterSource, parameterOf, textsOf } from "../request/parameters.js";

/**
 * Maximum bytes of a cached response.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-caching.html
 */
const MOST_RESPONSE_BYTES = 1_048_576;

/** Maximum bytes of the cache; far less than AWS's smallest cache of 0.5 GB, to spare this machine's memory. */
const MOST_BYTES = 64 * MOST_RESPONSE_BYTES;

interface Entry {
  readonly response: ApiResponse;
  readonly bytes: number;
  readonly storedAt: number;
  readonly expiresAt: number;
}

/** A response from the cache. */
export interface Cached {
  readonly response: ApiResponse;
  /** In whole seconds. */
  readonly age: number;
}

/**
 * The cache of a stage. It keeps all answers of integrations, errors included, because API Gateway ignores the status.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-caching.html
 * @see https://stackoverflow.com/questions/45883323/prevent-caching-of-non-200-responses-in-aws-api-gateway
 */
export class ResponseCache {
  /** Oldest first. */
  private readonly entries = new Map<string, Entry>();
  private bytes = 0;

  constructor(private readonly now: Clock) {}

  get(key: string): Cached | undefined {
    const entry = this.entries.get(key);
    if (entry === undefined) return undefined;
    if (entry.expiresAt <= this.now()) {
      this.delete(key);
      return undefined;
    }
    return { response: entry.response, age: Math.floor((this.now() - entry.storedAt) / 1000) };
  }

  /** @returns whether the response is kept; false if it is too large */
  set(key: string, response: ApiResponse, ttlInSeconds: number): boolean {
    this.delete(key);
    const bytes = bytesOf(response);
    if (bytes > MOST_RESPONSE_BYTES) return false;
    const storedAt = this.now();
    this.entries.set(key, { response, bytes, storedAt, expiresAt: storedAt + ttlInSeconds * 1000 });
    this.bytes += bytes;
    for (const oldest of this.entries.keys()) {
      if (this.bytes <= MOST_BYTES) break;
      this.delete(oldest);
    }
    return true;
  }

  private delete(key: string): void {
    this.bytes -= this.entries.get(key)?.bytes ?? 0;
    this.entries.delete(key);
  }
}

function bytesOf({ headers, multiValueHeaders = {}, body, isBase64Encoded = false }: ApiResponse): number {
  const written = [...Object.entries(headers), ...Object.entries(multiValueHeaders)].flat(2).join("");
  return Buffer.byteLength(body, isBase64Encoded ? "base64" : "utf8") + Buffer.byteLength(written);
}

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-caching.html#invalidate-method-caching */
const WARNING = "199 Cache-control headers were ignored because the caller was unauthorized.";

/** A request to a cached method. */
interface CachedCall extends ParameterSource {
  readonly settings: CacheSettings;
  /** The method's integration. */
  readonly integration: SourceResource;
  /** `arn:aws:execute-api:eu-west-1:111122223333:a1b2c3/v1/GET/messages` */
  readonly arn: string;
  /** Whether the request is signed, so that IAM may allow it to invalidate an entry. */
  readonly isSigned: boolean;
  /** Receives hit or miss for the terminal, because API Gateway sends no header about it. */
  readonly onNote: (note: string) => void;
}

/**
 * Answers from the cache, or else calls the integration and keeps its answer. `Cache-Control: max-age=0` requests a
 * fresh answer; the method's settings decide which callers may have one.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-caching.html
 */
export async function throughCache(
  cache: ResponseCache,
  call: CachedCall,
  integrate: () => Promise<ApiResponse>,
): Promise<ApiResponse> {
  const { settings, onNote } = call;
  const key = keyOf(call);
  const asksAfresh = wantsFresh(call);
  const isAllowed = !settings.requireAuthorization || call.isSigned;
  if (asksAfresh && !isAllowed && settings.strategy === "FAIL_WITH_403") {
    const reason = "only who may execute-api:InvalidateCache may send Cache-Control: max-age=0";
    return accessDenied(call.arn, false, reason, "execute-api:InvalidateCache");
  }
  const cached = asksAfresh && isAllowed ? undefined : cache.get(key);
  if (cached !== undefined) onNote(`cache hit, ${cached.age} s old`);
  const response = cached?.response ?? (await asked(cache, key, call, integrate));
  if (!asksAfresh || isAllowed) return response;
  onNote("Cache-Control ignored: the caller may not invalidate the cache");
  return settings.strategy === "SUCCEED_WITH_RESPONSE_HEADER" ? withWarning(response) : response;
}

async function asked(
  cache: ResponseCache,
  key: string,
  { settings, onNote }: CachedCall,
  integrate: () => Promise<ApiResponse>,
): Promise<ApiResponse> {
  const response = await integrate();
  // An error of API Gateway is not an answer of the integration, so it is not kept.
  if (response.gateway !== undefined) onNote("cache miss, not kept");
  else if (cache.set(key, response, settings.ttlInSeconds))
    onNote(`cache miss, kept ${settings.ttlInSeconds} s`);
  else onNote("cache miss, not kept: larger than 1 MB");
  return response;
}

/** Key of an entry. Only the cache key parameters tell requests apart, also for path parameters. */
function keyOf({ integration, ...source }: CachedCall): string {
  const { cacheNamespace, resourceId, httpMethod, requestParameters } = integration.properties;
  const mapped = textsOf(requestParameters);
  const values = cacheKeyParameters(integration).map((name) => {
    const from = ownValue(mapped, name) ?? name;
    return parameterOf(from, source) ?? (from.startsWith("'") ? from : null);
  });
  return JSON.stringify([cacheNamespace ?? resourceId, httpMethod, ...values]);
}

export function cacheKeyParameters({ properties }: SourceResource): string[] {
  return list(properties.cacheKeyParameters).map(String).sort();
}

function wantsFresh({ request }: CachedCall): boolean {
  const directives = (headerOf(request, "cache-control") ?? "").split(",");
  return directives.some((directive) => directive.trim().toLowerCase() === "max-age=0");
}

function withWarning(response: ApiResponse): ApiResponse {
  return { ...response, headers: { ...response.headers, Warning: WARNING } };
}
