import { UserError } from "@lambda-networking/preflight/errors";
import type { Intent, Setting } from "@lambda-networking/preflight/intents";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { arnOf, type DeploymentTarget } from "../base/deployment-target.js";
import { plannedStatements, useKey } from "../base/encryption.js";
import { logGroupName } from "../base/names.js";
import type { PlannedValue } from "../base/planned-value.js";
import { policyDocument, type Statement, trustService } from "../base/policy-document.js";
import { type TransitAccess, transitIntents } from "../network/transit-gateway/transit-gateway-attachment.js";
import { ENI_RELEASE_TIMEOUT, type TierSubnet } from "../network/vpc/subnet-tier.js";
import { type FileSystemMount, MountedFiles } from "../storage/file-system-mount.js";
import { bundle } from "./bundle.js";
import type { CanaryRelease } from "./canary-release.js";
import type { CodeBucket } from "./code-bucket.js";
import type { DeclaredReads } from "./declared-reads.js";
import {
  allowEgressTo,
  allowTransit,
  type Destination,
  egressVariables,
  functionIntents,
  type InternetAccess,
  type Use,
  usesDualStackNames,
} from "./destinations.js";
import { type EndpointUrlOverrides, endpointNames, endpointUrls } from "./endpoint-url-overrides.js";
import { allowInvokers, type Invokers, invokerIntents } from "./invokers.js";
import { createLiveAlias } from "./live-alias.js";
import { vpcAccessStatements, writeLogs, writeTraces } from "./policies.js";
import { plannedArnOf, plannedArns, type ResourceUse, usePermissions } from "./uses.js";

/** A function's place in a VPC. */
export interface FunctionPlacement {
  readonly vpcId: pulumi.Input<string>;
  /** Subnets with one network interface each, shared by functions with the same security groups. */
  readonly subnets: readonly TierSubnet[];
  /** Whether the interfaces have IPv6 addresses as well; the subnets must have IPv6 blocks. */
  readonly ipv6: boolean;
  /** The only destinations that the function's security group allows. */
  readonly destinations: readonly Destination[];
  /**
   * Whether it allows the internet on port 443 as well, and how. Free; the way there is not: a NAT gateway is $36.50 a
   * month with its address, and data out to the internet $0.09 a gigabyte. Over IPv6 there is no gateway to pay for.
   * @default it does not
   */
  readonly internet?: InternetAccess;
  /**
   * The networks behind a transit gateway that it allows on port 443.
   * @default none
   */
  readonly transit?: TransitAccess;
}

