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
    .default([])
    .describe("The names of the pipelines. An empty list means all of the account's in the Region."),
  states: z
    .array(choice(EXECUTION_STATES), { error: LIST })
    .min(1, { error: "Name at least one state." })
    .refine(isWithoutRepetition, { error: LIST })
    .default(["FAILED", "SUCCEEDED"])
    .describe(
      "The states of an execution that are notified (https://docs.aws.amazon.com/codepipeline/latest/userguide/detect-state-changes-cloudwatch-events.html).",
    ),
});

const ASYNC_PAGE = "https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-configuring.html";
export const logPipelineSchema = z
  .union(
    [
      z.literal(false),
      z.strictObject({
        schedule: schedule.default("rate(5 minutes)").meta({
          description:
            "When the producer runs, in UTC: rate(…) or cron(…) (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html).",
          cost: "Free.",
        }),
        message: z
          .string({ error: MESSAGE })
          .min(1, { error: MESSAGE })
          .refine((text) => Buffer.byteLength(text) <= MOST_BYTES, { error: MESSAGE })
          .optional()
          .describe(
            "The text of every message, 1 to 2,000 bytes. Without it texts are random, as an application would log them.",
          ),
        messagesPerRun: whole(1, 100, "messages", "ten calls of SNS")
          .default(1)
          .meta({ description: "How many messages each run publishes.", cost: "$0.50 per million." }),
        retries: whole(0, 2, "retries", ASYNC_PAGE)
          .default(2)
          .describe(
            "How often Lambda invokes a function again that failed on an event: after one minute, then after two.",
          ),
        maximumEventAgeInSeconds: whole(60, 21_600, "seconds", ASYNC_PAGE)
          .default(3600)
          .describe("In seconds. An older event is not retried but goes to the dead letters."),
        reservedConcurrency: reservedConcurrency.optional().meta({
          description:
            "How many environments each of the two functions may have at once. With 0 they never run.",
          cost: "Free.",
        }),
        deadLetter: choice(["sqs", "sns"])
          .default("sqs")
          .describe(
            "Where an event goes that a function failed on after every retry. sqs: a queue, which keeps it 14 days. sns: a topic, which keeps nothing.",
          ),
        via: choice(["auto", "ipv6"]).default("auto").meta({
          description:
            "How the producer in the VPC reaches SNS. auto: by endpoints.others.sns, else by vpc.nat, else by an endpoint of its own. ipv6: by the dual-stack name of SNS through the egress-only internet gateway; needs vpc.ipv6.",
          cost: "ipv6 is free; an endpoint of its own is $7.30 a month in each zone.",
        }),
        codePipelineNotifications: z
          .union([z.literal(false), codePipelineNotifications], {
            error: "Write false, or {states: [FAILED]}.",
          })
          .default(false)
          .describe("A topic of its own that notifies of CodePipeline executions."),
      }),
    ],
    { error: "Write false, or {schedule: rate(5 minutes)}." },
  )
  .default(false)
  .meta({
    description:
      "An event pipeline: a schedule, a producer function, an SNS topic and a consumer function that counts and measures messages (docs/log-pipeline.md). Both functions have the settings of function for runtime, architecture, memory, timeout, log retention and code.",
    cost: "$0.60 a month for two metrics. In a VPC without NAT and without endpoints.others.sns also an endpoint, at $7.30 a month in each zone.",
  });
