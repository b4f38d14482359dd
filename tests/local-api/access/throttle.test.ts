import { expect } from "chai";
import fc from "fast-check";
import { Throttle, TokenBucket } from "../../../local-api/access/throttle.js";

const limits = fc.record({
  rateLimit: fc.integer({ min: 1, max: 10_000 }),
  burstLimit: fc.integer({ min: 1, max: 5_000 }),
});
/** Milliseconds between one request and the next. */
const pauses = fc.array(fc.oneof(fc.constant(0), fc.nat(20), fc.nat(3_000)), { maxLength: 300 });

interface Asked {
  readonly at: number;
  readonly isAdmitted: boolean;
}

function ask(limit: { rateLimit: number; burstLimit: number }, waits: readonly number[]): Asked[] {
  let at = 1_000_000;
  const bucket = new TokenBucket(limit, () => at);
  return waits.map((wait) => {
    at += wait;
    const isAdmitted = !bucket.isEmpty;
    if (isAdmitted) bucket.take();
    return { at, isAdmitted };
  });
}

describe("A token bucket", () => {
  it("admits no more in any window than its burst and what its rate adds", () => {
    fc.assert(
      fc.property(limits, pauses, (limit, waits) => {
        const admitted = ask(limit, waits).filter(({ isAdmitted }) => isAdmitted);
        for (const [i, { at: from }] of admitted.entries()) {
          for (const [j, { at: to }] of admitted.slice(i).entries()) {
            const most = limit.burstLimit + (limit.rateLimit * (to - from)) / 1000;
            expect(j + 1).to.be.at.most(most + 1e-6);
          }
        }
      }),
      { numRuns: 50 },
    );
  });

  it("refuses only when some window has had all that its burst and rate allow", () => {
    fc.assert(
      fc.property(limits, pauses, ({ rateLimit, burstLimit }, waits) => {
        const asked = ask({ rateLimit, burstLimit }, waits);
        for (const [i, { at, isAdmitted }] of asked.entries()) {
          if (isAdmitted) continue;
          const before = asked.slice(0, i).filter((one) => one.isAdmitted);
          const isUsedUp = before.some(
            ({ at: from }, j) => before.length - j + 1 > burstLimit + (rateLimit * (at - from)) / 1000 - 1e-6,
          );
          expect(isUsedUp, `refused at ${at}`).to.equal(true);
        }
      }),
      { numRuns: 50 },
    );
  });

  it("never refuses requests that come no faster than its rate", () => {
    fc.assert(
      fc.property(limits, fc.integer({ min: 1, max: 500 }), (limit, count) => {
        const wait = Math.ceil(1000 / limit.rateLimit); // clocks have whole milliseconds
        expect(ask(limit, Array(count).fill(wait)).every(({ isAdmitted }) => isAdmitted)).to.equal(true);
      }),
    );
  });

  it("holds no more than its burst, however long nobody asks", () => {
    const asked = ask({ rateLimit: 100, burstLimit: 3 }, [3_600_000, 0, 0, 0]);
    expect(asked.map(({ isAdmitted }) => isAdmitted)).to.deep.equal([true, true, true, false]);
  });

  it("admits nobody when it is of no tokens", () => {
    expect(ask({ rateLimit: 0, burstLimit: 0 }, [0, 60_000]).some(({ isAdmitted }) => isAdmitted)).to.equal(
      false,
    );
  });

  it("is not emptied by a clock that goes back", () => {
    let at = 10_000;
    const bucket = new TokenBucket({ rateLimit: 1, burstLimit: 2 }, () => at);
    at = 0;
    expect(bucket.isEmpty).to.equal(false);
  });
});

describe("A throttle", () => {
  it("takes a token of each limit, or of none when one of them refuses", () => {
    const throttle = new Throttle(() => 0);
    const narrow = { name: "narrow", rateLimit: 1, burstLimit: 1 };
    const wide = { name: "wide", rateLimit: 1, burstLimit: 2 };
    expect(throttle.refusing([wide, narrow])).to.equal(undefined);
    for (let i = 0; i < 5; i++) expect(throttle.refusing([wide, narrow])).to.equal(narrow);
    expect(throttle.refusing([wide])).to.equal(undefined); // the five have not cost it anything
    expect(throttle.refusing([wide])).to.equal(wide);
  });

  it("names the first of the limits that refuse", () => {
    const throttle = new Throttle(() => 0);
    const [one, two] = ["one", "two"].map((name) => ({ name, rateLimit: 0, burstLimit: 0 }));
    expect([one, two].every((limit) => limit !== undefined)).to.equal(true);
    if (one !== undefined && two !== undefined) expect(throttle.refusing([one, two])).to.equal(one);
  });
});
