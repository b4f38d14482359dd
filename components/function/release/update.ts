import { UserError } from "@lambda-networking/preflight/errors";
import * as pulumi from "@pulumi/pulumi";
import { sdkClientSettings } from "../../base/sdk-client.js";
import { asRefusal } from "./refusal.js";
import { type ReleaseServices, type ReleaseTarget, shiftAlias } from "./shift-alias.js";
import { removableVersions, type VersionServices } from "./versions.js";

const FIVE_SECONDS = 5000;

/** A call that has just found the alias at the old version may still begin there. */
const ALIAS_DELAY = 10;

const sleep = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));

/** Whether the engine really updates the stack: neither a preview nor a program in memory, which must change nothing. */
export function isUpdate(): boolean {
  return pulumi.runtime.hasEngine() && !pulumi.runtime.isDryRun();
}

/**
 * Moves callers to a version through CodeDeploy, and waits for the end.
 * @throws UserError if CodeDeploy has moved callers back, or AWS refuses, so that the update ends before it deletes
 * anything
 */
export async function shiftCallers(
  target: ReleaseTarget,
  region: string,
  resource: pulumi.Resource,
): Promise<void> {
  const outcome = await shiftAlias(await services(region), target, {
    onProgress: (line) => void pulumi.log.info(line, resource),
    interval: FIVE_SECONDS,
    sleep,
  }).catch((error: unknown) => {
    throw asRefusal(error, `${target.functionName}: the release of version ${target.version} cannot go on. `);
  });
  if (outcome !== "failed") return;
  throw new UserError(
    `${target.functionName}: the release of version ${target.version} has failed, and CodeDeploy moves callers back. The version before still has everything that it needs, because nothing has been deleted. Correct the cause and run \`pulumi up\` again; to give the change up, undo it and run \`pulumi up\`.`,
  );
}

/** The version that callers of an alias have; undefined if there is no alias yet, or AWS does not say. */
export async function versionBehind(
  functionName: string,
  alias: string,
  region: string,
): Promise<string | undefined> {
  try {
    return (await (await services(region)).aliasOf(functionName, alias))?.version;
  } catch {
    return undefined;
  }
}

/** A function whose old versions are to be deleted. */
export interface OldVersionsRequest {
  readonly functionName: string;
  readonly alias: string;
  /** The version that this update has published, or the one before if nothing changed. */
  readonly newest: string;
  /** The version that callers had before this update, if that is known. */
  readonly left: string | undefined;
  readonly versionsToKeep: number;
}

/**
 * Deletes versions that no alias names. A failure is a warning, because the update has succeeded: the versions cost
 * nothing, but subnets and security groups that they hold cannot be deleted.
 * @returns the deleted versions
 */
export async function removeOldVersions(
  request: OldVersionsRequest,
  region: string,
  resource: pulumi.Resource,
): Promise<string[]> {
  try {
    const removed = await deleteOldVersions(await services(region), request, sleep);
    if (removed.length > 0) {
      void pulumi.log.info(`${request.functionName}: deleted versions ${removed.join(", ")}`, resource);
    }
    return removed;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    void pulumi.log.warn(
      `${request.functionName}: old versions are not deleted (${message}). In a VPC they hold their subnets and security groups. The credentials of \`pulumi up\` need lambda:GetAlias, lambda:ListAliases, lambda:ListVersionsByFunction and lambda:DeleteFunction.`,
      resource,
    );
    return [];
  }
}

/** Deletes the versions; the one that callers have just left only after the calls that run on it have ended. */
export async function deleteOldVersions(
  aws: VersionServices & Pick<ReleaseServices, "aliasOf">,
  { functionName, alias, newest, left, versionsToKeep }: OldVersionsRequest,
  wait: (milliseconds: number) => Promise<void>,
): Promise<string[]> {
  const [versions, named, live] = await Promise.all([
    aws.versionsOf(functionName),
    aws.namedVersions(functionName),
    aws.aliasOf(functionName, alias),
  ]);
  if (live === undefined) return [];
  const removable = removableVersions({ versions, named, newest, live: live.version }, versionsToKeep);
  const justLeft = versions.filter(
    ({ version }) => removable.includes(version) && left !== newest && version === (left ?? version),
  );
  if (justLeft.length > 0) {
    await wait((Math.max(...justLeft.map(({ timeout }) => timeout)) + ALIAS_DELAY) * 1000);
  }
  for (const version of removable) await aws.deleteVersion(functionName, version);
  return removable;
}

/** The SDK takes a quarter of a second to load, which every preview would wait for. */
async function services(region: string) {
  // Every update would print it among its own warnings.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";
  const { awsServices } = await import("./aws-services.js");
  return awsServices(await sdkClientSettings(region));
}
