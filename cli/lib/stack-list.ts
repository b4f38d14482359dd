import { stackNames } from "@lambda-networking/preflight";
import { PROJECT_FOLDER } from "./project-folder.js";

/** `Stacks with a file: dev, prod.` */
export function stackList(): string {
  const names = stackNames(PROJECT_FOLDER);
  return names.length === 0 ? "No stack has a file yet." : `Stacks with a file: ${names.join(", ")}.`;
}
