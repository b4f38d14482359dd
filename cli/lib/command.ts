import { realpathSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { isUserError } from "@lambda-networking/preflight/errors";

/** How a command ends: fine, a proof or test failed, wrong usage; a trace that cannot tell has its own. */
export const EXIT = { fine: 0, failed: 1, wrongUsage: 2, unknown: 3 } as const;

/** What a command has from outside: the process's own, or a test's. */
export interface Io {
  readonly stdin: NodeJS.ReadableStream;
  /** Prints a line, or several. */
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Resolves at Ctrl-C or a polite request to end, which after this call no longer ends the process by itself. */
  readonly interruption: () => Promise<undefined>;
}

/** @returns the exit code */
export type Command = (argv: readonly string[], io: Io) => Promise<number>;

/**
 * A command that tells users of their mistakes: a mistake of theirs ends in one clear text and exit code 2, without
 * a stack trace. A mistake of the program is thrown, and keeps its trace.
 */
export function command(usage: string, run: Command): Command {
  return async (argv, io) => {
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
 * Runs a command if its module is what Node was started with, and sets the exit code that it returns. Nobody awaits
 * it: a module that awaits at its top cannot be required, and mocha then loads all that it imports a second time.
 * What the command throws ends the process with its trace, as an unhandled rejection.
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

/** npm, its shell and the loader pass a signal on, so that it may come more than once. */
function interruption(): Promise<undefined> {
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
      process.on(signal, () => resolve(undefined));
  });
}

/** What to tell a user of a mistake of theirs; undefined if it is none. */
export function mistakeOf(error: unknown, usage = ""): string | undefined {
  if (!(error instanceof Error)) return undefined;
  // What util.parseArgs throws of an unknown option, or of one without its value.
  if ("code" in error && String(error.code).startsWith("ERR_PARSE_ARGS")) {
    return `${error.message}\nUsage: ${usage}`;
  }
  return isUserError(error) ? error.message : undefined;
}
