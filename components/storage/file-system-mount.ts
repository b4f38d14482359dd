import { UserError } from "@lambda-networking/preflight/errors";
import type { Intent } from "@lambda-networking/preflight/intents";
import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { DeploymentTarget } from "../base/deployment-target.js";
import { arnWithPlannedId, type PlannedValue } from "../base/planned-value.js";
import type { Statement } from "../base/policy-document.js";
import { type FileSystem, NFS_PORT } from "./file-system.js";

/** A file system in a function's file tree. */
export interface FileSystemMount {
  readonly files: FileSystem;
  /** Where the function finds the files: `/mnt/` and a name. */
  readonly path: string;
  /**
   * Directory of the file system that the function sees. Functions that name the same one share its files.
   * @default `/` and the function's name
   */
  readonly directory?: string;
  /**
   * Whether the function may not write.
   * @default false
   */
  readonly readOnly?: boolean;
}

interface MountArgs extends FileSystemMount {
  /** The function's logical name. */
  readonly name: string;
  readonly target: DeploymentTarget;
  readonly parent: pulumi.Resource;
}

/** The user and the group that every file belongs to, whoever the function runs as. */
const OWNER = 1000;

/**
 * A function's way to its files: an access point with a user and a directory, permissions for that access point only,
 * and, in {@link MountedFiles.connect}, security group rules.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-filesystem.html
 * @see https://docs.aws.amazon.com/efs/latest/ug/efs-access-points.html
 */
export class MountedFiles {
  private readonly accessPoint: aws.efs.AccessPoint;
  private readonly actions: readonly string[];

  /** @throws UserError if the path is not one that Lambda takes */
  constructor(private readonly args: MountArgs) {
    const { name, files, path, directory, readOnly = false, parent } = args;
    if (!/^\/mnt\/[A-Za-z0-9_.-]{1,152}$/.test(path)) {
      throw new UserError(
        `the file system of function ${name} has path ${JSON.stringify(path)}: write /mnt/ and one name, such as /mnt/files`,
      );
    }
    this.actions = readOnly
      ? ["elasticfilesystem:ClientMount"]
      : ["elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"];
    this.accessPoint = new aws.efs.AccessPoint(
      `${name}-${files.name}`,
      {
        fileSystemId: files.fileSystem.id,
        posixUser: { uid: OWNER, gid: OWNER },
        rootDirectory: {
          path: directory ?? `/${name}`,
          creationInfo: { ownerUid: OWNER, ownerGid: OWNER, permissions: "750" },
        },
      },
      { parent },
    );
  }

  /** The function's configuration. */
  get config(): { readonly arn: pulumi.Output<string>; readonly localMountPath: string } {
    return { arn: this.accessPoint.arn, localMountPath: this.args.path };
  }

  get permissions(): Statement {
    return this.allow(this.args.files.fileSystem.arn, this.accessPoint.arn);
  }

  /** The permissions with planned ARNs. */
  get plannedPermissions(): Statement {
    return this.allow(this.args.files.plannedArn, this.plannedArn);
  }

  get planned(): PlannedValue {
    return { resource: this.accessPoint.urn, property: "arn", value: this.plannedArn };
  }

  private get plannedArn(): pulumi.Output<string> {
    return arnWithPlannedId(this.args.target, "elasticfilesystem", "access-point/", this.accessPoint);
  }

  private allow(fileSystem: pulumi.Input<string>, accessPoint: pulumi.Input<string>): Statement {
    return {
      Effect: "Allow",
      Action: this.actions,
      Resource: fileSystem,
      Condition: { StringEquals: { "elasticfilesystem:AccessPointArn": accessPoint } },
    };
  }

  /**
   * Lets the function's security group connect to the mount targets.
   * @returns all that has to be there before the function is created: Lambda refuses one without mount targets
   */
  connect(securityGroup: aws.ec2.SecurityGroup): readonly pulumi.Resource[] {
    const { name, files, parent } = this.args;
    const nfs = { ipProtocol: "tcp", fromPort: NFS_PORT, toPort: NFS_PORT };
    const egress = new aws.vpc.SecurityGroupEgressRule(
      `${name}-to-${files.name}`,
      {
        ...nfs,
        securityGroupId: securityGroup.id,
        referencedSecurityGroupId: files.securityGroup.id,
        description: `NFS to ${files.name}`,
      },
      { parent },
    );
    const ingress = new aws.vpc.SecurityGroupIngressRule(
      `${files.name}-from-${name}`,
      {
        ...nfs,
        securityGroupId: files.securityGroup.id,
        referencedSecurityGroupId: securityGroup.id,
        description: `NFS from ${name}`,
      },
      { parent },
    );
    return [egress, ingress, ...files.ready];
  }

  get intent(): pulumi.Output<Intent> {
    const { name, files } = this.args;
    return files.fileSystem.urn.apply(
      (urn): Intent => ({
        from: { kind: "function", name },
        to: { kind: "resource", name: urn, actions: this.actions },
        port: NFS_PORT,
        must: "reach",
        reason: `its files are at ${this.args.path}`,
      }),
    );
  }
}
