import { UserError } from "@lambda-networking/preflight/errors";
import { command, EXIT, type Io, runIfEntryPoint } from "./lib/command.js";
import type { Help, Values } from "./lib/options.js";
import { stackList } from "./lib/stack-list.js";
import { awsServices } from "./release/aws-services.js";
import { type ReleaseTarget, shiftAlias } from "./release/shift.js";
import { stackOutputs } from "./release/stack-outputs.js";

const OPTIONS = {
  stack: { type: "string", value: "NAME", about: "The deployed stack. Required" },
} as const;

const HELP: Help<typeof OPTIONS> = {
  call: "npm run release",
  about:
    "Moves the callers of a deployed stack's function to the version that the last `pulumi up` published, by the strategy in function.release, and follows CodeDeploy to the end. It needs AWS credentials and the stack's state.",
  options: OPTIONS,
  examples: [
    ["npm run release -- --stack prod", "Releases the newest version of prod"],
    ["npx pulumi up -s prod && npm run release -- --stack prod", "Publishes a version, then releases it"],
  ],
  exitCodes: "0 every caller has the version; 1 rolled back or stopped; 2 wrong usage, or AWS refused.",
};

const FIVE_SECONDS = 5000;

/** Moves the callers of a deployed stack's function to its newest version, by the strategy in `function.release`. */
async function run({ stack }: Values<typeof OPTIONS>, io: Io): Promise<number> {
  if (stack === undefined) throw new UserError(`Which stack? Give --stack NAME. ${stackList(io.project)}`);
  const outputs = await stackOutputs(stack, io.project);
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
export const main = command(HELP, run);

runIfEntryPoint(import.meta.url, main);
