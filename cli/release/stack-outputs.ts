import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { isRecord } from "@lambda-networking/preflight";
import { UserError } from "@lambda-networking/preflight/errors";

const run = promisify(execFile);

/**
 * The outputs of a deployed stack, from the Pulumi CLI.
 * @param project folder of the Pulumi project
 * @throws UserError with the CLI's message, if it fails
 */
export async function stackOutputs(
  stack: string,
  project: string,
): Promise<Readonly<Record<string, unknown>>> {
  const args = ["pulumi", "stack", "output", "--json", "--stack", stack, "--non-interactive"];
  const answer = await run("npx", args, { cwd: project }).catch((error: unknown) => {
    const said = isRecord(error) && typeof error.stderr === "string" ? error.stderr.trim() : String(error);
    throw new UserError(`The outputs of stack ${stack} cannot be read: ${said}`);
  });
  const outputs: unknown = JSON.parse(answer.stdout);
  if (!isRecord(outputs))
    throw new UserError(`Stack ${stack} has no outputs. Deploy it first: npx pulumi up -s ${stack}`);
  return outputs;
}