export interface LambdaFunctionArgs {
  readonly description: string;
  /** The handler's module, relative to the project's folder: `handlers/fetch-parameters/index.ts`. */
  readonly entry: string;
  readonly runtime: string;
  readonly architecture: string;
  /** Memory in megabytes, 128 to 10,240; CPU share and price grow with it. */
  readonly memorySize: number;
  /** Timeout in seconds, 1 to 900; an API waits 29 at most. */
  readonly timeout: number;
  readonly logRetentionInDays: number;
  /**
   * Environments that may run at once, reserved from the account's concurrency. Free.
   * @default no limit but the account's
   */
  readonly reservedConcurrency?: number;
  /**
   * ARNs of layer versions, at most five.
   * @default none
   */
  readonly layers?: readonly string[];
  /**
   * Size of `/tmp` in megabytes, 512 to 10,240. Above 512, a GB-second costs $0.0000000309.
   * @default 512, which is free
   */
  readonly ephemeralStorage?: number;
  /**
   * Bucket that the code is uploaded to.
   * @default the code is part of the request that creates the function
   */
  readonly codeBucket?: CodeBucket;
  /**
   * Creates what moves callers to a new version step by step, after all that the version's calls need is there.
   * @default the update moves all callers at once
   */
  readonly canary?: (lambda: aws.lambda.Function, after: readonly pulumi.Resource[]) => CanaryRelease;
  /**
   * How many versions that no alias names are kept to roll back to, if they still work. Others are deleted after each
   * update, because in a VPC they hold their subnets.
   * @default 2
   */
  readonly versionsToKeep?: number;
  /**
   * Initialized environments behind the alias, paid whether used or not. $0.0000033334 a GB-second for arm64,
   * $0.0000041667 for x86_64.
   * @default none
   */
  readonly provisionedConcurrency?: number;
  readonly environment: Readonly<Record<string, pulumi.Input<string>>>;
  /**
   * Endpoints without private DNS that the function calls.
   * @default none
   */
  readonly endpointUrlOverrides?: EndpointUrlOverrides;
  /** Permissions of the function's code; those for logs, traces and the VPC are added. */
  readonly permissions: readonly Statement[];
  /** The function's actions by service name. The preflight proves them before deployment. */
  readonly uses: Readonly<Record<string, Use>>;
  /**
   * Resources that the function uses; each has its permissions and its proof.
   * @default none
   */
  readonly resources?: readonly ResourceUse[];
  /**
   * A file system that the function mounts; it needs a placement.
   * @default none
   */
  readonly fileSystem?: FileSystemMount;
  /**
   * How often an environment reads from services whose answers it caches.
   * @default each request may call each service
   */
  readonly declaredReads?: DeclaredReads;
  /**
   * CloudWatch metrics that the code writes by itself, for the forecast of costs: what they are of, and how many.
   * $0.30 a month each in us-east-1.
   * @default none
   */
  readonly declaredMetrics?: { readonly of: string; readonly count: number };
  /**
   * VPC and subnets of the function. Free; NAT and interface endpoints cost extra.
   * @default outside any VPC
   */
  readonly placement?: FunctionPlacement;
  /**
   * Whether an API on the internet invokes the function. Otherwise the preflight proves that nothing there does.
   * @default false
   */
  readonly isPublic?: boolean;
  /**
   * Other accounts and AWS services that may invoke the alias, by name.
   * @default none
   */
  readonly invokers?: Invokers;
  /**
   * Further claims about the function, which the preflight proves.
   * @default none
   */
  readonly intents?: readonly Intent[];
  /**
   * Changes of the configuration that remove a block, for the preflight's fixes.
   * @default none
   */
  readonly settings?: readonly Setting[];
  /**
   * Creates what the function's calls need besides its destinations, such as the rules of a database for it. The alias
   * waits for all that it returns.
   * @default nothing
   */
  readonly prerequisites?: (lambda: UnreleasedFunction) => readonly pulumi.Resource[];
  readonly target: DeploymentTarget;
}

/** What a function needs before it is created. */
interface FunctionParts {
  readonly logGroup: aws.cloudwatch.LogGroup;
  readonly permissions: aws.iam.RolePolicy;
  readonly files: MountedFiles | undefined;
  /** The way to the file system. */
  readonly fileAccess: readonly pulumi.Resource[];
}

/** Name of a function's log group. */
export function functionLogGroupName(name: string): string {
  return logGroupName("/aws/lambda", name);
}

/** A function that has no alias yet, so that nothing calls it. */
export type UnreleasedFunction = Pick<LambdaFunction, "name" | "function" | "role" | "securityGroup">;

/**
 * A function with its bundle, log group, least-privilege role, a version for each change and the alias `live`. In a VPC
 * it also has a security group, which allows egress to its destinations only.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/welcome.html
 */
export class LambdaFunction extends pulumi.ComponentResource {
  readonly function: aws.lambda.Function;
  /** The alias that callers invoke; it points at the newest version. */
  readonly alias: aws.lambda.Alias;
  /** Undefined if an update moves all callers at once. */
  readonly canary: CanaryRelease | undefined;
  readonly role: aws.iam.Role;
  /** The function's own security group; undefined outside a VPC. */
  readonly securityGroup: aws.ec2.SecurityGroup | undefined;

  /** The program chooses this name, so that the role's policy is known at the first preview. */
  readonly logGroupName: string;

