import { spawnSync } from "node:child_process";
import { Readable } from "node:stream";
import type { Command, Io } from "../../cli/lib/command.js";
import { PROJECT_FOLDER } from "../../cli/lib/project-folder.js";

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

/** Runs a command as users do, in a new process, without AWS settings in the environment. */
export function runProcess(
  script: string,
  argv: readonly string[],
  nodeOptions: readonly string[] = [],
): Ended {
  const { PATH, HOME } = process.env;
  return spawnSync(process.execPath, ["--import", "tsx/esm", ...nodeOptions, script, ...argv], {
    cwd: PROJECT_FOLDER,
    env: { PATH, HOME, NO_COLOR: "1" },
    encoding: "utf8",
  });
}
