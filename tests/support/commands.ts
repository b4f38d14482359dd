import { spawnSync } from "node:child_process";
import { Readable } from "node:stream";
import type { Command, Io } from "../../cli/lib/command.js";
import { PROJECT_FOLDER } from "../../cli/lib/project-folder.js";
import { TEST_PROJECT } from "./test-project.js";

/** Exit code and output of a command. */
export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command that is running in this process. */
export interface Running {
  /** The output so far, on both streams. */
  readonly printed: () => string;
  /** Simulates Ctrl-C. */
  readonly interrupt: () => void;
  readonly ended: Promise<Ended>;
}

/** Starts a command in this process, which saves the seconds that a new process needs to load its modules. */
export function startCommand(
  main: Command,
  argv: readonly string[],
  input = "",
  more: Partial<Io> = {},
): Running {
  let [printed, stdout, stderr] = ["", "", ""];
  let interrupt = () => {};
  const interruption = new Promise<undefined>((resolve) => {
    interrupt = () => resolve(undefined);
  });
  const io = {
    stdin: Readable.from([input]),
    out: (text: string) => {
      stdout += `${text}\n`;
      printed += `${text}\n`;
    },
    err: (text: string) => {
      stderr += `${text}\n`;
      printed += `${text}\n`;
    },
    interruption: () => interruption,
    folder: PROJECT_FOLDER,
    environment: {},
    project: TEST_PROJECT,
    ...more,
  };
  const ended = main(argv, io).then((status) => ({ status, stdout, stderr }));
  return { printed: () => printed, interrupt, ended };
}

/** Runs a command in this process. */
export function runCommand(
  main: Command,
  argv: readonly string[],
  input?: string,
  more?: Partial<Io>,
): Promise<Ended> {
  return startCommand(main, argv, input, more).ended;
}

/** Arguments with which Node.js runs a command in a process of its own, for the stacks of the tests' project. */
export function processArguments(script: string, argv: readonly string[]): string[] {
  return ["--import", "tsx/esm", "tests/support/command-process.ts", script, ...argv];
}

/** Runs a command in a new process, without AWS settings in the environment. */
export function runProcess(
  script: string,
  argv: readonly string[],
  nodeOptions: readonly string[] = [],
): Ended {
  const { PATH, HOME } = process.env;
  return spawnSync(process.execPath, [...nodeOptions, ...processArguments(script, argv)], {
    cwd: PROJECT_FOLDER,
    env: { PATH, HOME, NO_COLOR: "1" },
    encoding: "utf8",
  });
}
