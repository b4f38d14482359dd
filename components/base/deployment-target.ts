import { UserError } from "@lambda-networking/preflight/errors";
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

/**
 * Reads the target from the provider; needs credentials.
 * @throws UserError if AWS does not answer with the account, because credentials are missing, wrong or expired
 */
export async function deploymentTarget(): Promise<DeploymentTarget> {
  const [identity, region, partition] = await Promise.all([
    aws.getCallerIdentity(),
    aws.getRegion(),
    aws.getPartition(),
  ]).catch((error: unknown) => {
    throw new UserError(noAccount(error instanceof Error ? error.message : String(error)));
  });
  return {
    accountId: identity.accountId,
    region: region.region,
    partition: partition.partition,
    dnsSuffix: partition.dnsSuffix,
  };
}

/** Why AWS did not tell the account, and what to do, in one line. The provider's own text has many. */
function noAccount(message: string): string {
  const cause = /^\s*\*\s*(.*)$/m.exec(message)?.[1] ?? message.split("\n")[0] ?? "";
  const reason = cause.replace(/(: Please see|\. ).*$/, "").replace(/[:.]\s*$/, "");
  return (
    `AWS did not say which account this is (${reason}): set credentials with AWS_PROFILE, aws:profile, or ` +
    "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, until `aws sts get-caller-identity` answers."
  );
}

/** Builds an ARN: `arn:aws:ssm:eu-west-1:111122223333:parameter/messages`. */
export function arnOf(target: DeploymentTarget, service: string, resource: string): string {
  return `arn:${target.partition}:${service}:${target.region}:${target.accountId}:${resource}`;
}
