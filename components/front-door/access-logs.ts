import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { ABORT_UNFINISHED_UPLOADS, closeBucket } from "../base/closed-bucket.js";
import { arnOf, type DeploymentTarget } from "../base/deployment-target.js";
import { physicalName } from "../base/names.js";
import type { Statement } from "../base/policy-document.js";

interface AccessLogArgs {
  readonly retentionInDays: number;
  readonly target: DeploymentTarget;
  readonly parent: pulumi.Resource;
}

/** Bucket of a load balancer's access logs. */
export interface AccessLogBucket {
  readonly bucket: aws.s3.Bucket;
  /** What must exist before the load balancer writes its test file. */
  readonly ready: readonly pulumi.Resource[];
}

/**
 * A bucket for a load balancer's access logs, closed to everybody else. S3's own keys encrypt it, because Elastic Load
 * Balancing writes with no others. $0.023 a gigabyte a month.
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html
 */
export function createAccessLogBucket(
  name: string,
  { retentionInDays, target, parent }: AccessLogArgs,
): AccessLogBucket {
  const at = `${name}-logs`;
  const bucketName = physicalName("bucket", at, [target.region, target.accountId]);
  const arn = `arn:${target.partition}:s3:::${bucketName}`;
  const bucket = new aws.s3.Bucket(at, { bucket: bucketName, forceDestroy: true }, { parent });
  const ready = closeBucket(at, { bucket, arn, statements: [deliver(arn, target)] }, parent);
  new aws.s3.BucketLifecycleConfiguration(
    at,
    {
      bucket: bucket.bucket,
      rules: [
        { id: "old-logs", status: "Enabled", filter: { prefix: "" }, expiration: { days: retentionInDays } },
        ABORT_UNFINISHED_UPLOADS,
      ],
    },
    { parent },
  );
  return { bucket, ready };
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
