import { expect } from "chai";
import fc from "fast-check";
import { environmentClock } from "../../../handlers/parameter-cache/clock.js";

/** A clock whose two sources a test sets. */
function clockOf() {
  const at = { wall: 1_000, monotonic: 5 };
  return {
    at,
    clock: environmentClock(
      () => at.wall,
      () => at.monotonic,
    ),
  };
}

describe("environmentClock", () => {
  it("counts time in which the monotonic clock stood still", () => {
    const { at, clock } = clockOf();
    at.wall += 60_000;
    expect(clock.now()).to.equal(60_000);
  });

  it("continues while the wall clock is set back", () => {
    const { at, clock } = clockOf();
    at.wall -= 3_600_000;
    at.monotonic += 500;
    expect(clock.now()).to.equal(500);
  });

  it("never goes back, and never falls behind either source", () => {
    const move = fc.record({
      wall: fc.integer({ min: -10_000, max: 10_000 }),
      monotonic: fc.integer({ min: 0, max: 10_000 }),
    });
    fc.assert(
      fc.property(fc.array(move), (moves) => {
        const { at, clock } = clockOf();
        const begin = { ...at };
        let before = clock.now();
        for (const { wall, monotonic } of moves) {
          at.wall += wall;
          at.monotonic += monotonic;
          const now = clock.now();
          expect(now).to.be.at.least(before);
          expect(now).to.be.at.least(Math.max(at.wall - begin.wall, at.monotonic - begin.monotonic));
          before = now;
        }
      }),
    );
  });

  it("calls back unless the callback is cancelled", async () => {
    const clock = environmentClock();
    const called: string[] = [];
    clock.after(5, () => called.push("kept"));
    clock.after(5, () => called.push("cancelled"))();
    await new Promise((resolve) => clock.after(10, () => resolve(undefined)));
    expect(called).to.deep.equal(["kept"]);
  });
});
