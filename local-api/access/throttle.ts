import type { RequestLimits } from "@lambda-networking/preflight";
import { ACCOUNT_THROTTLE } from "@lambda-networking/preflight/aws";
import { known } from "../known.js";

/** A limit on requests. */
export interface Limit {
  /** Requests a second that pass at a steady rate. */
  readonly rateLimit: number;
  /** Requests at once: what the bucket holds. */
  readonly burstLimit: number;
}

/** The time, in milliseconds since 1970. */
export type Clock = () => number;

/** Rounding error of a sum of parts of a token. */
const ROUNDING = 1e-9;

/**
 * A bucket that starts full of tokens and gets new tokens at a steady rate. Each request takes a token. If the bucket
 * is empty, the request is refused.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-request-throttling.html
 */
export class TokenBucket {
  private tokens: number;
  private filledAt: number;

  constructor(
    private readonly limit: Limit,
    private readonly now: Clock,
  ) {
    this.tokens = limit.burstLimit;
    this.filledAt = now();
  }

  get isEmpty(): boolean {
    const now = this.now();
    const seconds = Math.max(0, now - this.filledAt) / 1000;
    this.tokens = Math.min(this.limit.burstLimit, this.tokens + this.limit.rateLimit * seconds);
    this.filledAt = now;
    return this.tokens < 1 - ROUNDING;
  }

  /** Takes a token; the bucket must not be empty. */
  take(): void {
    this.tokens -= 1;
  }
}

/** The account's own limit in a Region, for all APIs together. */
export const ACCOUNT_LIMIT: NamedLimit = { name: "the account", ...ACCOUNT_THROTTLE };

/** A limit with its holder: the account, a method, or a key. */
export interface NamedLimit extends Limit {
  /** Name of the holder. Limits with the same name share one bucket. */
  readonly name: string;
}

/**
 * Refuses requests above their limits. A refused request takes no token from any limit.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-request-throttling.html
 */
export class Throttle {
  private readonly buckets = new Map<string, TokenBucket>();

  constructor(private readonly now: Clock) {}

  /**
   * @param limits in the order in which they apply
   * @returns the first limit that the request exceeds; undefined if it exceeds none
   */
  refusing(limits: readonly NamedLimit[]): NamedLimit | undefined {
    const buckets = limits.map((limit) => this.bucketOf(limit));
    const refusing = limits[buckets.findIndex((bucket) => bucket.isEmpty)];
    if (refusing !== undefined) return refusing;
    for (const bucket of buckets) bucket.take();
    return undefined;
  }

  private bucketOf(limit: NamedLimit): TokenBucket {
    const bucket = this.buckets.get(limit.name) ?? new TokenBucket(limit, this.now);
    this.buckets.set(limit.name, bucket);
    return bucket;
  }
}

/**
 * Limits of the graph. If only one of the two numbers is given, the account's limit fills in the other.
 * @param holder the resource that has them, by name
 */
export function limitOf(limits: RequestLimits, holder: string): Limit | undefined {
  const rateLimit = known(limits.rateLimit, `the rate limit of ${holder}`);
  const burstLimit = known(limits.burstLimit, `the burst limit of ${holder}`);
  if (rateLimit === undefined && burstLimit === undefined) return undefined;
  return {
    rateLimit: rateLimit ?? ACCOUNT_LIMIT.rateLimit,
    burstLimit: burstLimit ?? ACCOUNT_LIMIT.burstLimit,
  };
}

/** `10 requests a second, 5 at once` */
export function limitInWords({ rateLimit, burstLimit }: Limit): string {
  return `${rateLimit} ${rateLimit === 1 ? "request" : "requests"} a second, ${burstLimit} at once`;
}
