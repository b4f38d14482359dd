import type { Graph, ManagedResource, ResourceRef } from "../../graph/model.js";
import { authorize, type ContextInput, type Policies } from "../../iam/index.js";
import { isSet, UNKNOWN } from "../../resources/unknown.js";
import { recordDecision } from "../services/decisions.js";
import { keyOf } from "../services/encryption.js";
import { named } from "../services/policies.js";
import type { TraceBuilder } from "../verdict/path.js";
import type { Blocked } from "../verdict/verdict.js";

/** A service that calls as itself, for a resource. */
export interface ServiceCaller {
  /** `sns.amazonaws.com` */
  readonly service: string;
  readonly source: ResourceRef;
  readonly sourceArn: string | undefined;
  readonly sourceAccount: string | undefined;
}

/** Actions that send to each kind of receiver. */
export const SEND: Partial<Readonly<Record<ManagedResource["kind"], string>>> = {
  queue: "sqs:SendMessage",
  topic: "sns:Publish",
};

/**
 * Whether the policy of a queue or a topic, and the policy of the key that it is encrypted with, let a service in.
 * https://docs.aws.amazon.com/sns/latest/dg/subscribe-sqs-queue-to-sns-topic.html
 */
export function admittedByPolicy(
  trace: TraceBuilder,
  graph: Graph,
  receiver: ManagedResource,
  caller: ServiceCaller,
): Blocked | undefined {
  const { ref, policy, arn } = receiver;
  const action = SEND[receiver.kind] ?? "";
  if (!isSet(arn)) trace.undetermined(ref, `by which ARN policies call ${ref.name}`);
  const policies: Policies =
    policy === undefined ? {} : { resource: { kind: "resource", policy: named(policy, "resource") } };
  const decision = authorize(
    {
      principal: { kind: "service", name: caller.service },
      action,
      resource: isSet(arn) ? arn : undefined,
      context: contextOf(caller),
    },
    policies,
  );
  const what = `${action} on ${ref.name} by ${caller.service} for ${caller.source.name}`;
  const owner = {
    at: ref,
    by: policy?.ref,
    code: "RESOURCE_POLICY_DENIES",
    fix: `Allow ${action} to ${caller.service} in the policy of ${ref.name}, with the ARN of ${caller.source.name} as aws:SourceArn.`,
  } as const;
  return (
    recordDecision(trace, decision, what, { resource: owner, identity: owner }, ref) ??
    encryptedFor(trace, graph, receiver, caller)
  );
}

function contextOf({ sourceArn, sourceAccount }: ServiceCaller): Record<string, ContextInput> {
  return {
    "aws:SourceArn": sourceArn ?? { present: true },
    "aws:SourceAccount": sourceAccount ?? { present: true },
    "aws:SecureTransport": true,
    "aws:SourceVpce": null,
    "aws:SourceVpc": null,
    "aws:PrincipalOrgID": null,
  };
}

/**
 * Whether the key of an encrypted receiver lets the service encrypt. Nobody can let a service use the key that AWS
 * manages for SQS or SNS, because its policy cannot be changed.
 * https://docs.aws.amazon.com/sns/latest/dg/sns-enable-encryption-for-topic-sqs-queue-subscriptions.html
 */
function encryptedFor(
  trace: TraceBuilder,
  graph: Graph,
  receiver: ManagedResource,
  caller: ServiceCaller,
): Blocked | undefined {
  const { ref } = receiver;
  const key = keyOf(graph, receiver);
  if (key === undefined) return undefined;
  if (key === "aws-managed") {
    return trace.blocked({
      at: ref,
      code: "RESOURCE_POLICY_DENIES",
      reason: `${ref.name} is encrypted with a key that AWS manages, which ${caller.service} cannot use`,
      fix: `Encrypt ${ref.name} with a key of your own that lets ${caller.service} use it, or with SQS-managed encryption.`,
    });
  }
  if (key === UNKNOWN || key.policy === undefined)
    return trace.undetermined(ref, `whether the key of ${ref.name} lets ${caller.service} encrypt`);
  for (const action of ["kms:GenerateDataKey", "kms:Decrypt"]) {
    const decision = authorize(
      {
        principal: { kind: "service", name: caller.service },
        action,
        resource: isSet(key.arn) ? key.arn : undefined,
        context: contextOf(caller),
      },
      { resource: { kind: "key", policy: named(key.policy, "key") } },
    );
    const owner = {
      at: key.ref,
      by: key.policy.ref,
      code: "RESOURCE_POLICY_DENIES",
      fix: `Allow kms:GenerateDataKey* and kms:Decrypt to ${caller.service} in the policy of key ${key.ref.name}.`,
    } as const;
    const what = `${action} on ${key.ref.name} by ${caller.service}`;
    const refused = recordDecision(trace, decision, what, { key: owner, resource: owner }, key.ref);
    if (refused !== undefined) return refused;
  }
  return undefined;
}
