import { expect } from "chai";
import fc from "fast-check";
import { Throttle, TokenBucket } from "../../../local-api/access/throttle.js";

const limits = fc.record({
  rateLimit: fc.integer({ min: 1, max: 10_000 }),
  burstLimit: fc.integer({ min: 1, max: 5_000 }),
});
/** Milliseconds between two requests. */
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

describe("TokenBucket", () => {
  it("admits at most the burst and what the rate adds, in any window", () => {
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

  it("refuses a request only if some window has used its burst and rate", () => {
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

  it("never refuses requests that are not faster than the rate", () => {
    fc.assert(
      fc.property(limits, fc.integer({ min: 1, max: 500 }), (limit, count) => {
        const wait = Math.ceil(1000 / limit.rateLimit); // clocks have whole milliseconds
        expect(ask(limit, Array(count).fill(wait)).every(({ isAdmitted }) => isAdmitted)).to.equal(true);
      }),
    );
  });

  it("holds at most its burst after a long pause", () => {
    const asked = ask({ rateLimit: 100, burstLimit: 3 }, [3_600_000, 0, 0, 0]);
    expect(asked.map(({ isAdmitted }) => isAdmitted)).to.deep.equal([true, true, true, false]);
  });

  it("admits no request if its rate and burst are 0", () => {
    expect(ask({ rateLimit: 0, burstLimit: 0 }, [0, 60_000]).some(({ isAdmitted }) => isAdmitted)).to.equal(
      false,
    );
  });

  it("keeps its tokens if the clock goes back", () => {
    let at = 10_000;
    const bucket = new TokenBucket({ rateLimit: 1, burstLimit: 2 }, () => at);
    at = 0;
    expect(bucket.isEmpty).to.equal(false);
  });
});

describe("Throttle", () => {
  it("takes a token from each limit, or from none if one of them refuses", () => {
    const throttle = new Throttle(() => 0);
    const narrow = { name: "narrow", rateLimit: 1, burstLimit: 1 };
    const wide = { name: "wide", rateLimit: 1, burstLimit: 2 };
    expect(throttle.refusing([wide, narrow])).to.equal(undefined);
    for (let i = 0; i < 5; i++) expect(throttle.refusing([wide, narrow])).to.equal(narrow);
    expect(throttle.refusing([wide])).to.equal(undefined); // the five refused requests took no token
    expect(throttle.refusing([wide])).to.equal(wide);
  });

  it("returns the first limit that refuses", () => {
    const throttle = new Throttle(() => 0);
    const [one, two] = ["one", "two"].map((name) => ({ name, rateLimit: 0, burstLimit: 0 }));
    expect([one, two].every((limit) => limit !== undefined)).to.equal(true);
    if (one !== undefined && two !== undefined) expect(throttle.refusing([one, two])).to.equal(one);
  });
});
