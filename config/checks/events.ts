import { type ConfigIssue, issue } from "@lambda-networking/preflight/errors";
import type { RawConfig } from "../raw-config.js";
import { valid } from "./valid.js";

/** One minute before the first retry and two before the second, after an error of the function. */
const SECONDS_BEFORE_RETRIES = [0, 60, 180];

/**
 * What a valid `logPipeline` cannot mean: retries that an event is too old for by then.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
 */
export function checkPipeline(raw: RawConfig): ConfigIssue[] {
  const pipeline = valid(raw, "logPipeline");
  if (!pipeline) return [];
  const { retries, maximumEventAgeInSeconds: age } = pipeline;
  const needed = SECONDS_BEFORE_RETRIES[retries] ?? 0;
  if (age > needed || retries === 0) return [];
  const fix = `The last of ${retries} retries comes after ${needed} seconds. Write more than that, or fewer retries.`;
  return [issue("logPipeline.maximumEventAgeInSeconds", age, fix)];
}
