/** Where CodeDeploy and Lambda are asked; one function for each question, so that a test can answer. */
export interface ReleaseServices {
  /** The version that callers of the alias get now, and the part of them that gets another one. */
  aliasOf(functionName: string, alias: string): Promise<AliasState>;
  /** Starts a deployment and gives its id. */
  start(request: ReleaseRequest): Promise<string>;
  stateOf(deploymentId: string): Promise<DeploymentState>;
}

export interface AliasState {
  readonly version: string;
  /** Share of calls by version, 0 to 1, while a release goes on. */
  readonly weights: Readonly<Record<string, number>>;
}

export interface ReleaseRequest {
  readonly applicationName: string;
  readonly deploymentGroupName: string;
  /** What CodeDeploy is told to do, as JSON. */
  readonly appSpec: string;
}

export interface DeploymentState {
  /** `Created`, `InProgress`, `Succeeded`, `Failed`, `Stopped` … */
  readonly status: string;
  readonly error?: string | undefined;
  /** The deployment that puts callers back. */
  readonly rollback?: string | undefined;
}

/** What is to be released. */
export interface ReleaseTarget {
  readonly applicationName: string;
  readonly deploymentGroupName: string;
  readonly functionName: string;
  readonly alias: string;
  /** The version that callers are to get. */
  readonly version: string;
}

export interface Waiting {
  /** Told each step, for a person. */
  readonly onProgress: (line: string) => void;
  /** Between two looks, in milliseconds. */
  readonly interval: number;
  readonly sleep: (milliseconds: number) => Promise<void>;
}

/** How a release ended. `none`: callers had the version already. */
export type Outcome = "none" | "succeeded" | "failed";

const ENDED = new Set(["Succeeded", "Failed", "Stopped"]);

/**
 * Has CodeDeploy move an alias to a version, and follows it to the end.
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
