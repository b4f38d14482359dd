import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { ABORT_UNFINISHED_UPLOADS, closeBucket } from "../base/closed-bucket.js";
import type { DeploymentTarget } from "../base/deployment-target.js";
import { physicalName, signingProfilePrefix } from "../base/names.js";

/** Location of a function's code, as Lambda's inputs. */
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

/** Days that old versions of the code are kept, so that operators can find out what ran. */
const KEPT_DAYS = 90;

/**
 * A bucket for the functions' code, which is then not part of the request that creates the function. The bucket is
 * versioned, encrypted and closed to the public, and requires TLS. $0.023 a gigabyte a month.
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
    // The names of all accounts' buckets in all Regions are one namespace.
    const bucketName = physicalName("bucket", name, [target.region, target.accountId]);
    this.bucket = new aws.s3.Bucket(name, { bucket: bucketName, forceDestroy: true }, { parent: this });
    this.ready = [
      ...closeBucket(
        name,
        { bucket: this.bucket, arn: `arn:${target.partition}:s3:::${bucketName}`, key: target.key },
        this,
      ),
      this.keepVersions(),
    ];
    this.signing =
      signing && new CodeSigning(`${name}-signing`, { ...signing, bucket: this.bucket, parent: this });
    this.registerOutputs({ bucketName: this.bucket.bucket });
  }

  /** Uploads a function's code to the bucket, and signs it if signing is configured. */
  upload(functionName: string, archive: pulumi.asset.Archive): FunctionCode {
    const object = new aws.s3.BucketObjectv2(
      `${this.name}-${functionName}`,
      { bucket: this.bucket.bucket, key: `${functionName}.zip`, source: archive },
      { parent: this, dependsOn: [...this.ready] },
    );
    if (this.signing !== undefined) return this.signing.sign(functionName, object);
    return { s3Bucket: object.bucket, s3Key: object.key, s3ObjectVersion: object.versionId };
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
          ABORT_UNFINISHED_UPLOADS,
        ],
      },
      { parent: this, dependsOn: [versioning] },
    );
    return versioning;
  }
}

export interface CodeSigningArgs {
  /** Whether Lambda refuses or only reports code that this profile did not sign. */
  readonly untrusted: "Enforce" | "Warn";
  /** Versioned bucket with the code and the signed copies. */
  readonly bucket: aws.s3.Bucket;
  readonly parent: pulumi.Resource;
}

/**
 * Signs functions' code with the stack's own profile, and makes Lambda check the signature. Free.
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
        // Pulumi's automatic names have hyphens, which Signer refuses. Names cannot be reused, so AWS appends a unique
        // suffix.
        namePrefix: signingProfilePrefix(),
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

  /** Signs uploaded code, and returns the signed copy. */
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
