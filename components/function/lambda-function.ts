import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { arnOf, type DeploymentTarget } from "../base/deployment-target.js";
import { policyDocument, type Statement, trustService } from "../base/policy-document.js";
import { PATIENT_DELETE, type TierSubnet } from "../network/vpc/subnet-tier.js";
import { bundle } from "./bundle.js";
import type { CodeBucket } from "./code-bucket.js";
import { type Destination, functionIntents, type Use } from "./destinations.js";
import { letOut } from "./egress.js";
import { endpointNames, endpointUrls, type ToldEndpoints } from "./endpoint-url-overrides.js";
import { makeLiveAlias } from "./live-alias.js";
import { placeInVpc, writeLogs, writeTraces } from "./policies.js";
import type { Release } from "./releases.js";

/** Where a function lives inside a VPC. */
export interface FunctionPlacement {
  readonly vpcId: pulumi.Input<string>;
  /** One network interface in each, shared by the functions with the same security groups. */
  readonly subnets: readonly TierSubnet[];
  /** Whether the interfaces get IPv6 addresses as well; the subnets must have IPv6 blocks. */
  readonly ipv6: boolean;
  /** Whom the function may call; nobody else is let through. */
  readonly destinations: readonly Destination[];
}

export interface LambdaFunctionArgs {
  readonly description: string;
  /** The handler's module, relative to the project's folder: `handlers/fetch-parameters/index.ts`. */
  readonly entry: string;
  readonly runtime: string;
  readonly architecture: string;
  /** In megabytes, 128 to 10,240; processor share grows with it, and so does the price. */
  readonly memorySize: number;
  /** In seconds, 1 to 900; an API waits 29 at most. */
  readonly timeout: number;
  readonly logRetentionInDays: number;
  /** How many of its environments may run at once, taken from the account's; no bound of its own where absent. */
  readonly reservedConcurrency?: number | undefined;
  /** ARNs of layer versions, at most five. */
  readonly layers?: readonly string[];
  /** `/tmp` in megabytes, 512 to 10,240; what is above 512 costs $0.0000000309 a GB-second. */
  readonly ephemeralStorage?: number;
  /** Where the code is uploaded to; with the request that makes the function where absent. */
  readonly codeBucket?: CodeBucket | undefined;
  /** How callers move to a new version; all at once where absent. */
  readonly release?: Release;
  /** Environments that are kept ready behind the alias; none where absent. */
  readonly provisionedConcurrency?: number | undefined;
  readonly environment: Readonly<Record<string, pulumi.Input<string>>>;
  /** Endpoints without private DNS that the function calls. */
  readonly toldEndpoints?: ToldEndpoints;
  /** What the function's code may do; logs, traces and the VPC are added. */
  readonly permissions: readonly Statement[];
  /** What the function does at which service, by the service's name, to be proved before deployment. */
  readonly uses: Readonly<Record<string, Use>>;
  /** Outside any VPC where absent. */
  readonly placement?: FunctionPlacement | undefined;
  readonly target: DeploymentTarget;
}

/**
 * A function with everything that is its own: bundle, log group, least-privilege role, in a VPC a security
 * group that lets it out to its destinations only, a version for each change and the alias `live`.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/welcome.html
 */
export class LambdaFunction extends pulumi.ComponentResource {
  readonly function: aws.lambda.Function;
  /** What callers invoke: it points at the newest version. */
  readonly alias: aws.lambda.Alias;
  readonly role: aws.iam.Role;
  /** The function's own group; absent outside a VPC. */
  readonly securityGroup: aws.ec2.SecurityGroup | undefined;

  /** Chosen, not given by AWS, so that the role's policy is known at the first preview. */
  readonly logGroupName: string;

