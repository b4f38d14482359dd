import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import {
  type Graph,
  graphFromResources,
  isRecord,
  type PublishedRanges,
  parsePublishedRanges,
  readStackFile,
  resourcesFromExport,
  type SourceResource,
} from "@lambda-networking/preflight";
import { UserError } from "@lambda-networking/preflight/errors";
import { PROJECT_FOLDER } from "./project-folder.js";

/** A graph with the names of its project and stack. */
export interface NamedGraph {
  readonly project: string;
  readonly stack: string;
  /** Undefined if no resource of an export tells it. */
  readonly region: string | undefined;
  readonly graph: Graph;
}

/** The graph that a stack's file would deploy. */
export async function graphOfStack(stack: string): Promise<NamedGraph> {
  const file = readStackFile(stack, PROJECT_FOLDER);
  // A dynamic import, because it loads Pulumi, which the graph of a deployed stack does not need.
  const { synthesizeProgram } = await import("./program.js");
  const { project, region, resources } = await synthesizeProgram(file);
  return { project, stack, region, graph: graphOf(resources) };
}

/**
 * The graph of a deployed stack, from a file that `pulumi stack export --file FILE` wrote.
 * @throws UserError if the file cannot be read, is not JSON or is not a stack export
 */
export function graphOfExport(file: string): NamedGraph {
  const resources = resourcesFromExport(readJson(file));
  const graph = graphOf(resources);
  const [, stack = "deployed", project = ""] =
    /^urn:pulumi:([^:]+)::([^:]+)::/.exec([...graph.resources.keys()][0] ?? "") ?? [];
  return { project, stack, region: graph.region, graph };
}

/** The graph of a stack's resources, with what the project's folder tells of AWS. */
export function graphOf(resources: readonly SourceResource[]): Graph {
  return graphFromResources(resources, {}, publishedRanges());
}

/** AWS's published addresses, if `ip-ranges.json` is in the project's folder. */
export function publishedRanges(folder = PROJECT_FOLDER): PublishedRanges | undefined {
  const file = join(folder, "ip-ranges.json");
  return existsSync(file) ? parsePublishedRanges(readJson(file), file) : undefined;
}

/** @throws UserError if the file does not exist or is not JSON */
export function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    if (error instanceof SyntaxError) throw new UserError(`${file} is not JSON: ${error.message}`);
    if (isRecord(error) && typeof error.code === "string")
      throw new UserError(`${file} cannot be read (${error.code}).`);
    throw error;
  }
}
