import { UserError } from "@lambda-networking/preflight/errors";
import type { AliasState, DeploymentGroup, ReleaseServices } from "./shift-alias.js";
import { missingNeeds, type VersionServices } from "./versions.js";

/** Calls to AWS of a roll-back, one function for each, so that a test can replace them. */
export interface RollBackServices
  extends Pick<ReleaseServices, "aliasOf" | "activeDeployment">,
    Pick<VersionServices, "versionsOf"> {
  /** Sends all calls of an alias to a version, at once. */
  pointAlias(functionName: string, alias: string, version: string): Promise<void>;
}

/** The function of a deployed stack. */
export interface ReleasedFunction {
  readonly functionName: string;
  readonly alias: string;
  /** The version that the last update published. */
  readonly newest: string;
  /** Undefined if updates move all callers at once. */
  readonly group?: DeploymentGroup;
}

/** A version that callers can, or cannot, get. */
export interface VersionState {
  readonly version: string;
  readonly isLive: boolean;
  /** Why it would not work; empty if it works as the live one does. */
  readonly missing: readonly string[];
}

/**
 * The published versions, newest first, and whether callers can go to them.
 * @throws UserError if the function has no alias
 */
export async function listVersions(
  services: RollBackServices,
  { functionName, alias }: ReleasedFunction,
): Promise<VersionState[]> {
  const [versions, live] = await Promise.all([
    services.versionsOf(functionName),
    aliasOf(services, functionName, alias),
  ]);
  const now = versions.find(({ version }) => version === live.version);
  return [...versions]
    .sort((a, b) => Number(b.version) - Number(a.version))
    .map((one) => ({
      version: one.version,
      isLive: one.version === live.version,
      missing: now === undefined ? ["the live version is gone"] : missingNeeds(one, now),
    }));
}

/**
 * Sends all callers to an earlier version, at once.
 * @throws UserError if the version is gone, if it needs what the stack no longer has, or during a release
 */
export async function rollBack(
  services: RollBackServices,
  target: ReleasedFunction,
  version: string,
): Promise<void> {
  const { functionName, alias, group } = target;
  const active = group && (await services.activeDeployment(group));
  if (active !== undefined) {
    throw new UserError(
      `${functionName}: deployment ${active} moves callers now. To send them back, stop it: aws deploy stop-deployment --deployment-id ${active} --auto-rollback-enabled`,
    );
  }
  const states = await listVersions(services, target);
  const wanted = states.find((state) => state.version === version);
  const others = states.filter(({ isLive, missing }) => !isLive && missing.length === 0);
  const offer =
    others.length === 0
      ? "No earlier version works any more; deploy the earlier code and settings with `pulumi up`."
      : `Versions that work: ${others.map((one) => one.version).join(", ")}.`;
  if (wanted === undefined) throw new UserError(`${functionName} has no version ${version}. ${offer}`);
  if (wanted.missing.length > 0) {
    throw new UserError(
      `${functionName}: version ${version} would not work: ${wanted.missing.join("; ")}, unlike the version that callers have. ${offer}`,
    );
  }
  await services.pointAlias(functionName, alias, version);
}

async function aliasOf(services: RollBackServices, functionName: string, alias: string): Promise<AliasState> {
  const found = await services.aliasOf(functionName, alias);
  if (found === undefined)
    throw new UserError(`${functionName} has no alias ${alias}. Run \`pulumi up\` first.`);
  return found;
}
