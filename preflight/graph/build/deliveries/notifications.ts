import { inputValue, json, records } from "../../../resources/read.js";
import type { SourceResource } from "../../../resources/resource.js";
import { isKnown, type MaybeUnknown, UNKNOWN } from "../../../resources/unknown.js";
import type { Delivery, DeliveryMeans, Key } from "../../model.js";
import type { Context } from "../context.js";
import { KINDS } from "../references.js";
import { deliveryBy, receiverOf, stoppedBy } from "./delivery.js";
import { rulesFor } from "./topics-and-rules.js";

const RECEIVERS = [
  ["lambdaFunctions", "lambdaFunctionArn"],
  ["queues", "queueArn"],
  ["topics", "topicArn"],
] as const;

const PUSH = { kind: "push", principal: "s3.amazonaws.com" } as const;

interface Configured {
  readonly resource: SourceResource;
  readonly from: MaybeUnknown<Key>;
}

/**
 * Event notifications of buckets. A bucket has one configuration of them, so of two resources for one bucket the one
 * that was written last counts, and the stack does not say which.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/EventNotifications.html
 */
export function notifications(context: Context): Delivery[] {
  const { references, resources } = context;
  const all = context.ofType("aws:s3/bucketNotification:BucketNotification").map(
    (resource): Configured => ({
      resource,
      from: references.needed(resource, "bucket", resource.properties.bucket, KINDS.bucket),
    }),
  );
  return all.flatMap(({ resource, from }) => {
    const rivals = all.filter((other) => other.from === from);
    const means: DeliveryMeans =
      rivals.length > 1
        ? {
            kind: "unjudged",
            reason: `${rivals.map((each) => each.resource.name).join(" and ")} overwrite each other: a bucket has one notification configuration`,
          }
        : PUSH;
    const pushed = RECEIVERS.flatMap(([property, arn]) =>
      records(inputValue(resource, property)).flatMap((item) =>
        deliveryBy(resource, {
          from,
          receiver: receiverOf(context, resource, property, isKnown(item) ? item[arn] : UNKNOWN),
          means,
          isFiltered: isKnown(item) && (item.filterPrefix ?? item.filterSuffix ?? "") !== "",
        }),
      ),
    );
    if (resource.properties.eventbridge !== true) return pushed;
    const bucket = isKnown(from) ? resources.get(from) : undefined;
    const byBus = rulesFor(context, bucket).flatMap(({ rule, isSure }) =>
      deliveryBy(resource, {
        from,
        receiver: { to: rule, qualifier: undefined },
        means: isSure
          ? { kind: "event-bus" }
          : {
              kind: "unjudged",
              reason: `whether the pattern of ${references.refOf(rule).name} takes these events`,
            },
        isFiltered: true,
      }),
    );
    return [...pushed, ...byBus];
  });
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html */
export function logSubscriptions(context: Context): Delivery[] {
  const { references } = context;
  return context.ofType("aws:cloudwatch/logSubscriptionFilter:LogSubscriptionFilter").flatMap((resource) => {
    const { logGroup, destinationArn } = resource.properties;
    const principal = "logs.amazonaws.com";
    const role = references.one(resource, "roleArn", inputValue(resource, "roleArn"), KINDS.role);
    return deliveryBy(resource, {
      from: references.needed(resource, "logGroup", logGroup, KINDS.logGroup),
      receiver: receiverOf(context, resource, "destinationArn", destinationArn),
      means: role === undefined ? { kind: "push", principal } : { kind: "role", principal, role },
      isFiltered: true,
    });
  });
}

/** https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotating-secrets-required-permissions-function.html */
export function rotations(context: Context): Delivery[] {
  return context.ofType("aws:secretsmanager/secretRotation:SecretRotation").flatMap((resource) =>
    deliveryBy(resource, {
      from: context.references.needed(resource, "secretId", resource.properties.secretId, KINDS.secret),
      receiver: receiverOf(context, resource, "rotationLambdaArn", inputValue(resource, "rotationLambdaArn")),
      means: { kind: "push", principal: "secretsmanager.amazonaws.com" },
    }),
  );
}

/** Resources that invoke functions as a service, with the property that names them. */
const INVOKERS = [
  ["aws:cognito/userPool:UserPool", "lambdaConfig", "cognito-idp.amazonaws.com"],
  ["aws:iot/topicRule:TopicRule", "lambdas", "iot.amazonaws.com"],
  ["aws:ses/receiptRule:ReceiptRule", "lambdaActions", "ses.amazonaws.com"],
  ["aws:ses/receiptRule:ReceiptRule", "snsActions", "ses.amazonaws.com"],
  ["aws:cfg/rule:Rule", "source", "config.amazonaws.com"],
] as const;

/** Resources that call others with a role, with the properties that name the others and the role. */
const CALLERS = [
  ["aws:sfn/stateMachine:StateMachine", "definition", "states.amazonaws.com", "roleArn"],
  ["aws:appsync/dataSource:DataSource", "lambdaConfig", "appsync.amazonaws.com", "serviceRoleArn"],
  ["aws:codepipeline/pipeline:Pipeline", "stages", "codepipeline.amazonaws.com", "roleArn"],
] as const;

/**
 * What the other services invoke: user pools, IoT rules, mail rules, Config rules, state machines, AppSync, CodePipeline.
 * https://docs.aws.amazon.com/lambda/latest/dg/lambda-services.html
 */
export function invokers(context: Context): Delivery[] {
  const { references } = context;
  const pushed = INVOKERS.flatMap(([type, property, principal]) =>
    context.ofType(type).flatMap((resource) =>
      named(context, resource, property, resource.properties[property]).flatMap((value) =>
        deliveryBy(resource, {
          from: resource.urn,
          receiver: receiverOf(context, resource, property, value),
          means: { kind: "push", principal },
          stopped: stoppedBy(resource, "enabled", true),
        }),
      ),
    ),
  );
  const called = CALLERS.flatMap(([type, property, principal, roleProperty]) =>
    context.ofType(type).flatMap((resource) =>
      named(context, resource, property, resource.properties[property]).flatMap((value) =>
        deliveryBy(resource, {
          from: resource.urn,
          receiver: receiverOf(context, resource, property, value),
          means: {
            kind: "role",
            principal,
            role: references.needed(resource, roleProperty, inputValue(resource, roleProperty), KINDS.role),
          },
        }),
      ),
    ),
  );
  return [...pushed, ...called];
}

/** The texts in a property's value, at any depth, that name a receiver in the stack, and unknown values. */
function named(context: Context, resource: SourceResource, property: string, value: unknown): unknown[] {
  const inside = (item: unknown) => named(context, resource, property, item);
  if (value === UNKNOWN) return [UNKNOWN];
  if (typeof value === "object" && value !== null) {
    return [...new Set(Object.values(value).flatMap(inside))];
  }
  if (typeof value !== "string") return [];
  if (/^\s*[{[]/.test(value)) return inside(json(value));
  const receiver = receiverOf(context, resource, property, value)?.to;
  return receiver === undefined || !isKnown(receiver) || context.resources.has(receiver) ? [value] : [];
}
