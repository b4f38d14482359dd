import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { LambdaFunction } from "../function/lambda-function.js";
import { allowInvoke } from "../function/permission.js";
import type { Undelivered } from "./failure-queues.js";

interface SubscriptionArgs {
  readonly topic: aws.sns.Topic;
  readonly function: LambdaFunction;
  /** Keeps messages that SNS cannot deliver. */
  readonly failures: Undelivered;
  readonly parent: pulumi.Resource;
}

/**
 * Subscribes a function to a topic. SNS retries for 23 days if Lambda is unavailable, and gives up at once if the
 * function or its permission is gone. https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html
 */
export function subscribe(
  name: string,
  { topic, function: lambda, failures, parent }: SubscriptionArgs,
): aws.sns.TopicSubscription {
  const permission = allowInvoke(
    name,
    lambda,
    { principal: "sns.amazonaws.com", sourceArn: topic.arn },
    parent,
  );
  return new aws.sns.TopicSubscription(
    name,
    {
      topic: topic.arn,
      protocol: "lambda",
      endpoint: lambda.alias.arn,
      redrivePolicy: pulumi.jsonStringify({ deadLetterTargetArn: failures.undelivered.arn }),
    },
    { parent, dependsOn: [permission] },
  );
}
