import { parseArgs } from "node:util";
import { UserError } from "@lambda-networking/preflight/errors";
import { command, EXIT, type Io, runIfEntryPoint } from "./lib/command.js";
import { graphOfExport, graphOfStack } from "./lib/graphs.js";
import { answerBatch } from "./trace/batch.js";
import { answer, type Question, traceText } from "./trace/question.js";

const USAGE =
  "npm run trace -- (--stack NAME | --deployed EXPORT.json) --from PLACE --to PLACE [--port N] [--json]\n" +
  "       npm run -s trace -- --batch < QUESTIONS.jsonl\n" +
  'Each line of a batch: {"stack": "prod", "from": "fetcher", "to": "ssm"} or {"deployed": "prod.json", ...}.\n' +
  "npm run -s leaves out npm's own lines, for programs that read the answer.\n" +
  "A place is a function, a service (ssm, or ssm in us-east-1), an address (10.20.1.5:5432), a URL, internet,\n" +
  'an API\'s method ("GET /messages"), or subnet:NAME, vpc:NAME, peer:NAME, security-group:NAME, endpoint:NAME, resource:NAME.\n' +
  "vpce-ID and vpc-ID, as --from, may be somebody else's: would the API let them in?";

/** Answers one question or, with --batch, one for each line of standard input. */
async function run(argv: readonly string[], io: Io): Promise<number> {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      stack: { type: "string" },
      deployed: { type: "string" },
      from: { type: "string" },
      to: { type: "string" },
      port: { type: "string" },
      json: { type: "boolean", default: false },
      batch: { type: "boolean", default: false },
    },
  });
  if (values.batch) return answerBatch(io.stdin, io.out);

  const { graph } = await source(values.stack, values.deployed);
  const result = answer(graph, question(values));
  io.out(values.json ? JSON.stringify(result) : traceText(result));
  return { reachable: EXIT.fine, blocked: EXIT.failed, unknown: EXIT.unknown }[result.status];
}

function source(stack: string | undefined, deployed: string | undefined) {
  if (stack !== undefined && deployed !== undefined) {
    throw new UserError(`Ask either a stack or an export, not both.\nUsage: ${USAGE}`);
  }
  if (deployed !== undefined) return graphOfExport(deployed);
  if (stack !== undefined) return graphOfStack(stack);
  throw new UserError(`Which stack? Give --stack or --deployed.\nUsage: ${USAGE}`);
}

function question({ from, to, port }: { from?: string; to?: string; port?: string }): Question {
  if (from === undefined || to === undefined) {
    throw new UserError(`From where to where? Give --from and --to.\nUsage: ${USAGE}`);
  }
  if (port !== undefined && !/^\d{1,5}$/.test(port)) {
    throw new UserError(`--port: "${port}". Write a port from 1 to 65535.`);
  }
  return { from, to, ...(port !== undefined && { port: Number(port) }) };
}

/** `npm run trace` */
export const main = command(USAGE, run);

runIfEntryPoint(import.meta.url, main);
