import { expect } from "chai";
import fc from "fast-check";
import { minimalSubset } from "../../../preflight/order/minimal-subset.js";

const items = fc.uniqueArray(fc.integer({ min: 0, max: 30 }), { minLength: 1, maxLength: 20 });

describe("minimalSubset", () => {
  it("finds exactly the items that a condition names", () => {
    fc.assert(
      fc.property(items, fc.func(fc.boolean()), (all, isNeeded) => {
        const needed = all.filter((item) => isNeeded(item));
        fc.pre(needed.length > 0);
        const holds = (part: readonly number[]) => needed.every((item) => part.includes(item));
        expect([...minimalSubset(all, holds)].sort()).to.deep.equal([...needed].sort());
      }),
    );
  });

  it("leaves no item that could go if several parts would do, and prefers the earliest", () => {
    fc.assert(
      fc.property(items, fc.nat({ max: 19 }), fc.nat({ max: 19 }), (all, i, j) => {
        const [one, other] = [all[i % all.length] ?? 0, all[j % all.length] ?? 0];
        const found = minimalSubset(all, (part) => part.includes(one) || part.includes(other));
        expect(found).to.deep.equal([all.indexOf(one) < all.indexOf(other) ? one : other]);
      }),
    );
  });

  it("asks rarely: of 1,000 items, less than 40 times for two", () => {
    const all = Array.from({ length: 1000 }, (_, i) => i);
    let asked = 0;
    const found = minimalSubset(all, (part) => {
      asked += 1;
      return part.includes(123) && part.includes(987);
    });
    expect(found).to.deep.equal([123, 987]);
    expect(asked).to.be.below(40);
  });
});
