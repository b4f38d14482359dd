import { NETWORK_INTERFACE_ACTIONS } from "../aws/network-interface-actions.js";
import type { Graph, Key, LambdaFunction, PolicySource, Role } from "../graph/index.js";
import { isKnown } from "../graph/index.js";
import {
  type Accepted,
  authorize,
  excessGrants,
  type GrantReport,
  type NamedPolicy,
  type Need,
  parsePolicy,
} from "../iam/index.js";
import { nodesNamed } from "../reachability/index.js";
import type { PermissionReport, RoleReport } from "../report/model.js";
import { isRecord } from "../resources/read.js";
import { destinationNeeds } from "./failure-destinations.js";
import { keyNeeds, variableNeeds } from "./key-needs.js";
import { pollNeeds } from "./poll-needs.js";
import { refusedLogGroups } from "./refused-log-groups.js";
import { refusedPolicies } from "./refused-policies.js";
import {
  integrationNeeds,
  isInstanceRole,
  loginNeeds,
  proxyNeeds,
  releaseNeeds,
  resourceNeeds,
} from "./role-needs.js";

/**
 * Actions that AWS services perform with the role of a function or a flow log.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html
 * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html
 * @see https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-iam-role.html
 */
const TRACES = ["xray:PutTraceSegments", "xray:PutTelemetryRecords"];
const FLOW_LOGS = ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"];

const ACCEPTED: readonly Accepted[] = [
  ...TRACES.map((action) => ({ action, reason: "X-Ray has no resources to name" })),
  ...NETWORK_INTERFACE_ACTIONS.map((action) => ({ action, reason: "Lambda asks for it on every resource" })),
  { action: "logs:DescribeLogGroups", reason: "it lists groups, so there is no one group to name" },
];

/**
 * What Session Manager's agent does with the role of an instance that it runs on. The actions have no resources.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/getting-started-create-iam-instance-profile.html
 */
const SESSION_MANAGER: readonly Need[] = [
  "ssm:UpdateInstanceInformation",
  "ssmmessages:CreateControlChannel",
  "ssmmessages:CreateDataChannel",
  "ssmmessages:OpenControlChannel",
  "ssmmessages:OpenDataChannel",
].map((action) => ({ action, resource: "*" }));

/**
 * Grants of each role that exceed its declared use. A function's grants are compared with its intents and with the
 * needs of Lambda itself; the grants of other roles are compared with the needs of their service.
 */
export function permissionReport(graph: Graph): PermissionReport {
  return {
    roles: [...graph.roles].map(([key, role]) => roleReport(graph, key, role)),
    refused: [...refusedPolicies(graph), ...refusedLogGroups(graph)],
  };
}

function roleReport(graph: Graph, key: Key, role: Role): RoleReport {
  const own = role.policies.filter((policy) => !isServicePolicy(policy, role));
  const uses = usesOf(graph, key, role);
  const needs = [...uses, ...inherentNeeds(graph, key, role)];
  const report = grants(own, [...needs, ...keyNeeds(graph, needs)]);
  const lent = role.policies.filter((policy) => isServicePolicy(policy, role));
  return {
    role: role.ref,
    ...compared(
      report,
      uses.length > 0 || functionsWith(graph, key).some((each) => declaresIntents(graph, each)),
    ),
    accepted: [
      ...report.accepted.map(({ action, resource, reason }) => `${action} on ${resource}: ${reason}`),
      ...lent.map(({ ref }) => `${ref.name}: AWS's own policy for the service that holds the role`),
    ],
    unknown: report.unknown,
  };
}

/** Whether a function is in a component that declares intents, so that a use that it does not declare is none. */
function declaresIntents({ resources }: Graph, { ref }: LambdaFunction): boolean {
  let at = resources.get(ref.urn);
  for (let level = 0; at !== undefined && level < resources.size; level += 1) {
    if (!at.type.startsWith("aws:") && Array.isArray(at.properties.intents)) return true;
    at = at.parent === undefined ? undefined : resources.get(at.parent);
  }
  return false;
}

/** The grants beyond need. Without a declared use there is no need to compare them with, so they are beyond nothing. */
function compared({ excess }: GrantReport, isUsed: boolean): Pick<RoleReport, "excess" | "undeclared"> {
  const texts = excess.map((grant) => {
    const on = `${grant.action} on ${grant.resource}`;
    if (!isUsed) return on;
    if (grant.excess !== "broader") return `${on}, ${grant.excess}`;
    const needs = grant.needs.map(({ action, resource }) => `${action} on ${resource}`);
    return `${on}, broader than ${needs.join(", ")}`;
  });
  return isUsed ? { excess: texts, undeclared: [] } : { excess: [], undeclared: texts };
}

