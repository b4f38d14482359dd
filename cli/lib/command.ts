import { isUserError } from "../../lib/user-error.js";

/** How a command ends: fine, a proof or test failed, wrong usage; a trace that cannot tell has its own. */
export const EXIT = { fine: 0, failed: 1, wrongUsage: 2, unknown: 3 } as const;

/**
 * Runs a command and sets the exit code that it returns. A person's own mistake ends in one clear text and exit
 * code 2, without a stack trace; what is a mistake of the program keeps its trace.
 */
export async function runCommand(usage: string, command: () => Promise<number>): Promise<void> {
  // Whoever reads the output may stop before its end, as `| head` does.
  process.stdout.on("error", (error) => {
    if ("code" in error && error.code === "EPIPE") process.exit();
    throw error;
  });
  try {
    process.exitCode = await command();
  } catch (error) {
    const message = mistakeOf(error, usage);
    if (message === undefined) throw error;
    console.error(message);
    process.exitCode = EXIT.wrongUsage;
  }
}

/** What to tell a person of a mistake of theirs; undefined when it is none. */
export function mistakeOf(error: unknown, usage = ""): string | undefined {
  if (!(error instanceof Error)) return undefined;
  // What util.parseArgs throws of an unknown option, or of one without its value.
  if ("code" in error && String(error.code).startsWith("ERR_PARSE_ARGS")) {
    return `${error.message}\nUsage: ${usage}`;
  }
  return isUserError(error) ? error.message : undefined;
}
