/** A monotonic clock in milliseconds; its zero is arbitrary. */
export interface Clock {
  now(): number;
  /** Calls back once, after the given milliseconds. @returns a function that cancels it */
  after(milliseconds: number, callback: () => void): () => void;
}

/**
 * A clock that also counts the time in which Lambda has frozen the environment. No code runs between invocations, and
 * AWS does not document what a frozen environment's clocks do: the monotonic clock may stand still, and NTP may set the
 * wall clock back or forth. So the clock advances by the larger of the two advances. A cached answer may then look
 * older than it is, but never younger.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
 */
export function environmentClock(
  wall: () => number = Date.now,
  monotonic: () => number = () => performance.now(),
): Clock {
  let [lastWall, lastMonotonic, elapsed] = [wall(), monotonic(), 0];
  return {
    now() {
      const [currentWall, currentMonotonic] = [wall(), monotonic()];
      elapsed += Math.max(currentWall - lastWall, currentMonotonic - lastMonotonic, 0);
      [lastWall, lastMonotonic] = [currentWall, currentMonotonic];
      return elapsed;
    },
    after(milliseconds, callback) {
      const timer = setTimeout(callback, milliseconds);
      return () => clearTimeout(timer);
    },
  };
}
