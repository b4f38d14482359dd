import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { FunctionCode } from "./code-bucket.js";

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
