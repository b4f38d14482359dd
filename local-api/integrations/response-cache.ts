import type { Clock } from "../access/token-bucket.js";
import type { ApiResponse } from "./proxy-event.js";

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
