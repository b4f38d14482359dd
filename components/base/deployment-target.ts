import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";

/** The customer managed key that encrypts what a stack stores. */
export interface EncryptionKey {
  readonly arn: pulumi.Input<string>;
  /** The ARN in planned values: with a placeholder for an id that does not exist yet. */
  readonly plannedArn: pulumi.Input<string>;
}

/**
 * Account and Region of a stack as plain data, so that names and policies can be computed from them, and the key that
 * encrypts what the stack stores.
 */
export interface DeploymentTarget {
  /** The account's 12 digits. */
  readonly accountId: string;
  /** e.g. `eu-west-1` */
  readonly region: string;
  /** `aws`, `aws-cn` or `aws-us-gov` */
  readonly partition: string;
  /** `amazonaws.com`, or `amazonaws.com.cn` in China. */
  readonly dnsSuffix: string;
  /** Undefined: keys that AWS owns or manages encrypt. */
  readonly key?: EncryptionKey;
}

/** Reads the target from the provider; needs credentials. */
export async function deploymentTarget(): Promise<DeploymentTarget> {
  const [identity, region, partition] = await Promise.all([
    aws.getCallerIdentity(),
    aws.getRegion(),
    aws.getPartition(),
  ]);
  return {
    accountId: identity.accountId,
    region: region.region,
    partition: partition.partition,
    dnsSuffix: partition.dnsSuffix,
  };
}

/** Builds an ARN: `arn:aws:ssm:eu-west-1:111122223333:parameter/messages`. */
export function arnOf(target: DeploymentTarget, service: string, resource: string): string {
  return `arn:${target.partition}:${service}:${target.region}:${target.accountId}:${resource}`;
}
