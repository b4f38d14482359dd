import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { DeploymentTarget } from "../base/deployment-target.js";
import { useKeyOf } from "../base/encryption.js";
import { policyDocument, type Statement, trustService } from "../base/policy-document.js";
import type { TierSubnet } from "../network/vpc/subnet-tier.js";
import { type Cluster, PORT } from "./cluster.js";

export interface ProxyArgs {
  readonly vpcId: pulumi.Input<string>;
  /** At least two zones, because RDS Proxy requires them. */
  readonly subnets: readonly TierSubnet[];
  readonly cluster: Cluster;
  /** The secret that the proxy logs in to the database with; callers never see it. */
  readonly secretArn: pulumi.Input<string>;
  /**
   * Key that encrypts the secret.
   * @default AWS's own key, which is free and needs no permission
   */
  readonly kmsKeyArn?: pulumi.Input<string>;
  /** Share of the database's connections that the proxy may open, in percent. */
  readonly poolPercent: number;
  /** Seconds that a caller waits for a connection. */
  readonly borrowTimeout: number;
  readonly target: DeploymentTarget;
}

export interface DatabaseProxy {
  readonly proxy: aws.rds.Proxy;
  readonly securityGroup: aws.ec2.SecurityGroup;
  /** The cluster behind the proxy. Without it, the proxy accepts connections and serves none. */
  readonly registration: aws.rds.ProxyTarget;
}

/**
 * Creates a proxy that accepts callers with IAM tokens over TLS. The callers share a bounded number of connections. The
 * proxy reads its secret over AWS's network, so its security group allows egress to the cluster only.
 *
 * Costs $0.015 an hour for each capacity unit of the cluster, 8 at least, in us-east-1: $87.60 a month.
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/rds-proxy.html
 */
export function createProxy(name: string, args: ProxyArgs, parent: pulumi.Resource): DatabaseProxy {
  const at = `${name}-proxy`;
  const securityGroup = new aws.ec2.SecurityGroup(
    at,
    { vpcId: args.vpcId, description: `Proxy of database ${name}` },
    { parent },
  );
  const connection = connectGroups(name, securityGroup, args.cluster.securityGroup, parent);
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
      debugLogging: false, // Debug logs would contain statements with their values.
      roleArn: role.arn,
      auths: [{ authScheme: "SECRETS", iamAuth: "REQUIRED", secretArn: args.secretArn }],
      vpcSubnetIds: args.subnets.map(({ subnet }) => subnet.id),
      vpcSecurityGroupIds: [securityGroup.id],
    },
    { parent, dependsOn: [permission, ...connection] },
  );
  return { proxy, securityGroup, registration: registerCluster(name, proxy, args, parent) };
}

/** Lets the proxy connect to the cluster, which accepts no other caller. */
function connectGroups(
  name: string,
  proxy: aws.ec2.SecurityGroup,
  cluster: aws.ec2.SecurityGroup,
  parent: pulumi.Resource,
): readonly pulumi.Resource[] {
  const connection = { ipProtocol: "tcp", fromPort: PORT, toPort: PORT };
  const egress = new aws.vpc.SecurityGroupEgressRule(
    `${name}-proxy-to-cluster`,
    {
      ...connection,
      securityGroupId: proxy.id,
      referencedSecurityGroupId: cluster.id,
      description: "PostgreSQL to the cluster",
    },
    { parent },
  );
  const ingress = new aws.vpc.SecurityGroupIngressRule(
    `${name}-cluster-from-proxy`,
    {
      ...connection,
      securityGroupId: cluster.id,
      referencedSecurityGroupId: proxy.id,
      description: "PostgreSQL from the proxy",
    },
    { parent },
  );
  return [egress, ingress];
}

function registerCluster(
  name: string,
  proxy: aws.rds.Proxy,
  { cluster, poolPercent, borrowTimeout }: ProxyArgs,
  parent: pulumi.Resource,
): aws.rds.ProxyTarget {
  const targets = new aws.rds.ProxyDefaultTargetGroup(
    `${name}-proxy-targets`,
    {
      dbProxyName: proxy.name,
      connectionPoolConfig: {
        maxConnectionsPercent: poolPercent,
        maxIdleConnectionsPercent: Math.floor(poolPercent / 2), // AWS requires that this does not exceed the pool's percentage.
        connectionBorrowTimeout: borrowTimeout,
      },
    },
    { parent },
  );
  return new aws.rds.ProxyTarget(
    `${name}-proxy-cluster`,
    {
      dbProxyName: proxy.name,
      targetGroupName: targets.name,
      dbClusterIdentifier: cluster.cluster.id,
    },
    // A cluster without an instance has no target to register.
    { parent, dependsOn: [...cluster.instances] },
  );
}

/**
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/rds-proxy-iam-setup.html
 */
function readSecret({ secretArn, kmsKeyArn, target }: ProxyArgs): Statement[] {
  const read: Statement = { Effect: "Allow", Action: "secretsmanager:GetSecretValue", Resource: secretArn };
  return kmsKeyArn === undefined ? [read] : [read, useKeyOf(kmsKeyArn, target, "secretsmanager")];
}
