import { startApi } from "@lambda-networking/local-api";
import {
  buildReport,
  checkStackNames,
  type Graph,
  type PinnedIntents,
  pinsOf,
  projectName,
  readPinnedIntents,
  readStackFile,
  type StackFile,
  stackNames,
  type Usage,
} from "@lambda-networking/preflight";
import { UserError } from "@lambda-networking/preflight/errors";
import type { Synthesis } from "@lambda-networking/preflight/mocks";
import type { CallReport, Report } from "@lambda-networking/preflight/report";
import { fingerprints } from "@lambda-networking/preflight/update";
import { allOf } from "../lib/all-of.js";
import { readJson } from "../lib/files.js";
import { graphOf, graphOfExport, type NamedGraph } from "../lib/graphs.js";
import { synthesizeProgram } from "../lib/program.js";
import { hideValues } from "../lib/redact.js";
import { type Against, readAgainst } from "./against.js";

/** A stack to report on: its file or its export, which is read and checked already. */
export interface Subject {
  readonly stack: string;
  /** Reports on it, and adds the logical names of its resources to the given ones. */
  readonly report: (usage: Usage, names: Set<string>) => Promise<Report>;
}

interface SubjectOptions {
  readonly stack: string | undefined;
  readonly deployed: string | undefined;
  /** What to compare the stack's file with: a stack export, or a report of `--json`. */
  readonly against: string | undefined;
}

/**
 * The stacks that the options mean: one, the one of an export, or all that have a file. Each with its pinned intents.
 * @throws UserError with every mistake in what it reads
 */
export function subjectsOf({ stack, deployed, against }: SubjectOptions, project: string): Subject[] {
  if (stack !== undefined && deployed !== undefined) {
    throw new UserError(
      "--stack and --deployed are given. Report on a stack's file or on an export, not on both.",
    );
  }
  if (against !== undefined && stack === undefined) {
    throw new UserError(
      "--against compares one stack's file with what is deployed of it. Add the stack: --stack NAME",
    );
  }
  const known = stackNames(project);
  const [pinned, stacks, json] = allOf(
    () => checkedPins(project, known),
    () => (deployed === undefined ? filesOf(stack, known, project) : graphOfExport(deployed, project)),
    () => (against === undefined ? undefined : readJson(against)),
  );
  if (!Array.isArray(stacks)) return [ofExport(stacks, projectName(project), pinned)];
  return stacks.map((file) =>
    ofFile(file, project, pinned, against === undefined ? undefined : readAgainst(against, json, file)),
  );
}

function filesOf(stack: string | undefined, known: readonly string[], project: string): StackFile[] {
  const names = stack === undefined ? known : [stack];
  if (names.length === 0) {
    throw new UserError(
      "There is no stack file. Make one: npx pulumi stack init dev, or write Pulumi.dev.yaml.",
    );
  }
  return allOf(...names.map((name) => () => readStackFile(name, project)));
}

function checkedPins(project: string, known: readonly string[]): PinnedIntents | undefined {
  const pinned = readPinnedIntents(project);
  if (pinned !== undefined) checkStackNames(pinned, known);
  return pinned;
}

/** The pinned intents are about this project, and an export may be of another one. */
function ofExport(
  { graph, ...names }: NamedGraph,
  project: string,
  pinned: PinnedIntents | undefined,
): Subject {
  const pins = names.project === project ? pinned && pinsOf(pinned, names.stack) : undefined;
  return {
    stack: names.stack,
    report: async (usage, known) => {
      addNames(graph, known);
      return buildReport(graph, { ...names, source: "deployed", usage, pins });
    },
  };
}

function ofFile(
  file: StackFile,
  folder: string,
  pinned: PinnedIntents | undefined,
  against: Against | undefined,
): Subject {
  const { stack } = file;
  return {
    stack,
    report: async (usage, known) => {
      const synthesis = await synthesizeProgram(file);
      const { project, region, resources } = synthesis;
      const call = await callOnce(synthesis);
      const update = await against?.(file, synthesis);
      const graph = graphOf(resources, folder);
      addNames(graph, known);
      return buildReport(graph, {
        project,
        stack,
        region,
        source: "synthesis",
        usage,
        pins: pinned && pinsOf(pinned, stack),
        call,
        resources: fingerprints(resources),
        ...(update !== undefined && { update }),
      });
    },
  };
}

function addNames({ resources }: Graph, known: Set<string>): void {
  for (const { name } of resources.values()) known.add(name);
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
