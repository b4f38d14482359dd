import { ACCOUNT_THROTTLE } from "../../preflight/aws/index.js";
import type { Throttling } from "./settings.js";

/**
 * A stage's limits; the account's if it has none. They are written out because the provider's default is -1, which
 * not everything that speaks API Gateway's language takes for "none of its own".
 */
export function stageThrottling(throttling: Throttling | false | undefined): Throttling {
  return throttling || ACCOUNT_THROTTLE;
}
