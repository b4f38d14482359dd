import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { DeploymentTarget } from "../base/deployment-target.js";
import { denyWithoutTls, policyDocument } from "../base/policy-document.js";

/** Where a function's code comes from, as Lambda takes it. */
export type FunctionCode = Pick<
  aws.lambda.FunctionArgs,
  "code" | "s3Bucket" | "s3Key" | "s3ObjectVersion" | "codeSigningConfigArn"
>;

export interface CodeBucketArgs {
  /**
   * Signing by AWS Signer. Lambda refuses (`Enforce`) or reports (`Warn`) unsigned code. Free.
   * @default code is not signed
   */
  readonly signing?: { readonly untrusted: "Enforce" | "Warn" };
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

export interface CodeSigningArgs {
  /** What becomes of code that this profile did not sign: refused, or only reported. */
  readonly untrusted: "Enforce" | "Warn";
  /** Holds the code, versioned; the signed copies go there too. */
  readonly bucket: aws.s3.Bucket;
  readonly parent: pulumi.Resource;
}

/**
 * Signs functions' code with a profile of the stack's own, and lets Lambda take nothing else. Free.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-codesigning.html
 */
export class CodeSigning {
  private readonly profile: aws.signer.SigningProfile;
  private readonly config: aws.lambda.CodeSigningConfig;

  constructor(
    private readonly name: string,
    private readonly args: CodeSigningArgs,
  ) {
    const { untrusted, parent } = args;
    this.profile = new aws.signer.SigningProfile(
      name,
      {
        // Letters, digits and _ only, which an automatic name is not. A name is never free again, so AWS ends it.
        namePrefix: `${pulumi.getProject()}_${pulumi.getStack()}_`
          .replace(/[^A-Za-z0-9_]/g, "_")
          .slice(0, 38),
        platformId: "AWSLambda-SHA384-ECDSA",
      },
      { parent },
    );
    this.config = new aws.lambda.CodeSigningConfig(
      name,
      {
        allowedPublishers: { signingProfileVersionArns: [this.profile.versionArn] },
        policies: { untrustedArtifactOnDeployment: untrusted },
      },
      { parent },
    );
  }

  /** The signed copy of what was uploaded. */
  sign(functionName: string, object: aws.s3.BucketObjectv2): FunctionCode {
    const job = new aws.signer.SigningJob(
      `${this.name}-${functionName}`,
      {
        profileName: this.profile.name,
        source: { s3: { bucket: object.bucket, key: object.key, version: object.versionId } },
        destination: { s3: { bucket: this.args.bucket.bucket, prefix: `signed/${functionName}-` } },
      },
      { parent: this.args.parent },
    );
    const signed = job.signedObjects.apply(([first]) => first?.s3s?.[0]);
    return {
      s3Bucket: signed.apply((at) => at?.bucket ?? ""),
      s3Key: signed.apply((at) => at?.key ?? ""),
      codeSigningConfigArn: this.config.arn,
    };
  }
}
