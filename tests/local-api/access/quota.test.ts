import { expect } from "chai";
import fc from "fast-check";
import { Quota } from "../../../local-api/access/quota.js";
import type { QuotaPeriod } from "../../../preflight/graph/index.js";

const at = (text: string) => Date.parse(`${text}Z`);

describe("Quota", () => {
  it("allows each key exactly its limit in each period", () => {
    const asks = fc.array(fc.record({ key: fc.constantFrom("a", "b"), hours: fc.nat(30) }), {
      maxLength: 200,
    });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), asks, (limit, all) => {
        let now = at("2026-03-01T00:00:00");
        const quota = new Quota({ limit, period: "DAY", offset: 0 }, () => now);
        const used = new Map<string, number>();
        for (const { key, hours } of all) {
          now += hours * 3_600_000;
          const slot = `${key} ${new Date(now).toISOString().slice(0, 10)}`;
          const before = used.get(slot) ?? 0;
          expect(quota.take(key)).to.equal(before < limit);
          used.set(slot, Math.min(limit, before + 1));
        }
      }),
    );
  });

  const turns: [period: QuotaPeriod, last: string, first: string][] = [
    ["DAY", "2026-02-28T23:59:59", "2026-03-01T00:00:00"],
    ["WEEK", "2026-02-28T23:59:59", "2026-03-01T00:00:00"], // a Saturday, and a Sunday
    ["MONTH", "2026-02-28T23:59:59", "2026-03-01T00:00:00"],
    ["WEEK", "2026-12-26T23:59:59", "2026-12-27T00:00:00"],
  ];
  for (const [period, last, first] of turns) {
    it(`starts a new ${period} at ${first}, not a second earlier`, () => {
      let now = at(last) - 1000;
      const quota = new Quota({ limit: 1, period, offset: 0 }, () => now);
      expect(quota.take("a")).to.equal(true);
      now = at(last);
      expect(quota.take("a")).to.equal(false);
      now = at(first);
      expect(quota.take("a")).to.equal(true);
    });
  }

  it("subtracts the offset in the first period only", () => {
    let now = at("2026-03-01T12:00:00");
    const quota = new Quota({ limit: 3, period: "DAY", offset: 2 }, () => now);
    expect([quota.take("a"), quota.take("a")]).to.deep.equal([true, false]);
    now += 86_400_000;
    expect(quota.left("a")).to.equal(3);
  });
});
