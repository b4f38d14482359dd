import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { ABORT_UNFINISHED_UPLOADS, closeBucket } from "./closed-bucket.js";
import type { DeploymentTarget, EncryptionKey } from "./deployment-target.js";
import { physicalName } from "./names.js";
import type { Statement } from "./policy-document.js";

export interface LogBucketArgs {
  /** What lets a service write to the bucket with this ARN. */
  readonly statements: (bucketArn: string) => readonly Statement[];
  /**
   * Key that encrypts the logs.
   * @default keys of S3
   */
  readonly key?: EncryptionKey;
  readonly retentionInDays: number;
  readonly target: DeploymentTarget;
}

export interface LogBucket {
  readonly bucket: aws.s3.Bucket;
  /** What must exist before a service writes its first log. */
  readonly ready: readonly pulumi.Resource[];
}

/** A bucket that a service writes its logs to, closed to everybody else. $0.023 a gigabyte a month. */
export function createLogBucket(
  name: string,
  { statements, key, retentionInDays, target }: LogBucketArgs,
  parent: pulumi.Resource,
): LogBucket {
  const bucketName = physicalName("bucket", name, [target.region, target.accountId]);
  const arn = `arn:${target.partition}:s3:::${bucketName}`;
  const bucket = new aws.s3.Bucket(name, { bucket: bucketName, forceDestroy: true }, { parent });
  const ready = closeBucket(name, { bucket, arn, key, statements: statements(arn) }, parent);
  new aws.s3.BucketLifecycleConfiguration(
    name,
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
