import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { arnOf, type DeploymentTarget } from "../base/deployment-target.js";
import { type PlannedValue, plannedId } from "../base/planned-value.js";
import { policyDocument } from "../base/policy-document.js";
import type { UnreleasedFunction } from "../function/lambda-function.js";
import { PORT } from "./cluster.js";
import type { Database } from "./database.js";
import { accessIntents } from "./intents.js";

export interface DatabaseAccessArgs {
  readonly database: Database;
  /** A function in the database's VPC. Its reserved concurrency is part of the database's `environments`. */
  readonly function: UnreleasedFunction;
  readonly target: DeploymentTarget;
}

/**
 * Lets one function use a database: security group rules between function and proxy, and permission to log in with IAM
 * as the database's user.
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/rds-proxy-connecting.html
 */
export class DatabaseAccess extends pulumi.ComponentResource {
  constructor(
    private readonly name: string,
    { database, function: caller, target }: DatabaseAccessArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("lambda-networking:database:DatabaseAccess", name, {}, opts);
    if (caller.securityGroup === undefined) {
      throw new Error(`${caller.name} is outside any VPC, so it reaches no database`);
    }
    this.connectGroups(caller.securityGroup, database.proxy.securityGroup);
    const planned = this.allowLogin(database, caller, target);
    this.registerOutputs({
      planned: [planned],
      intents: accessIntents({
        function: caller.name,
        cluster: `${database.name}-cluster`,
        proxy: `${database.name}-proxy`,
        user: database.user,
      }),
    });
  }

  private connectGroups(caller: aws.ec2.SecurityGroup, proxy: aws.ec2.SecurityGroup): void {
    const connection = { ipProtocol: "tcp", fromPort: PORT, toPort: PORT };
    new aws.vpc.SecurityGroupEgressRule(
      `${this.name}-to-proxy`,
      {
        ...connection,
        securityGroupId: caller.id,
        referencedSecurityGroupId: proxy.id,
        description: "PostgreSQL to the database's proxy",
      },
      { parent: this },
    );
    new aws.vpc.SecurityGroupIngressRule(
      `${this.name}-from-function`,
      {
        ...connection,
        securityGroupId: proxy.id,
        referencedSecurityGroupId: caller.id,
        description: "PostgreSQL from the function",
      },
      { parent: this },
    );
  }

  /** https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/UsingWithRDS.IAMDBAuth.IAMPolicy.html */
  private allowLogin(
    { proxy: { proxy }, user }: Database,
    caller: UnreleasedFunction,
    target: DeploymentTarget,
  ): PlannedValue {
    const policyFor = (proxyId: pulumi.Output<string>) =>
      pulumi.jsonStringify(
        policyDocument({
          Effect: "Allow",
          Action: "rds-db:connect",
          Resource: proxyId.apply((id) => arnOf(target, "rds-db", `dbuser:${id}/${user}`)),
        }),
      );
    const policy = new aws.iam.RolePolicy(
      `${this.name}-login`,
      // A policy identifies the proxy by the end of its ARN, prx-…, not by its name.
      { role: caller.role.id, policy: policyFor(proxy.arn.apply((arn) => arn.split(":").at(-1) ?? "")) },
      // The version that callers leave during an update keeps the old policy until the end.
      { parent: this, replaceOnChanges: ["policy"] },
    );
    return { resource: policy.urn, property: "policy", value: policyFor(plannedId(proxy)) };
  }
}
