/** Calls to CodeDeploy and Lambda, one function for each, so that a test can replace them. */
export interface ReleaseServices {
  /** The version that the alias points to, and the share of calls that goes to another one. */
  aliasOf(functionName: string, alias: string): Promise<AliasState>;
  /** Starts a deployment and returns its id. */
  start(request: ReleaseRequest): Promise<string>;
  stateOf(deploymentId: string): Promise<DeploymentState>;
}

export interface AliasState {
  readonly version: string;
  /** Share of calls by version, 0 to 1, during a release. */
  readonly weights: Readonly<Record<string, number>>;
}

export interface ReleaseRequest {
  readonly applicationName: string;
  readonly deploymentGroupName: string;
  /** The AppSpec that CodeDeploy executes, as JSON. */
  readonly appSpec: string;
}

export interface DeploymentState {
  /** `Created`, `InProgress`, `Succeeded`, `Failed`, `Stopped` … */
  readonly status: string;
  readonly error?: string;
  /** The deployment that rolls back. */
  readonly rollback?: string;
}

/** Target of a release. */
export interface ReleaseTarget {
  readonly applicationName: string;
  readonly deploymentGroupName: string;
  readonly functionName: string;
  readonly alias: string;
  /** The version to release. */
  readonly version: string;
}

export interface Waiting {
  /** Called with a readable line for each step. */
  readonly onProgress: (line: string) => void;
  /** Interval between two polls, in milliseconds. */
  readonly interval: number;
  readonly sleep: (milliseconds: number) => Promise<void>;
}

/** Result of a release. `none`: the alias had the version already. */
export type Outcome = "none" | "succeeded" | "failed";

const ENDED = new Set(["Succeeded", "Failed", "Stopped"]);

/**
 * Moves an alias to a version through CodeDeploy, and follows the deployment to its end.
 * @see https://docs.aws.amazon.com/codedeploy/latest/userguide/reference-appspec-file-structure-resources.html
 */
export async function shiftAlias(
  services: ReleaseServices,
  target: ReleaseTarget,
  { onProgress, interval, sleep }: Waiting,
): Promise<Outcome> {
  const { functionName, alias, version, applicationName, deploymentGroupName } = target;
  const before = await services.aliasOf(functionName, alias);
  if (before.version === version) {
    onProgress(`${functionName}: callers of ${alias} have version ${version} already.`);
    return "none";
  }
  const appSpec = appSpecOf(target, before.version);
  const id = await services.start({ applicationName, deploymentGroupName, appSpec });
  onProgress(
    `${functionName}: ${alias} moves from version ${before.version} to ${version}, deployment ${id}.`,
  );
  let last = "";
  for (;;) {
    const { status, error, rollback } = await services.stateOf(id);
    const line = `  ${status}${sharesOf(await services.aliasOf(functionName, alias))}`;
    if (line !== last) onProgress(line);
    last = line;
    if (ENDED.has(status)) {
      if (error !== undefined) onProgress(`  ${error}`);
      if (rollback !== undefined) onProgress(`  Rolled back by deployment ${rollback}.`);
      return status === "Succeeded" ? "succeeded" : "failed";
    }
    await sleep(interval);
  }
}

function appSpecOf({ functionName, alias, version }: ReleaseTarget, current: string): string {
  return JSON.stringify({
    version: 0,
    Resources: [
      {
        [functionName]: {
          Type: "AWS::Lambda::Function",
          Properties: {
            Name: functionName,
            Alias: alias,
            CurrentVersion: current,
            TargetVersion: version,
          },
        },
      },
    ],
  });
}

function sharesOf({ version, weights }: AliasState): string {
  const others = Object.entries(weights);
  if (others.length === 0) return `: version ${version} 100 %`;
  const rest = 1 - others.reduce((sum, [, weight]) => sum + weight, 0);
  return `: ${[[version, rest] as const, ...others]
    .map(([name, weight]) => `version ${name} ${Math.round(weight * 100)} %`)
    .join(", ")}`;
}
