import { ofType } from "../../graph/databases.js";
import type { Delivery, Graph, Key, ManagedResource, ResourceRef } from "../../graph/model.js";
import { inputValue, integer, isRecord } from "../../resources/read.js";
import { isKnown, isSet } from "../../resources/unknown.js";
import { admission } from "../lambda/permissions.js";
import { throttled } from "../lambda/throttled.js";
import { homeAt } from "../places/home.js";
import type { TraceBuilder } from "../verdict/path.js";
import type { Blocked } from "../verdict/verdict.js";
import { admittedByPolicy, type ServiceCaller } from "./policies.js";
import { callAsRole, readAsFunction, readAsRole, sendAsFunction } from "./roles.js";

/** Whether a delivery is on, the service supports it, and everything that has to allow it does. */
export function handOver(trace: TraceBuilder, graph: Graph, delivery: Delivery): Blocked | undefined {
  const { ref, from, to, isFiltered } = delivery;
  const source = graph.refOf(from);
  trace.hop(
    ref,
    `hands ${isFiltered ? "some of what" : "what"} ${source.name} has to ${graph.refOf(to).name}`,
  );
  const invoked = isKnown(to) ? graph.functions.get(to) : undefined;
  return (
    stopped(trace, delivery) ??
    unsupported(trace, graph, delivery) ??
    tooShort(trace, graph, delivery) ??
    allowed(trace, graph, delivery) ??
    (invoked && throttled(trace, invoked))
  );
}

function stopped(trace: TraceBuilder, { ref, stopped }: Delivery): Blocked | undefined {
  if (stopped === undefined) return undefined;
  if (!isKnown(stopped)) return trace.undetermined(ref, `whether ${ref.name} is on`);
  return trace.blocked({
    at: ref,
    code: "DELIVERY_STOPPED",
    reason: `${ref.name} hands nothing over, because ${stopped}`,
    fix: stopped.includes("pendingConfirmation")
      ? `Confirm the subscription ${ref.name} at its endpoint.`
      : `Turn it on: ${stopped}.`,
  });
}

/**
 * What a service does not deliver to, whatever the policies.
 * https://docs.aws.amazon.com/sns/latest/dg/fifo-message-delivery.html
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-event-types-and-destinations.html
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
 * https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
 */
function unsupported(trace: TraceBuilder, graph: Graph, delivery: Delivery): Blocked | undefined {
  const { ref, from, to, means } = delivery;
  const source = isKnown(from) ? graph.managedResources.get(from) : undefined;
  const receiver = isKnown(to) ? graph.managedResources.get(to) : undefined;
  const isFifo = receiver !== undefined && fifo(graph, receiver);
  const refuse = (reason: string, fix: string) =>
    trace.blocked({ at: ref, code: "DELIVERY_NOT_SUPPORTED", reason, fix });
  if (source?.kind === "topic" && fifo(graph, source) && isKnown(to) && graph.functions.has(to)) {
    return refuse(
      `FIFO topic ${source.ref.name} delivers to queues only, not to a function`,
      `Subscribe a queue to ${source.ref.name}, with an EventSourceMapping to ${graph.refOf(to).name}.`,
    );
  }
  const [here, there] = [graph.homeOf(from).region, graph.homeOf(to).region];
  const isRegional = means.kind === "poll" || source?.kind === "bucket";
  if (isRegional && here !== undefined && there !== undefined && here !== there) {
    return refuse(
      `${graph.refOf(from).name} is in ${here} and ${graph.refOf(to).name} in ${there}, and ${ref.name} works within one Region`,
      `Put ${graph.refOf(from).name} and ${graph.refOf(to).name} into one Region.`,
    );
  }
  if (!isFifo) return undefined;
  const { name } = receiver.ref;
  if (source?.kind === "topic" && !fifo(graph, source)) {
    return refuse(
      `standard topic ${source.ref.name} does not deliver to FIFO queue ${name}`,
      `Make ${source.ref.name} a FIFO topic, or ${name} a standard queue.`,
    );
  }
  if (source?.kind === "bucket") {
    return refuse(`S3 does not notify ${name}, which is FIFO`, `Make ${name} a standard ${receiver.kind}.`);
  }
  if (means.kind === "execution-role") {
    return refuse(
      `${name} is FIFO, and Lambda sends failed or finished invocations to standard queues and topics only`,
      `Make ${name} a standard ${receiver.kind}.`,
    );
  }
  if (source?.kind === "rule" && receiver.kind === "queue" && !hasMessageGroup(graph, ref)) {
    return refuse(
      `${ref.name} names no message group, which FIFO queue ${name} wants`,
      `Set sqsTarget.messageGroupId on ${ref.name}.`,
    );
  }
  return undefined;
}

