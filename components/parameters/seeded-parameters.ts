import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { DataRetention } from "../base/data-retention.js";
import { arnOf, type DeploymentTarget } from "../base/deployment-target.js";

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
  readonly kmsKeyArn?: pulumi.Input<string>;
  readonly data: DataRetention;
  readonly target: DeploymentTarget;
}

/**
 * Parameters that the stack creates from its configuration.
 * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/systems-manager-parameter-store.html
 */
export class SeededParameters extends pulumi.ComponentResource {
  constructor(name: string, args: SeededParametersArgs, opts?: pulumi.ComponentResourceOptions) {
    super("lambda-networking:parameters:SeededParameters", name, {}, opts);
    const { path, values, secretValues, kmsKeyArn, data, target } = args;
    // Kept, because the value in AWS may be newer than the configuration's.
    const kept = (parameter: string) =>
      data.retained({
        what: `parameter ${parameter}`,
        arn: arnOf(target, "ssm", `parameter${parameter}`),
        importId: parameter,
      });
    for (const [key, value] of Object.entries(values)) {
      const parameter = `${path}/${key}`;
      new aws.ssm.Parameter(
        `${name}-${key}`,
        { name: parameter, type: "String", value },
        { parent: this, ...kept(parameter) },
      );
    }
    for (const [key, value] of Object.entries(secretValues)) {
      const parameter = `${path}/${key}`;
      new aws.ssm.Parameter(
        `${name}-${key}`,
        { name: parameter, type: "SecureString", value, keyId: kmsKeyArn },
        { parent: this, ...kept(parameter) },
      );
    }
    this.registerOutputs({});
  }
}
