import type { Clock } from "./clock.js";
import { DeadlineError } from "./errors.js";

/** What the function keeps of its time, in milliseconds, to answer with a failure itself. */
const MARGIN = 250;
/** The longest wait. An API gives up after 29 seconds, whatever time the function has left. */
const LONGEST_WAIT = 27_000;

/**
 * How long an invocation may wait for a read, in milliseconds, so that the function answers by itself and is not
 * cut off: what is left less a margin, of a short rest the half.
 * @param remaining `context.getRemainingTimeInMillis()`
 */
export function waitWithin(remaining: number): number {
  return Math.min(LONGEST_WAIT, Math.max(remaining - MARGIN, remaining / 2, 0));
}

/**
 * A promise's outcome, or a DeadlineError once the deadline is past. The promise itself goes on.
 * @param deadline by the same clock
 */
export function before<T>(deadline: number, promise: Promise<T>, clock: Clock): Promise<T> {
  return new Promise((resolve, reject) => {
    const cancel = clock.after(Math.max(0, deadline - clock.now()), () => reject(new DeadlineError()));
    promise.then(resolve, reject).finally(cancel);
  });
}
