import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { LambdaFunction } from "../function/lambda-function.js";
import type { FailureQueues } from "./failure-queues.js";
import { failureIntents, invocation } from "./intents.js";
import { type PhysicalName, plannedArn } from "./names.js";

export interface ScheduleArgs {
  readonly physicalName: PhysicalName;
  /** `rate(5 minutes)` or `cron(0 8 ? * MON-FRI *)`, in UTC. */
  readonly expression: string;
  readonly function: LambdaFunction;
  /** Seconds that EventBridge tries to deliver an event, 60 to 86,400. */
  readonly maximumEventAgeInSeconds: number;
  /** Queues for events that EventBridge cannot deliver in that time. */
  readonly failures: FailureQueues;
}

/** The most attempts that EventBridge allows; the event's age ends them earlier. */
const MOST_ATTEMPTS = 185;

/**
 * Invokes a function's alias on a schedule, asynchronously and at least once. Uses an EventBridge rule because
 * EventBridge Scheduler would need a role for the service. Scheduled events are free.
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-rule-schedule.html
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html
 */
export class Schedule extends pulumi.ComponentResource {
  readonly rule: aws.cloudwatch.EventRule;

  constructor(name: string, args: ScheduleArgs, opts?: pulumi.ComponentResourceOptions) {
    super("lambda-networking:pipeline:Schedule", name, {}, opts);
    const { alias, function: lambda, name: functionName } = args.function;
    this.rule = new aws.cloudwatch.EventRule(
      name,
      {
        name: args.physicalName.name,
        description: `Invokes ${functionName}`,
        scheduleExpression: args.expression,
      },
      { parent: this },
    );
    const permission = new aws.lambda.Permission(
      `${name}-to-${functionName}`,
      {
        action: "lambda:InvokeFunction",
        principal: "events.amazonaws.com",
        function: lambda.name,
        qualifier: alias.name,
        sourceArn: this.rule.arn,
      },
      { parent: this },
    );
    new aws.cloudwatch.EventTarget(
      `${name}-to-${functionName}`,
      {
        rule: this.rule.name,
        targetId: functionName,
        arn: alias.arn,
        retryPolicy: {
          maximumEventAgeInSeconds: args.maximumEventAgeInSeconds,
          maximumRetryAttempts: MOST_ATTEMPTS,
        },
        deadLetterConfig: { arn: args.failures.undelivered.arn },
      },
      { parent: this, dependsOn: [permission] },
    );
    this.registerOutputs({
      ruleArn: this.rule.arn,
      planned: [plannedArn(this.rule, args.physicalName)],
      intents: [
        invocation(name, functionName, "the schedule starts it"),
        ...failureIntents([name], args.failures.undeliveredName),
      ],
    });
  }
}
