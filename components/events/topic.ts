import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { DeploymentTarget } from "../base/deployment-target.js";
import { type PlannedValue, plannedId } from "../base/planned-value.js";
import type { LambdaFunction, UnreleasedFunction } from "../function/lambda-function.js";
import type { FailureQueues } from "./failure-queues.js";
import { failureIntents, topicIntents } from "./intents.js";
import { type PhysicalName, plannedArn } from "./names.js";
import { onlyPublisher } from "./policies.js";
import { subscribe } from "./subscribe.js";

export interface TopicArgs {
  readonly physicalName: PhysicalName;
  /** The only function that may publish. */
  readonly producer: UnreleasedFunction;
  /** The function that receives every message. */
  readonly consumer: LambdaFunction;
  /** Queues for messages that SNS cannot deliver to the consumer. */
  readonly failures: FailureQueues;
  /** The stack's other functions, which must not publish. */
  readonly otherFunctions: readonly LambdaFunction[];
  readonly target: DeploymentTarget;
}

/**
 * The topic between producer and consumer. Without a key of the stack it is encrypted with `alias/aws/sns`, which every
 * principal of the account that may use SNS can use. AWS services cannot use the key, and none publishes to this topic.
 * @see https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
 * @see https://docs.aws.amazon.com/sns/latest/dg/sns-lambda-as-subscriber.html
 */
export class Topic extends pulumi.ComponentResource {
  readonly topic: aws.sns.Topic;
  readonly subscription: aws.sns.TopicSubscription;

  constructor(
    private readonly name: string,
    args: TopicArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("lambda-networking:pipeline:LogTopic", name, {}, opts);
    this.topic = new aws.sns.Topic(
      name,
      { name: args.physicalName.name, kmsMasterKeyId: args.target.key?.arn ?? "alias/aws/sns" },
      { parent: this },
    );
    const policy = this.admitProducer(args);
    this.subscription = subscribe(`${name}-to-${args.consumer.name}`, {
      topic: this.topic,
      function: args.consumer,
      failures: args.failures,
      parent: this,
    });
    this.registerOutputs({
      topicArn: this.topic.arn,
      intents: [
        ...topicIntents({ ...args, name: this.name }),
        ...failureIntents([this.name], args.failures.undeliveredName),
      ],
      planned: this.planned(args, policy),
    });
  }

  private admitProducer({ physicalName, producer }: TopicArgs): aws.sns.TopicPolicy {
    return new aws.sns.TopicPolicy(
      `${this.name}-policy`,
      {
        arn: this.topic.arn,
        policy: pulumi.jsonStringify(onlyPublisher(physicalName.arn, producer.role.arn)),
      },
      // SNS refuses a role that has not propagated yet. The function exists only after its role has propagated.
      { parent: this, dependsOn: [producer.function] },
    );
  }

  /**
   * Planned values of the topic's policy and of the ARNs that it is compared with. A policy that names a role is
   * unknown until the role exists, and so are the ARNs.
   */
  private planned(
    { physicalName, producer, consumer, otherFunctions, target }: TopicArgs,
    policy: aws.sns.TopicPolicy,
  ): PlannedValue[] {
    const arnOfRole = ({ role }: UnreleasedFunction) =>
      pulumi.interpolate`arn:${target.partition}:iam::${target.accountId}:role/${plannedId(role)}`;
    const document = onlyPublisher(physicalName.arn, arnOfRole(producer));
    return [
      ...[producer, consumer, ...otherFunctions].map((lambda) => ({
        resource: lambda.role.urn,
        property: "arn",
        value: arnOfRole(lambda),
      })),
      plannedArn(this.topic, physicalName),
      { resource: policy.urn, property: "policy", value: pulumi.jsonStringify(document) },
    ];
  }
}
