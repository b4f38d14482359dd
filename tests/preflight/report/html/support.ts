import { synthesizeProgram } from "../../../../cli/lib/program.js";
import { graphFromResources, type SourceResource } from "../../../../preflight/graph/index.js";
import { buildReport } from "../../../../preflight/report/build/report.js";
import type { Report } from "../../../../preflight/report/model.js";
import { stackFile } from "../../../support/stacks.js";

const stacks = new Map<string, Promise<readonly SourceResource[]>>();

/** A stack's resources, built once because a build takes a second. Pulumi allows one build at a time. */
export function resourcesOf(stack: string): Promise<readonly SourceResource[]> {
  const before = Promise.all(stacks.values());
  const known = stacks.get(stack);
  if (known !== undefined) return known;
  const made = before.then(async () => (await synthesizeProgram(stackFile(stack))).resources);
  stacks.set(stack, made);
  return made;
}

/** The report of a stack, optionally with a change. */
export async function reportOf(
  stack: string,
  change: (resources: readonly SourceResource[]) => readonly SourceResource[] = (same) => same,
): Promise<Report> {
  const call = {
    request: "GET /messages",
    statusCode: 200,
    milliseconds: 3,
    summary: '{"messages":{"greeting":"(1 value hidden)"}}',
  };
  const graph = graphFromResources(change(await resourcesOf(stack)));
  return buildReport(graph, {
    project: "lambda-networking",
    stack,
    region: "eu-west-1",
    source: "synthesis",
    call,
  });
}

/** prod without the rule that admits the function to the SSM endpoint. */
export function brokenProd(): Promise<Report> {
  return reportOf("prod", (resources) => resources.filter(({ name }) => name !== "ssm-from-fetcher"));
}
