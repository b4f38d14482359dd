import { expect } from "chai";
import { before as outcomeBefore, waitWithin } from "../../../handlers/parameter-cache/deadline.js";
import { DeadlineError } from "../../../handlers/parameter-cache/errors.js";
import { FakeClock, settle } from "./fake-clock.js";

describe("waitWithin and before", () => {
  it("waits for the remaining time, less a margin to answer in", () => {
    expect(waitWithin(10_000)).to.equal(9_750);
  });

  it("waits for half of a short remaining time, and not at all without any", () => {
    expect(waitWithin(300)).to.equal(150);
    expect(waitWithin(0)).to.equal(0);
    expect(waitWithin(-5)).to.equal(0);
  });

  it("waits less than an API does, however long the function may run", () => {
    expect(waitWithin(900_000)).to.equal(27_000);
  });

  it("rejects at the deadline, unless the promise settled earlier", async () => {
    const clock = new FakeClock();
    const outcomes: unknown[] = [];
    const watch = (promise: Promise<unknown>) =>
      promise.then(
        (value) => outcomes.push(value),
        (error: unknown) => outcomes.push(error instanceof DeadlineError ? "over" : error),
      );
    watch(outcomeBefore(100, new Promise(() => undefined), clock));
    watch(outcomeBefore(100, Promise.resolve("value"), clock));
    watch(outcomeBefore(100, Promise.reject("reason"), clock));
    await settle();
    expect(outcomes).to.have.members(["value", "reason"]);
    await clock.advance(99);
    expect(outcomes).to.have.length(2);
    await clock.advance(1);
    expect(outcomes).to.have.members(["value", "reason", "over"]);
  });
});
