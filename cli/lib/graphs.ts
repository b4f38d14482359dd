import { existsSync } from "node:fs";
import { join } from "node:path";
import {
  type Graph,
  graphFromResources,
  type PublishedRanges,
  parsePublishedRanges,
  resourcesFromExport,
  type SourceResource,
  type StackFile,
  stackNameOf,
} from "@lambda-networking/preflight";
import { readJson } from "./files.js";
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
export async function graphOfStack(file: StackFile, folder = PROJECT_FOLDER): Promise<NamedGraph> {
  const { stack } = file;
  // A dynamic import, because it loads Pulumi, which the graph of a deployed stack does not need.
  const { synthesizeProgram } = await import("./program.js");
  const { project, region, resources } = await synthesizeProgram(file);
  return { project, stack, region, graph: graphOf(resources, folder) };
}

/**
 * The graph of a deployed stack, from a file that `pulumi stack export --file FILE` wrote.
 * @throws UserError if the file cannot be read, is not JSON or is not a stack export
 */
export function graphOfExport(file: string, folder = PROJECT_FOLDER): NamedGraph {
  const resources = resourcesFromExport(readJson(file));
  const graph = graphOf(resources, folder);
  const { project, stack } = stackNameOf(graph) ?? { project: "", stack: "deployed" };
  return { project, stack, region: graph.region, graph };
}

/** The graph of a stack's resources, with what the project's folder tells of AWS. */
export function graphOf(resources: readonly SourceResource[], folder = PROJECT_FOLDER): Graph {
  return graphFromResources(resources, {}, publishedRanges(folder));
}

/** AWS's published addresses, if `ip-ranges.json` is in the project's folder. */
export function publishedRanges(folder = PROJECT_FOLDER): PublishedRanges | undefined {
  const file = join(folder, "ip-ranges.json");
  return existsSync(file) ? parsePublishedRanges(readJson(file), file) : undefined;
}
