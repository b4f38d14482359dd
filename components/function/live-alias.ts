import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";

interface LiveAliasArgs {
  readonly function: aws.lambda.Function;
  /** Unless it is AllAtOnce, CodeDeploy moves the alias, and an update of the stack does not. */
  readonly release: Release;
  /**
   * Initialized environments, paid whether used or not. $0.0000033334 a GB-second for arm64, $0.0000041667 for x86_64.
   * @default none
   */
  readonly provisionedConcurrency?: number;
  /** All that the calls of a new version need. */
  readonly after: readonly pulumi.Resource[];
  readonly parent: pulumi.Resource;
}

/**
 * Creates the alias `live`, which callers invoke. It moves to a new version only after all that the version's calls need
 * is there.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-aliases.html
 * @see https://docs.aws.amazon.com/lambda/latest/dg/provisioned-concurrency.html
 */
export function createLiveAlias(name: string, args: LiveAliasArgs): aws.lambda.Alias {
  const { function: lambda, release, provisionedConcurrency, after, parent } = args;
  const alias = new aws.lambda.Alias(
    `${name}-live`,
    { name: "live", functionName: lambda.name, functionVersion: lambda.version },
    {
      parent,
      dependsOn: [...after],
      ignoreChanges: release === "AllAtOnce" ? [] : ["functionVersion", "routingConfig"],
    },
  );
  if (provisionedConcurrency !== undefined) {
    new aws.lambda.ProvisionedConcurrencyConfig(
      `${name}-live`,
      {
        functionName: lambda.name,
        qualifier: alias.name,
        provisionedConcurrentExecutions: provisionedConcurrency,
      },
      { parent },
    );
  }
  return alias;
}
/**
 * How callers move to a new version: all at once, or in steps, as a predefined configuration of CodeDeploy.
 * @see https://docs.aws.amazon.com/codedeploy/latest/userguide/deployment-configurations.html
 */
export const RELEASES = [
  "AllAtOnce",
  "Canary10Percent5Minutes",
  "Canary10Percent10Minutes",
  "Canary10Percent15Minutes",
  "Canary10Percent30Minutes",
  "Linear10PercentEvery1Minute",
  "Linear10PercentEvery2Minutes",
  "Linear10PercentEvery3Minutes",
  "Linear10PercentEvery10Minutes",
] as const;

export type Release = (typeof RELEASES)[number];
