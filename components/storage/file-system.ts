import type { Intent } from "@lambda-networking/preflight/intents";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { DataRetention } from "../base/data-retention.js";
import { arnOf, type DeploymentTarget } from "../base/deployment-target.js";
import { arnWithPlannedId } from "../base/planned-value.js";
import { denyWithoutTls, type PolicyDocument, policyDocument } from "../base/policy-document.js";
import type { TierSubnet } from "../network/vpc/subnet-tier.js";

/** The port of NFS. */
export const NFS_PORT = 2049;

export interface FileSystemArgs {
  /** The VPC; each subnet that functions run in gets a mount target. */
  readonly vpc: {
    readonly name: string;
    readonly vpcId: pulumi.Input<string>;
    readonly functionSubnets: readonly TierSubnet[];
  };
  /**
   * ARN of the key that encrypts the files.
   * @default the key `aws/elasticfilesystem` that AWS manages, which is free
   */
  readonly kmsKeyArn?: pulumi.Input<string>;
  /** Whether the files outlive the configuration: then the engine refuses to delete or replace the file system. */
  readonly data: DataRetention;
  readonly target: DeploymentTarget;
}

/**
 * Files that functions share, in Amazon EFS: encrypted, with a mount target in each zone, which only the functions that
 * mount it can connect to, over TLS and with permissions of their roles. In us-east-1 a GB costs $0.30 a month, a GB read
 * $0.03 and a GB written $0.06; mount targets are free. Backups, at $0.05 a GB a month, are off.
 * @see https://docs.aws.amazon.com/efs/latest/ug/how-it-works.html
 * @see https://aws.amazon.com/efs/pricing/
 */
export class FileSystem extends pulumi.ComponentResource {
  readonly fileSystem: aws.efs.FileSystem;
  readonly securityGroup: aws.ec2.SecurityGroup;
  /** All that has to be there before a function is created that mounts it. */
  readonly ready: readonly pulumi.Resource[];
  /** The ARN in planned values. */
  readonly plannedArn: pulumi.Output<string>;

  constructor(
    readonly name: string,
    args: FileSystemArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("lambda-networking:storage:FileSystem", name, {}, opts);
    const { vpc, target } = args;
    this.fileSystem = this.createFileSystem(args);
    this.plannedArn = arnWithPlannedId(target, "elasticfilesystem", "file-system/", this.fileSystem);
    this.securityGroup = new aws.ec2.SecurityGroup(
      `${name}-files`,
      { vpcId: vpc.vpcId, description: `File system ${name}` },
      { parent: this },
    );
    const policy = this.createPolicy();
    const mountTargets = vpc.functionSubnets.map(
      ({ suffix, subnet }) =>
        new aws.efs.MountTarget(
          `${name}-${suffix}`,
          {
            fileSystemId: this.fileSystem.id,
            subnetId: subnet.id,
            securityGroups: [this.securityGroup.id],
          },
          { parent: this },
        ),
    );
    this.ready = [policy, ...mountTargets];
    this.registerOutputs({
      fileSystemId: this.fileSystem.id,
      intents: this.fileSystem.urn.apply((urn) => strangers(urn, vpc.name)),
      planned: [
        { resource: this.fileSystem.urn, property: "arn", value: this.plannedArn },
        {
          resource: policy.urn,
          property: "policy",
          value: pulumi.jsonStringify(overTlsOnly(this.plannedArn)),
        },
      ],
    });
  }

  private createFileSystem({ kmsKeyArn, data, target }: FileSystemArgs): aws.efs.FileSystem {
    const kept = data.protected({
      what: `the files in file system ${this.name}`,
      arn: arnOf(target, "elasticfilesystem", `file-system/${this.name}`),
    });
    return new aws.efs.FileSystem(
      `${this.name}-files`,
      { encrypted: true, kmsKeyId: kmsKeyArn, throughputMode: "elastic" },
      { parent: this, ...kept },
    );
  }

  /** With a policy of its own, the file system no longer lets in every client that reaches a mount target. */
  private createPolicy(): aws.efs.FileSystemPolicy {
    return new aws.efs.FileSystemPolicy(
      `${this.name}-policy`,
      {
        fileSystemId: this.fileSystem.id,
        policy: pulumi.jsonStringify(overTlsOnly(this.fileSystem.arn)),
      },
      // Until the file system itself is gone, nobody is to find it without the policy.
      { parent: this, deletedWith: this.fileSystem },
    );
  }
}

/**
 * Policy of a file system that only this account's roles use, by their own policies and over TLS.
 * @see https://docs.aws.amazon.com/efs/latest/ug/iam-access-control-nfs-efs.html
 */
function overTlsOnly(arn: pulumi.Input<string>): PolicyDocument {
  return policyDocument(denyWithoutTls("DenyInsecureTransport", "*", arn));
}

/** Intents: neither the internet nor a host of the VPC connects to the mount targets. */
function strangers(fileSystem: string, vpc: string): Intent[] {
  const to = { kind: "resource", name: fileSystem } as const;
  const never = { to, port: NFS_PORT, must: "not-reach" } as const;
  return [
    { ...never, from: { kind: "internet" }, reason: "the files are not on the internet" },
    { ...never, from: { kind: "vpc", name: vpc }, reason: "only functions that mount the files connect" },
  ];
}