/** Seconds for which SQS hides a received message, unless the queue says otherwise. */
const DEFAULT_VISIBILITY = 30;

/**
 * Lambda refuses a mapping of a queue whose messages reappear while the function may still work on them. AWS recommends
 * six times the function's timeout, so that a throttled batch is tried again before it reappears.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html#events-sqs-queueconfig
 */
function tooShort(
  trace: TraceBuilder,
  graph: Graph,
  { ref, from, to, means }: Delivery,
): Blocked | undefined {
  const queue = isKnown(from) ? graph.managedResources.get(from) : undefined;
  const lambda = isKnown(to) ? graph.functions.get(to) : undefined;
  if (means.kind !== "poll" || queue?.kind !== "queue" || lambda === undefined) return undefined;
  const { timeout } = lambda;
  const resource = graph.resources.get(queue.ref.urn);
  const visibility =
    integer(resource && inputValue(resource, "visibilityTimeoutSeconds")) ?? DEFAULT_VISIBILITY;
  if (!isKnown(visibility) || !isKnown(timeout)) {
    trace.undetermined(
      queue.ref,
      `whether messages of ${queue.ref.name} stay hidden while ${lambda.ref.name} works`,
    );
    return undefined;
  }
  if (visibility >= timeout) return undefined;
  return trace.blocked({
    at: queue.ref,
    by: ref,
    code: "QUEUE_VISIBILITY_TIMEOUT_TOO_SHORT",
    reason: `messages of ${queue.ref.name} reappear after ${visibility} seconds, and ${lambda.ref.name} may run for ${timeout}`,
    fix: `Set visibilityTimeoutSeconds of ${queue.ref.name} to ${6 * timeout}, six times the timeout of ${lambda.ref.name}.`,
  });
}

function fifo({ resources }: Graph, { ref }: ManagedResource): boolean {
  const { fifoQueue, fifoTopic, name } = resources.get(ref.urn)?.properties ?? {};
  return fifoQueue === true || fifoTopic === true || (typeof name === "string" && name.endsWith(".fifo"));
}

function hasMessageGroup({ resources }: Graph, { urn }: ResourceRef): boolean {
  const target = resources.get(urn)?.properties.sqsTarget;
  return target !== undefined && (!isRecord(target) || target.messageGroupId !== undefined);
}

function allowed(trace: TraceBuilder, graph: Graph, delivery: Delivery): Blocked | undefined {
  const { ref, to, means } = delivery;
  const receiver = graph.refOf(to);
  switch (means.kind) {
    case "push":
      return pushed(trace, graph, delivery, means.principal);
    case "role": {
      const refused = means.reads === true ? readAsRole(trace, graph, delivery, means) : undefined;
      return refused ?? callAsRole(trace, graph, delivery, means);
    }
    case "execution-role":
      return sendAsFunction(trace, graph, delivery, means.function);
    case "poll":
      return readAsFunction(trace, graph, delivery);
    case "event-bus":
      return trace.hop(receiver, "takes the events from the default event bus");
    case "redrive":
      return redriven(trace, graph, delivery);
    case "unjudged":
      return trace.undetermined(ref, means.reason);
  }
}

