import * as aws from "@pulumi/aws";
import type { Statement } from "../base/policy-document.js";
import type { LambdaFunction } from "./lambda-function.js";

/**
 * Where Lambda sends what a function failed on, with the event and the last error in it. Its own function's role does
 * the sending, so nothing else has to let it in.
 */
export interface FailureDestination {
  readonly service: "sqs" | "sns";
  /** Known before the queue or topic is made, so that the role's policy is. */
  readonly arn: string;
  /** The queue or topic itself, which has to be there first. */
  readonly resource: aws.sqs.Queue | aws.sns.Topic;
}

export interface AsyncInvocation {
  /** How often an event is tried again after an error, 0 to 2: after a minute, then after two. */
  readonly retries: number;
  /** How long an event may wait for its turn, retries included, in seconds, 60 to 21,600. */
  readonly maximumEventAgeInSeconds: number;
  readonly onFailure: FailureDestination;
}

/** What Lambda does with the function's role when an event has failed for good. */
export function reportFailures({ service, arn }: FailureDestination): Statement {
  return {
    Effect: "Allow",
    Action: service === "sqs" ? "sqs:SendMessage" : "sns:Publish",
    Resource: arn,
  };
}

/**
 * Says what becomes of events that come through the function's alias: those of EventBridge and SNS, and those of whoever
 * invokes it with `Event`. The role must be granted {@link reportFailures}; Lambda refuses the setting otherwise.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-configuring.html
 * @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
 */
export function configureAsyncInvocation(
  lambda: LambdaFunction,
  { retries, maximumEventAgeInSeconds, onFailure }: AsyncInvocation,
): aws.lambda.FunctionEventInvokeConfig {
  return new aws.lambda.FunctionEventInvokeConfig(
    `${lambda.name}-events`,
    {
      functionName: lambda.function.name,
      qualifier: lambda.alias.name,
      maximumRetryAttempts: retries,
      maximumEventAgeInSeconds,
      destinationConfig: { onFailure: { destination: onFailure.resource.arn } },
    },
    { parent: lambda },
  );
}