function grants(policies: readonly PolicySource[], needs: readonly Need[]): GrantReport {
  const readable: NamedPolicy[] = [];
  const unknown: string[] = [];
  for (const { ref, document } of policies) {
    const parsed = isKnown(document) ? parsePolicy("identity", document) : undefined;
    if (parsed === undefined) unknown.push(ref.name);
    else if (parsed.ok) readable.push({ label: ref.name, document: parsed.document });
    else unknown.push(`${ref.name}, which AWS would refuse: ${parsed.problems.join("; ")}`);
  }
  const report = excessGrants(readable, needs, ACCEPTED);
  return { ...report, unknown: [...unknown, ...report.unknown] };
}

/** Whether a policy is the AWS managed policy that a service prescribes for its own role. */
function isServicePolicy({ ref }: PolicySource, role: Role): boolean {
  return (
    /^arn:aws[a-z-]*:iam::aws:policy\/service-role\//.test(ref.id ?? ref.name) &&
    !trusts(role, "lambda.amazonaws.com")
  );
}

function inherentNeeds(graph: Graph, key: Key, role: Role): Need[] {
  return [
    ...functionsWith(graph, key).flatMap((lambda) => inherent(graph, lambda)),
    ...(isInstanceRole(graph, key, role) ? SESSION_MANAGER : []),
  ];
}

function functionsWith(graph: Graph, role: Key): LambdaFunction[] {
  return [...graph.functions.values()].filter((lambda) => lambda.role === role);
}

/** The uses of a role that the stack declares, by intents or by what it gives the role to. */
function usesOf(graph: Graph, key: Key, role: Role): Need[] {
  return [
    ...functionsWith(graph, key).flatMap((lambda) => declared(graph, lambda)),
    ...integrationNeeds(graph, key),
    ...(trusts(role, "vpc-flow-logs.amazonaws.com") ? flowLogNeeds(graph) : []),
    ...proxyNeeds(graph, key, role),
    ...releaseNeeds(graph, key, role),
  ];
}

/** Needs of the function's intents. */
function declared(graph: Graph, lambda: LambdaFunction): Need[] {
  return graph.intents.flatMap((intent) => {
    const { from, to, must, reason } = intent;
    if (
      must !== "reach" ||
      from.kind !== "function" ||
      !nodesNamed(graph, "functions", from.name).includes(lambda)
    )
      return [];
    if (to.kind === "resource") return [...loginNeeds(graph, intent), ...resourceNeeds(graph, intent)];
    if (to.kind !== "service" || to.action === undefined) return [];
    return [{ action: to.action, resource: to.resource ?? "*", reason }];
  });
}

/** Needs of Lambda itself, for every function. */
function inherent(graph: Graph, lambda: LambdaFunction): Need[] {
  const { loggingConfig, name } = graph.resources.get(lambda.ref.urn)?.properties ?? {};
  const configured = isRecord(loggingConfig) ? loggingConfig.logGroup : undefined;
  const logGroup = typeof configured === "string" ? configured : `/aws/lambda/${String(name)}`;
  return [
    ...["logs:CreateLogStream", "logs:PutLogEvents"].map((action) => ({
      action,
      resource: logArn(graph, `${logGroup}:*`),
    })),
    ...TRACES.map((action) => ({ action, resource: "arn:*:xray:*" })),
    ...destinationNeeds(graph, lambda),
    ...pollNeeds(graph, lambda),
    ...variableNeeds(graph, lambda),
    ...(lambda.placement === undefined
      ? []
      : NETWORK_INTERFACE_ACTIONS.map((action) => ({ action, resource: "arn:*:ec2:*" }))),
  ];
}

function flowLogNeeds(graph: Graph): Need[] {
  const logs = [...graph.resources.values()].filter(({ type }) => type === "aws:ec2/flowLog:FlowLog");
  return [
    ...logs.flatMap(({ properties: { logDestination } }) =>
      FLOW_LOGS.flatMap((action) => [
        { action, resource: String(logDestination) },
        { action, resource: `${String(logDestination)}:*` },
      ]),
    ),
    { action: "logs:DescribeLogGroups", resource: logArn(graph, "*") },
  ];
}

function logArn({ region = "*", account = "*" }: Graph, group: string): string {
  return `arn:aws:logs:${region}:${account}:log-group:${group}`;
}

/** Whether a service may assume the role, as far as the trust policy decides without a session. */
function trusts({ arn, trust }: Role, service: string): boolean {
  const parsed = trust && isKnown(trust.document) ? parsePolicy("trust", trust.document) : undefined;
  if (trust === undefined || parsed?.ok !== true) return false;
  const { decision } = authorize(
    {
      principal: { kind: "service", name: service },
      action: "sts:AssumeRole",
      resource: isKnown(arn) ? arn : undefined,
    },
    { resource: { kind: "trust", policy: { label: trust.ref.name, document: parsed.document } } },
  );
  return decision === "allowed" || decision === "unknown"; // unknown: it depends on the session's context
}