  constructor(
    readonly name: string,
    args: LambdaFunctionArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("lambda-networking:function:LambdaFunction", name, {}, opts);
    this.logGroupName = `/aws/lambda/${pulumi.getProject()}-${pulumi.getStack()}-${name}`;
    const logGroup = this.makeLogGroup(args);
    this.role = new aws.iam.Role(
      `${name}-role`,
      { assumeRolePolicy: trustService("lambda.amazonaws.com") },
      { parent: this },
    );
    const permissions = this.grant(args);
    this.securityGroup = args.placement && this.makeSecurityGroup(args.placement, permissions);
    this.function = this.makeFunction(args, logGroup, permissions);
    this.alias = makeLiveAlias(name, {
      function: this.function,
      release: args.release ?? "AllAtOnce",
      provisionedConcurrency: args.provisionedConcurrency,
      parent: this,
    });
    const destinations = args.placement?.destinations ?? [];
    if (this.securityGroup !== undefined) {
      for (const destination of destinations) letOut(name, destination, this.securityGroup, this);
    }
    this.registerOutputs({
      functionName: this.function.name,
      aliasArn: this.alias.arn,
      intents: functionIntents({
        name,
        inVpc: args.placement !== undefined,
        destinations,
        uses: args.uses,
      }),
      toldEndpoints: endpointNames(args.toldEndpoints ?? {}),
    });
  }

  private makeLogGroup(args: LambdaFunctionArgs): aws.cloudwatch.LogGroup {
    return new aws.cloudwatch.LogGroup(
      `${this.name}-logs`,
      { name: this.logGroupName, retentionInDays: args.logRetentionInDays },
      { parent: this },
    );
  }

  private grant(args: LambdaFunctionArgs): aws.iam.RolePolicy {
    const policy = policyDocument(
      ...args.permissions,
      writeLogs(arnOf(args.target, "logs", `log-group:${this.logGroupName}`)),
      writeTraces(),
      ...(args.placement === undefined ? [] : placeInVpc(args.target)),
    );
    return new aws.iam.RolePolicy(
      `${this.name}-permissions`,
      { role: this.role.id, policy: JSON.stringify(policy) },
      { parent: this },
    );
  }

  /**
   * It is made after the permissions and so goes before them: Lambda takes its network interfaces away with the
   * role, and until they are gone the group cannot be deleted.
   */
  private makeSecurityGroup(
    { vpcId }: FunctionPlacement,
    permissions: aws.iam.RolePolicy,
  ): aws.ec2.SecurityGroup {
    return new aws.ec2.SecurityGroup(
      `${this.name}-function`,
      { vpcId, description: `Function ${this.name}` },
      { parent: this, customTimeouts: PATIENT_DELETE, dependsOn: [permissions] },
    );
  }

  private makeFunction(
    args: LambdaFunctionArgs,
    logGroup: aws.cloudwatch.LogGroup,
    permissions: aws.iam.RolePolicy,
  ): aws.lambda.Function {
    const { code, handler } = bundle(args.entry, args.runtime);
    return new aws.lambda.Function(
      `${this.name}-function`,
      {
        description: args.description,
        role: this.role.arn,
        runtime: args.runtime,
        architectures: [args.architecture],
        ...(args.codeBucket?.upload(this.name, code) ?? { code }),
        handler,
        memorySize: args.memorySize,
        timeout: args.timeout,
        ...(args.reservedConcurrency !== undefined && {
          reservedConcurrentExecutions: args.reservedConcurrency,
        }),
        layers: [...(args.layers ?? [])],
        ephemeralStorage: { size: args.ephemeralStorage ?? 512 },
        environment: { variables: { ...args.environment, ...endpointUrls(args.toldEndpoints ?? {}) } },
        loggingConfig: { logFormat: "JSON", logGroup: logGroup.name },
        tracingConfig: { mode: "Active" },
        publish: true,
        ...(args.placement !== undefined &&
          this.securityGroup !== undefined && {
            vpcConfig: {
              subnetIds: args.placement.subnets.map(({ subnet }) => subnet.id),
              securityGroupIds: [this.securityGroup.id],
              ipv6AllowedForDualStack: args.placement.ipv6,
            },
          }),
      },
      // Lambda checks at once that the role may make network interfaces.
      { parent: this, dependsOn: [permissions] },
    );
  }
}
