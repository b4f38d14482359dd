import type * as pulumi from "@pulumi/pulumi";
import { arnOf, type DeploymentTarget } from "../base/deployment-target.js";
import { createLogBucket, type LogBucket } from "../base/log-bucket.js";
import type { Statement } from "../base/policy-document.js";

interface AccessLogArgs {
  readonly retentionInDays: number;
  readonly target: DeploymentTarget;
  readonly parent: pulumi.Resource;
}

/**
 * A bucket for a load balancer's access logs. S3's own keys encrypt it, because Elastic Load Balancing writes with no
 * others.
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html
 */
export function createAccessLogBucket(
  name: string,
  { retentionInDays, target, parent }: AccessLogArgs,
): LogBucket {
  const statements = (arn: string) => [deliver(arn, target)];
  return createLogBucket(`${name}-logs`, { statements, retentionInDays, target }, parent);
}

/** Lets Elastic Load Balancing write the logs of this account's load balancers in this Region. */
function deliver(bucketArn: string, target: DeploymentTarget): Statement {
  return {
    Sid: "WriteLogs",
    Effect: "Allow",
    Principal: { Service: "logdelivery.elasticloadbalancing.amazonaws.com" },
    Action: "s3:PutObject",
    Resource: `${bucketArn}/AWSLogs/${target.accountId}/*`,
    Condition: { ArnLike: { "aws:SourceArn": arnOf(target, "elasticloadbalancing", "loadbalancer/*") } },
  };
}
