import { resolve } from "node:path";
import { readStackFile } from "@lambda-networking/preflight";
import { UserError } from "@lambda-networking/preflight/errors";
import { allOf } from "./lib/all-of.js";
import { command, EXIT, type Io, runIfEntryPoint } from "./lib/command.js";
import { graphOfExport, graphOfStack, type NamedGraph } from "./lib/graphs.js";
import type { Help, Values } from "./lib/options.js";
import { stackList } from "./lib/stack-list.js";
import { answerBatch } from "./trace/batch.js";
import { answer, type Question, traceText } from "./trace/question.js";

const OPTIONS = {
  stack: { type: "string", value: "NAME", about: "The stack file to ask" },
  deployed: {
    type: "string",
    value: "EXPORT.json",
    about:
      "Instead of a stack file: a deployed stack, from what `pulumi stack export --file EXPORT.json` wrote",
  },
  from: { type: "string", value: "PLACE", about: "Where the call starts" },
  to: { type: "string", value: "PLACE", about: "Where it goes" },
  port: { type: "string", value: "N", about: "The TCP port. Default: the destination's own, or 443" },
  json: { type: "boolean", about: "Prints the answer as one line of JSON" },
  batch: {
    type: "boolean",
    about: "Reads questions from standard input, one line of JSON each, and prints one line of JSON for each",
  },
} as const;

const HELP: Help<typeof OPTIONS> = {
  call: "npm run trace",
  about: "Asks whether one place reaches another, and prints the verdict with every hop.",
  options: OPTIONS,
  more: [
    "A place is one of",
    "  a function            fetcher",
    "  a service             ssm, ssm:GetParametersByPath for one action, ssm in us-east-1",
    '  a method of an API    "GET /messages"',
    "  an address, a URL     10.20.1.5:5432, https://example.com",
    "  the internet          internet",
    "  subnets of a kind     private subnets, public subnets, isolated subnets",
    "  by kind and name      subnet:NAME, vpc:NAME, peer:NAME, security-group:NAME, endpoint:NAME, resource:NAME",
    "vpce-ID and vpc-ID, as --from, may be of another account: would the API let them in?",
  ].join("\n"),
  examples: [
    ["npm run trace -- --stack prod --from fetcher --to ssm", "One question to a stack file"],
    [
      'npm run trace -- --deployed prod.json --from internet --to "GET /messages"',
      "One question to a deployed stack",
    ],
    [
      "npm run -s trace -- --batch < questions.jsonl > answers.jsonl",
      'Many questions, such as {"stack": "prod", "from": "fetcher", "to": "ssm"}; -s leaves out npm\'s own lines',
    ],
  ],
  exitCodes: "0 reachable; 1 blocked; 2 wrong usage, or a line of a batch that is no question; 3 unknown.",
};

/** Answers one question or, with --batch, one for each line of standard input. */
async function run(values: Values<typeof OPTIONS>, io: Io): Promise<number> {
  const { stack, deployed } = values;
  if (values.batch === true) {
    const others = Object.keys(values).filter((name) => name !== "batch");
    if (others.length > 0)
      throw new UserError(
        `--batch has its questions from standard input. Leave out --${others.join(", --")}.`,
      );
    return answerBatch(io);
  }
  const [graphOf, asked] = allOf(
    () => source(stack, deployed === undefined ? undefined : resolve(io.folder, deployed), io.project),
    () => question(values),
  );
  const { graph } = await graphOf();
  const result = answer(graph, asked);
  io.out(values.json === true ? JSON.stringify(result) : traceText(result));
  return { reachable: EXIT.fine, blocked: EXIT.failed, unknown: EXIT.unknown }[result.status];
}

/** The stack to ask, which is built only when everything is checked. */
function source(
  stack: string | undefined,
  deployed: string | undefined,
  project: string,
): () => Promise<NamedGraph> {
  if (stack !== undefined && deployed !== undefined) {
    throw new UserError("--stack and --deployed are given. Ask a stack's file or an export, not both.");
  }
  if (deployed !== undefined) {
    const graph = graphOfExport(deployed, project);
    return async () => graph;
  }
  if (stack === undefined)
    throw new UserError(`Which stack? Give --stack NAME or --deployed EXPORT.json. ${stackList(project)}`);
  const file = readStackFile(stack, project);
  return () => graphOfStack(file, project);
}

function question({ from, to, port }: { from?: string; to?: string; port?: string }): Question {
  if (from === undefined || to === undefined) {
    throw new UserError("From where to where? Give --from and --to, such as --from fetcher --to ssm.");
  }
  if (port !== undefined && !(/^\d{1,5}$/.test(port) && Number(port) >= 1 && Number(port) <= 65535)) {
    throw new UserError(`--port: "${port}". Write a port from 1 to 65535.`);
  }
  return { from, to, ...(port !== undefined && { port: Number(port) }) };
}

/** `npm run trace` */
export const main = command(HELP, run);

runIfEntryPoint(import.meta.url, main);
