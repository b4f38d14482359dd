import { UserError } from "@lambda-networking/preflight/errors";
import * as aws from "@pulumi/aws";
import type { WorkQueue } from "../work-queue.js";
import { invokes, type Trigger } from "./trigger.js";

/** How a function reads a queue. */
export interface Reading {
  /**
   * The most messages of one invocation, 1 to 10.
   * @default 10
   */
  readonly batchSize?: number;
  /**
   * The most environments that work on the queue at once, 2 to 1,000.
   * @default as many as Lambda starts
   */
  readonly maximumConcurrency?: number;
}

/**
 * Invokes the function with batches of a queue's messages. Lambda reads the queue itself, so the function's network needs
 * no way to it. The function answers with the messages that it failed on, `{ batchItemFailures: [{ itemIdentifier }] }`;
 * only those are tried again.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 */
export function onQueue(work: WorkQueue, { batchSize = 10, maximumConcurrency }: Reading = {}): Trigger {
  return {
    isAsynchronous: false,
    permissions: [
      {
        Effect: "Allow",
        Action: ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
        Resource: work.physicalName.arn,
      },
    ],
    senders: () => [],
    check: (functionName, timeout) => {
      const least = 6 * timeout;
      if (work.visibilityTimeout >= least) return;
      throw new UserError(
        `queue ${work.name} has visibilityTimeout ${work.visibilityTimeout}: write ${least} at least, six times the timeout of function ${functionName} (${timeout} seconds)`,
      );
    },
    create: ({ name, function: lambda, parent }) => {
      new aws.lambda.EventSourceMapping(
        name,
        {
          eventSourceArn: work.queue.arn,
          functionName: lambda.alias.arn,
          batchSize,
          functionResponseTypes: ["ReportBatchItemFailures"],
          scalingConfig: maximumConcurrency === undefined ? undefined : { maximumConcurrency },
        },
        { parent },
      );
      return { intents: [invokes(work.queue, lambda, "it works on the queue")], planned: [] };
    },
  };
}
