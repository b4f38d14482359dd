import { UserError } from "@lambda-networking/preflight/errors";

/** Calls to CodeDeploy and Lambda, one function for each, so that a test can replace them. */
export interface ReleaseServices {
  /** The version that the alias points to, and the share of calls that goes to another one; undefined without alias. */
  aliasOf(functionName: string, alias: string): Promise<AliasState | undefined>;
  /** The deployment of a group that has not ended yet; undefined if there is none. */
  activeDeployment(group: DeploymentGroup): Promise<string | undefined>;
  /** Starts a deployment and returns its id. */
  start(request: ReleaseRequest): Promise<string>;
  stateOf(deploymentId: string): Promise<DeploymentState>;
}

export interface AliasState {
  readonly version: string;
  /** Share of calls by version, 0 to 1, during a release. */
  readonly weights: Readonly<Record<string, number>>;
}

/** Names of a CodeDeploy deployment group. */
export interface DeploymentGroup {
  readonly applicationName: string;
  readonly deploymentGroupName: string;
}

export interface ReleaseRequest extends DeploymentGroup {
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
export interface ReleaseTarget extends DeploymentGroup {
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

/** Result of a release. `none`: the alias had the version already, or does not exist yet. */
export type Outcome = "none" | "succeeded" | "failed";

const ENDED = new Set(["Succeeded", "Failed", "Stopped"]);
const NOT_BEGUN = new Set(["Created", "Queued"]);
/** CodeDeploy begins within seconds. */
const LONGEST_START = 5 * 60_000;

/**
 * Moves an alias to a version through CodeDeploy, and follows the deployment to its end. A deployment that an
 * interrupted command has left is followed first.
 * @throws UserError if CodeDeploy does not begin, or if weights that somebody set by hand are in the way
 * @see https://docs.aws.amazon.com/codedeploy/latest/userguide/reference-appspec-file-structure-resources.html
 */
export async function shiftAlias(
  services: ReleaseServices,
  target: ReleaseTarget,
  waiting: Waiting,
): Promise<Outcome> {
  const { functionName, alias, version, applicationName, deploymentGroupName } = target;
  const { onProgress } = waiting;
  const active = await services.activeDeployment({ applicationName, deploymentGroupName });
  if (active !== undefined) {
    onProgress(`${functionName}: deployment ${active} has not ended yet.`);
    if ((await follow(active, services, target, waiting)) === "failed") return "failed";
  }
  const before = await services.aliasOf(functionName, alias);
  if (before === undefined) return "none";
  if (Object.keys(before.weights).length > 0) {
    throw new UserError(
      `${functionName}: ${alias} has routing weights that no deployment of this stack has set${sharesOf(before)}. Send all calls to one version, then release: aws lambda update-alias --function-name ${functionName} --name ${alias} --routing-config 'AdditionalVersionWeights={}'`,
    );
  }
  if (before.version === version) {
    onProgress(`${functionName}: callers of ${alias} have version ${version} already.`);
    return "none";
  }
  const appSpec = appSpecOf(target, before.version);
  const id = await services.start({ applicationName, deploymentGroupName, appSpec });
  onProgress(
    `${functionName}: ${alias} moves from version ${before.version} to ${version}, deployment ${id}.`,
  );
  return follow(id, services, target, waiting);
}

/** Follows a deployment to its end. */
async function follow(
  id: string,
  services: ReleaseServices,
  { functionName, alias }: ReleaseTarget,
  { onProgress, interval, sleep }: Waiting,
): Promise<"succeeded" | "failed"> {
  let last = "";
  for (let waited = 0; ; waited += interval) {
    const { status, error, rollback } = await services.stateOf(id);
    const line = `  ${status}${sharesOf(await services.aliasOf(functionName, alias))}`;
    if (line !== last) onProgress(line);
    last = line;
    if (ENDED.has(status)) {
      if (error !== undefined) onProgress(`  ${error}`);
      if (rollback !== undefined) onProgress(`  Rolled back by deployment ${rollback}.`);
      return status === "Succeeded" ? "succeeded" : "failed";
    }
    if (NOT_BEGUN.has(status) && waited >= LONGEST_START) {
      throw new UserError(
        `${functionName}: CodeDeploy has not begun deployment ${id} in ${LONGEST_START / 60_000} minutes. Look at it in CodeDeploy's console, and stop it there: aws deploy stop-deployment --deployment-id ${id}`,
      );
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

function sharesOf(state: AliasState | undefined): string {
  if (state === undefined) return "";
  const { version, weights } = state;
  const others = Object.entries(weights);
  if (others.length === 0) return `: version ${version} 100 %`;
  const rest = 1 - others.reduce((sum, [, weight]) => sum + weight, 0);
  return `: ${[[version, rest] as const, ...others]
    .map(([name, weight]) => `version ${name} ${Math.round(weight * 100)} %`)
    .join(", ")}`;
}
