import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { CanaryRelease } from "./canary-release.js";
import { isUpdate, removeOldVersions, shiftCallers, versionBehind } from "./release/update.js";

interface LiveAliasArgs {
  readonly function: aws.lambda.Function;
  /**
   * Moves callers to a new version step by step, during the update.
   * @default the update moves all callers at once
   */
  readonly canary?: CanaryRelease;
  /** How many versions that no alias names are kept to roll back to. */
  readonly versionsToKeep: number;
  readonly region: string;
  /**
   * Initialized environments, paid whether used or not. $0.0000033334 a GB-second for arm64, $0.0000041667 for x86_64.
   * @default none
   */
  readonly provisionedConcurrency?: number;
  /** All that the calls of a new version need. */
  readonly after: readonly pulumi.Resource[];
  readonly parent: pulumi.Resource;
}

/** The alias that callers invoke. */
export interface LiveAlias {
  readonly alias: aws.lambda.Alias;
  /** The versions that the update has deleted, after callers left them; none at a preview. */
  readonly removedVersions: pulumi.Output<string[]>;
}

/** The alias's name. */
export const LIVE = "live";

/**
 * Creates the alias `live`, which callers invoke, and deletes the versions that nothing needs any more. It
 * moves to a new version only after all that the version's calls need is there.
 *
 * The engine deletes what a change of the configuration has removed at the end of the update, so a canary release is
 * part of the update: what the old version needs is there until callers have left it.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-aliases.html
 * @see https://docs.aws.amazon.com/lambda/latest/dg/provisioned-concurrency.html
 */
export function createLiveAlias(name: string, args: LiveAliasArgs): LiveAlias {
  const { function: lambda, provisionedConcurrency, after, parent } = args;
  const callers = new Callers(args);
  const alias = new aws.lambda.Alias(
    `${name}-live`,
    { name: LIVE, functionName: lambda.name, functionVersion: callers.moved() },
    { parent, dependsOn: [...after] },
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
  return { alias, removedVersions: callers.withoutOldVersions(alias) };
}

/** The callers of a function during an update. */
class Callers {
  /** The version that they had before. */
  private before: string | undefined;

  constructor(private readonly args: LiveAliasArgs) {}

  /**
   * The newest version. If CodeDeploy moves the callers, it is known as soon as all of them have it. CodeDeploy's group
   * comes after all that the version's calls need.
   */
  moved(): pulumi.Output<string> {
    const { function: lambda, canary, region } = this.args;
    const group = canary?.group;
    return pulumi
      .all([lambda.name, lambda.version, group?.applicationName, group?.deploymentGroupName])
      .apply(async ([functionName, version, applicationName, deploymentGroupName]) => {
        if (!isUpdate()) return version;
        this.before = await versionBehind(functionName, LIVE, region);
        if (applicationName !== undefined && deploymentGroupName !== undefined) {
          const target = { functionName, alias: LIVE, version, applicationName, deploymentGroupName };
          await shiftCallers(target, region, lambda);
        }
        return version;
      });
  }

  /** Deletes the versions that nothing needs any more, after the alias has moved. */
  withoutOldVersions(alias: aws.lambda.Alias): pulumi.Output<string[]> {
    const { function: lambda, versionsToKeep, region } = this.args;
    return pulumi
      .all([lambda.name, lambda.version, alias.functionVersion])
      .apply(async ([functionName, newest]) => {
        if (!isUpdate()) return [];
        const request = { functionName, alias: LIVE, newest, left: this.before, versionsToKeep };
        return removeOldVersions(request, region, lambda);
      });
  }
}
