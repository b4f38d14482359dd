import { parseArgs } from "node:util";
import { stackNames } from "@lambda-networking/preflight";
import { UserError } from "@lambda-networking/preflight/errors";
import { command, EXIT, type Io, runIfEntryPoint } from "./lib/command.js";
import { PROJECT_FOLDER } from "./lib/project-folder.js";
import { awsServices } from "./release/aws-services.js";
import { type ReleaseTarget, shiftAlias } from "./release/shift.js";
import { stackOutputs } from "./release/stack-outputs.js";

const USAGE = "npm run release -- --stack NAME";
const FIVE_SECONDS = 5000;

/** Moves the callers of a deployed stack's function to its newest version, by the strategy in `function.release`. */
async function run(argv: readonly string[], io: Io): Promise<number> {
  const { values } = parseArgs({ args: [...argv], options: { stack: { type: "string" } } });
  const { stack } = values;
  if (stack === undefined) {
    throw new UserError(
      `Which stack? Give --stack: ${stackNames(PROJECT_FOLDER).join(" or ")}.\nUsage: ${USAGE}`,
    );
  }
  const outputs = await stackOutputs(stack);
  const target = targetOf(outputs);
  if (target === undefined) {
    io.out(`${stack}: function.release is AllAtOnce, so \`pulumi up\` has moved callers already.`);
    return EXIT.fine;
  }
  const outcome = await shiftAlias(awsServices(text(outputs, "region")), target, {
    onProgress: io.out,
    interval: FIVE_SECONDS,
    sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
  }).catch((error: unknown) => {
    throw refusal(error) ?? error;
  });
  return outcome === "failed" ? EXIT.failed : EXIT.fine;
}

/** The release target; undefined if the stack has no CodeDeploy deployment group. */
function targetOf(outputs: Readonly<Record<string, unknown>>): ReleaseTarget | undefined {
  const deploymentGroupName = text(outputs, "codeDeployDeploymentGroupName");
  if (deploymentGroupName === "") return undefined;
  return {
    applicationName: text(outputs, "codeDeployApplicationName"),
    deploymentGroupName,
    functionName: text(outputs, "functionName"),
    alias: "live",
    version: text(outputs, "functionVersion"),
  };
}

function text(outputs: Readonly<Record<string, unknown>>, name: string): string {
  const value = outputs[name];
  if (typeof value === "string") return value;
  throw new UserError(`The stack has no output ${name}. Update it first: npx pulumi up`);
}

/** A user error for a request that AWS refuses, and for credentials that the SDK does not find. */
function refusal(error: unknown): UserError | undefined {
  if (!(error instanceof Error)) return undefined;
  const isAnswer = "$metadata" in error || error.name === "CredentialsProviderError";
  return isAnswer ? new UserError(`${error.name}: ${error.message}`) : undefined;
}

/** `npm run release` */
export const main = command(USAGE, run);

runIfEntryPoint(import.meta.url, main);
