import { ACCOUNT_THROTTLE } from "../../preflight/aws/index.js";
import type { RequestLimits } from "../../preflight/graph/index.js";
import { known } from "../known.js";

/** A limit on requests. */
export interface Limit {
  /** Requests a second that are let through for ever. */
  readonly rateLimit: number;
  /** Requests at once: what the bucket holds. */
  readonly burstLimit: number;
}

/** The time, in milliseconds since 1970. */
export type Clock = () => number;

/** What is lost when parts of a token are added up. */
const ROUNDING = 1e-9;

/**
 * A bucket that is full of tokens at first and gets new ones at a steady rate. Each request takes one; without
 * one it is refused.
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

  /** For a bucket that is not empty. */
  take(): void {
    this.tokens -= 1;
  }
}

/** What an account may ask of API Gateway in a Region. */
export const ACCOUNT_LIMIT: NamedLimit = { name: "the account", ...ACCOUNT_THROTTLE };

/** A limit that somebody in particular has to keep to. */
export interface NamedLimit extends Limit {
  /** Whose it is, in words; what has the same name shares one bucket. */
  readonly name: string;
}

/**
 * Refuses requests above their limits. One that is refused takes no token from any of them.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-request-throttling.html
 */
export class Throttle {
  private readonly buckets = new Map<string, TokenBucket>();

  constructor(private readonly now: Clock) {}

  /**
   * @param limits in the order in which they apply
   * @returns the first limit that the request is above; undefined when it is let through
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
 * Limits of the graph. If only one of the two numbers is given, the account's own stands for the other.
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
