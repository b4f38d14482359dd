import { join, resolve } from "node:path";
import { DEFAULT_USAGE, parseUsage, type Usage, unknownResources } from "@lambda-networking/preflight";
import { describeIssues, UserError } from "@lambda-networking/preflight/errors";
import {
  dataLossText,
  failedProofs,
  markdownReport,
  orderFailure,
  provesNothing,
  type Report,
  refusalText,
  renderHtml,
  SCHEMA_VERSION,
  savedFor,
  terminalReport,
  verdictLine,
} from "@lambda-networking/preflight/report";
import { allOf } from "./lib/all-of.js";
import { command, EXIT, type Io, mistakeOf, runIfEntryPoint } from "./lib/command.js";
import { checkWritable, readText, shownFrom, writeWhole } from "./lib/files.js";
import type { Help, Values } from "./lib/options.js";
import { PROJECT_FOLDER } from "./lib/project-folder.js";
import { readReports } from "./start/saved-report.js";
import { type Subject, subjectsOf } from "./start/subjects.js";

const OPTIONS = {
  stack: { type: "string", value: "NAME", about: "Only this stack. Default: every stack with a file" },
  deployed: {
    type: "string",
    value: "EXPORT.json",
    about:
      "Instead of stack files: a deployed stack, from what `pulumi stack export --file EXPORT.json` wrote",
  },
  usage: {
    type: "string",
    value: "FILE.yaml",
    about: "Your traffic for cost and capacity. Default: a million requests a month (docs/cost.md)",
  },
  json: {
    type: "string",
    value: "FILE",
    about: "Also writes the report for machines. - is standard output; the text then goes to standard error",
  },
  markdown: {
    type: "string",
    value: "FILE",
    about: "Also writes the report for pull requests. - is standard output, as above",
  },
  against: {
    type: "string",
    value: "FILE.json",
    about:
      "Lists what an update would replace, delete and cut off. From `pulumi stack export --file FILE.json`, or a report of --json. Needs --stack",
  },
  compare: {
    type: "string",
    value: "REPORT.json",
    about: "Shows what differs from a report that --json saved: in the text, in Markdown and in the page",
  },
  "allow-no-intents": {
    type: "boolean",
    about: "Does not fail for a stack that says nothing of what must be reachable",
  },
} as const;

const HELP: Help<typeof OPTIONS> = {
  call: "npm start",
  about:
    "Proves for every stack file, without AWS, what its network lets through and what it blocks, and forecasts cost and capacity. Writes report/index.html. `npm run preflight` is the same command.",
  options: OPTIONS,
  examples: [
    ["npm start -- --stack prod --markdown prod.md", "One stack, and a report for a pull request"],
    [
      "npm run -s start -- --json - | jq '.reports[].proofs'",
      "All stacks, for a program; -s leaves out npm's own lines",
    ],
    [
      "npm start -- --stack prod --against prod.json",
      "What `pulumi up` would replace and delete, and what is lost by it",
    ],
    [
      "npm start -- --deployed prod.json --compare before.json",
      "What is deployed, and what differs from a saved report",
    ],
  ],
  exitCodes:
    "0 every proof holds; 1 a proof failed, a path may start too early, the update would lose data, AWS would refuse a policy, nothing is proved, or the API's answer in memory is 500 or higher; 2 wrong usage or configuration.",
};

const NOT_COMPARED = "\n  compared        with nothing: the saved file has no report of this stack";

/** Standard output, as the name of a file. */
const STDOUT = "-";

const PAGE = join(PROJECT_FOLDER, "report", "index.html");

