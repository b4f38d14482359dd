import { kindOf, ReadFailedError } from "./errors.js";

/**
 * A failure as one line of JSON: its kind, its cause and the request's id, and never a value. Lambda finds `level`
 * and `timestamp` in it for its own filters.
 * @param level WARN where an old answer stood in
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
