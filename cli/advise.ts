import { resolve } from "node:path";
import {
  checkStackNames,
  DEFAULT_USAGE,
  parseUsage,
  pinsOf,
  readPinnedIntents,
  readStackFile,
  type StackFile,
  stackNames,
  type Usage,
} from "@lambda-networking/preflight";
import { describeIssues, UserError } from "@lambda-networking/preflight/errors";
import { advise } from "./advise/advice.js";
import { adviceText } from "./advise/text.js";
import { allOf } from "./lib/all-of.js";
import { command, EXIT, type Io, runIfEntryPoint } from "./lib/command.js";
import { readText } from "./lib/files.js";
import { graphOfStack } from "./lib/graphs.js";
import type { Help, Values } from "./lib/options.js";
import { stackList } from "./lib/stack-list.js";

const OPTIONS = {
  stack: { type: "string", value: "NAME", about: "The stack file to find a network for" },
  usage: {
    type: "string",
    value: "FILE.yaml",
    about: "Your traffic. Default: a million requests a month (docs/cost.md)",
  },
  json: { type: "boolean", about: "Prints the advice as JSON" },
} as const;

const HELP: Help<typeof OPTIONS> = {
  call: "npm run advise",
  about:
    "Finds the cheapest network that keeps every promise of a stack: its intents, its Availability Zones, and what its NAT and endpoints promise. Builds the networks in memory, without AWS, and says what each promise costs.",
  options: OPTIONS,
  examples: [
    ["npm run advise -- --stack prod", "The networks by price, and the commands for the best one"],
    ["npm run -s advise -- --stack prod --usage usage.yaml --json", "For a program, with your own traffic"],
  ],
  exitCodes: "0 found; 1 no network keeps every promise; 2 wrong usage or configuration, or no VPC.",
};

/** Version of the JSON. Any change that a reader can notice raises it. */
const JSON_VERSION = "1.0";

/** Finds the cheapest network of one stack. */
async function run({ stack, usage: usageFile, json }: Values<typeof OPTIONS>, io: Io): Promise<number> {
  const [file, pinned, usage] = allOf(
    () => stackToAdvise(stack, io.project),
    () => pinsIn(io.project),
    () => usageIn(usageFile, io),
  );
  const advice = await advise(file, {
    usage,
    pins: pinned && pinsOf(pinned, file.stack),
    build: async (each) => (await graphOfStack(each, io.project)).graph,
  });
  io.out(
    json === true ? JSON.stringify({ schemaVersion: JSON_VERSION, ...advice }, null, 2) : adviceText(advice),
  );
  return advice.best === undefined ? EXIT.failed : EXIT.fine;
}

function stackToAdvise(stack: string | undefined, project: string): StackFile {
  if (stack === undefined) throw new UserError(`Which stack? Give --stack NAME. ${stackList(project)}`);
  return readStackFile(stack, project);
}

function pinsIn(project: string) {
  const pinned = readPinnedIntents(project);
  if (pinned !== undefined) checkStackNames(pinned, stackNames(project));
  return pinned;
}

function usageIn(file: string | undefined, io: Io): Usage {
  if (file === undefined) return DEFAULT_USAGE;
  const { usage, mistakes } = parseUsage(readText(resolve(io.folder, file)));
  if (usage === undefined) throw new UserError(describeIssues(mistakes, `in ${file}`));
  return usage;
}

/** `npm run advise` */
export const main = command(HELP, run);

runIfEntryPoint(import.meta.url, main);