/** A service that calls the receiver as itself: a permission of the function, or the policy of the queue or topic. */
function pushed(
  trace: TraceBuilder,
  graph: Graph,
  { ref, from, to, qualifier }: Delivery,
  service: string,
): Blocked | undefined {
  const source = graph.refOf(from);
  const caller = { service, source, ...identityOf(graph, from) };
  const target = isKnown(to) ? graph.functions.get(to) : undefined;
  if (target === undefined) {
    const receiver = isKnown(to) ? graph.managedResources.get(to) : undefined;
    return receiver?.kind === "queue" || receiver?.kind === "topic"
      ? admittedByPolicy(trace, graph, receiver, caller)
      : trace.undetermined(graph.refOf(to), `whether ${graph.refOf(to).name} lets ${service} in`);
  }
  const found = admission(graph, target, { ...caller, qualifier });
  const { name } = target.ref;
  if (found.admitted === true)
    return trace.hop(target.ref, `lets ${service} in for ${source.name}`, found.by.ref);
  if (found.admitted === "unknown") {
    const permission = found.by.ref;
    return trace.undetermined(permission, `whether permission ${permission.name} lets ${source.name} in`);
  }
  const at =
    qualifier === undefined
      ? ""
      : `, with the qualifier ${String(isKnown(qualifier) ? qualifier : "of its alias")}`;
  return trace.blocked({
    at: target.ref,
    by: ref,
    code: "LAMBDA_PERMISSION_MISSING",
    reason: `no permission lets ${service} invoke ${name} for ${source.name}`,
    fix: `Add a lambda Permission on ${name} for ${service}, with the ARN of ${source.name} as sourceArn${at}.`,
  });
}

/** The ARN and the account that a service names as the source of its call. */
function identityOf(graph: Graph, from: Delivery["from"]): Omit<ServiceCaller, "service" | "source"> {
  const source = isKnown(from) ? graph.managedResources.get(from) : undefined;
  const own = source !== undefined && isSet(source.arn) ? source.arn : undefined;
  // CloudWatch Logs names the streams of the group: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html
  const sourceArn = own !== undefined && source?.kind === "log-group" ? `${own.replace(/:\*$/, "")}:*` : own;
  const account = own?.split(":")[4];
  return { sourceArn, sourceAccount: account || homeAt(graph, from).account };
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html */
function redriven(trace: TraceBuilder, graph: Graph, { ref, from, to }: Delivery): Blocked | undefined {
  const queue = isKnown(to) ? graph.resources.get(to) : undefined;
  if (queue === undefined)
    return trace.undetermined(graph.refOf(to), `whether ${graph.refOf(to).name} takes dead letters`);
  const allowing = [queue, ...separateRedrive(graph, queue.urn)];
  const policies = allowing
    .map((each) => inputValue(each, "redriveAllowPolicy"))
    .filter((policy) => policy !== undefined);
  const policy = policies.at(-1);
  if (policy === undefined) return trace.hop(graph.refOf(to), "takes dead letters of every queue");
  if (typeof policy !== "string")
    return trace.undetermined(graph.refOf(to), `which queues ${queue.name} takes dead letters of`);
  const source = isKnown(from) ? graph.managedResources.get(from) : undefined;
  if (policy.includes("allowAll")) return trace.hop(graph.refOf(to), "takes dead letters of every queue");
  if (policy.includes("byQueue") && (!isSet(source?.arn) || policy.includes(`"${source.arn}"`))) {
    return isSet(source?.arn)
      ? trace.hop(graph.refOf(to), `takes dead letters of ${source.ref.name}`)
      : trace.undetermined(graph.refOf(to), `which queues ${queue.name} takes dead letters of`);
  }
  return trace.blocked({
    at: graph.refOf(to),
    by: ref,
    code: "RESOURCE_POLICY_DENIES",
    reason: `redriveAllowPolicy of ${queue.name} takes no dead letters of ${graph.refOf(from).name}`,
    fix: `Name ${graph.refOf(from).name} in redriveAllowPolicy of ${queue.name}.`,
  });
}

function separateRedrive(graph: Graph, queue: Key) {
  return ofType(graph, "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy").filter(({ properties }) => {
    const { queueUrl } = properties;
    return typeof queueUrl === "string" && graph.find(queueUrl).includes(queue);
  });
}
