import { expect } from "chai";
import { type Answer, CachedRead, type EndedRead } from "../../../handlers/parameter-cache/cached-read.js";
import { DeadlineError, NotFoundError } from "../../../handlers/parameter-cache/errors.js";
import { REFRESH_FROM, REFRESH_UNTIL } from "../../../handlers/parameter-cache/refresh-window.js";
import { FakeClock, settle } from "./fake-clock.js";

const TTL = 60_000;
const STALE = 600_000;
const WAIT = 9_000;

/** Reads that a test ends. */
class Reads {
  readonly signals: AbortSignal[] = [];
  private readonly open: { resolve: (value: string) => void; reject: (error: Error) => void }[] = [];

  readonly read = (signal: AbortSignal): Promise<string> => {
    this.signals.push(signal);
    return new Promise((resolve, reject) => this.open.push({ resolve, reject }));
  };

  get begun(): number {
    return this.signals.length;
  }

  /** Ends the oldest read that has not ended. */
  async end(outcome: string | Error): Promise<void> {
    const read = this.open.shift();
    if (read === undefined) throw new Error("no read is under way");
    if (typeof outcome === "string") read.resolve(outcome);
    else read.reject(outcome);
    await settle();
  }
}

interface Setup {
  readonly ttl?: number;
  readonly staleIfError?: number;
  readonly random?: number;
}

function setUp({ ttl = TTL, staleIfError = STALE, random = 0.5 }: Setup = {}) {
  const clock = new FakeClock();
  const reads = new Reads();
  const ended: EndedRead[] = [];
  const cache = new CachedRead({
    ttl,
    staleIfError,
    read: reads.read,
    clock,
    random: () => random,
    onRead: (read) => ended.push(read),
  });
  const get = (wait = WAIT) => outcome(cache.get(wait, "request"));
  return { clock, reads, ended, cache, get };
}

interface Outcome {
  answer?: Omit<Answer<string>, "readAt">;
  error?: unknown;
}

/** The call's outcome so far. */
function outcome(promise: Promise<Answer<string>>): Outcome {
  const found: Outcome = {};
  promise.then(
    ({ value, source, age }) => {
      found.answer = { value, source, age };
    },
    (error: unknown) => {
      found.error = error;
    },
  );
  return found;
}

/** A cache that has read once. */
async function warm(setup: Setup = {}) {
  const all = setUp(setup);
  const first = all.get();
  await all.reads.end("old");
  expect(first.answer).to.deep.equal({ value: "old", source: "miss", age: 0 });
  return all;
}

describe("CachedRead.get", () => {
  it("answers from its copy without a read until the time to refresh", async () => {
    const { clock, reads, get } = await warm();
    await clock.advance(TTL * REFRESH_FROM - 1);
    const hit = get();
    await settle();
    expect(hit.answer).to.deep.equal({ value: "old", source: "hit", age: TTL * REFRESH_FROM - 1 });
    expect(reads.begun).to.equal(1);
  });

  it("refreshes in the background before the copy is too old", async () => {
    const { clock, reads, get } = await warm({ random: 1 });
    await clock.advance(TTL * REFRESH_UNTIL);
    const during = get();
    await settle();
    expect(during.answer).to.include({ value: "old", source: "hit" });
    expect(reads.begun).to.equal(2);
    await reads.end("new");
    const after = get();
    await settle();
    expect(after.answer).to.include({ value: "new", source: "hit" });
  });

  it("spreads refreshes over half of the copy's lifetime", async () => {
    for (const [random, at] of [
      [0, REFRESH_FROM],
      [1, REFRESH_UNTIL],
    ] as const) {
      const { clock, reads, get } = await warm({ random });
      await clock.advance(TTL * at - 1);
      get();
      expect(reads.begun, "just before").to.equal(1);
      await clock.advance(1);
      get();
      expect(reads.begun, "at").to.equal(2);
    }
    expect(REFRESH_UNTIL - REFRESH_FROM).to.equal(0.5);
  });

  it("serves a change after ttl at the latest, counted from the read's start", async () => {
    const { clock, reads, get } = setUp({ random: 1 });
    get();
    await clock.advance(3_000);
    await reads.end("old");
    await clock.advance(TTL - 3_000);
    const late = get();
    await settle();
    expect(late.answer).to.equal(undefined);
    await reads.end("new");
    expect(late.answer).to.include({ value: "new", source: "miss" });
  });

  it("reads once for a thousand concurrent callers", async () => {
    const { reads, get } = setUp();
    const callers = Array.from({ length: 1000 }, () => get());
    await settle();
    expect(reads.begun).to.equal(1);
    await reads.end("value");
    expect(callers.every(({ answer }) => answer?.value === "value")).to.equal(true);
  });

  it("reads once in the background for a thousand callers", async () => {
    const { clock, reads, get } = await warm();
    await clock.advance(TTL * REFRESH_UNTIL);
    const callers = Array.from({ length: 1000 }, () => get());
    await settle();
    expect(callers.every(({ answer }) => answer?.source === "hit")).to.equal(true);
    expect(reads.begun).to.equal(2);
  });

  it("caches nothing if ttl is 0", async () => {
    const { reads, get } = await warm({ ttl: 0 });
    const second = get();
    await settle();
    expect(reads.begun).to.equal(2);
    await reads.end(new Error("down"));
    expect(second.error).to.have.property("message", "down");
  });
});

