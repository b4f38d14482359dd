import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { DeploymentTarget } from "../base/deployment-target.js";
import { executionStates } from "./execution-states.js";
import type { FailureQueues } from "./failure-queues.js";
import { type PhysicalName, plannedArn, topicName } from "./names.js";
import { onlyServices } from "./policies.js";

export interface PipelineNotificationsArgs {
  readonly physicalName: PhysicalName;
  /** Names of CodePipeline's pipelines. Empty: all pipelines of the account and Region. */
  readonly pipelines: readonly string[];
  /** Execution states: `FAILED`, `SUCCEEDED` and others. */
  readonly states: readonly string[];
  /** Queues for notifications that EventBridge cannot publish. */
  readonly failures: FailureQueues;
  readonly target: DeploymentTarget;
}

/**
 * Notifies a topic's subscribers if an execution of a pipeline changes its state. The topic is separate, so that the
 * pipeline's message topic has one publisher. Without a key of the stack it is not encrypted at rest: EventBridge cannot use the key
 * `alias/aws/sns`, and names and states are not worth a key of $1 a month.
 * @see https://docs.aws.amazon.com/codepipeline/latest/userguide/detect-state-changes-cloudwatch-events.html
 * @see https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
 */
export class PipelineNotifications extends pulumi.ComponentResource {
  readonly topic: aws.sns.Topic;

  constructor(
    private readonly name: string,
    args: PipelineNotificationsArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("lambda-networking:pipeline:PipelineNotifications", name, {}, opts);
    const physicalName = topicName(name, args.target);
    this.topic = new aws.sns.Topic(
      name,
      { name: physicalName.name, kmsMasterKeyId: args.target.key?.arn },
      { parent: this },
    );
    const sources = [{ service: "events", arns: [args.physicalName.arn] }];
    const policy = new aws.sns.TopicPolicy(
      `${name}-policy`,
      {
        arn: this.topic.arn,
        policy: pulumi.jsonStringify(onlyServices("sns:Publish", physicalName.arn, sources)),
      },
      { parent: this },
    );
    const rule = new aws.cloudwatch.EventRule(
      name,
      {
        name: args.physicalName.name,
        description: "Notifies of CodePipeline executions",
        eventPattern: JSON.stringify(executionStates(args)),
      },
      { parent: this },
    );
    this.publish(rule, args.failures, policy);
    this.registerOutputs({
      topicArn: this.topic.arn,
      planned: [plannedArn(this.topic, physicalName), plannedArn(rule, args.physicalName)],
      intents: [
        {
          from: { kind: "resource", name: args.physicalName.arn },
          to: { kind: "resource", name: physicalName.arn },
          port: 443,
          must: "reach",
          reason: "subscribers are told of an execution",
        },
      ],
    });
  }

  private publish(
    rule: aws.cloudwatch.EventRule,
    failures: FailureQueues,
    policy: aws.sns.TopicPolicy,
  ): void {
    new aws.cloudwatch.EventTarget(
      `${this.name}-to-topic`,
      {
        rule: rule.name,
        targetId: "topic",
        arn: this.topic.arn,
        inputTransformer: {
          inputPaths: {
            pipeline: "$.detail.pipeline",
            state: "$.detail.state",
            execution: "$.detail.execution-id",
            time: "$.time",
          },
          inputTemplate: '"Pipeline <pipeline>: <state>. Execution <execution>, <time>."',
        },
        deadLetterConfig: { arn: failures.undelivered.arn },
      },
      { parent: this, dependsOn: [policy] },
    );
  }
}
