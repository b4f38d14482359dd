import { LOGIN_ACTION, loginArn, ofType } from "../graph/databases.js";
import {
  type ApiMethod,
  type Graph,
  type Intent,
  isKnown,
  isSet,
  type Key,
  type RestApi,
  type Role,
  type SourceResource,
} from "../graph/index.js";
import type { Need } from "../iam/index.js";
import { findMethods, nodesNamed, tableArn } from "../reachability/index.js";
import { callsOf } from "../reachability/services/resource-samples.js";
import { inputValue, records } from "../resources/read.js";

/** Needs of a role that API Gateway uses: the actions of its methods, and of the intents of these methods. */
export function integrationNeeds(graph: Graph, role: Key): Need[] {
  return [...graph.apis.values()].flatMap((api) =>
    api.methods
      .filter(({ integration }) => integration?.credentials === role)
      .flatMap((method) => [
        ...ofService(graph, method),
        ...ofFunction(graph, method),
        ...declared(graph, api, method),
      ]),
  );
}

/** The integration's action on the resources that its templates name or, without a name, on any of the service. */
function ofService(graph: Graph, { integration, ref }: ApiMethod): Need[] {
  const own = integration?.serviceAction;
  if (own?.action === undefined) return [];
  const action = `${own.service}:${own.action}`;
  const reason = `${ref.name} does it`;
  const arns = own.resources.flatMap((key) => tableArn(graph, key, own.region) ?? []);
  const named = arns.map((arn) => (own.index === undefined ? arn : `${arn}/index/${own.index}`));
  return (named.length > 0 ? named : [`arn:*:${own.service}:*`]).map((resource) => ({
    action,
    resource,
    reason,
  }));
}

/** API Gateway may invoke a function with a role, instead of a permission of the function. */
function ofFunction(graph: Graph, { integration, ref }: ApiMethod): Need[] {
  const key = integration?.function;
  if (!isSet(key)) return [];
  const arn = graph.functions.get(key)?.arn;
  const resource = isSet(arn) ? arn : "arn:*:lambda:*";
  return [{ action: "lambda:InvokeFunction", resource, reason: `${ref.name} invokes it` }];
}

function declared(graph: Graph, api: RestApi, method: ApiMethod): Need[] {
  return graph.intents.flatMap(({ from, to, must, reason }) => {
    if (must !== "reach" || from.kind !== "method" || to.kind !== "service" || to.action === undefined)
      return [];
    const isSame = findMethods(graph, from).some((found) => found.api === api && found.method === method);
    return isSame ? [{ action: to.action, resource: to.resource ?? "*", reason }] : [];
  });
}

/** Needs of a caller that uses a database as one of its users. */
export function loginNeeds(graph: Graph, { to, reason }: Intent): Need[] {
  if (to.kind !== "resource" || to.databaseUser === undefined) return [];
  const { databaseUser } = to;
  return nodesNamed(graph, "managedResources", to.name).flatMap((database) => {
    const resource = loginArn(graph, database, databaseUser);
    return isKnown(resource) ? [{ action: LOGIN_ACTION, resource, reason }] : [];
  });
}

/** Needs of a caller that does something with a resource: on the resource itself, and on its parts. */
export function resourceNeeds(graph: Graph, { to, reason }: Intent): Need[] {
  if (to.kind !== "resource" || to.actions === undefined) return [];
  const { actions } = to;
  return nodesNamed(graph, "managedResources", to.name).flatMap((resource) =>
    callsOf(resource)
      .patterns.filter(isSet)
      .flatMap((arn) => actions.map((action) => ({ action, resource: arn, reason }))),
  );
}

/**
 * Needs of a database proxy's role: it reads the secrets with the logins, and decrypts them.
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/rds-proxy-iam-setup.html
 */
export function proxyNeeds(graph: Graph, key: Key, role: Role): Need[] {
  const own = holdersOf(graph, key, role, "aws:rds/proxy:Proxy", "roleArn");
  const secrets = own
    .flatMap((proxy) => records(inputValue(proxy, "auths")))
    .flatMap((auth) => (isKnown(auth) && typeof auth.secretArn === "string" ? [auth.secretArn] : []));
  if (own.length === 0) return [];
  return [
    ...secrets.map((resource) => ({ action: "secretsmanager:GetSecretValue", resource })),
    ...masterKeys(graph).map((resource) => ({ action: "kms:Decrypt", resource })),
  ];
}

/** Customer managed keys that encrypt the master users' secrets of RDS. */
function masterKeys(graph: Graph): string[] {
  return ofType(graph, "aws:rds/cluster:Cluster")
    .map((cluster) => inputValue(cluster, "masterUserSecretKmsKeyId"))
    .filter((key) => typeof key === "string");
}

const GROUP = "aws:codedeploy/deploymentGroup:DeploymentGroup";
const ALIAS = "aws:lambda/alias:Alias";
const MOVES = ["lambda:GetAlias", "lambda:UpdateAlias", "lambda:GetProvisionedConcurrencyConfig"];

/**
 * Needs of CodeDeploy with the role of a deployment group for functions: it moves the alias and reads alarms. Only the
 * deployment names its alias, so the need covers every alias with a known ARN.
 * @see https://docs.aws.amazon.com/codedeploy/latest/userguide/getting-started-create-service-role.html
 */
export function releaseNeeds(graph: Graph, key: Key, role: Role): Need[] {
  if (holdersOf(graph, key, role, GROUP, "serviceRoleArn").length === 0) return [];
  return [
    ...ofType(graph, ALIAS).flatMap(({ properties }) =>
      typeof properties.arn === "string"
        ? MOVES.map((action) => ({ action, resource: String(properties.arn) }))
        : [],
    ),
    // The action cannot name an alarm: CodeDeploy asks for all alarms of a group at once.
    { action: "cloudwatch:DescribeAlarms", resource: "arn:*:cloudwatch:*" },
  ];
}

/**
 * Resources of a type that use a role.
 * @param key key of the role
 * @param property property that holds the role's ARN: `roleArn`
 */
export function holdersOf(
  graph: Graph,
  key: Key,
  { arn }: Role,
  type: string,
  property: string,
): SourceResource[] {
  return ofType(graph, type).filter(
    ({ properties, propertyDependencies }) =>
      (isKnown(arn) && properties[property] === arn) ||
      propertyDependencies?.[property]?.includes(key) === true,
  );
}

/** Whether EC2 instances have the role, by an instance profile. That names a role by its name. */
export function isInstanceRole(graph: Graph, key: Key, { ref }: Role): boolean {
  return ofType(graph, "aws:iam/instanceProfile:InstanceProfile").some(
    ({ properties, propertyDependencies }) =>
      (typeof properties.role === "string" && properties.role === ref.id) ||
      propertyDependencies?.role?.includes(key) === true,
  );
}
