import { ruleName } from "../names.js";
import { Rule, type RuleEvent } from "../rule.js";
import type { Trigger } from "./trigger.js";

/** Six hours, for which EventBridge tries to start a function that Lambda cannot run. */
const MAXIMUM_AGE = 6 * 3600;

/**
 * Invokes the function on a schedule, in UTC, at least once each time.
 * @param expression `rate(5 minutes)` or `cron(0 8 ? * MON-FRI *)`
 */
export function onSchedule(expression: string): Trigger {
  return onRule({ schedule: expression });
}

/**
 * Invokes the function for events of the default bus.
 * @param pattern `{ source: ["aws.ec2"], "detail-type": ["EC2 Instance State-change Notification"] }`
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html
 */
export function onEvent(pattern: Readonly<Record<string, unknown>>): Trigger {
  return onRule({ pattern });
}

function onRule(event: RuleEvent): Trigger {
  return {
    isAsynchronous: true,
    permissions: [],
    senders: (name, target) => {
      const { arn } = ruleName(name, target);
      return [{ service: "events", arn, plannedArn: arn }];
    },
    create: ({ name, function: lambda, failures, target, parent }) => {
      // The rule's component declares its intents itself.
      new Rule(
        name,
        {
          physicalName: ruleName(name, target),
          event,
          function: lambda,
          maximumEventAgeInSeconds: MAXIMUM_AGE,
          failures,
        },
        { parent },
      );
      return { intents: [], planned: [] };
    },
  };
}
