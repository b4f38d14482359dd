import * as pulumi from "@pulumi/pulumi";
import type { DeploymentTarget } from "../base/deployment-target.js";
import type { StackVpc } from "../network/vpc/stack-vpc.js";
import { type Cluster, type ClusterArgs, createCluster, MASTER_USER, PORT } from "./cluster.js";
import { poolPercent } from "./connection-pool.js";
import { databaseIntents } from "./intents.js";
import { createProxy, type DatabaseProxy } from "./proxy.js";

/** A database user other than the master user, and the secret with which the proxy logs in. */
export interface DatabaseUser {
  readonly name: string;
  /** ARN of a secret `{"username": …, "password": …}`. */
  readonly secretArn: string;
}

export interface DatabaseArgs extends Omit<ClusterArgs, "vpcId" | "subnets" | "databaseName" | "capacity"> {
  /** A VPC with isolated subnets in at least two zones. */
  readonly vpc: StackVpc;
  /** The database's name in the cluster. */
  readonly name: string;
  /** Aurora capacity units of 2 GiB. Each unit costs $0.12 an hour for each instance in us-east-1. */
  readonly minimumCapacity: number;
  readonly maximumCapacity: number;
  /**
   * Database user that the proxy logs in as.
   * @default the master user, which has every permission
   */
  readonly user?: DatabaseUser;
  /** Execution environments that may use the database at once: the sum of its functions' reserved concurrency. */
  readonly environments: number;
  /** Seconds that a function waits for a connection; at most the function's timeout. */
  readonly borrowTimeout: number;
  readonly target: DeploymentTarget;
}

/**
 * Aurora Serverless v2 (PostgreSQL) in isolated subnets, behind RDS Proxy. Only the proxy reaches the cluster, and only
 * functions with a `DatabaseAccess` reach the proxy.
 *
 * The proxy's share of the database's connections is computed from the possible number of environments, so that they
 * cannot use it up.
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/rds-proxy.html
 */
export class Database extends pulumi.ComponentResource {
  readonly databaseName: string;
  /** Database user that functions log in as. */
  readonly user: string;
  readonly cluster: Cluster;
  readonly proxy: DatabaseProxy;

  constructor(
    readonly name: string,
    args: DatabaseArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("lambda-networking:database:Database", name, {}, opts);
    const at = { vpcId: args.vpc.vpcId, subnets: args.vpc.isolatedSubnets };
    const capacity = { minimum: args.minimumCapacity, maximum: args.maximumCapacity };
    this.databaseName = args.name;
    this.user = args.user?.name ?? MASTER_USER;
    this.cluster = createCluster(name, { ...args, ...at, databaseName: args.name, capacity }, this);
    this.proxy = createProxy(
      name,
      {
        ...at,
        cluster: this.cluster,
        secretArn: args.user?.secretArn ?? this.cluster.masterSecretArn,
        kmsKeyArn: args.kmsKeyArn,
        poolPercent: poolPercent(args.environments, capacity),
        borrowTimeout: args.borrowTimeout,
        target: args.target,
      },
      this,
    );
    this.registerOutputs({
      databaseName: this.databaseName,
      proxyEndpoint: this.proxy.proxy.endpoint,
      intents: databaseIntents({ cluster: `${name}-cluster`, proxy: `${name}-proxy`, vpc: args.vpc.name }),
    });
  }

  /** Environment variables that code needs to connect. They contain no password: code uses an IAM token instead. */
  get environment(): Readonly<Record<string, pulumi.Input<string>>> {
    return {
      DATABASE_HOST: this.proxy.proxy.endpoint,
      DATABASE_PORT: String(PORT),
      DATABASE_NAME: this.databaseName,
      DATABASE_USER: this.user,
    };
  }
}