  constructor(
    readonly name: string,
    args: LambdaFunctionArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("lambda-networking:function:LambdaFunction", name, {}, opts);
    this.logGroupName = functionLogGroupName(name);
    const logGroup = this.createLogGroup(args);
    this.role = new aws.iam.Role(
      `${name}-role`,
      { assumeRolePolicy: trustService("lambda.amazonaws.com") },
      { parent: this },
    );
    const files = this.mountFiles(args);
    const permissions = this.grant(args, files);
    this.securityGroup = args.placement && this.createSecurityGroup(args.placement, permissions);
    const fileAccess = (this.securityGroup && files?.connect(this.securityGroup)) ?? [];
    this.function = this.createFunction(args, { logGroup, permissions, files, fileAccess });
    const after = [...this.connect(args.placement), ...(args.prerequisites?.(this) ?? [])];
    this.canary = args.canary?.(this.function, after);
    const { alias, removedVersions } = createLiveAlias(name, {
      function: this.function,
      canary: this.canary,
      versionsToKeep: args.versionsToKeep ?? 2,
      region: args.target.region,
      provisionedConcurrency: args.provisionedConcurrency,
      after,
      parent: this,
    });
    this.alias = alias;
    allowInvokers(name, args.invokers ?? {}, alias, this);
    const destinations = args.placement?.destinations ?? [];
    this.registerOutputs({
      functionName: this.function.name,
      aliasArn: this.alias.arn,
      removedVersions,
      settings: args.settings ?? [],
      intents: [
        ...functionIntents({
          name,
          inVpc: args.placement !== undefined,
          isPublic: args.isPublic ?? false,
          destinations,
          internet: args.placement?.internet,
          uses: args.uses,
          resources: args.resources ?? [],
        }),
        ...(args.placement?.transit === undefined ? [] : transitIntents(name, args.placement.transit)),
        ...(files === undefined ? [] : [files.intent]),
        ...invokerIntents(name, args.invokers ?? {}),
        ...(args.intents ?? []),
      ],
      planned: this.planned(args, permissions, files),
      toldEndpoints: endpointNames(args.endpointUrlOverrides ?? {}),
      dualStackNames: usesDualStackNames(this.variables(args)),
      declaredReads: args.declaredReads,
      declaredMetrics: args.declaredMetrics,
    });
  }

  /** @throws UserError if the function is in no VPC, or the path is not one that Lambda takes */
  private mountFiles({ fileSystem, placement, target }: LambdaFunctionArgs): MountedFiles | undefined {
    if (fileSystem === undefined) return undefined;
    if (placement === undefined) {
      throw new UserError(
        `function ${this.name} mounts file system ${fileSystem.files.name}, but is in no VPC: give it a network, or leave fileSystem out`,
      );
    }
    return new MountedFiles({ ...fileSystem, name: this.name, target, parent: this });
  }

  private createLogGroup(args: LambdaFunctionArgs): aws.cloudwatch.LogGroup {
    return new aws.cloudwatch.LogGroup(
      `${this.name}-logs`,
      {
        name: this.logGroupName,
        retentionInDays: args.logRetentionInDays,
        kmsKeyId: args.target.key?.arn,
      },
      { parent: this },
    );
  }

  /**
   * Grants the permissions. A change replaces the policy: the new one is created first, and the old one is deleted at
   * the end of the update, so the version that callers leave meanwhile keeps what it needs.
   */
  private grant(args: LambdaFunctionArgs, files: MountedFiles | undefined): aws.iam.RolePolicy {
    const { resources = [], target } = args;
    const used = [...usePermissions(resources, target), ...(files === undefined ? [] : [files.permissions])];
    return new aws.iam.RolePolicy(
      `${this.name}-permissions`,
      { role: this.role.id, policy: pulumi.jsonStringify(policyDocument(...this.statements(args, used))) },
      { parent: this, replaceOnChanges: ["policy"] },
    );
  }

  private statements(args: LambdaFunctionArgs, used: readonly Statement[]): readonly Statement[] {
    return [
      ...args.permissions,
      ...used,
      // Lambda decrypts the variables by a grant to this role. A role of the same name that is made anew has no grant.
      ...useKey(args.target, "lambda"),
      writeLogs(arnOf(args.target, "logs", `log-group:${this.logGroupName}`)),
      writeTraces(),
      ...(args.placement === undefined ? [] : vpcAccessStatements(args.target)),
    ];
  }

