import type { Delivery, DeliveryMeans, Graph, Key, ManagedResource, Role } from "../../graph/model.js";
import { authorize, type Policies } from "../../iam/index.js";
import { isKnown, isSet, type MaybeUnknown, UNKNOWN } from "../../resources/unknown.js";
import { recordDecision } from "../services/decisions.js";
import { useKeyAs } from "../services/key-use.js";
import { actingAs, named, resourcePolicy } from "../services/policies.js";
import type { TraceBuilder } from "../verdict/path.js";
import type { Blocked } from "../verdict/verdict.js";
import { SEND } from "./policies.js";

type RoleMeans = Extract<DeliveryMeans, { kind: "role" }>;

/** Whether a service may assume the role of a delivery, and call the receiver with it. */
export function callAsRole(
  trace: TraceBuilder,
  graph: Graph,
  delivery: Delivery,
  means: RoleMeans,
): Blocked | undefined {
  const role = roleIn(trace, graph, means.role, delivery);
  if (role === undefined) return undefined;
  return assumable(trace, role, means.principal) ?? send(trace, graph, role, delivery);
}

/** Whether the role of a pipe may read the pipe's source. */
export function readAsRole(
  trace: TraceBuilder,
  graph: Graph,
  delivery: Delivery,
  means: RoleMeans,
): Blocked | undefined {
  const role = roleIn(trace, graph, means.role, delivery);
  return role && read(trace, graph, role, delivery);
}

/** Whether the role of the function may read the source, as Lambda does for an event source mapping. */
export function readAsFunction(trace: TraceBuilder, graph: Graph, delivery: Delivery): Blocked | undefined {
  const role = roleIn(trace, graph, roleOfFunction(graph, delivery.to), delivery);
  return role && read(trace, graph, role, delivery);
}

/** Whether the role of a function may call the receiver, as Lambda does for a destination. */
export function sendAsFunction(
  trace: TraceBuilder,
  graph: Graph,
  delivery: Delivery,
  sender: MaybeUnknown<Key>,
): Blocked | undefined {
  const role = roleIn(trace, graph, roleOfFunction(graph, sender), delivery);
  return role && send(trace, graph, role, delivery);
}

function roleOfFunction(graph: Graph, key: MaybeUnknown<Key>): MaybeUnknown<Key> {
  return (isKnown(key) ? graph.functions.get(key)?.role : undefined) ?? UNKNOWN;
}

function roleIn(
  trace: TraceBuilder,
  graph: Graph,
  key: MaybeUnknown<Key>,
  { ref }: Delivery,
): Role | undefined {
  const role = isKnown(key) ? graph.roles.get(key) : undefined;
  if (role === undefined) {
    const missing = graph.refOf(key);
    trace.undetermined(
      missing,
      `what role ${missing.name}, which ${ref.name} uses, may do is not in the stack`,
    );
  }
  return role;
}

/** Whether a service may assume a role. https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-service.html */
function assumable(trace: TraceBuilder, { ref, trust, arn }: Role, service: string): Blocked | undefined {
  if (trust === undefined) return trace.undetermined(ref, `who may assume ${ref.name}`);
  const decision = authorize(
    {
      principal: { kind: "service", name: service },
      action: "sts:AssumeRole",
      resource: isKnown(arn) ? arn : undefined,
    },
    { resource: { kind: "trust", policy: named(trust, "trust") } },
  );
  const owner = {
    at: ref,
    by: trust.ref,
    code: "ROLE_NOT_ASSUMABLE",
    fix: `Allow sts:AssumeRole to ${service} in the trust policy of ${ref.name}.`,
  } as const;
  return recordDecision(trace, decision, `sts:AssumeRole by ${service}`, { trust: owner }, ref);
}

