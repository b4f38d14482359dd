import { expect } from "chai";
import fc from "fast-check";
import { mostEnvironments, poolPercent } from "../../../components/database/connection-pool.js";
import { maxConnections } from "../../../preflight/aws/index.js";

/** Any range that AWS accepts, in half units. */
const ranges = fc
  .tuple(fc.integer({ min: 1, max: 512 }), fc.integer({ min: 2, max: 512 }))
  .map(([a, b]) => ({ minimum: Math.min(a, b) / 2, maximum: Math.max(a, b) / 2 }));

describe("poolPercent", () => {
  it("leaves room for 1.3 connections for each environment, and a tenth of all connections for others", () => {
    const cases = ranges.chain((range) =>
      fc.tuple(fc.constant(range), fc.integer({ min: 0, max: mostEnvironments(range) })),
    );
    fc.assert(
      fc.property(cases, ([range, environments]) => {
        const percent = poolPercent(environments, range);
        expect(percent).to.satisfy(Number.isInteger).and.be.within(1, 90);
        expect((maxConnections(range) * percent) / 100).to.be.at.least(environments * 1.3);
      }),
    );
  });

  it("returns the smallest percentage that is large enough", () => {
    // 823 connections: 100 environments need 130, and 15% would be 123.
    expect(poolPercent(100, { minimum: 0.5, maximum: 4 })).to.equal(16);
    expect(poolPercent(0, { minimum: 0.5, maximum: 4 })).to.equal(1);
  });

  it("throws a RangeError if there are more environments than mostEnvironments", () => {
    fc.assert(
      fc.property(ranges, (range) => {
        expect(() => poolPercent(mostEnvironments(range) + 1, range)).to.throw(RangeError);
      }),
    );
  });
});
