import { realpathSync } from "node:fs";
import { relative } from "node:path";
import { pathToFileURL } from "node:url";
import { isUserError } from "@lambda-networking/preflight/errors";
import { inert } from "./inert.js";
import { type Help, helpText, type Options, parseOptions, type Values } from "./options.js";
import { PROJECT_FOLDER } from "./project-folder.js";

/** Exit codes: success, a failed proof or test, wrong usage, and a trace whose answer is unknown. */
export const EXIT = { fine: 0, failed: 1, wrongUsage: 2, unknown: 3 } as const;

/** Input and output of a command: the process's, or a test's. */
export interface Io {
  readonly stdin: NodeJS.ReadableStream;
  /** Prints one or more lines. */
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Resolves at SIGINT (Ctrl-C), SIGTERM or SIGHUP. After the call these no longer end the process. */
  readonly interruption: () => Promise<undefined>;
  /** The folder that the user is in: paths are relative to it. */
  readonly folder: string;
  readonly environment: NodeJS.ProcessEnv;
  /** Folder of `Pulumi.yaml` and the stacks' files. */
  readonly project: string;
}

/** @returns the exit code */
export type Command = (argv: readonly string[], io: Io) => Promise<number>;

/**
 * A command that answers `--help`, and reports users' mistakes: such a mistake ends in a clear text and exit code 2, without a stack trace.
 * An error of the program is thrown and keeps its trace.
 */
export function command<T extends Options>(
  help: Help<T>,
  run: (values: Values<T>, io: Io) => Promise<number>,
): Command {
  return async (argv, { out, err, ...rest }) => {
    const io: Io = { ...rest, out: (text) => out(inert(text)), err: (text) => err(inert(text)) };
    if (argv.includes("--help") || argv.includes("-h")) {
      io.out(helpText(help));
      return EXIT.fine;
    }
    try {
      return await run(parseOptions(argv, help, io.environment), io);
    } catch (error) {
      const message = mistakeOf(error);
      if (message === undefined) throw error;
      io.err(message);
      return EXIT.wrongUsage;
    }
  };
}

/**
 * Runs a command if its module is the entry point of Node.js, and sets the exit code that it returns. The promise is
 * not awaited, because a module with a top-level await cannot be required, and mocha then loads all its imports a
 * second time. An error of the command ends the process with its trace, as an unhandled rejection.
 */
export function runIfEntryPoint(module: string, main: Command): void {
  const [, entry] = process.argv;
  if (entry === undefined || pathToFileURL(realpathSync(entry)).href !== module) return;
  runAsProcess(main, process.argv.slice(2));
}

/** Runs a command with the process's input and output, and sets the process's exit code. */
export function runAsProcess(main: Command, argv: readonly string[], project = PROJECT_FOLDER): void {
  // The reader of the output may stop before its end, as `| head` does.
  process.stdout.on("error", (error) => {
    if ("code" in error && error.code === "EPIPE") process.exit();
    throw error;
  });
  const io: Io = {
    stdin: process.stdin,
    out: (text) => console.log(text),
    err: (text) => console.error(text),
    interruption,
    folder: folderOfUser(),
    environment: process.env,
    project,
  };
  void main(argv, io).then((code) => {
    process.exitCode = code;
  });
}

/**
 * The folder that the user is in. npm runs a script in the project's folder, and names the folder it was called from in
 * `INIT_CWD`. https://docs.npmjs.com/cli/v11/commands/npm-run
 */
function folderOfUser(): string {
  const isOfNpm = relative(process.cwd(), PROJECT_FOLDER) === "";
  return (isOfNpm ? process.env.INIT_CWD : undefined) ?? process.cwd();
}

/**
 * Resolves at the first signal. npm, its shell and the loader each pass a signal on, so it may arrive several times.
 */
function interruption(): Promise<undefined> {
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
      process.on(signal, () => resolve(undefined));
  });
}

/** The text for a user's mistake; undefined for an error of the program. */
export function mistakeOf(error: unknown): string | undefined {
  return isUserError(error) ? error.message : undefined;
}
