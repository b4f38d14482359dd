import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

export interface SeededParametersArgs {
  /** e.g. `/messages` */
  readonly path: string;
  /** Parameters of type String, readable in the console. Standard parameters are free. */
  readonly values: Readonly<Record<string, string>>;
  /** Parameters of type SecureString, encrypted in the state. */
  readonly secretValues: Readonly<Record<string, pulumi.Output<string>>>;
  /**
   * Key that encrypts the SecureStrings. A customer managed key costs $1 a month.
   * @default `alias/aws/ssm`, which is free
   */
  readonly kmsKeyArn?: string;
}

/**
 * Parameters that the stack creates from its configuration.
 * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/systems-manager-parameter-store.html
 */
export class SeededParameters extends pulumi.ComponentResource {
  constructor(name: string, args: SeededParametersArgs, opts?: pulumi.ComponentResourceOptions) {
    super("lambda-networking:parameters:SeededParameters", name, {}, opts);
    for (const [key, value] of Object.entries(args.values)) {
      new aws.ssm.Parameter(
        `${name}-${key}`,
        { name: `${args.path}/${key}`, type: "String", value },
        { parent: this },
      );
    }
    for (const [key, value] of Object.entries(args.secretValues)) {
      new aws.ssm.Parameter(
        `${name}-${key}`,
        {
          name: `${args.path}/${key}`,
          type: "SecureString",
          value,
          keyId: args.kmsKeyArn,
        },
        { parent: this },
      );
    }
    this.registerOutputs({});
  }
}