  /** The planned value of the role's policy, which is unknown until what it names exists: keys, resources, files. */
  private planned(
    args: LambdaFunctionArgs,
    permissions: aws.iam.RolePolicy,
    files: MountedFiles | undefined,
  ): PlannedValue[] {
    const { target, resources = [] } = args;
    if (target.key === undefined && resources.length === 0 && files === undefined) return [];
    const used = [
      ...usePermissions(resources, target, (use) => plannedArnOf(use, target)),
      ...(files === undefined ? [] : [files.plannedPermissions]),
    ];
    const document = policyDocument(...plannedStatements(this.statements(args, used), target));
    return [
      { resource: permissions.urn, property: "policy", value: pulumi.jsonStringify(document) },
      ...plannedArns(resources, target),
      ...(files === undefined ? [] : [files.planned]),
    ];
  }

  /**
   * Creates the security group after the permissions, so that it is deleted before them. Lambda deletes its network
   * interfaces with the role's permissions, and AWS cannot delete the group while the interfaces exist.
   */
  private createSecurityGroup(
    { vpcId }: FunctionPlacement,
    permissions: aws.iam.RolePolicy,
  ): aws.ec2.SecurityGroup {
    return new aws.ec2.SecurityGroup(
      `${this.name}-function`,
      { vpcId, description: `Function ${this.name}` },
      { parent: this, customTimeouts: ENI_RELEASE_TIMEOUT, dependsOn: [permissions] },
    );
  }

  /** Opens the way to the destinations, and returns all that it is made of. */
  private connect(placement: FunctionPlacement | undefined): readonly pulumi.Resource[] {
    const { securityGroup } = this;
    if (placement === undefined || securityGroup === undefined) return [];
    return [
      ...placement.subnets.map(({ association }) => association),
      ...allowEgressTo(this.name, placement.destinations, placement.internet, securityGroup, this),
      ...(placement.transit === undefined
        ? []
        : allowTransit(this.name, placement.transit, securityGroup, this)),
    ];
  }

  /** The variables without the endpoints' URLs, which only AWS knows. */
  private variables({ environment, placement }: LambdaFunctionArgs): LambdaFunctionArgs["environment"] {
    return { ...environment, ...egressVariables(placement?.destinations ?? []) };
  }

  private createFunction(
    args: LambdaFunctionArgs,
    { logGroup, permissions, files, fileAccess }: FunctionParts,
  ): aws.lambda.Function {
    const { code, handler } = bundle(args.entry, args.runtime);
    return new aws.lambda.Function(
      `${this.name}-function`,
      {
        // https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html
        description: args.description.slice(0, 256),
        role: this.role.arn,
        runtime: args.runtime,
        architectures: [args.architecture],
        ...(args.codeBucket?.upload(this.name, code) ?? { code }),
        handler,
        memorySize: args.memorySize,
        timeout: args.timeout,
        reservedConcurrentExecutions: args.reservedConcurrency,
        layers: [...(args.layers ?? [])],
        ephemeralStorage: { size: args.ephemeralStorage ?? 512 },
        kmsKeyArn: args.target.key?.arn,
        environment: {
          variables: { ...this.variables(args), ...endpointUrls(args.endpointUrlOverrides ?? {}) },
        },
        loggingConfig: { logFormat: "JSON", logGroup: logGroup.name },
        tracingConfig: { mode: "Active" },
        publish: true,
        vpcConfig: args.placement &&
          this.securityGroup && {
            subnetIds: args.placement.subnets.map(({ subnet }) => subnet.id),
            securityGroupIds: [this.securityGroup.id],
            ipv6AllowedForDualStack: args.placement.ipv6,
          },
        fileSystemConfig: files?.config,
      },
      // Lambda checks at once that the role may create network interfaces, and that the mount targets are there.
      { parent: this, dependsOn: [permissions, ...fileAccess] },
    );
  }
}
