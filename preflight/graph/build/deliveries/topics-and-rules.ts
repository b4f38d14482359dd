import { inputValue, isRecord, json, list, requiredText, text } from "../../../resources/read.js";
import type { SourceResource } from "../../../resources/resource.js";
import { isKnown, isSet, type MaybeUnknown, UNKNOWN } from "../../../resources/unknown.js";
import type { Delivery, DeliveryMeans, Key } from "../../model.js";
import type { Context } from "../context.js";
import { KINDS } from "../references.js";
import { deliveryBy, itemsOf, receiverOf, stoppedBy, stoppedIn } from "./delivery.js";

const SNS = "sns.amazonaws.com";
const EVENTS = "events.amazonaws.com";

/** https://docs.aws.amazon.com/sns/latest/dg/sns-event-destinations.html */
export function subscriptions(context: Context): Delivery[] {
  const { references } = context;
  return context.ofType("aws:sns/topicSubscription:TopicSubscription").flatMap((resource) => {
    const { properties } = resource;
    const from = references.needed(resource, "topic", properties.topic, KINDS.topic);
    const receiver = receiverOf(context, resource, "endpoint", properties.endpoint);
    const redrive = inputValue(resource, "redrivePolicy");
    return [
      ...deliveryBy(resource, {
        from,
        receiver,
        means: byProtocol(context, resource),
        stopped: stoppedIn(resource, "pendingConfirmation", ["true"]),
        isFiltered: text(inputValue(resource, "filterPolicy")) !== undefined,
      }),
      ...deliveryBy(resource, {
        from,
        receiver: receiverOf(context, resource, "redrivePolicy", deadLetterArn(redrive)),
        means: { kind: "push", principal: SNS },
        isFiltered: true,
      }),
    ];
  });
}

function byProtocol({ references }: Context, resource: SourceResource): DeliveryMeans {
  const protocol = requiredText(resource.properties.protocol);
  if (!isKnown(protocol) || protocol === "lambda" || protocol === "sqs")
    return { kind: "push", principal: SNS };
  const role = inputValue(resource, "subscriptionRoleArn");
  return protocol === "firehose"
    ? {
        kind: "role",
        principal: SNS,
        role: references.needed(resource, "subscriptionRoleArn", role, KINDS.role),
      }
    : {
        kind: "unjudged",
        reason: `what the ${protocol} endpoint of ${resource.name} does is not in the stack`,
      };
}

/** The queue in a redrive policy, which is JSON or already parsed. */
export function deadLetterArn(policy: unknown): unknown {
  if (policy === UNKNOWN) return UNKNOWN;
  if (isRecord(policy)) return policy.deadLetterTargetArn;
  if (typeof policy !== "string") return undefined;
  return /"deadLetterTargetArn"\s*:\s*"([^"]+)"/.exec(policy)?.[1];
}

/**
 * Targets of event rules. With a role EventBridge calls the target as that role, otherwise as itself.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html
 */
export function eventTargets(context: Context): Delivery[] {
  const { references } = context;
  return context.ofType("aws:cloudwatch/eventTarget:EventTarget").flatMap((resource) => {
    const { properties } = resource;
    const from = ruleOf(context, resource);
    const rule = isKnown(from) ? context.resources.get(from) : undefined;
    const stopped = rule && stoppedRule(rule);
    const role = references.one(resource, "roleArn", inputValue(resource, "roleArn"), KINDS.role);
    const push = { kind: "push", principal: EVENTS } as const;
    return [
      ...deliveryBy(resource, {
        from,
        receiver: receiverOf(context, resource, "arn", properties.arn),
        means: role === undefined ? push : { kind: "role", principal: EVENTS, role },
        stopped,
      }),
      ...itemsOf(resource, "deadLetterConfig").flatMap(({ arn }) =>
        deliveryBy(resource, {
          from,
          receiver: receiverOf(context, resource, "deadLetterConfig", arn),
          means: push,
          stopped,
          isFiltered: true,
        }),
      ),
    ];
  });
}

/**
 * What an alarm's change of state notifies. CloudWatch publishes to a topic as itself and, under a name of its own,
 * invokes a function; its other actions, such as those of Auto Scaling, reach nothing that the graph judges.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-actions.html
 */
