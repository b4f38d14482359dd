import { inputValue, text } from "../../../resources/read.js";
import type { SourceResource } from "../../../resources/resource.js";
import { isKnown, type MaybeUnknown, UNKNOWN } from "../../../resources/unknown.js";
import type { Delivery, DeliveryMeans, Key } from "../../model.js";
import type { Context } from "../context.js";
import { KINDS } from "../references.js";
import { deliveryBy, itemsOf, receiverOf, stoppedBy, stoppedIn } from "./delivery.js";

/**
 * Event source mappings: Lambda reads a queue or a stream with the function's role and invokes the function. No
 * permission of the function is needed. https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventsourcemapping.html
 */
export function mappings(context: Context): Delivery[] {
  return context.ofType("aws:lambda/eventSourceMapping:EventSourceMapping").flatMap((resource) => {
    const { functionName } = resource.properties;
    const receiver = receiverOf(context, resource, "functionName", functionName);
    const from = sourceOf(context, resource);
    return [
      ...deliveryBy(resource, {
        from,
        receiver,
        means: meansOf(resource),
        stopped: stoppedBy(resource, "enabled", true),
        isFiltered: itemsOf(resource, "filterCriteria").length > 0,
      }),
      ...itemsOf(resource, "destinationConfig")
        .flatMap(({ onFailure }) => [onFailure].flat())
        .flatMap((failure) => destinationOf(failure))
        .flatMap((arn) =>
          deliveryBy(resource, {
            from,
            receiver: receiverOf(context, resource, "destinationConfig", arn),
            means: { kind: "execution-role", function: receiver?.to ?? UNKNOWN },
            isFiltered: true,
          }),
        ),
    ];
  });
}

function destinationOf(failure: unknown): unknown[] {
  if (failure === UNKNOWN) return [UNKNOWN];
  if (typeof failure !== "object" || failure === null) return [];
  return Object.entries(failure).flatMap(([name, arn]) =>
    name === "destination" || name === "destinationArn" ? [arn] : [],
  );
}

/** The queue, table or stream that a mapping reads. The ARN of a stream or a consumer names the table or stream. */
export function sourceOf(
  { references }: Context,
  resource: SourceResource,
  property = "eventSourceArn",
): MaybeUnknown<Key> {
  const value = resource.properties[property];
  const arn = text(value);
  if (arn === undefined) return UNKNOWN;
  const owner = isKnown(arn)
    ? arn.replace(/(:table\/[^/]+)\/stream\/.*$|(:stream\/[^/]+)\/consumer\/.*$/, "$1$2")
    : value;
  return references.needed(resource, property, owner, KINDS.source);
}

function meansOf(resource: SourceResource): DeliveryMeans {
  const arn = text(resource.properties.eventSourceArn);
  const service = arn !== undefined && isKnown(arn) ? arn.split(":")[2] : undefined;
  if (arn !== undefined && !isKnown(arn)) return { kind: "poll" };
  return service === "sqs" || service === "kinesis" || service === "dynamodb"
    ? { kind: "poll" }
    : {
        kind: "unjudged",
        reason: `the poller of ${resource.name} connects from the function's network to ${service ?? "a broker of its own"}, and logs in there`,
      };
}

const INVOKE_CONFIG = "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig";

/**
 * Destinations of asynchronous invocations, and dead-letter queues of functions: Lambda calls them with the function's
 * role. https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
 */
export function destinations(context: Context): Delivery[] {
  const configured = context.ofType(INVOKE_CONFIG).flatMap((resource) => {
    const from =
      receiverOf(context, resource, "functionName", resource.properties.functionName)?.to ?? UNKNOWN;
    return itemsOf(resource, "destinationConfig")
      .flatMap(({ onFailure, onSuccess }) => [onFailure, onSuccess].flat())
      .flatMap((destination) => destinationOf(destination))
      .flatMap((arn) =>
        deliveryBy(resource, {
          from,
          receiver: receiverOf(context, resource, "destinationConfig", arn),
          means: { kind: "execution-role", function: from },
          isFiltered: true,
        }),
      );
  });
  const deadLetters = context.ofKind(KINDS.function).flatMap((resource) =>
    itemsOf(resource, "deadLetterConfig").flatMap(({ targetArn }) =>
      deliveryBy(resource, {
        from: resource.urn,
        receiver: receiverOf(context, resource, "deadLetterConfig", targetArn),
        means: { kind: "execution-role", function: resource.urn },
        isFiltered: true,
      }),
    ),
  );
  return [...configured, ...deadLetters];
}

/** https://docs.aws.amazon.com/scheduler/latest/UserGuide/setting-up.html#setting-up-execution-role */
export function schedules(context: Context): Delivery[] {
  return context.ofKind(KINDS.schedule).flatMap((resource) =>
    itemsOf(resource, "target").flatMap(({ arn, roleArn }) =>
      deliveryBy(resource, {
        from: resource.urn,
        receiver: receiverOf(context, resource, "target", arn),
        means: {
          kind: "role",
          principal: "scheduler.amazonaws.com",
          role: context.references.needed(resource, "target", roleArn, KINDS.role),
        },
        stopped: stoppedIn(resource, "state", ["DISABLED"]),
      }),
    ),
  );
}

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-permissions.html */
export function pipes(context: Context): Delivery[] {
  return context.ofKind(KINDS.pipe).flatMap((resource) => {
    const { target, roleArn } = resource.properties;
    const role = context.references.needed(resource, "roleArn", roleArn, KINDS.role);
    const to = { means: { kind: "role", principal: "pipes.amazonaws.com", role } } as const;
    const source = sourceOf(context, resource, "source");
    const ways = [
      ["target", target],
      ["enrichment", inputValue(resource, "enrichment")],
    ] as const;
    return ways.flatMap(([property, value]) => {
      const receiver = receiverOf(context, resource, property, value);
      const stopped = stoppedIn(resource, "desiredState", ["STOPPED"]);
      return [
        ...deliveryBy(resource, { ...to, from: resource.urn, receiver, stopped }),
        ...deliveryBy(resource, {
          from: source,
          receiver,
          stopped,
          means: { ...to.means, reads: true },
          isFiltered: itemsOf(resource, "sourceParameters").some(
            ({ filterCriteria }) => filterCriteria !== undefined,
          ),
        }),
      ];
    });
  });
}

/** SQS moves messages to a queue's dead-letter queue itself. */
export function deadLetterQueues(context: Context, arnIn: (policy: unknown) => unknown): Delivery[] {
  return context.ofKind(KINDS.queue).flatMap((resource) =>
    deliveryBy(resource, {
      from: resource.urn,
      receiver: receiverOf(context, resource, "redrivePolicy", arnIn(inputValue(resource, "redrivePolicy"))),
      means: { kind: "redrive" },
      isFiltered: true,
    }),
  );
}
