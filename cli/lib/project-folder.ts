import { fileURLToPath } from "node:url";

/** Folder of this Pulumi project: `index.ts`, `Pulumi.yaml` and the stacks' files. */
export const PROJECT_FOLDER = fileURLToPath(new URL("../..", import.meta.url));
