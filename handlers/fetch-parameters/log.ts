import { kindOf, UnusableValueError } from "../parameter-cache/index.js";
import { FetchFailedError, LARGEST_ANSWER } from "./errors.js";
import type { Clashes } from "./messages.js";

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
  const cause =
    error instanceof Error && !(error instanceof UnusableValueError) ? (error.cause ?? error) : error;
  return line(level, timestamp, {
    message: new FetchFailedError().message,
    requestId,
    kind: kindOf(error),
    ...(cause instanceof Error && { cause: { name: cause.name, message: cause.message } }),
  });
}

/** The most clashes, and names of a clash, in one line. */
const MOST_NAMES = 20;

/**
 * Formats a warning of parameters that are not served because another one has the same key.
 * @param clashes lists of parameters with the same last segment; the last one of each is served
 */
export function clashLine(clashes: Clashes, timestamp: number): string {
  return line("WARN", timestamp, {
    message:
      "Parameters have the same last segment, so only one of them is served. Set parameters.keys to relative to serve all.",
    clashes: clashes.slice(0, MOST_NAMES).map((names) => ({
      served: names.at(-1),
      notServed: names.slice(0, -1).slice(0, MOST_NAMES),
    })),
    ...(clashes.length > MOST_NAMES && { more: clashes.length - MOST_NAMES }),
  });
}

/** Formats a warning of an answer that will soon be too large. */
export function nearLimitLine(path: string, bytes: number, timestamp: number): string {
  return line("WARN", timestamp, {
    message:
      `The answer with the parameters under ${path} has ${bytes} bytes. ` +
      `From ${LARGEST_ANSWER} on, Lambda does not pass it on, and the function answers with an error.`,
  });
}

function line(level: "ERROR" | "WARN", timestamp: number, fields: object): string {
  return JSON.stringify({ timestamp: new Date(timestamp).toISOString(), level, ...fields });
}
