import { createHash } from "node:crypto";
import type { CapacityRange } from "@lambda-networking/preflight/aws";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { clusterNameOf } from "../base/data-names.js";
import type { DataRetention } from "../base/data-retention.js";
import { arnOf, type DeploymentTarget } from "../base/deployment-target.js";
import type { TierSubnet } from "../network/vpc/subnet-tier.js";
import { requireTls } from "./parameter-group.js";

export const PORT = 5432;

/**
 * The master user. AWS creates it with the cluster, keeps its password in Secrets Manager and changes it every 7 days.
 */
export const MASTER_USER = "postgres";

export interface ClusterArgs {
  readonly vpcId: pulumi.Input<string>;
  /** At least two zones, because Aurora requires them. */
  readonly subnets: readonly TierSubnet[];
  readonly databaseName: string;
  /** PostgreSQL's major version; AWS chooses the minor version and updates it. */
  readonly engineVersion: number;
  /** Each unit costs $0.12 an hour for each instance in us-east-1: $43.80 a month for the minimum of 0.5. */
  readonly capacity: CapacityRange;
  /** Number of instances. The first one writes; each further one can take over, in another zone if one is left. */
  readonly instances: number;
  readonly backupRetentionInDays: number;
  /** Whether AWS refuses to delete the cluster, as long as its data is kept. */
  readonly deletionProtection: boolean;
  /** Whether a snapshot is taken when the cluster is deleted. The snapshot stays, at $0.021 a GB-month. */
  readonly finalSnapshot: boolean;
  readonly logRetentionInDays: number;
  /**
   * Key that encrypts the storage and the master password. A customer managed key costs $1 a month.
   * @default AWS managed keys, which are free
   */
  readonly kmsKeyArn?: pulumi.Input<string>;
  readonly data: DataRetention;
  readonly target: DeploymentTarget;
}

export interface Cluster {
  readonly cluster: aws.rds.Cluster;
  readonly instances: readonly aws.rds.ClusterInstance[];
  readonly securityGroup: aws.ec2.SecurityGroup;
  /** The secret with the master user's password. */
  readonly masterSecretArn: pulumi.Output<string>;
}

/** Name of the log group of a database's own log. RDS decides it. */
export function databaseLogGroupName(
  name: string,
  args: { readonly data: DataRetention; readonly target: DeploymentTarget },
): string {
  return `/aws/rds/cluster/${clusterNameOf(name, args)}/postgresql`;
}

/**
 * Creates an Aurora PostgreSQL cluster of serverless instances. Its security group allows no ingress until a caller
 * adds a rule.
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-serverless-v2.html
 */
export function createCluster(name: string, args: ClusterArgs, parent: pulumi.Resource): Cluster {
  const at = `${name}-cluster`;
  const securityGroup = new aws.ec2.SecurityGroup(
    at,
    { vpcId: args.vpcId, description: `Database ${name}` },
    { parent },
  );
  const subnetGroup = new aws.rds.SubnetGroup(
    `${name}-subnets`,
    { subnetIds: args.subnets.map(({ subnet }) => subnet.id), description: `Isolated subnets of ${name}` },
    { parent },
  );
  // RDS would create the log group without a retention period.
  const logGroup = new aws.cloudwatch.LogGroup(
    `${name}-logs`,
    {
      name: databaseLogGroupName(name, args),
      retentionInDays: args.logRetentionInDays,
      kmsKeyId: args.target.key?.arn,
    },
    { parent },
  );
  const identifier = clusterNameOf(name, args);
  // Protected, because a cluster that is retained would hold its subnets, and the update would fail half way.
  const kept = args.data.protected({
    what: `the database in cluster ${identifier}`,
    arn: arnOf(args.target, "rds", `cluster:${identifier}`),
  });
  const cluster = new aws.rds.Cluster(
    at,
    {
      clusterIdentifier: identifier,
      engine: "aurora-postgresql",
      engineMode: "provisioned", // Serverless v2 also has the mode "provisioned"; "serverless" is the first generation.
      engineVersion: String(args.engineVersion),
      allowMajorVersionUpgrade: true, // Only the operator changes the major version.
      // Otherwise a change waits for the maintenance window, and the old resource stays in use until then.
      applyImmediately: true,
      databaseName: args.databaseName,
      masterUsername: MASTER_USER,
      manageMasterUserPassword: true,
      iamDatabaseAuthenticationEnabled: true,
      serverlessv2ScalingConfiguration: {
        minCapacity: args.capacity.minimum,
        maxCapacity: args.capacity.maximum,
      },
      port: PORT,
      dbSubnetGroupName: subnetGroup.name,
      vpcSecurityGroupIds: [securityGroup.id],
      dbClusterParameterGroupName: requireTls(name, args.engineVersion, parent),
      storageEncrypted: true,
      kmsKeyId: args.kmsKeyArn,
      masterUserSecretKmsKeyId: args.kmsKeyArn,
      backupRetentionPeriod: args.backupRetentionInDays,
      copyTagsToSnapshot: true,
      enabledCloudwatchLogsExports: ["postgresql"],
      deletionProtection: args.deletionProtection && args.data.keep,
      ...finalSnapshot(args, subnetGroup.name),
    },
    // The identifier is fixed, so the old cluster must release it before another can use it.
    { parent, dependsOn: [logGroup], deleteBeforeReplace: true, ...kept },
  );
  const instances = Array.from({ length: args.instances }, (_, i) =>
    createInstance(name, i + 1, cluster, parent),
  );
  const masterSecretArn = cluster.masterUserSecrets.apply(([secret]) => secret?.secretArn ?? "");
  return { cluster, instances, securityGroup, masterSecretArn };
}

function createInstance(
  name: string,
  number: number,
  cluster: aws.rds.Cluster,
  parent: pulumi.Resource,
): aws.rds.ClusterInstance {
  return new aws.rds.ClusterInstance(
    `${name}-instance-${number}`,
    {
      clusterIdentifier: cluster.id,
      engine: "aurora-postgresql",
      instanceClass: "db.serverless",
      publiclyAccessible: false,
      autoMinorVersionUpgrade: true,
      copyTagsToSnapshot: true,
    },
    { parent },
  );
}

/**
 * Name of the final snapshot, different from the snapshot of an earlier cluster. The subnet group's name ends in random
 * letters that differ for each deployment from scratch; the hash covers inputs that replace only the cluster.
 */
function finalSnapshot(
  { finalSnapshot, databaseName, kmsKeyArn }: ClusterArgs,
  subnetGroup: pulumi.Output<string>,
): Pick<aws.rds.ClusterArgs, "skipFinalSnapshot" | "finalSnapshotIdentifier"> {
  if (!finalSnapshot) return { skipFinalSnapshot: true };
  const key = pulumi.Output.isInstance(kmsKeyArn) ? "the stack's own" : kmsKeyArn;
  const hash = createHash("sha256").update(`${databaseName}\n${key}`).digest("hex").slice(0, 7);
  return {
    skipFinalSnapshot: false,
    finalSnapshotIdentifier: pulumi.interpolate`${subnetGroup}-${hash}-final`,
  };
}
