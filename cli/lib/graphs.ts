import { readFileSync } from "node:fs";
import {
  type Graph,
  graphFromResources,
  isRecord,
  readStackFile,
  resourcesFromExport,
} from "@lambda-networking/preflight";
import { UserError } from "@lambda-networking/preflight/errors";
import { PROJECT_FOLDER } from "./project-folder.js";

/** A graph with the names of the stack that it is of. */
export interface NamedGraph {
  readonly project: string;
  readonly stack: string;
  readonly region: string;
  readonly graph: Graph;
}

/** The graph of a stack as its file would have it deployed. */
export async function graphOfStack(stack: string): Promise<NamedGraph> {
  const file = readStackFile(stack, PROJECT_FOLDER);
  // Loaded here because it loads Pulumi, which a deployed stack's graph does without.
  const { synthesizeProgram } = await import("./program.js");
  const { project, region, resources } = await synthesizeProgram(file);
  return { project, stack, region, graph: graphFromResources(resources) };
}

/**
 * The graph of what is deployed, from a file that `pulumi stack export --file FILE` wrote.
 * @throws UserError when the file cannot be read, is not JSON or is not a stack export
 */
export function graphOfExport(file: string): NamedGraph {
  const resources = resourcesFromExport(readJson(file));
  const graph = graphFromResources(resources);
  const [, stack = "deployed", project = ""] =
    /^urn:pulumi:([^:]+)::([^:]+)::/.exec(resources[0]?.urn ?? "") ?? [];
  return { project, stack, region: graph.region ?? "us-east-1", graph };
}

/** @throws UserError when there is no such file, or no JSON in it */
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
