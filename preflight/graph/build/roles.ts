import { NETWORK_INTERFACE_ACTIONS } from "../../aws/network-interface-actions.js";
import { document, inputValue, list, records, text } from "../../resources/read.js";
import type { SourceResource } from "../../resources/resource.js";
import { isKnown, type MaybeUnknown, UNKNOWN } from "../../resources/unknown.js";
import type { Key, PolicySource, Role } from "../model.js";
import { unexplained } from "../unexplained.js";
import { canonicalPolicy } from "./canonical-policy.js";
import type { Context } from "./context.js";
import { policyIn } from "./policies.js";
import { KINDS, refOf } from "./references.js";

/**
 * Roles with every policy that applies: inline, attached, and the permissions boundary.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
 */
export function buildRoles(context: Context): Map<Key, Role> {
  const roles = new Map<Key, { node: Role; policies: PolicySource[] }>();
  for (const resource of context.ofKind(KINDS.role)) {
    const policies = ownPolicies(context, resource);
    roles.set(resource.urn, {
      policies,
      node: {
        ref: refOf(resource),
        arn: text(resource.properties.arn) ?? UNKNOWN,
        policies,
        boundary: managed(
          context,
          resource,
          "permissionsBoundary",
          inputValue(resource, "permissionsBoundary"),
        ),
        trust: policyIn(resource, "assumeRolePolicy"),
      },
    });
  }
  for (const resource of context.ofType("aws:iam/rolePolicy:RolePolicy")) {
    const policy = policyIn(resource) ?? { ref: refOf(resource), document: UNKNOWN };
    for (const role of targets(context, resource, "role")) roles.get(role)?.policies.push(policy);
  }
  const attachments = [
    ["aws:iam/rolePolicyAttachment:RolePolicyAttachment", "role"],
    ["aws:iam/policyAttachment:PolicyAttachment", "roles"],
  ] as const;
  for (const [type, property] of attachments) {
    for (const resource of context.ofType(type)) {
      const policy = managed(context, resource, "policyArn", resource.properties.policyArn);
      for (const role of targets(context, resource, property))
        if (policy) roles.get(role)?.policies.push(policy);
    }
  }
  for (const resource of context.ofKind(KINDS.role)) {
    const own = roles.get(resource.urn)?.policies;
    own?.push(...unexplainedPolicies(context, resource, own));
  }
  return new Map([...roles].map(([key, { node }]) => [key, node]));
}

/** The policies in a role's outputs that no resource explains. */
function unexplainedPolicies(
  context: Context,
  role: SourceResource,
  written: readonly PolicySource[],
): PolicySource[] {
  const { found } = role;
  if (found === undefined) return [];
  const known = new Set(written.map(({ document: own }) => canonicalPolicy(own)));
  const attached = new Set(written.map(({ ref }) => ref.urn));
  const surplus = ownPolicies(context, { ...role, properties: found }).filter(
    ({ ref, document: own }) =>
      !(ref.urn === role.urn ? known.has(canonicalPolicy(own)) : attached.has(ref.urn)),
  );
  return surplus.map((policy) => {
    const what = policy.ref.urn === role.urn ? "an inline policy" : `the policy ${policy.ref.name}`;
    return { ...policy, doubt: unexplained(role.name, what) };
  });
}

function targets({ references }: Context, resource: SourceResource, property: string): Key[] {
  const value = resource.properties[property];
  const named = property === "roles" ? list(value) : [value];
  return named.flatMap((role) => references.one(resource, property, role, KINDS.role) ?? []).filter(isKnown);
}

function ownPolicies(context: Context, role: SourceResource): PolicySource[] {
  const ref = refOf(role);
  const inline = records(inputValue(role, "inlinePolicies")).flatMap((policy): PolicySource[] => {
    if (!isKnown(policy)) return [{ ref, document: UNKNOWN }];
    const found = document(policy.policy);
    return found === undefined ? [] : [{ ref, document: found }];
  });
  const attached = list(inputValue(role, "managedPolicyArns")).flatMap(
    (arn) => managed(context, role, "managedPolicyArns", arn) ?? [],
  );
  return [...inline, ...attached];
}

/** A managed policy: one of the stack, or an AWS managed policy whose document is known. */
function managed(
  { references, resources }: Context,
  resource: SourceResource,
  property: string,
  value: unknown,
): PolicySource | undefined {
  const key: MaybeUnknown<Key> | undefined = references.one(resource, property, value, KINDS.policy);
  if (key === undefined) return undefined;
  if (!isKnown(key)) return { ref: refOf(resource), document: UNKNOWN };
  const own = resources.get(key);
  if (own !== undefined) return policyIn(own) ?? { ref: refOf(own), document: UNKNOWN };
  return { ref: references.refOf(key), document: managedPolicy(key) ?? UNKNOWN };
}

/**
 * AWS managed policies that Lambda functions commonly have. Any other one is unknown, and so never a pass.
 * https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html
 */
const LOGS = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"];

const ACTIONS: Readonly<Record<string, readonly string[]>> = {
  "service-role/AWSLambdaBasicExecutionRole": LOGS,
  "service-role/AWSLambdaVPCAccessExecutionRole": [...LOGS, ...NETWORK_INTERFACE_ACTIONS],
  "service-role/AWSLambdaSQSQueueExecutionRole": [
    "sqs:ReceiveMessage",
    "sqs:DeleteMessage",
    "sqs:GetQueueAttributes",
    ...LOGS,
  ],
  "service-role/AWSLambdaDynamoDBExecutionRole": [
    "dynamodb:DescribeStream",
    "dynamodb:GetRecords",
    "dynamodb:GetShardIterator",
    "dynamodb:ListStreams",
    ...LOGS,
  ],
  "service-role/AWSLambdaKinesisExecutionRole": [
    "kinesis:DescribeStream",
    "kinesis:DescribeStreamSummary",
    "kinesis:GetRecords",
    "kinesis:GetShardIterator",
    "kinesis:ListShards",
    "kinesis:ListStreams",
    "kinesis:SubscribeToShard",
    ...LOGS,
  ],
  AWSXRayDaemonWriteAccess: [
    "xray:PutTraceSegments",
    "xray:PutTelemetryRecords",
    "xray:GetSamplingRules",
    "xray:GetSamplingTargets",
    "xray:GetSamplingStatisticSummaries",
  ],
  AdministratorAccess: ["*"],
};

/** The document of an AWS managed policy by its ARN; undefined if this table does not have it. */
export function managedPolicy(arn: string): unknown {
  const [, name = ""] = /^arn:aws[a-z-]*:iam::aws:policy\/(.+)$/.exec(arn) ?? [];
  const actions = ACTIONS[name];
  if (actions === undefined) return undefined;
  return { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: actions, Resource: "*" }] };
}
