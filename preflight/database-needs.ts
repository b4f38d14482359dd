import { LOGIN_ACTION, loginArn } from "./graph/database-logins.js";
import type { Graph, Intent, Key, Role } from "./graph/index.js";
import { isKnown } from "./graph/index.js";
import { ofType } from "./graph/of-type.js";
import { given, records } from "./graph/read.js";
import { holdersOf } from "./held-roles.js";
import type { Need } from "./iam/index.js";
import { findIn } from "./reachability/find.js";

/** What a caller needs that is to use a database as one of its users. */
export function loginNeeds(graph: Graph, { to, why }: Intent): Need[] {
  if (to.kind !== "resource" || to.databaseUser === undefined) return [];
  const { databaseUser } = to;
  return findIn(graph, graph.services, to.name).flatMap((database) => {
    const resource = loginArn(graph, database, databaseUser);
    return isKnown(resource) ? [{ action: LOGIN_ACTION, resource, why }] : [];
  });
}

/**
 * What a proxy of a database does with its role: it reads the secrets that it logs in with, and has them decrypted.
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/rds-proxy-iam-setup.html
 */
export function proxyNeeds(graph: Graph, key: Key, role: Role): Need[] {
  const own = holdersOf(graph, key, role, "aws:rds/proxy:Proxy", "roleArn");
  const secrets = own
    .flatMap((proxy) => records(given(proxy, "auths")))
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
    .map((cluster) => given(cluster, "masterUserSecretKmsKeyId"))
    .filter((key) => typeof key === "string");
}