describe("CachedRead.get if reads fail", () => {
  it("serves the last good copy, marked stale, with its age", async () => {
    const { clock, reads, ended, get } = await warm();
    await clock.advance(TTL + 1);
    const call = get();
    await reads.end(new Error("down"));
    expect(call.answer).to.deep.equal({ value: "old", source: "stale", age: TTL + 1 });
    expect(ended.at(-1)).to.deep.include({ covered: true, startedBy: "request" });
  });

  it("serves stale up to staleIfError, then throws", async () => {
    for (const [age, answers] of [
      [TTL + STALE - 1, true],
      [TTL + STALE, false],
    ] as const) {
      const { clock, reads, get } = await warm();
      await clock.advance(age);
      const call = get();
      await reads.end(new Error("down"));
      expect(call.answer !== undefined, String(age)).to.equal(answers);
      expect(call.error !== undefined, String(age)).to.equal(!answers);
    }
  });

  it("throws if the copy became too old while the caller waited", async () => {
    const { clock, reads, get } = await warm();
    await clock.advance(TTL + STALE - 500);
    const call = get();
    await clock.advance(1_000);
    expect(call, "still waiting").to.deep.equal({});
    await reads.end(new Error("down"));
    expect(call.error).to.have.property("message", "down");
  });

  it("waits at most a second if a stale answer is available", async () => {
    const { clock, reads, get } = await warm();
    await clock.advance(TTL);
    const first = get();
    await clock.advance(999);
    expect(first.answer).to.equal(undefined);
    await clock.advance(1);
    expect(first.answer).to.include({ source: "stale" });
    const second = get();
    await clock.advance(0);
    expect(second.answer, "it has been waited for").to.include({ source: "stale" });
    expect(reads.begun).to.equal(2);
    await reads.end("new");
    const third = get();
    await settle();
    expect(third.answer).to.include({ value: "new", source: "hit" });
  });

  it("pauses between failed reads, up to 10 seconds, and recovers", async () => {
    const { clock, reads, get } = await warm({ random: 0 });
    await clock.advance(TTL);
    for (const pause of [1_000, 2_000, 4_000, 8_000, 10_000, 10_000]) {
      get();
      await reads.end(new Error("down"));
      const begun = reads.begun;
      await clock.advance(pause - 1);
      const during = get();
      await settle();
      expect(during.answer, `within ${pause}`).to.include({ source: "stale" });
      expect(reads.begun, `within ${pause}`).to.equal(begun);
      await clock.advance(1);
    }
    const call = get();
    await reads.end("new");
    expect(call.answer).to.include({ value: "new", source: "miss" });
  });

  it("reads for each call if there is no copy", async () => {
    const { reads, get } = setUp();
    for (const message of ["first", "second"]) {
      const call = get();
      await reads.end(new Error(message));
      expect(call.error).to.have.property("message", message);
    }
  });

  it("gives up at the caller's deadline, and aborts the read", async () => {
    const { clock, reads, get } = setUp();
    const call = get(3_000);
    await clock.advance(2_999);
    expect(call).to.deep.equal({});
    await clock.advance(1);
    expect(call.error).to.be.instanceOf(DeadlineError);
    expect(reads.signals[0]?.aborted).to.equal(true);
  });

  it("starts a new read for a caller with more time than the caller whose read was given up", async () => {
    const { clock, reads, get } = setUp();
    const short = get(1_000);
    const long = get(5_000);
    await clock.advance(1_000);
    expect(short.error).to.be.instanceOf(DeadlineError);
    expect(reads.begun).to.equal(2);
    await reads.end("too late");
    expect(long).to.deep.equal({});
    await reads.end("in time");
    expect(long.answer).to.include({ value: "in time" });
  });

  it("rejects a caller with less time at its deadline, and continues the read", async () => {
    const { clock, reads, get } = setUp();
    const long = get(5_000);
    const short = get(1_000);
    await clock.advance(1_000);
    expect(short.error).to.be.instanceOf(DeadlineError);
    expect(reads.begun).to.equal(1);
    await reads.end("value");
    expect(long.answer).to.include({ value: "value" });
  });
});

