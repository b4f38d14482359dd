import type { Clock } from "./clock.js";
import { DeadlineError } from "./errors.js";

/** Milliseconds that the function reserves to answer with a failure itself. */
const MARGIN = 250;
/** The longest wait in milliseconds. An API gives up after 29 seconds, whatever the function's timeout is. */
const LONGEST_WAIT = 27_000;

/**
 * Returns how many milliseconds an invocation may wait for a read, so that the function answers before Lambda stops it:
 * the remaining time less a margin, or half of a short remaining time.
 * @param remaining `context.getRemainingTimeInMillis()`
 */
export function waitWithin(remaining: number): number {
  return Math.min(LONGEST_WAIT, Math.max(remaining - MARGIN, remaining / 2, 0));
}

/**
 * Resolves as the promise does, or rejects with a DeadlineError after the deadline. The promise itself continues.
 * @param deadline time by the same clock
 */
export function before<T>(deadline: number, promise: Promise<T>, clock: Clock): Promise<T> {
  return new Promise((resolve, reject) => {
    const cancel = clock.after(Math.max(0, deadline - clock.now()), () => reject(new DeadlineError()));
    promise.then(resolve, reject).finally(cancel);
  });
}
