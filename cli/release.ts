import { UserError } from "@lambda-networking/preflight/errors";
import { type AwsServices, awsServices } from "../components/function/release/aws-services.js";
import { asRefusal } from "../components/function/release/refusal.js";
import { listVersions, type ReleasedFunction, rollBack } from "../components/function/release/roll-back.js";
import { shiftAlias } from "../components/function/release/shift-alias.js";
import { command, EXIT, type Io, runIfEntryPoint } from "./lib/command.js";
import type { Help, Values } from "./lib/options.js";
import { stackList } from "./lib/stack-list.js";
import { stackOutputs } from "./release/stack-outputs.js";

const OPTIONS = {
  stack: { type: "string", value: "NAME", about: "The deployed stack. Required" },
  version: { type: "string", value: "N", about: "Sends all callers back to this earlier version, at once" },
  list: { type: "boolean", about: "Lists the versions, and which of them still work" },
} as const;

const HELP: Help<typeof OPTIONS> = {
  call: "npm run release",
  about:
    "Sends the callers of a deployed stack's function back to an earlier version, or, without --version, to the newest one again, by the strategy in function.release. `pulumi up` releases new versions by itself. It needs AWS credentials and the stack's state.",
  options: OPTIONS,
  examples: [
    ["npm run release -- --stack prod --list", "Lists the versions that callers can go back to"],
    ["npm run release -- --stack prod --version 6", "Sends all callers back to version 6, at once"],
    ["npm run release -- --stack prod", "Sends them to the newest version again"],
  ],
  exitCodes: "0 every caller has the version; 1 rolled back or stopped; 2 wrong usage, or AWS refused.",
};

const FIVE_SECONDS = 5000;

/** Sends the callers of a deployed stack's function to another version. */
async function run({ stack, version, list }: Values<typeof OPTIONS>, io: Io): Promise<number> {
  if (stack === undefined) throw new UserError(`Which stack? Give --stack NAME. ${stackList(io.project)}`);
  if (version !== undefined && !/^[1-9]\d*$/.test(version)) {
    throw new UserError(`--version: ${version} is no version. Write a number, such as 6; --list shows them.`);
  }
  const outputs = await stackOutputs(stack, io.project);
  const released = functionOf(outputs);
  const services = awsServices({ region: text(outputs, "region") });
  const command = async () => {
    if (list) return showVersions(services, released, io);
    if (version !== undefined) return goBack(services, released, version, io);
    return goForward(services, released, io);
  };
  return command().catch((error: unknown) => {
    throw asRefusal(error);
  });
}

async function showVersions(services: AwsServices, released: ReleasedFunction, io: Io): Promise<number> {
  for (const { version, isLive, missing } of await listVersions(services, released)) {
    const works = missing.length === 0 ? "works" : `would not work: ${missing.join("; ")}`;
    io.out(`version ${version}  ${isLive ? "callers have it" : works}`);
  }
  return EXIT.fine;
}

async function goBack(
  services: AwsServices,
  released: ReleasedFunction,
  version: string,
  io: Io,
): Promise<number> {
  await rollBack(services, released, version);
  io.out(`${released.functionName}: all callers of ${released.alias} have version ${version}.`);
  return EXIT.fine;
}

/** Sends callers to the newest version, as an update does. */
async function goForward(services: AwsServices, released: ReleasedFunction, io: Io): Promise<number> {
  const { group, functionName, alias, newest } = released;
  if (group === undefined) {
    await services.pointAlias(functionName, alias, newest);
    io.out(`${functionName}: all callers of ${alias} have version ${newest}.`);
    return EXIT.fine;
  }
  const target = { ...group, functionName, alias, version: newest };
  const outcome = await shiftAlias(services, target, {
    onProgress: io.out,
    interval: FIVE_SECONDS,
    sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
  });
  return outcome === "failed" ? EXIT.failed : EXIT.fine;
}

function functionOf(outputs: Readonly<Record<string, unknown>>): ReleasedFunction {
  const deploymentGroupName = text(outputs, "codeDeployDeploymentGroupName");
  return {
    functionName: text(outputs, "functionName"),
    alias: "live",
    newest: text(outputs, "functionVersion"),
    ...(deploymentGroupName !== "" && {
      group: { applicationName: text(outputs, "codeDeployApplicationName"), deploymentGroupName },
    }),
  };
}

function text(outputs: Readonly<Record<string, unknown>>, name: string): string {
  const value = outputs[name];
  if (typeof value === "string") return value;
  throw new UserError(`The stack has no output ${name}. Update it first: npx pulumi up`);
}

/** `npm run release` */
export const main = command(HELP, run);

runIfEntryPoint(import.meta.url, main);