export function alarmActions(context: Context): Delivery[] {
  return ALARM_TYPES.flatMap((type) => context.ofType(type)).flatMap((resource) => {
    const enabled = stoppedBy(resource, "actionsEnabled", true);
    return ALARM_ACTIONS.flatMap((property) =>
      list(inputValue(resource, property))
        .filter((action) => !isKnown(action) || /^arn:[^:]+:(sns|lambda):/.test(String(action)))
        .flatMap((action) =>
          deliveryBy(resource, {
            from: resource.urn,
            receiver: receiverOf(context, resource, property, action),
            means: {
              kind: "push",
              principal: String(action).includes(":lambda:") ? ALARM_LAMBDA : CLOUDWATCH,
            },
            stopped: enabled,
          }),
        ),
    );
  });
}

const CLOUDWATCH = "cloudwatch.amazonaws.com";
const ALARM_LAMBDA = "lambda.alarms.cloudwatch.amazonaws.com";
const ALARM_TYPES = [
  "aws:cloudwatch/metricAlarm:MetricAlarm",
  "aws:cloudwatch/compositeAlarm:CompositeAlarm",
];
const ALARM_ACTIONS = ["alarmActions", "okActions", "insufficientDataActions"];

/** The rule of a target. Rules of several buses may have one name. */
function ruleOf(context: Context, target: SourceResource): MaybeUnknown<Key> {
  const { rule } = target.properties;
  const name = text(rule);
  if (isSet(name)) {
    const alike = context.ofKind(KINDS.rule).filter(({ properties }) => properties.name === name);
    const onBus = alike.filter((each) => busOf(each) === busOf(target));
    if (alike.length > 1) return onBus.length === 1 && onBus[0] !== undefined ? onBus[0].urn : UNKNOWN;
  }
  return context.references.needed(target, "rule", rule, KINDS.rule);
}

function busOf(resource: SourceResource): string | undefined {
  const bus = text(inputValue(resource, "eventBusName")) ?? "default";
  return isKnown(bus) ? bus.replace(/^arn:.*:event-bus\//, "") : undefined;
}

function stoppedRule(rule: SourceResource): Delivery["stopped"] {
  if (rule.properties.isEnabled === false) return `${rule.name} has isEnabled: false`;
  return stoppedIn(rule, "state", ["DISABLED"]);
}

/** Rules of the default bus that take events of a bucket, as far as their patterns say. */
export function rulesFor(
  context: Context,
  bucket: SourceResource | undefined,
): { readonly rule: Key; readonly isSure: boolean }[] {
  return context.ofKind(KINDS.rule).flatMap((rule) => {
    if (busOf(rule) !== "default") return [];
    const match = takes(inputValue(rule, "eventPattern"), bucket);
    return match === false ? [] : [{ rule: rule.urn, isSure: match === true }];
  });
}

/** Whether a pattern takes events of a bucket; undefined if that is not known. */
function takes(written: unknown, bucket: SourceResource | undefined): boolean | undefined {
  if (written === undefined) return false;
  const pattern = parsed(written);
  if (!isRecord(pattern)) return undefined;
  const detail = isRecord(pattern.detail) ? pattern.detail : {};
  const named = isRecord(detail.bucket) ? detail.bucket.name : undefined;
  const facts = [
    lists(pattern.source, "aws.s3"),
    named === undefined || bucket === undefined ? true : lists(named, bucket.properties.bucket ?? bucket.id),
  ];
  if (facts.includes(false)) return false;
  return facts.every((fact) => fact === true) ? true : undefined;
}

/** Whether a field of a pattern lists a value. A matcher other than a plain text is not judged. */
function lists(field: unknown, value: unknown): boolean | undefined {
  if (field === undefined) return true;
  if (!Array.isArray(field) || typeof value !== "string") return undefined;
  if (field.includes(value)) return true;
  return field.every((each) => typeof each === "string") ? false : undefined;
}

function parsed(written: unknown): unknown {
  return typeof written === "string" ? json(written) : undefined;
}
