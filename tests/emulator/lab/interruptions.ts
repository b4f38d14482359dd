import { execFileSync } from "node:child_process";
import {
  deleteFunction,
  deleteVpcEndpoint,
  functionConfiguration,
  functionNames,
  vpcEndpoints,
} from "./aws.js";
import { pulumi, type RunningCommand } from "./project.js";

/** Waits until a command prints something. */
export async function until(command: RunningCommand, pattern: RegExp): Promise<void> {
  let ended: string | undefined;
  void command.ended.then(({ output }) => {
    ended = output;
  });
  while (!pattern.test(command.printed())) {
    if (ended !== undefined) throw new Error(`it ended without ${pattern}:\n${ended}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Ctrl-C in the terminal of a command. */
export function pressCtrlC({ pid }: RunningCommand): void {
  process.kill(-pid, "SIGINT");
}

/** Ends a command and all processes that it started at once, as a machine does that loses its power. */
export function loseMachine({ pid }: RunningCommand): void {
  const lines = execFileSync("ps", ["-A", "-o", "pid=,ppid="], { encoding: "utf8" }).trim().split("\n");
  const processes = lines.map((line) => line.trim().split(/\s+/).map(Number));
  const family = [pid];
  for (const parent of family)
    family.push(...processes.flatMap(([child = 0, of]) => (of === parent ? [child] : [])));
  for (const one of family) process.kill(one, "SIGKILL");
}

/** What the engine keeps of a stack. */
export interface State {
  readonly text: string;
  readonly vpcId: string;
  /** The logical names of what an interrupted update was about to create. */
  readonly pending: readonly string[];
}

export async function stateOf(folder: string, stack: string): Promise<State> {
  const { stdout } = await pulumi(folder, "stack", "export", "--stack", stack);
  const { resources, pending_operations: operations = [] } = JSON.parse(stdout).deployment;
  const vpc = resources.find(({ type }: { type: string }) => type === "aws:ec2/vpc:Vpc");
  const pending = operations.map(
    ({ resource }: { resource: { urn: string } }) => resource.urn.split("::")[3],
  );
  return { text: stdout, vpcId: vpc?.id ?? "", pending };
}

/** Endpoints and functions in a stack's VPC that are not in its state. */
export async function leftoversOf({
  text,
  vpcId,
}: State): Promise<{ endpoints: string[]; functions: string[] }> {
  const isLeft = (id: string) => !text.includes(`"${id}"`);
  const endpoints = (await vpcEndpoints(vpcId)).map(({ id }) => id).filter(isLeft);
  const functions: string[] = [];
  for (const name of (await functionNames()).filter(isLeft)) {
    if ((await functionConfiguration(name)).VpcConfig?.VpcId === vpcId) functions.push(name);
  }
  return { endpoints, functions };
}

/** Deletes what an interrupted update created without noting it, as the README says. */
export async function deleteLeftovers(state: State): Promise<void> {
  const { endpoints, functions } = await leftoversOf(state);
  for (const id of endpoints) await deleteVpcEndpoint(id);
  for (const name of functions) await deleteFunction(name);
}
