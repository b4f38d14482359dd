import type { Intent } from "@lambda-networking/preflight/intents";
import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { DataRetention } from "../base/data-retention.js";
import type { DeploymentTarget } from "../base/deployment-target.js";
import { type PhysicalName, plannedArn, queueName } from "./names.js";
import { onlyOverTls } from "./policies.js";
import { createQueue, FOURTEEN_DAYS } from "./queue.js";

export interface WorkQueueArgs {
  /**
   * Seconds that a received message stays hidden, up to 43,200: six times the timeout of the function that works on it.
   * @default 180, for a timeout of up to 30
   */
  readonly visibilityTimeout?: number;
  /**
   * How often a message is tried before it becomes a dead letter, 1 to 1,000. AWS recommends five at least, because a
   * throttled function counts too.
   * @default 5
   */
  readonly maxReceives?: number;
  readonly data: DataRetention;
  readonly target: DeploymentTarget;
}

/**
 * A queue of work for one function, and the queue of its dead letters, which keeps each for 14 days. Both are encrypted
 * with a key of SQS, and only this account's roles send, over TLS. $0.40 a million requests in us-east-1; Lambda's polls
 * of an empty queue, about 0.6 million a month, count.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
 */
export class WorkQueue extends pulumi.ComponentResource {
  readonly queue: aws.sqs.Queue;
  readonly deadLetters: aws.sqs.Queue;
  readonly physicalName: PhysicalName;
  readonly visibilityTimeout: number;

  constructor(
    readonly name: string,
    { visibilityTimeout = 180, maxReceives = 5, data, target }: WorkQueueArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("lambda-networking:events:WorkQueue", name, {}, opts);
    this.visibilityTimeout = visibilityTimeout;
    this.physicalName = queueName(name, target);
    const deadLetters = queueName(`${name}-dead-letters`, target);
    const queue = { data, key: undefined, parent: this };
    this.deadLetters = createQueue(
      `${name}-dead-letters`,
      { ...queue, physicalName: deadLetters, policy: onlyOverTls("sqs:*", deadLetters.arn) },
      {
        messageRetentionSeconds: FOURTEEN_DAYS,
        redriveAllowPolicy: JSON.stringify({
          redrivePermission: "byQueue",
          sourceQueueArns: [this.physicalName.arn],
        }),
      },
    );
    this.queue = createQueue(
      `${name}-queue`,
      { ...queue, physicalName: this.physicalName, policy: onlyOverTls("sqs:*", this.physicalName.arn) },
      {
        visibilityTimeoutSeconds: visibilityTimeout,
        redrivePolicy: pulumi.jsonStringify({
          deadLetterTargetArn: this.deadLetters.arn,
          maxReceiveCount: maxReceives,
        }),
      },
    );
    this.registerOutputs({
      queueUrl: this.queue.url,
      deadLetterQueueUrl: this.deadLetters.url,
      planned: [plannedArn(this.queue, this.physicalName), plannedArn(this.deadLetters, deadLetters)],
      intents: pulumi.all([this.queue.urn, this.deadLetters.urn]).apply(queueIntents),
    });
  }
}

/** Intents: what fails is kept, and nobody on the internet sends. */
function queueIntents([queue, deadLetters]: [string, string]): Intent[] {
  const place = (name: string) => ({ kind: "resource", name }) as const;
  return [
    {
      from: place(queue),
      to: place(deadLetters),
      port: 443,
      must: "reach",
      reason: "what the function fails on is kept",
    },
    ...[queue, deadLetters].map(
      (name): Intent => ({
        from: { kind: "internet" },
        to: place(name),
        port: 443,
        must: "not-reach",
        reason: "only this account sends",
      }),
    ),
  ];
}
