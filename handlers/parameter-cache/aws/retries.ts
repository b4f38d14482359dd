import {
  getRetryAfterHint,
  isServerError,
  isThrottlingError,
  isTransientError,
  type StandardRetryStrategy,
} from "@smithy/core/retry";
import { AwsServiceError } from "./service-error.js";

/** An error as the SDK's retries take it. */
type SdkError = Parameters<typeof isTransientError>[0];

/** Whether it is an error, which the retries then classify by name, code and status. */
export function isError(thrown: unknown): thrown is SdkError {
  return thrown instanceof Error;
}

/** What the SDK's retries need to know of an error. */
export function retryInfo(
  error: SdkError,
): Parameters<StandardRetryStrategy["refreshRetryTokenForRetry"]>[1] {
  const retryAfterHint = error instanceof AwsServiceError ? getRetryAfterHint(error.$response) : undefined;
  return { error, errorType: retryType(error), ...(retryAfterHint && { retryAfterHint }) };
}

function retryType(error: SdkError) {
  if (isThrottlingError(error)) return "THROTTLING";
  if (isTransientError(error)) return "TRANSIENT";
  return isServerError(error) ? "SERVER_ERROR" : "CLIENT_ERROR";
}
