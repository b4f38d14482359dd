import { z } from "zod";
import { isSchedule } from "./schedule.js";
import { choice, isWithoutRepetition, reservedConcurrency, whole } from "./shared.js";

const SCHEDULE =
  "Write rate(5 minutes), rate(1 hour) or the like, or six fields of cron with a ? for one of the days, such as " +
  "cron(0 8 ? * MON-FRI *).";
const schedule = z.string({ error: SCHEDULE }).refine(isSchedule, { error: SCHEDULE });

/** It is an environment variable, and all of a function's hold 4 KB together. */
const MOST_BYTES = 2000;
const MESSAGE = `Write a text of 1 to ${MOST_BYTES} bytes.`;

/** https://docs.aws.amazon.com/codepipeline/latest/userguide/detect-state-changes-cloudwatch-events.html */
export const EXECUTION_STATES = [
  "STARTED",
  "SUCCEEDED",
  "FAILED",
  "STOPPING",
  "STOPPED",
  "RESUMED",
  "CANCELED",
  "SUPERSEDED",
] as const;

const LIST = "Write each once, in a list.";
const PIPELINE = "Write names of pipelines: letters, digits, and . @ - _ only.";
const codePipelineNotifications = z.strictObject({
  pipelines: z
    .array(z.string({ error: PIPELINE }).regex(/^[A-Za-z0-9.@_-]{1,100}$/, { error: PIPELINE }), {
      error: PIPELINE,
    })
    .refine(isWithoutRepetition, { error: LIST })
    .default([]),
  states: z
    .array(choice(EXECUTION_STATES), { error: LIST })
    .min(1, { error: "Name at least one state." })
    .refine(isWithoutRepetition, { error: LIST })
    .default(["FAILED", "SUCCEEDED"]),
});

const ASYNC_PAGE = "https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-configuring.html";
export const logPipelineSchema = z
  .union(
    [
      z.literal(false),
      z.strictObject({
        schedule: schedule.default("rate(5 minutes)"),
        message: z
          .string({ error: MESSAGE })
          .min(1, { error: MESSAGE })
          .refine((text) => Buffer.byteLength(text) <= MOST_BYTES, { error: MESSAGE })
          .default("tick"),
        messagesPerRun: whole(1, 100, "messages", "ten calls of SNS").default(1),
        retries: whole(0, 2, "retries", ASYNC_PAGE).default(2),
        maximumEventAgeInSeconds: whole(60, 21_600, "seconds", ASYNC_PAGE).default(3600),
        reservedConcurrency: reservedConcurrency.optional(),
        deadLetter: choice(["sqs", "sns"]).default("sqs"),
        codePipelineNotifications: z
          .union([z.literal(false), codePipelineNotifications], {
            error: "Write false, or {states: [FAILED]}.",
          })
          .default(false),
      }),
    ],
    { error: "Write false, or {schedule: rate(5 minutes)}." },
  )
  .default(false);
