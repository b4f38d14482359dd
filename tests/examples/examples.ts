import { readdirSync } from "node:fs";
import { join } from "node:path";
import { PROJECT_FOLDER } from "../../cli/lib/project-folder.js";
import type { SourceResource } from "../../preflight/graph/index.js";
import { synthesize } from "../../preflight/sources/mocks/synthesize.js";
import { withPlannedValues } from "../../preflight/sources/policy-engine/planned-values.js";
import { readStackFile } from "../../preflight/sources/stack-files.js";

const EXAMPLES = join(PROJECT_FOLDER, "examples");

/** Names of the folders of examples/. */
export function exampleNames(): string[] {
  return readdirSync(EXAMPLES, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
}

let runs = 0;

/** The resources of an example, in memory. At a preview what only AWS knows has its planned value, or none. */
export async function exampleResources(name: string, preview = false): Promise<readonly SourceResource[]> {
  runs += 1;
  const path = `${join(EXAMPLES, name, "index.ts")}?run=${runs}`;
  const { resources } = await synthesize(readStackFile("dev", join(EXAMPLES, name)), {
    preview,
    program: () => import(path),
  });
  return preview ? withPlannedValues(resources) : resources;
}
