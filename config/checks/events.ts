import { type ConfigIssue, issue } from "@lambda-networking/preflight/errors";
import { CONSTRAINTS } from "../constraints.js";
import type { RawConfig } from "../raw-config.js";
import type { Settings } from "../schema/index.js";
import { type Fields, validFields } from "./valid.js";
import { producerVariables, sizeOf } from "./variables.js";

/**
 * Delays of Lambda's retries after an error of the function: one minute before the first and two more before the
 * second.
 */
const SECONDS_BEFORE_RETRIES = [0, 60, 180];

/**
 * Settings of `logPipeline` that contradict each other: retries at which an event is already too old.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
 */
export function checkPipeline(raw: RawConfig, region: string | undefined): ConfigIssue[] {
  const pipeline = validFields(raw, "logPipeline");
  if (pipeline === undefined) return [];
  return [...retriesInTime(pipeline), ...messageSize(pipeline, region)];
}

type PipelineSettings = Fields<Settings["logPipeline"]>;

function retriesInTime({ retries, maximumEventAgeInSeconds: age }: PipelineSettings): ConfigIssue[] {
  if (retries === undefined || age === undefined) return [];
  const needed = SECONDS_BEFORE_RETRIES[retries] ?? 0;
  if (age > needed || retries === 0) return [];
  const fix = `The last of ${retries} retries comes after ${needed} seconds. Write more than that, or fewer retries.`;
  return [issue("logPipeline.maximumEventAgeInSeconds", age, fix)];
}

/** The message is a variable of the producer. As JSON, in which Lambda counts, quotes and control characters are longer. */
function messageSize({ message }: PipelineSettings, region: string | undefined): ConfigIssue[] {
  if (message === undefined) return [];
  const { limit } = CONSTRAINTS.variables.limit;
  const bytes = sizeOf(producerVariables({ message }, region));
  if (bytes <= limit) return [];
  const fix = `The producer's variables have ${bytes} bytes as JSON, and Lambda takes ${limit}. Shorten it, or use fewer quotes and control characters.`;
  return [issue("logPipeline.message", message, fix)];
}