describe("CachedRead.get without parameters", () => {
  it("discards the old copy because the parameters are gone", async () => {
    const { clock, reads, get } = await warm();
    await clock.advance(TTL);
    const call = get();
    await reads.end(new NotFoundError(["/a"]));
    expect(call.error).to.be.instanceOf(NotFoundError);
    await clock.advance(5_000);
    const next = get();
    await reads.end(new Error("down"));
    expect(next.error).to.have.property("message", "down");
  });

  it("reads again after five seconds because parameters may have been created", async () => {
    const { clock, reads, get } = setUp();
    get();
    await reads.end(new NotFoundError(["/a"]));
    await clock.advance(4_999);
    const kept = get();
    await settle();
    expect(kept.error).to.be.instanceOf(NotFoundError);
    expect(reads.begun).to.equal(1);
    await clock.advance(1);
    const call = get();
    await reads.end("created");
    expect(call.answer).to.include({ value: "created" });
    const hit = get();
    await settle();
    expect(hit.answer).to.include({ value: "created", source: "hit" });
  });

  it("reports no failure if there are no parameters", async () => {
    const { reads, ended, get } = setUp();
    get();
    await reads.end(new NotFoundError(["/a"]));
    expect(ended).to.deep.include({
      milliseconds: 0,
      startedBy: "request",
      error: undefined,
      covered: false,
    });
  });
});

describe("CachedRead.get in a frozen environment", () => {
  it("joins the background read of an earlier invocation if it is not overdue", async () => {
    const { clock, reads, get } = await warm();
    await clock.advance(TTL * REFRESH_UNTIL);
    get();
    clock.freeze(4_999);
    get();
    expect(reads.begun).to.equal(2);
    await reads.end("new");
    const hit = get();
    await settle();
    expect(hit.answer).to.include({ value: "new" });
  });

  it("gives up a read that is overdue by the clock, and discards its result", async () => {
    const { clock, reads, ended, get } = await warm();
    await clock.advance(TTL * REFRESH_UNTIL);
    get();
    clock.freeze(TTL);
    const call = get();
    expect(reads.begun).to.equal(3);
    expect(reads.signals[1]?.aborted).to.equal(true);
    await reads.end("of long ago");
    expect(call).to.deep.equal({});
    await reads.end("new");
    expect(call.answer).to.include({ value: "new", source: "miss" });
    expect(
      ended.map(({ error }) => error),
      "no news",
    ).to.deep.equal([undefined, undefined]);
  });

  it("starts the next read without a pause after an overdue one", async () => {
    const { clock, reads, get } = await warm();
    await clock.advance(TTL * REFRESH_UNTIL);
    get();
    await clock.advance(5_000); // The read's deadline, by the timer.
    get();
    expect(reads.begun).to.equal(3);
  });
});
