import { arn, association, type Compute, hex, named, physicalName, text } from "./compute.js";

/** A database cluster. RDS creates the master user's secret and names it. */
const databaseCluster: Compute = (context) => {
  const id = text(context, "clusterIdentifier") || physicalName(context);
  const domain = `${hex(12, id)}.${context.region}.rds.amazonaws.com`;
  const secret = `secret:rds!cluster-${hex(32, "secret", id)}-${hex(6, "version", id)}`;
  const managed = context.inputs.manageMasterUserPassword === true;
  return {
    id,
    outputs: {
      clusterIdentifier: id,
      arn: arn(context, "rds", `cluster:${id}`),
      endpoint: `${id}.cluster-${domain}`,
      readerEndpoint: `${id}.cluster-ro-${domain}`,
      masterUserSecrets: managed
        ? [{ secretArn: arn(context, "secretsmanager", secret), secretStatus: "active", kmsKeyId: "" }]
        : [],
    },
  };
};

/** A proxy. Its id is its name; its ARN ends in the id that policies use. */
const databaseProxy: Compute = (context) => {
  const name = physicalName(context);
  return {
    id: name,
    outputs: {
      name,
      arn: arn(context, "rds", `db-proxy:prx-${hex(17, "prx", context.name)}`),
      endpoint: `${name}.proxy-${hex(12, name)}.${context.region}.rds.amazonaws.com`,
    },
  };
};

/** A customer managed key. Its id looks like a UUID. */
const key: Compute = (context) => {
  const id = [8, 4, 4, 4, 12].map((length, i) => hex(length, "key", String(i), context.name)).join("-");
  return { id, outputs: { keyId: id, arn: arn(context, "kms", `key/${id}`) } };
};

/** Resource types that store data, and the keys that encrypt it. */
export const DATA: Readonly<Record<string, Compute>> = {
  "aws:dynamodb/table:Table": named((name, at) => arn(at, "dynamodb", `table/${name}`)),
  "aws:efs/accessPoint:AccessPoint": (context) => {
    const id = `fsap-${hex(17, "fsap", context.name)}`;
    return { id, outputs: { arn: arn(context, "elasticfilesystem", `access-point/${id}`) } };
  },
  "aws:efs/fileSystem:FileSystem": (context) => {
    const id = `fs-${hex(17, "fs", context.name)}`;
    const dnsName = `${id}.efs.${context.region}.amazonaws.com`;
    return { id, outputs: { arn: arn(context, "elasticfilesystem", `file-system/${id}`), dnsName } };
  },
  "aws:efs/fileSystemPolicy:FileSystemPolicy": (context) => ({ id: text(context, "fileSystemId") }),
  "aws:efs/mountTarget:MountTarget": association("fsmt"),
  "aws:kms/key:Key": key,
  "aws:rds/cluster:Cluster": databaseCluster,
  "aws:rds/clusterInstance:ClusterInstance": named((name, at) => arn(at, "rds", `db:${name}`)),
  "aws:rds/clusterParameterGroup:ClusterParameterGroup": named((name, at) =>
    arn(at, "rds", `cluster-pg:${name}`),
  ),
  "aws:rds/proxy:Proxy": databaseProxy,
  "aws:rds/proxyDefaultTargetGroup:ProxyDefaultTargetGroup": (context) => ({
    id: text(context, "dbProxyName"),
    outputs: { name: "default" },
  }),
  "aws:rds/proxyTarget:ProxyTarget": association("target"),
  "aws:rds/subnetGroup:SubnetGroup": named((name, at) => arn(at, "rds", `subgrp:${name}`)),
  "aws:secretsmanager/secret:Secret": (context) => {
    const name = physicalName(context);
    const secretArn = arn(context, "secretsmanager", `secret:${name}-${hex(6, "secret", context.name)}`);
    return { id: secretArn, outputs: { name, arn: secretArn } };
  },
  "aws:ssm/parameter:Parameter": named((name, at) => arn(at, "ssm", `parameter${name}`)),
};
