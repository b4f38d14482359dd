import * as aws from "@pulumi/aws";

/** Where a stack is deployed to, as plain data, so that names and policies can be decided from it. */
export interface DeploymentTarget {
  /** The account's 12 digits. */
  readonly accountId: string;
  /** e.g. `eu-west-1` */
  readonly region: string;
  /** `aws`, `aws-cn` or `aws-us-gov` */
  readonly partition: string;
  /** `amazonaws.com`, in China `amazonaws.com.cn` */
  readonly dnsSuffix: string;
}

/** Asks the provider; needs credentials, as everything does that is deployed. */
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

/** `arn:aws:ssm:eu-west-1:111122223333:parameter/messages` and the like. */
export function arnOf(target: DeploymentTarget, service: string, resource: string): string {
  return `arn:${target.partition}:${service}:${target.region}:${target.accountId}:${resource}`;
}
