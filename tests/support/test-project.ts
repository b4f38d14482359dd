import { fileURLToPath } from "node:url";

/**
 * Folder of the tests' own project: a name and stack files that stay as they are, whatever users make of the project's.
 * `npm start` checks those.
 */
export const TEST_PROJECT = fileURLToPath(new URL("../stacks", import.meta.url));