function send(
  trace: TraceBuilder,
  graph: Graph,
  role: Role,
  { to, qualifier }: Delivery,
): Blocked | undefined {
  const target = isKnown(to) ? graph.functions.get(to) : undefined;
  if (target !== undefined) {
    const { arn, ref } = target;
    const resource =
      qualifier === undefined ? arn : isSet(arn) && isKnown(qualifier) ? `${arn}:${qualifier}` : UNKNOWN;
    return act(trace, graph, role, "lambda:InvokeFunction", isSet(resource) ? resource : undefined, ref.name);
  }
  const receiver = isKnown(to) ? graph.managedResources.get(to) : undefined;
  const action = receiver && SEND[receiver.kind];
  if (receiver === undefined || action === undefined) {
    const missing = graph.refOf(to);
    return trace.undetermined(missing, `whether role ${role.ref.name} may call ${missing.name}`);
  }
  const { arn, ref } = receiver;
  return (
    act(trace, graph, role, action, isSet(arn) ? arn : undefined, ref.name, receiver) ??
    useKeyAs(trace, graph, role, receiver, ["kms:GenerateDataKey", "kms:Decrypt"])
  );
}

/**
 * Actions that Lambda reads each kind of source with. AWS lists `ListStreams` too, but a role without it works.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
 * https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-create.html
 * https://docs.aws.amazon.com/lambda/latest/dg/services-ddb.html
 */
export const READ: Partial<Readonly<Record<ManagedResource["kind"], readonly string[]>>> = {
  queue: ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
  stream: ["kinesis:GetRecords", "kinesis:GetShardIterator", "kinesis:DescribeStream", "kinesis:ListShards"],
  table: ["dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:DescribeStream"],
};

function read(trace: TraceBuilder, graph: Graph, role: Role, { from }: Delivery): Blocked | undefined {
  const source = isKnown(from) ? graph.managedResources.get(from) : undefined;
  const actions = source && READ[source.kind];
  if (source === undefined || actions === undefined) {
    const missing = graph.refOf(from);
    return trace.undetermined(missing, `whether role ${role.ref.name} may read ${missing.name}`);
  }
  const { ref } = source;
  const arn = readArn(graph, source);
  for (const action of actions) {
    const refused = act(trace, graph, role, action, arn, ref.name, source);
    if (refused !== undefined) return refused;
  }
  // What of a table a stream holds, DynamoDB decrypts itself.
  return source.kind === "table" ? undefined : useKeyAs(trace, graph, role, source, ["kms:Decrypt"]);
}

/** The ARN that policies call a source by: the stream of a table. */
export function readArn({ resources }: Graph, { kind, arn, ref }: ManagedResource): string | undefined {
  if (!isSet(arn)) return undefined;
  if (kind !== "table") return arn;
  const stream = resources.get(ref.urn)?.properties.streamArn;
  return typeof stream === "string" && stream !== "" ? stream : `${arn}/stream/LABEL`;
}

/** Whether the policies of a role, and the policy of the resource, allow an action. */
function act(
  trace: TraceBuilder,
  graph: Graph,
  role: Role,
  action: string,
  resource: string | undefined,
  name: string,
  found?: ManagedResource,
): Blocked | undefined {
  const { ref, boundary } = role;
  const own = actingAs(graph, role);
  const policies: Policies = {
    ...own.policies,
    ...(found === undefined ? {} : resourcePolicy(graph, found)),
  };
  const decision = authorize(
    {
      principal: own.principal,
      action,
      resource,
      context: { "aws:SecureTransport": true, "aws:SourceVpce": null, "aws:SourceVpc": null },
    },
    policies,
  );
  const on = resource ?? `${name}, whose ARN is not known yet`;
  const mine = {
    at: ref,
    code: "IDENTITY_POLICY_DENIES",
    fix: `Allow ${action} on ${on} in a policy of role ${ref.name}.`,
  } as const;
  const others =
    found === undefined
      ? undefined
      : ({
          at: found.ref,
          by: found.policy?.ref,
          code: "RESOURCE_POLICY_DENIES",
          fix: `Allow ${action} to role ${ref.name} in the policy of ${found.ref.name}.`,
        } as const);
  return recordDecision(
    trace,
    decision,
    `${action} on ${on}`,
    {
      identity: mine,
      boundary: boundary === undefined ? mine : { ...mine, by: boundary.ref },
      ...(others !== undefined && { resource: others }),
    },
    ref,
  );
}
