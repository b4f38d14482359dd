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
 * Parameters that the stack creates from its configuration. Logical names hold the path, so that a renamed path makes
 * new parameters and deletes the old ones at the end of the update, when no version of the function reads them any
 * more. A replacement would delete them first, because their names are fixed.
 * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/systems-manager-parameter-store.html
 */
export class SeededParameters extends pulumi.ComponentResource {
  constructor(name: string, args: SeededParametersArgs, opts?: pulumi.ComponentResourceOptions) {
    super("lambda-networking:parameters:SeededParameters", name, {}, opts);
    const { path, values, secretValues, kmsKeyArn, data, target } = args;
    const optionsOf = (key: string, parameter: string): pulumi.CustomResourceOptions => ({
      parent: this,
      aliases: [{ name: `${name}-${key}` }], // before logical names held the path
      // Kept, because the value in AWS may be newer than the configuration's.
      ...data.retained({
        what: `parameter ${parameter}`,
        arn: arnOf(target, "ssm", `parameter${parameter}`),
        importId: parameter,
      }),
    });
    for (const [key, value] of Object.entries(values)) {
      const parameter = `${path}/${key}`;
      new aws.ssm.Parameter(
        `${name}-${parameter}`,
        { name: parameter, type: "String", value },
        optionsOf(key, parameter),
      );
    }
    for (const [key, value] of Object.entries(secretValues)) {
      const parameter = `${path}/${key}`;
      new aws.ssm.Parameter(
        `${name}-${parameter}`,
        { name: parameter, type: "SecureString", value, keyId: kmsKeyArn },
        optionsOf(key, parameter),
      );
    }
    this.registerOutputs({});
  }
}
