import { expect } from "chai";
import { agreed, and, not, or, type Truth } from "../../../preflight/iam/truth.js";

describe("three-valued logic: and, or, not, agreed", () => {
  const table: [Truth, Truth, Truth, Truth][] = [
    [true, true, true, true],
    [true, false, false, true],
    [true, "unknown", "unknown", true],
    [false, "unknown", false, "unknown"],
    ["unknown", "unknown", "unknown", "unknown"],
    [false, false, false, false],
  ];
  for (const [left, right, both, either] of table) {
    it(`decides ${left} and ${right} as ${both}, ${left} or ${right} as ${either}`, () => {
      expect(and(left, right)).to.equal(both);
      expect(and(right, left)).to.equal(both);
      expect(or(left, right)).to.equal(either);
      expect(or(right, left)).to.equal(either);
    });
  }

  it("returns true for and, and false for or, without operands", () => {
    expect(and()).to.equal(true);
    expect(or()).to.equal(false);
  });

  it("negates true and false, and leaves unknown", () => {
    expect([not(true), not(false), not("unknown")]).to.deep.equal([false, true, "unknown"]);
  });

  it("agrees only if all values are the same", () => {
    expect(agreed(true, true)).to.equal(true);
    expect(agreed(false)).to.equal(false);
    expect(agreed(true, false)).to.equal("unknown");
    expect(agreed("unknown", "unknown")).to.equal("unknown");
  });
});
