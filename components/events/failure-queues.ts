import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { DataRetention } from "../base/data-retention.js";
import type { DeploymentTarget } from "../base/deployment-target.js";
import type { PolicyDocument } from "../base/policy-document.js";
import type { FailureDestination } from "../function/async-invocation.js";
import { type PhysicalName, plannedArn, queueName, topicName } from "./names.js";
import { onlyOverTls, onlyServices } from "./policies.js";
import { createQueue, FOURTEEN_DAYS } from "./queue.js";

/** A queue of events that could not be delivered to a function. */
export interface Undelivered {
  readonly undelivered: aws.sqs.Queue;
  /** Its logical name. */
  readonly undeliveredName: string;
}

export interface FailureQueuesArgs {
  /**
   * `sqs`: a queue keeps events that a function failed on, for 14 days. `sns`: a topic notifies its subscribers, and
   * keeps nothing.
   */
  readonly deadLetter: "sqs" | "sns";
  /** Senders that could not deliver to a function: the topic and the rules, by ARN. */
  readonly topicArn: string;
  readonly ruleArns: readonly string[];
  readonly data: DataRetention;
  readonly target: DeploymentTarget;
}

/**
 * Keeps events that no function has processed, so that none is lost. Dead letters are events that a function failed on;
 * undelivered events never reached a function. Undelivered events always go to a queue because EventBridge and SNS
 * support nothing else. Each queue is free while it is empty.
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
 * @see https://docs.aws.amazon.com/sns/latest/dg/sns-dead-letter-queues.html
 */
export class FailureQueues extends pulumi.ComponentResource implements Undelivered {
  /** Destination of events that a function failed on. */
  readonly deadLetters: FailureDestination;
  /** Undefined if dead letters go to a topic. */
  readonly deadLetterQueue: aws.sqs.Queue | undefined;
  readonly undeliveredName: string;
  readonly undelivered: aws.sqs.Queue;

  constructor(
    private readonly name: string,
    args: FailureQueuesArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("lambda-networking:pipeline:Failures", name, {}, opts);
    const undelivered = queueName("log-undelivered", args.target);
    const senders = [
      { service: "sns", arns: [args.topicArn] },
      { service: "events", arns: args.ruleArns },
    ];
    this.undeliveredName = `${this.name}-undelivered`;
    this.undelivered = this.createQueue(
      "undelivered",
      undelivered,
      onlyServices("sqs:SendMessage", undelivered.arn, senders),
      args,
    );
    this.deadLetters =
      args.deadLetter === "sqs" ? this.deadLettersInQueue(args) : this.deadLettersToTopic(args);
    const { resource } = this.deadLetters;
    this.deadLetterQueue = resource instanceof aws.sqs.Queue ? resource : undefined;
    this.registerOutputs({
      deadLetterArn: resource.arn,
      undeliveredQueueUrl: this.undelivered.url,
      planned: [
        plannedArn(this.undelivered, undelivered),
        { resource: resource.urn, property: "arn", value: this.deadLetters.arn },
      ],
    });
  }

  private deadLettersInQueue(args: FailureQueuesArgs): FailureDestination {
    const chosen = queueName("log-dead-letters", args.target);
    const resource = this.createQueue("dead-letters", chosen, onlyOverTls("sqs:*", chosen.arn), args);
    return { service: "sqs", arn: chosen.arn, resource };
  }

  private deadLettersToTopic({ target }: FailureQueuesArgs): FailureDestination {
    const { name, arn } = topicName("log-dead-letters", target);
    const resource = new aws.sns.Topic(
      `${this.name}-dead-letters`,
      { name, kmsMasterKeyId: target.key?.arn ?? "alias/aws/sns" },
      { parent: this },
    );
    new aws.sns.TopicPolicy(
      `${this.name}-dead-letters`,
      { arn: resource.arn, policy: pulumi.jsonStringify(onlyOverTls("sns:Publish", arn)) },
      { parent: this },
    );
    return { service: "sns", arn, resource };
  }

  private createQueue(
    of: string,
    physicalName: PhysicalName,
    policy: PolicyDocument,
    { data, target: { key } }: FailureQueuesArgs,
  ): aws.sqs.Queue {
    return createQueue(
      `${this.name}-${of}`,
      { physicalName, policy, data, key, parent: this },
      {
        messageRetentionSeconds: FOURTEEN_DAYS,
        // No other queue may use this one as its dead-letter queue.
        redriveAllowPolicy: JSON.stringify({ redrivePermission: "denyAll" }),
      },
    );
  }
}
