import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { parseArgs } from "node:util";
import { startApi } from "@lambda-networking/local-api";
import {
  buildReport,
  DEFAULT_USAGE,
  parseUsage,
  readStackFile,
  stackNames,
  type Usage,
} from "@lambda-networking/preflight";
import { describeIssues, UserError } from "@lambda-networking/preflight/errors";
import type { Synthesis } from "@lambda-networking/preflight/mocks";
import {
  type CallReport,
  failedProofs,
  markdownReport,
  provesNothing,
  type Report,
  refusalText,
  renderHtml,
  reportsSchema,
  SCHEMA_VERSION,
  terminalReport,
  verdictLine,
} from "@lambda-networking/preflight/report";
import { command, EXIT, type Io, runIfEntryPoint } from "./lib/command.js";
import { graphOf, graphOfExport, readJson } from "./lib/graphs.js";
import { synthesizeProgram } from "./lib/program.js";
import { PROJECT_FOLDER } from "./lib/project-folder.js";
import { hideValues } from "./lib/redact.js";

const USAGE =
  "npm start -- [--stack NAME | --deployed EXPORT.json] [--usage FILE.yaml] [--json OUT] [--markdown OUT]\n" +
  "       [--compare REPORT.json] [--allow-no-intents]";

const PAGE = join(PROJECT_FOLDER, "report", "index.html");

/** Reports for each stack what its network allows, what it costs and how far it scales, without AWS. */
async function run(argv: readonly string[], { out }: Io, page: string): Promise<number> {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      stack: { type: "string" },
      deployed: { type: "string" },
      usage: { type: "string" },
      json: { type: "string" },
      markdown: { type: "string" },
      compare: { type: "string" },
      "allow-no-intents": { type: "boolean", default: false },
    },
  });
  if (values.stack !== undefined && values.deployed !== undefined) {
    throw new UserError(`Report on a stack's file or on an export, not both.\nUsage: ${USAGE}`);
  }
  const usage = values.usage === undefined ? DEFAULT_USAGE : readUsage(values.usage);
  const reports: Report[] = [];
  for await (const report of reportsOf(values.stack, values.deployed, usage)) {
    out(`${terminalReport(report)}\n`);
    reports.push(report);
  }
  if (values.json !== undefined) {
    write(values.json, JSON.stringify({ schemaVersion: SCHEMA_VERSION, reports }, null, 2));
  }
  if (values.markdown !== undefined) write(values.markdown, reports.map(markdownReport).join("\n\n"));
  const compareTo = values.compare === undefined ? undefined : readReport(values.compare, reports[0]);
  write(page, renderHtml(reports, compareTo === undefined ? {} : { compareTo }));
  out(`${verdictLine(reports).padEnd(80)}${relative(process.cwd(), page)}`);
  const isProved = (report: Report) => values["allow-no-intents"] || !provesNothing(report);
  const failed = reports.some(
    (report) =>
      failedProofs(report).length > 0 ||
      refusalText([report]) !== undefined ||
      callFailed(report) ||
      !isProved(report),
  );
  return failed ? EXIT.failed : EXIT.fine;
}

async function* reportsOf(
  stack: string | undefined,
  deployed: string | undefined,
  usage: Usage,
): AsyncGenerator<Report> {
  if (deployed !== undefined) {
    const { graph, ...names } = graphOfExport(deployed);
    yield buildReport(graph, { ...names, source: "deployed", usage });
    return;
  }
  for (const name of stack === undefined ? stackNames(PROJECT_FOLDER) : [stack]) {
    const synthesis = await synthesizeProgram(readStackFile(name, PROJECT_FOLDER));
    const { project, region, resources } = synthesis;
    const call = await callOnce(synthesis);
    yield buildReport(graphOf(resources), {
      project,
      stack: name,
      region,
      source: "synthesis",
      usage,
      call,
    });
  }
}

/** Calls the stack's API in memory, with the function's real bundle. */
async function callOnce(synthesis: Synthesis): Promise<CallReport> {
  const api = await startApi(synthesis);
  try {
    const begin = performance.now();
    const headers = api.headersFor("GET /messages");
    const { statusCode, body } = await api.call({ method: "GET", path: "/messages", headers });
    const milliseconds = Math.round(performance.now() - begin);
    return { request: "GET /messages", statusCode, milliseconds, summary: hideValues(body) };
  } finally {
    await api.stop();
  }
}

/** Whether the call failed. A stack without parameters answers 404, which is correct. */
function callFailed({ call }: Report): boolean {
  return call !== undefined && call.statusCode >= 500;
}

function readUsage(file: string): Usage {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    throw new UserError(`${file} cannot be read. Give --usage a YAML file.`);
  }
  const { usage, mistakes } = parseUsage(text);
  if (usage === undefined) throw new UserError(describeIssues(mistakes, `in ${file}`));
  return usage;
}

/** A report that was saved with --json. If the file has several, the one of the same stack. */
function readReport(file: string, like: Report | undefined): Report {
  const { data, error } = reportsSchema.safeParse(readJson(file));
  if (error !== undefined) {
    const version = `of version ${SCHEMA_VERSION} of its schema`;
    throw new UserError(`${file} is not a report ${version}. Save one with: npm start -- --json ${file}`);
  }
  const found = data.reports.find(({ stack }) => stack.name === like?.stack.name) ?? data.reports[0];
  if (found === undefined) throw new UserError(`${file} has no report in it.`);
  return found;
}

function write(file: string, content: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content.endsWith("\n") ? content : `${content}\n`);
}

/** `npm start`. A test may write the page to another folder than `report/`. */
export const mainWithPage = (page: string) => command(USAGE, (argv, io) => run(argv, io, page));

export const main = mainWithPage(PAGE);

runIfEntryPoint(import.meta.url, main);
