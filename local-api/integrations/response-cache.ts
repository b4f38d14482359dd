import { list, type SourceResource } from "@lambda-networking/preflight";
import type { CacheSettings } from "../access/method-settings.js";
import type { Clock } from "../access/throttle.js";
import { accessDenied } from "../request/gateway-responses.js";
import type { ApiResponse } from "../request/messages.js";
import { headerOf, type ParameterSource, parameterOf, textsOf } from "../request/parameters.js";

/**
 * Most bytes of a response that is kept.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-caching.html
 */
const MOST_RESPONSE_BYTES = 1_048_576;

/** Most bytes of all that is kept: a share of this machine's memory, for the smallest of AWS's caches has half a GB. */
const MOST_BYTES = 64 * MOST_RESPONSE_BYTES;

interface Entry {
  readonly response: ApiResponse;
  readonly bytes: number;
  readonly storedAt: number;
  readonly expiresAt: number;
}

/** A response out of the cache. */
export interface Cached {
  readonly response: ApiResponse;
  /** In whole seconds. */
  readonly age: number;
}

/**
 * A stage's cache. Whatever an integration answered is kept, errors as well: API Gateway does not look at the status.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-caching.html
 * @see https://stackoverflow.com/questions/45883323/prevent-caching-of-non-200-responses-in-aws-api-gateway
 */
export class ResponseCache {
  /** The one that was stored first comes first. */
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

  /** @returns whether it was kept: one that is too large is not */
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

/** A request to a method that is cached. */
interface CachedCall extends ParameterSource {
  readonly settings: CacheSettings;
  /** The method's integration. */
  readonly integration: SourceResource;
  /** `arn:aws:execute-api:eu-west-1:111122223333:a1b2c3/v1/GET/messages` */
  readonly arn: string;
  /** Whether somebody signed it whom IAM could let invalidate an entry. */
  readonly isSigned: boolean;
  /** Told what became of it, for the terminal: API Gateway has no header that says so. */
  readonly onNote: (note: string) => void;
}

/**
 * Answers from the cache, or else asks the integration and keeps what it answers.
 * `Cache-Control: max-age=0` asks for a fresh answer; who may have one is decided by the method's settings.
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
  // What API Gateway answers in an integration's place is none of the integration's.
  if (response.gateway !== undefined) onNote("cache miss, not kept");
  else if (cache.set(key, response, settings.ttlInSeconds))
    onNote(`cache miss, kept ${settings.ttlInSeconds} s`);
  else onNote("cache miss, not kept: larger than 1 MB");
  return response;
}

/** Only parameters that are part of the key tell one entry from another; path parameters are no exception. */
function keyOf({ integration, ...source }: CachedCall): string {
  const { cacheNamespace, resourceId, httpMethod, requestParameters } = integration.properties;
  const mapped = textsOf(requestParameters);
  const values = cacheKeyParameters(integration).map((name) => {
    const from = mapped[name] ?? name;
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
