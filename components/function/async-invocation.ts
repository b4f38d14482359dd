import * as aws from "@pulumi/aws";
import type { DeploymentTarget } from "../base/deployment-target.js";
import { SEND_ENCRYPTED, useKey } from "../base/encryption.js";
import type { Statement } from "../base/policy-document.js";
import type { LambdaFunction } from "./lambda-function.js";

/**
 * Destination of events that a function failed on, with the last error. Lambda sends with the function's own role, so
 * the destination needs no policy for it.
 */
export interface FailureDestination {
  readonly service: "sqs" | "sns";
  /** The ARN, known before the queue or topic exists, so that the role's policy is known too. */
  readonly arn: string;
  /** The queue or topic, which must exist first. */
  readonly resource: aws.sqs.Queue | aws.sns.Topic;
}

export interface AsyncInvocation {
  /** Retries of an event after an error, 0 to 2: the first after one minute, the second after two. */
  readonly retries: number;
  /** Seconds that an event may wait, retries included, 60 to 21,600. */
  readonly maximumEventAgeInSeconds: number;
  readonly onFailure: FailureDestination;
}

/** Lets Lambda send an event that has failed for good, with the function's role. */
export function reportFailures(
  { service, arn }: FailureDestination,
  target: DeploymentTarget,
): readonly Statement[] {
  return [
    { Effect: "Allow", Action: service === "sqs" ? "sqs:SendMessage" : "sns:Publish", Resource: arn },
    ...useKey(target, service, SEND_ENCRYPTED),
  ];
}

/**
 * Configures retries and failures of events that invoke the function's alias asynchronously: from EventBridge, from
 * SNS, and from callers with the invocation type `Event`. Lambda refuses the setting unless the role has {@link
 * reportFailures}.
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
