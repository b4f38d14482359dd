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
import { inputValue, records } from "../resources/read.js";

/** What the methods that API Gateway answers with a role do with it, and what intents say that they do. */
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

/** The integration's action, on what its templates name; without a name, on anything of the service's. */
function ofService(graph: Graph, { integration, ref }: ApiMethod): Need[] {
  const own = integration?.serviceAction;
  if (own?.action === undefined) return [];
  const action = `${own.service}:${own.action}`;
  const reason = `${ref.name} does it`;
  const arns = own.resources.flatMap((key) => tableArn(graph, key) ?? []);
  const named = arns.map((arn) => (own.index === undefined ? arn : `${arn}/index/${own.index}`));
  return (named.length > 0 ? named : [`arn:*:${own.service}:*`]).map((resource) => ({
    action,
    resource,
    reason,
  }));
}

/** A function may be invoked with a role, in place of a permission of its own. */
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

/** What a caller needs that is to use a database as one of its users. */
export function loginNeeds(graph: Graph, { to, reason }: Intent): Need[] {
  if (to.kind !== "resource" || to.databaseUser === undefined) return [];
  const { databaseUser } = to;
  return nodesNamed(graph, "managedResources", to.name).flatMap((database) => {
    const resource = loginArn(graph, database, databaseUser);
    return isKnown(resource) ? [{ action: LOGIN_ACTION, resource, reason }] : [];
  });
}

/**
 * What a proxy of a database does with its role: it reads the secrets that it logs in with, and has them decrypted.
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

/** The customer's keys that RDS encrypts master users' secrets with. */
function masterKeys(graph: Graph): string[] {
  return ofType(graph, "aws:rds/cluster:Cluster")
    .map((cluster) => inputValue(cluster, "masterUserSecretKmsKeyId"))
    .filter((key) => typeof key === "string");
}

const GROUP = "aws:codedeploy/deploymentGroup:DeploymentGroup";
const ALIAS = "aws:lambda/alias:Alias";
const MOVES = ["lambda:GetAlias", "lambda:UpdateAlias", "lambda:GetProvisionedConcurrencyConfig"];

/**
 * What CodeDeploy does with the role of a deployment group for functions: it moves the alias and looks at alarms. Which
 * alias is said by each deployment, so it may be any that an update leaves where it is.
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
    // It has no alarm to name: CodeDeploy asks for all that a group names at once.
    { action: "cloudwatch:DescribeAlarms", resource: "arn:*:cloudwatch:*" },
  ];
}

/**
 * The resources of a type that hold a role.
 * @param key the role's
 * @param property what names it by its ARN: `roleArn`
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
