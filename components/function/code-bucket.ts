import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { DeploymentTarget } from "../base/deployment-target.js";
import { denyWithoutTls, policyDocument } from "../base/policy-document.js";
import { CodeSigning } from "./code-signing.js";

/** Where a function's code comes from, as Lambda takes it. */
export type FunctionCode = Pick<
  aws.lambda.FunctionArgs,
  "code" | "s3Bucket" | "s3Key" | "s3ObjectVersion" | "codeSigningConfigArn"
>;

export interface CodeBucketArgs {
  /**
   * Have AWS Signer sign each upload, and have Lambda refuse (`Enforce`) or only report (`Warn`) what is not signed.
   * Free.
   */
  readonly signing?: { readonly untrusted: "Enforce" | "Warn" } | undefined;
  readonly target: DeploymentTarget;
}

/** Old versions of the code are kept this long, in days, for whoever wants to know what ran. */
const KEPT_DAYS = 90;

/**
 * A bucket for the functions' code, instead of sending it along with the request that makes the function. It is
 * versioned and encrypted, closed to the public, and takes no request in plain text. $0.023 a gigabyte a month.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html
 */
export class CodeBucket extends pulumi.ComponentResource {
  readonly bucket: aws.s3.Bucket;
  private readonly ready: readonly pulumi.Resource[];
  private readonly signing: CodeSigning | undefined;

  constructor(
    private readonly name: string,
    { signing, target }: CodeBucketArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("lambda-networking:function:CodeBucket", name, {}, opts);
    // The account's id makes it one of its kind in the world.
    const bucketName =
      `${pulumi.getProject()}-${pulumi.getStack()}-${name}-${target.accountId}`.toLowerCase();
    this.bucket = new aws.s3.Bucket(name, { bucket: bucketName, forceDestroy: true }, { parent: this });
    this.ready = [...this.close(`arn:${target.partition}:s3:::${bucketName}`), this.keepVersions()];
    this.signing =
      signing && new CodeSigning(`${name}-signing`, { ...signing, bucket: this.bucket, parent: this });
    this.registerOutputs({ bucketName: this.bucket.bucket });
  }

  /** Puts a function's code into the bucket, and has it signed where that is configured. */
  upload(functionName: string, archive: pulumi.asset.Archive): FunctionCode {
    const object = new aws.s3.BucketObjectv2(
      `${this.name}-${functionName}`,
      { bucket: this.bucket.bucket, key: `${functionName}.zip`, source: archive },
      { parent: this, dependsOn: [...this.ready] },
    );
    if (this.signing !== undefined) return this.signing.sign(functionName, object);
    return { s3Bucket: object.bucket, s3Key: object.key, s3ObjectVersion: object.versionId };
  }

  /** Encryption at rest is S3's own; this is the rest. */
  private close(bucketArn: string): pulumi.Resource[] {
    const { name, bucket } = this;
    const at = { bucket: bucket.bucket };
    const encryption = new aws.s3.BucketServerSideEncryptionConfiguration(
      name,
      { ...at, rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }] },
      { parent: this },
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
      { parent: this },
    );
    const policy = policyDocument(denyWithoutTls("DenyPlainText", "s3:*", [bucketArn, `${bucketArn}/*`]));
    new aws.s3.BucketPolicy(
      name,
      { ...at, policy: JSON.stringify(policy) },
      { parent: this, dependsOn: [block] }, // both change the bucket's policy status, one at a time
    );
    return [encryption, block];
  }

  private keepVersions(): pulumi.Resource {
    const { name, bucket } = this;
    const versioning = new aws.s3.BucketVersioning(
      name,
      { bucket: bucket.bucket, versioningConfiguration: { status: "Enabled" } },
      { parent: this },
    );
    new aws.s3.BucketLifecycleConfiguration(
      name,
      {
        bucket: bucket.bucket,
        rules: [
          {
            id: "old-versions",
            status: "Enabled",
            filter: { prefix: "" },
            noncurrentVersionExpiration: { noncurrentDays: KEPT_DAYS },
          },
        ],
      },
      { parent: this, dependsOn: [versioning] },
    );
    return versioning;
  }
}
