/**
 * Runs something without source maps in the stack traces that are read meanwhile. Pulumi reads several of them for each
 * resource, to show to who debugs Pulumi alone; to map them takes more than half of a run's time. An error that leaves
 * the run has its trace mapped as ever, because a trace is written when it is first read.
 */
export async function withPlainStackTraces<T>(run: () => Promise<T>): Promise<T> {
  const before = Error.prepareStackTrace;
  // Only the outermost call restores it: what it waits for may never end, or too late.
  if (before === plainTrace) return run();
  Error.prepareStackTrace = plainTrace;
  try {
    return await run();
  } finally {
    Error.prepareStackTrace = before;
  }
}

/** The trace as V8 writes it. Errors without a message mark a place, and nothing is made of their frames here. */
function plainTrace(error: Error, frames: readonly NodeJS.CallSite[]): string {
  if (error.message === "") return String(error);
  return [String(error), ...frames.map((frame) => `    at ${String(frame)}`)].join("\n");
}
