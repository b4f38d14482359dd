import * as pulumi from "@pulumi/pulumi";
import type { DeploymentTarget } from "../base/deployment-target.js";
import type { Vpc } from "../network/vpc/vpc.js";
import { type Cluster, type ClusterArgs, createCluster, MASTER_USER, PORT } from "./cluster.js";
import { poolPercent } from "./connection-pool.js";
import { databaseIntents } from "./intents.js";
import { createProxy, type DatabaseProxy } from "./proxy.js";

/** A user of the database besides the master user, with the secret that the proxy logs in with. */
export interface DatabaseUser {
  readonly name: string;
  /** Of a secret `{"username": …, "password": …}`. */
  readonly secretArn: string;
}

export interface DatabaseArgs extends Omit<ClusterArgs, "vpcId" | "subnets" | "databaseName" | "capacity"> {
  /** Has isolated subnets in two zones at least. */
  readonly vpc: Vpc;
  /** What the database in the cluster is called. */
  readonly name: string;
  /** In Aurora capacity units of 2 GiB, which cost $0.12 an hour each in us-east-1, for each instance. */
  readonly minimumCapacity: number;
  readonly maximumCapacity: number;
  /**
   * Database user that the proxy logs in as.
   * @default the master user, who may do everything
   */
  readonly user?: DatabaseUser;
  /** How many execution environments may use the database at once: the sum of its functions' reserved concurrency. */
  readonly environments: number;
  /** How long a function waits for a connection, in seconds; no longer than it may run. */
  readonly borrowTimeout: number;
  readonly target: DeploymentTarget;
}

/**
 * Aurora Serverless v2 (PostgreSQL) in isolated subnets, behind RDS Proxy. Nobody reaches the cluster but the proxy,
 * and the proxy lets in only functions with a `DatabaseAccess`.
 *
 * The proxy's share of the database's connections follows from how many environments there can be, so that they
 * cannot use it up.
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/rds-proxy.html
 */
export class Database extends pulumi.ComponentResource {
  readonly databaseName: string;
  /** As whom functions log in. */
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

  /** What code needs to connect. The password is none of it: a token for IAM stands in its place. */
  get environment(): Readonly<Record<string, pulumi.Input<string>>> {
    return {
      DATABASE_HOST: this.proxy.proxy.endpoint,
      DATABASE_PORT: String(PORT),
      DATABASE_NAME: this.databaseName,
      DATABASE_USER: this.user,
    };
  }
}
