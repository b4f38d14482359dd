import type { Throttling } from "./settings.js";

/**
 * The account's own limits, in requests a second and at once. Said in so many words: the provider's default is
 * -1, which not everything that speaks API Gateway's language takes for "none of its own".
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html
 */
const ACCOUNT_THROTTLE: Throttling = { rateLimit: 10_000, burstLimit: 5_000 };

/** A stage's limits; the account's where it has none. */
export function stageThrottling(throttling: Throttling | false | undefined): Throttling {
  return throttling || ACCOUNT_THROTTLE;
}
