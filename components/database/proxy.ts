import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { DeploymentTarget } from "../base/deployment-target.js";
import { policyDocument, type Statement, trustService } from "../base/policy-document.js";
import type { TierSubnet } from "../network/vpc/subnet-tier.js";
import { type Cluster, PORT } from "./cluster.js";

export interface ProxyArgs {
  readonly vpcId: pulumi.Input<string>;
  /** In two zones at least, as RDS Proxy asks. */
  readonly subnets: readonly TierSubnet[];
  readonly cluster: Cluster;
  /** The secret that the proxy logs in to the database with; callers never see it. */
  readonly secretArn: pulumi.Input<string>;
  /**
   * Key that encrypts the secret.
   * @default AWS's own key, which is free and needs no permission
   */
  readonly kmsKeyArn?: string;
  /** The share of the database's connections that the proxy may open, in percent. */
  readonly poolPercent: number;
  /** How long a caller waits for one of them, in seconds. */
  readonly borrowTimeout: number;
  readonly target: DeploymentTarget;
}

export interface DatabaseProxy {
  readonly proxy: aws.rds.Proxy;
  readonly securityGroup: aws.ec2.SecurityGroup;
}

/**
 * A proxy that takes callers with IAM tokens over TLS and shares a bounded number of connections among them. It
 * reads its secret over AWS's own network, so its group lets it out to the cluster and nowhere else.
 *
 * In us-east-1 it costs $0.015 an hour for each capacity unit of the cluster, 8 at least: $87.60 a month.
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/rds-proxy.html
 */
export function createProxy(name: string, args: ProxyArgs, parent: pulumi.Resource): DatabaseProxy {
  const at = `${name}-proxy`;
  const securityGroup = new aws.ec2.SecurityGroup(
    at,
    { vpcId: args.vpcId, description: `Proxy of database ${name}` },
    { parent },
  );
  connectGroups(name, securityGroup, args.cluster.securityGroup, parent);
  const role = new aws.iam.Role(
    at,
    { assumeRolePolicy: trustService("rds.amazonaws.com", args.target.accountId) },
    { parent },
  );
  const permission = new aws.iam.RolePolicy(
    at,
    { role: role.id, policy: pulumi.jsonStringify(policyDocument(...readSecret(args))) },
    { parent },
  );
  const proxy = new aws.rds.Proxy(
    at,
    {
      engineFamily: "POSTGRESQL",
      requireTls: true,
      debugLogging: false, // it would write out statements, with the values in them
      roleArn: role.arn,
      auths: [{ authScheme: "SECRETS", iamAuth: "REQUIRED", secretArn: args.secretArn }],
      vpcSubnetIds: args.subnets.map(({ subnet }) => subnet.id),
      vpcSecurityGroupIds: [securityGroup.id],
    },
    { parent, dependsOn: [permission] },
  );
  registerCluster(name, proxy, args, parent);
  return { proxy, securityGroup };
}

/** The proxy may call the cluster, and the cluster takes calls from nobody else. */
function connectGroups(
  name: string,
  proxy: aws.ec2.SecurityGroup,
  cluster: aws.ec2.SecurityGroup,
  parent: pulumi.Resource,
): void {
  const connection = { ipProtocol: "tcp", fromPort: PORT, toPort: PORT };
  new aws.vpc.SecurityGroupEgressRule(
    `${name}-proxy-to-cluster`,
    {
      ...connection,
      securityGroupId: proxy.id,
      referencedSecurityGroupId: cluster.id,
      description: "PostgreSQL to the cluster",
    },
    { parent },
  );
  new aws.vpc.SecurityGroupIngressRule(
    `${name}-cluster-from-proxy`,
    {
      ...connection,
      securityGroupId: cluster.id,
      referencedSecurityGroupId: proxy.id,
      description: "PostgreSQL from the proxy",
    },
    { parent },
  );
}

function registerCluster(
  name: string,
  proxy: aws.rds.Proxy,
  { cluster, poolPercent, borrowTimeout }: ProxyArgs,
  parent: pulumi.Resource,
): void {
  const targets = new aws.rds.ProxyDefaultTargetGroup(
    `${name}-proxy-targets`,
    {
      dbProxyName: proxy.name,
      connectionPoolConfig: {
        maxConnectionsPercent: poolPercent,
        maxIdleConnectionsPercent: Math.floor(poolPercent / 2), // must not be above the other
        connectionBorrowTimeout: borrowTimeout,
      },
    },
    { parent },
  );
  new aws.rds.ProxyTarget(
    `${name}-proxy-cluster`,
    {
      dbProxyName: proxy.name,
      targetGroupName: targets.name,
      dbClusterIdentifier: cluster.cluster.id,
    },
    // A cluster without an instance has nothing to register.
    { parent, dependsOn: [...cluster.instances] },
  );
}

/**
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/rds-proxy-iam-setup.html
 */
function readSecret({ secretArn, kmsKeyArn, target }: ProxyArgs): Statement[] {
  const read: Statement = { Effect: "Allow", Action: "secretsmanager:GetSecretValue", Resource: secretArn };
  if (kmsKeyArn === undefined) return [read];
  const viaSecretsManager = { "kms:ViaService": `secretsmanager.${target.region}.${target.dnsSuffix}` };
  return [
    read,
    {
      Effect: "Allow",
      Action: "kms:Decrypt",
      Resource: kmsKeyArn,
      Condition: { StringEquals: viaSecretsManager },
    },
  ];
}
