import { spawnSync } from "node:child_process";
import { Readable } from "node:stream";
import type { Command } from "../../cli/lib/command.js";
import { PROJECT_FOLDER } from "../../cli/lib/project-folder.js";

/** How a command ended, and what it printed. */
export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command under way in this process. */
export interface Running {
  /** What it printed so far, on both outputs. */
  readonly printed: () => string;
  /** Ctrl-C. */
  readonly interrupt: () => void;
  readonly ended: Promise<Ended>;
}

/** Starts a command in this process, which spares the seconds that a process takes to load its modules. */
export function startCommand(main: Command, argv: readonly string[], input = ""): Running {
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
  };
  const ended = main(argv, io).then((status) => ({ status, stdout, stderr }));
  return { printed: () => printed, interrupt, ended };
}

/** Runs a command in this process. */
export function runCommand(main: Command, argv: readonly string[], input?: string): Promise<Ended> {
  return startCommand(main, argv, input).ended;
}

/** Runs a command as users do, in a process of its own, with nothing of AWS in the environment. */
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
