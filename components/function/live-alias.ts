import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { Release } from "./releases.js";

interface LiveAliasArgs {
  readonly function: aws.lambda.Function;
  /** Where it is not all at once, CodeDeploy moves the alias, and an update of the stack leaves it where it is. */
  readonly release: Release;
  /** Environments that are kept ready; $0.0000033334 a GB-second for arm64, $0.0000041667 for x86_64, used or not. */
  readonly provisionedConcurrency?: number | undefined;
  readonly parent: pulumi.Resource;
}

/**
 * The alias `live`, which callers invoke.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-aliases.html
 * @see https://docs.aws.amazon.com/lambda/latest/dg/provisioned-concurrency.html
 */
export function makeLiveAlias(name: string, args: LiveAliasArgs): aws.lambda.Alias {
  const { function: lambda, release, provisionedConcurrency, parent } = args;
  const alias = new aws.lambda.Alias(
    `${name}-live`,
    { name: "live", functionName: lambda.name, functionVersion: lambda.version },
    { parent, ignoreChanges: release === "AllAtOnce" ? [] : ["functionVersion", "routingConfig"] },
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
