/** Time as the fetcher counts it: milliseconds since some moment, never going back. */
export interface Clock {
  now(): number;
  /** Calls back once, that many milliseconds from now. @returns what cancels it */
  after(milliseconds: number, callback: () => void): () => void;
}

/**
 * A clock that also counts the time in which Lambda has frozen the environment. Between invocations no code runs,
 * and what a frozen environment's clocks do meanwhile is not promised: the monotonic one may stand still, and the
 * wall clock may be set back or forth by NTP. So the clock advances by whichever of the two went further. What is
 * kept may then look older than it is, and never younger.
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
