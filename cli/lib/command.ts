import { realpathSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { isUserError } from "@lambda-networking/preflight/errors";
import { inert } from "./inert.js";

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
}

/** @returns the exit code */
export type Command = (argv: readonly string[], io: Io) => Promise<number>;

/**
 * A command that answers `--help` with its usage and reports users' mistakes: such a mistake ends in a clear text and exit code 2, without a stack trace.
 * An error of the program is thrown and keeps its trace.
 */
export function command(usage: string, run: Command): Command {
  return async (argv, { out, err, ...rest }) => {
    const io: Io = { ...rest, out: (text) => out(inert(text)), err: (text) => err(inert(text)) };
    if (argv.includes("--help") || argv.includes("-h")) {
      io.out(`Usage: ${usage}`);
      return EXIT.fine;
    }
    try {
      return await run(argv, io);
    } catch (error) {
      const message = mistakeOf(error, usage);
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
  };
  void main(process.argv.slice(2), io).then((code) => {
    process.exitCode = code;
  });
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
export function mistakeOf(error: unknown, usage = ""): string | undefined {
  if (!(error instanceof Error)) return undefined;
  // Errors of util.parseArgs for an unknown option, or for an option without its value.
  if ("code" in error && String(error.code).startsWith("ERR_PARSE_ARGS")) {
    return `${error.message}\nUsage: ${usage}`;
  }
  return isUserError(error) ? error.message : undefined;
}
