import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { DeploymentTarget } from "../base/deployment-target.js";
import { type PlannedValue, plannedId } from "../base/planned-value.js";
import type { LambdaFunction, UnreleasedFunction } from "../function/lambda-function.js";
import type { FailureQueues } from "./failure-queues.js";
import { failureIntents, topicIntents } from "./intents.js";
import { type PhysicalName, plannedArn } from "./names.js";
import { onlyPublisher } from "./policies.js";

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
    this.subscription = this.subscribe(args);
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
   * Subscribes the consumer. SNS retries for 23 days if Lambda is unavailable, and gives up at once if the function or
   * its permission is gone. https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html
   */
  private subscribe({ consumer, failures }: TopicArgs): aws.sns.TopicSubscription {
    const permission = new aws.lambda.Permission(
      `${this.name}-to-${consumer.name}`,
      {
        action: "lambda:InvokeFunction",
        principal: "sns.amazonaws.com",
        function: consumer.function.name,
        qualifier: consumer.alias.name,
        sourceArn: this.topic.arn,
      },
      { parent: this },
    );
    return new aws.sns.TopicSubscription(
      `${this.name}-to-${consumer.name}`,
      {
        topic: this.topic.arn,
        protocol: "lambda",
        endpoint: consumer.alias.arn,
        redrivePolicy: pulumi.jsonStringify({ deadLetterTargetArn: failures.undelivered.arn }),
      },
      { parent: this, dependsOn: [permission] },
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
