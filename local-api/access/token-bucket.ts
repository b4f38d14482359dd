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
