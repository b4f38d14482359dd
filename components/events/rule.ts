import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { LambdaFunction } from "../function/lambda-function.js";
import { allowInvoke } from "../function/permission.js";
import type { Undelivered } from "./failure-queues.js";
import { failureIntents, invocation } from "./intents.js";
import { type PhysicalName, plannedArn } from "./names.js";

/** What starts a rule. */
export type RuleEvent =
  /** `rate(5 minutes)` or `cron(0 8 ? * MON-FRI *)`, in UTC. */
  | { readonly schedule: string }
  /** A pattern of events on the default bus: `{ source: ["aws.s3"] }`. */
  | { readonly pattern: Readonly<Record<string, unknown>> };

export interface RuleArgs {
  readonly physicalName: PhysicalName;
  readonly event: RuleEvent;
  readonly function: LambdaFunction;
  /** Seconds that EventBridge tries to deliver an event, 60 to 86,400. */
  readonly maximumEventAgeInSeconds: number;
  /** Keeps events that EventBridge cannot deliver in that time. */
  readonly failures: Undelivered;
}

/** The most attempts that EventBridge allows; the event's age ends them earlier. */
const MOST_ATTEMPTS = 185;

/**
 * Invokes a function's alias on a schedule or for events, asynchronously and at least once. A schedule uses a rule too,
 * because EventBridge Scheduler would need a role for the service. Scheduled events and AWS's own are free.
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-rule-schedule.html
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html
 */
export class Rule extends pulumi.ComponentResource {
  readonly rule: aws.cloudwatch.EventRule;

  constructor(name: string, args: RuleArgs, opts?: pulumi.ComponentResourceOptions) {
    super("lambda-networking:pipeline:Schedule", name, {}, opts);
    const { alias, name: functionName } = args.function;
    this.rule = new aws.cloudwatch.EventRule(
      name,
      {
        name: args.physicalName.name,
        description: `Invokes ${functionName}`,
        ...("schedule" in args.event
          ? { scheduleExpression: args.event.schedule }
          : { eventPattern: JSON.stringify(args.event.pattern) }),
      },
      { parent: this },
    );
    const permission = allowInvoke(
      `${name}-to-${functionName}`,
      args.function,
      { principal: "events.amazonaws.com", sourceArn: this.rule.arn },
      this,
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
        invocation(
          name,
          functionName,
          "schedule" in args.event ? "the schedule starts it" : "it handles the rule's events",
        ),
        ...failureIntents([name], args.failures.undeliveredName),
      ],
    });
  }
}
