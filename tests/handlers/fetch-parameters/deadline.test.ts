import { expect } from "chai";
import { before as outcomeBefore, waitWithin } from "../../../handlers/fetch-parameters/deadline.js";
import { DeadlineError } from "../../../handlers/fetch-parameters/errors.js";
import { FakeClock, settle } from "./fake-clock.js";

describe("the time that a read may take", () => {
  it("is what the function has left, less a margin to answer in", () => {
    expect(waitWithin(10_000)).to.equal(9_750);
  });

  it("is the half where little is left, and none where nothing is", () => {
    expect(waitWithin(300)).to.equal(150);
    expect(waitWithin(0)).to.equal(0);
    expect(waitWithin(-5)).to.equal(0);
  });

  it("is less than an API waits, however long the function may run", () => {
    expect(waitWithin(900_000)).to.equal(27_000);
  });

  it("is over at the deadline, and not when there was an outcome before", async () => {
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
