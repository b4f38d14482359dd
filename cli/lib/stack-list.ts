import { stackNames } from "@lambda-networking/preflight";

/**
 * `Stacks with a file: dev, prod.`
 * @param project folder of the Pulumi project
 */
export function stackList(project: string): string {
  const names = stackNames(project);
  return names.length === 0 ? "No stack has a file yet." : `Stacks with a file: ${names.join(", ")}.`;
}
