import { expect } from "chai";
import { usd } from "../../../preflight/cost/money.js";
import { PRICES } from "../../../preflight/cost/price-table.js";
import { costOf, HOME_REGION, priceOf } from "../../../preflight/cost/prices.js";

describe("PRICES", () => {
  it("names a date and a source in each row", () => {
    for (const { product, date, source, unit } of PRICES) {
      expect(date, product).to.match(/^\d{4}-\d{2}-\d{2}$/);
      expect(Number.isNaN(Date.parse(date)), product).to.equal(false);
      expect(source, product).to.match(/^https:\/\/(aws\.amazon\.com|pricing\.us-east-1\.|github\.com)/);
      expect(unit, product).not.to.equal("");
    }
  });

  it("has one row for each product and region", () => {
    const keys = PRICES.map(({ product, region }) => `${product} in ${region}`);
    expect(keys.filter((key, i) => keys.indexOf(key) !== i)).to.deep.equal([]);
  });

  it("has a row for us-east-1 for every product, in the same unit", () => {
    for (const { product, unit } of PRICES) {
      expect(priceOf(product, HOME_REGION).region, product).to.equal(HOME_REGION);
      expect(priceOf(product, HOME_REGION).unit, product).to.equal(unit);
    }
  });

  it("has no price of 0, because free types are listed apart and unknown prices are undefined", () => {
    for (const { product, tiers } of PRICES) {
      for (const { usd } of tiers ?? []) expect(usd, product).to.be.greaterThan(0);
    }
  });

  it("has ascending tiers, of which only the last has no upper end", () => {
    for (const { product, tiers } of PRICES) {
      const ends = (tiers ?? [{ usd: 1 }]).map((tier) => ("upTo" in tier ? tier.upTo : undefined));
      expect(ends.at(-1), product).to.equal(undefined);
      const inner = ends.slice(0, -1);
      expect(inner, product).to.deep.equal([...inner].sort((a, b) => Number(a) - Number(b)));
    }
  });

  it("includes a region's own price, or the price of us-east-1 marked as such", () => {
    expect(priceOf("NAT gateway", "eu-west-1")).to.include({ region: "eu-west-1" });
    expect(costOf(priceOf("NAT gateway", "eu-west-1"), 730)).to.be.closeTo(35.04, 1e-9);
    expect(priceOf("NAT gateway", "ap-south-2")).to.include({ region: "us-east-1" });
  });

  it("prices each tier separately, as in AWS's REST API example of 20 billion requests", () => {
    const price = priceOf("REST API requests", "us-east-1");
    expect(costOf(price, 1e6)).to.be.closeTo(3.5, 1e-9);
    expect(costOf(price, 20e9)).to.be.closeTo(1165.5 + 1867.6 + 45_220, 1e-6);
    expect(costOf(price, 0)).to.equal(0);
  });

  it("has no figure for an unknown price", () => {
    expect(costOf(priceOf("API cache of another size", "us-east-1"), 730)).to.equal(undefined);
  });
});

describe("usd", () => {
  it("formats cents, and rounds only for display", () => {
    expect([0, 65.7, 1234.5, 1.005, -3].map(usd)).to.deep.equal([
      "$0.00",
      "$65.70",
      "$1,234.50",
      "$1.01",
      "-$3.00",
    ]);
  });

  it("never formats a cost as zero", () => {
    expect([0.0042, 0.00499, 0.0000002].map(usd)).to.deep.equal(["$0.0042", "$0.005", "$0.0000002"]);
  });
});
