import { fileURLToPath } from "node:url";
import {
  type Graph,
  type PinnedIntent,
  pinsOf,
  projectName,
  readPinnedIntents,
  stackNameOf,
} from "@lambda-networking/preflight";

/** Folder of the Pulumi project that the pack belongs to. */
const PROJECT = fileURLToPath(new URL("..", import.meta.url));

/**
 * The intents that the project's `intents.yaml` pins for a stack: none for a stack of another project, which may use
 * the pack too.
 * @throws UserError with every mistake in the file
 */
export function pinsFor(graph: Graph, project = PROJECT): readonly PinnedIntent[] {
  const pinned = readPinnedIntents(project);
  const names = stackNameOf(graph);
  if (pinned === undefined || names === undefined || names.project !== projectName(project)) return [];
  return pinsOf(pinned, names.stack);
}
