import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { EncryptionKey } from "./deployment-target.js";
import { denyWithoutTls, policyDocument, type Statement } from "./policy-document.js";

export interface ClosedBucketArgs {
  readonly bucket: aws.s3.Bucket;
  /** The bucket's ARN, known before the bucket exists. */
  readonly arn: string;
  /**
   * Key that encrypts the objects.
   * @default keys of S3
   */
  readonly key?: EncryptionKey;
  /**
   * What the bucket's policy allows to services.
   * @default nothing: only principals whose own policies allow it have access
   */
  readonly statements?: readonly Statement[];
}

/**
 * Blocks public access to a bucket, refuses requests without TLS, and encrypts its objects.
 * @returns what must exist before the first object is written
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html
 */
export function closeBucket(
  name: string,
  { bucket, arn, key, statements = [] }: ClosedBucketArgs,
  parent: pulumi.Resource,
): pulumi.Resource[] {
  const at = { bucket: bucket.bucket };
  const encryption = new aws.s3.BucketServerSideEncryptionConfiguration(
    name,
    { ...at, rules: [encryptionBy(key)] },
    { parent },
  );
  const block = new aws.s3.BucketPublicAccessBlock(
    name,
    {
      ...at,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    },
    { parent },
  );
  const policy = new aws.s3.BucketPolicy(
    name,
    {
      ...at,
      policy: JSON.stringify(
        policyDocument(denyWithoutTls("DenyPlainText", "s3:*", [arn, `${arn}/*`]), ...statements),
      ),
    },
    { parent, dependsOn: [block] }, // Both change the bucket's policy status, so one must follow the other.
  );
  return statements.length === 0 ? [encryption, block] : [encryption, block, policy];
}

/** Encrypts each object. One key of the bucket stands for the stack's key, so that KMS is asked less often. */
function encryptionBy(key: EncryptionKey | undefined) {
  if (key === undefined) return { applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } };
  return {
    applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: key.arn },
    bucketKeyEnabled: true,
  };
}

/**
 * Days after which S3 deletes the parts of an upload that never ended. They are paid for and in no list of objects.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpu-abort-incomplete-mpu-lifecycle-config.html
 */
const UNFINISHED_UPLOAD_DAYS = 7;

/** Lifecycle rule that ends unfinished uploads. */
export const ABORT_UNFINISHED_UPLOADS = {
  id: "unfinished-uploads",
  status: "Enabled",
  filter: { prefix: "" },
  abortIncompleteMultipartUpload: { daysAfterInitiation: UNFINISHED_UPLOAD_DAYS },
} as const;
