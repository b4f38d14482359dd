import { kindOf, ReadFailedError } from "./errors.js";

/**
 * Formats a failure as one line of JSON: its kind, its cause and the request's id, never a value. Lambda's log filters
 * use `level` and `timestamp`.
 * @param level WARN if an old answer replaced the failed read
 * @see https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-logformat.html
 */
export function failureLine(
  level: "ERROR" | "WARN",
  error: unknown,
  requestId: string,
  timestamp: number,
): string {
  const cause = error instanceof ReadFailedError ? error.cause : error;
  return JSON.stringify({
    timestamp: new Date(timestamp).toISOString(),
    level,
    message: new ReadFailedError(cause).message,
    requestId,
    kind: kindOf(error),
    ...(cause instanceof Error && { cause: { name: cause.name, message: cause.message } }),
  });
}