/** Reports for each stack what its network allows, what it costs and how far it scales, without AWS. */
async function run(values: Values<typeof OPTIONS>, io: Io, page: string): Promise<number> {
  const { subjects, usage, saved, outputs } = inputsOf(values, io, page);
  const savedOf = (stack: string) => savedFor(stack, saved, { isOnly: subjects.length === 1 });
  const toStdout = outputs.some(({ file }) => file === undefined);
  const tell = toStdout ? io.err : io.out;
  const reports: Report[] = [];
  const names = new Set<string>();
  const mistakes: string[] = [];
  for (const subject of subjects) {
    try {
      const report = await subject.report(usage, names);
      const before = savedOf(subject.stack);
      const missing = saved.length > 0 && before === undefined ? NOT_COMPARED : "";
      tell(`${terminalReport(report, before)}${missing}\n`);
      reports.push(report);
    } catch (error) {
      // The other stacks' configurations may have mistakes too.
      const message = mistakeOf(error);
      if (message === undefined) throw error;
      mistakes.push(message);
    }
  }
  const unknown = mistakes.length > 0 ? [] : unknownResources(usage, names);
  if (unknown.length > 0) mistakes.push(describeIssues(unknown, `in ${values.usage}`));
  if (mistakes.length > 0) throw new UserError(mistakes.join("\n"));
  void io.interruption(); // from here on a signal does not end the process, so that every file is written
  for (const { file, format } of outputs) {
    const content = format(reports, savedOf);
    if (file === undefined) io.out(content);
    else writeWhole(file, content);
  }
  writeWhole(page, renderHtml(reports, saved.length === 0 ? {} : { compareTo: saved }));
  tell(`${verdictLine(reports).padEnd(80)}${shownFrom(io.folder, page)}`);
  const isProved = (report: Report) => values["allow-no-intents"] === true || !provesNothing(report);
  const failed = reports.some(
    (report) =>
      failedProofs(report).length > 0 ||
      orderFailure([report]) !== undefined ||
      refusalText([report]) !== undefined ||
      dataLossText(report) !== undefined ||
      callFailed(report) ||
      !isProved(report),
  );
  return failed ? EXIT.failed : EXIT.fine;
}

interface Inputs {
  readonly subjects: readonly Subject[];
  readonly usage: Usage;
  /** The saved reports to compare with; none without --compare. */
  readonly saved: readonly Report[];
  readonly outputs: readonly Output[];
}

interface Output {
  /** Undefined: standard output. */
  readonly file: string | undefined;
  readonly format: (reports: readonly Report[], savedOf: (stack: string) => Report | undefined) => string;
}

/**
 * Reads and checks everything that the options name, before any work.
 * @throws UserError with every mistake
 */
function inputsOf(values: Values<typeof OPTIONS>, { folder, project }: Io, page: string): Inputs {
  const { stack, deployed, usage, json, markdown, compare, against } = values;
  const at = (path: string) => resolve(folder, path);
  const outputs = [
    ...outputTo(json, at, asJson),
    ...outputTo(markdown, at, (reports, savedOf) =>
      reports.map((report) => markdownReport(report, savedOf(report.stack.name))).join("\n\n"),
    ),
  ];
  const [subjects, traffic, saved] = allOf(
    () =>
      subjectsOf(
        {
          stack,
          deployed: deployed === undefined ? undefined : at(deployed),
          against: against === undefined ? undefined : at(against),
        },
        project,
      ),
    () => (usage === undefined ? DEFAULT_USAGE : readUsage(at(usage))),
    () => (compare === undefined ? [] : readReports(at(compare))),
    () => checkOutputs(outputs, page),
  );
  return { subjects, usage: traffic, saved, outputs };
}

function outputTo(
  option: string | undefined,
  at: (path: string) => string,
  format: Output["format"],
): Output[] {
  return option === undefined ? [] : [{ file: option === STDOUT ? undefined : at(option), format }];
}

function checkOutputs(outputs: readonly Output[], page: string): void {
  const files = outputs.map(({ file }) => file);
  if (files.length > 1 && new Set(files).size === 1) {
    throw new UserError("--json and --markdown go to the same place. Give one of them another file.");
  }
  allOf(...[...files, page].map((file) => () => file === undefined || checkWritable(file)));
}

/** JSON whose lines no log takes for commands; see `inert`. */
function asJson(reports: readonly Report[]): string {
  return JSON.stringify({ schemaVersion: SCHEMA_VERSION, reports }, null, 2).replaceAll("##[", "\\u0023#[");
}

/** Whether the call failed. A stack without parameters answers 404, which is correct. */
function callFailed({ call }: Report): boolean {
  return call !== undefined && call.statusCode >= 500;
}

/** @throws UserError with every mistake in the file */
function readUsage(file: string): Usage {
  const { usage, mistakes } = parseUsage(readText(file));
  if (usage === undefined) throw new UserError(describeIssues(mistakes, `in ${file}`));
  return usage;
}

/** `npm start`. A test may write the page to another folder than `report/`. */
export const mainWithPage = (page: string) => command(HELP, (values, io) => run(values, io, page));

export const main = mainWithPage(PAGE);

runIfEntryPoint(import.meta.url, main);
