import { expect } from "chai";
import fc from "fast-check";
import { maxConnections } from "../../../preflight/aws/index.js";

/** Any range that AWS accepts, in steps of half a unit. */
const ranges = fc
  .tuple(fc.integer({ min: 1, max: 512 }), fc.integer({ min: 2, max: 512 }))
  .map(([a, b]) => ({ minimum: Math.min(a, b) / 2, maximum: Math.max(a, b) / 2 }));

describe("maxConnections", () => {
  for (const [minimum, maximum, connections] of [
    [1, 1, 189],
    [1, 4, 823],
    [1, 8, 1669],
    [1, 16, 3360],
    [1, 32, 5000],
    [1, 256, 5000],
    // A minimum of half a unit limits these.
    [0.5, 1, 189],
    [0.5, 8, 1669],
    [0.5, 16, 2000],
    [0.5, 256, 2000],
  ] as const) {
    it(`returns AWS's figure of ${connections} connections for ${minimum} to ${maximum} capacity units`, () => {
      expect(maxConnections({ minimum, maximum })).to.equal(connections);
    });
  }

  it("never falls if the maximum capacity rises", () => {
    fc.assert(
      fc.property(ranges, ({ minimum, maximum }) => {
        expect(maxConnections({ minimum, maximum: maximum + 0.5 })).to.be.at.least(
          maxConnections({ minimum, maximum }),
        );
      }),
    );
  });
});
