import { expect } from "chai";
import { differenceOf } from "../../../../preflight/report/html/difference.js";
import { brokenProd, reportOf } from "./support.js";

describe("differenceOf", () => {
  it("returns nothing for two equal reports", async () => {
    const prod = await reportOf("prod");
    expect(differenceOf(prod, structuredClone(prod))).to.deep.equal({
      proofs: [],
      figures: [],
      subnets: [],
      resources: [],
    });
  });

  it("names the proof whose verdict changed, before and after", async () => {
    const { proofs } = differenceOf(await reportOf("prod"), await brokenProd());
    expect(proofs).to.deep.equal([
      {
        kind: "changed",
        what: "fetcher must reach ssm:GetParametersByPath",
        before: "ok, reachable by interface endpoint",
        after: "FAIL, blocked (SG_HAS_NO_RULES)",
      },
    ]);
  });

  it("lists the proofs, costs, subnets and endpoints that a VPC adds", async () => {
    const { proofs, figures, subnets, resources } = differenceOf(
      await reportOf("dev"),
      await reportOf("prod"),
    );
    expect(proofs.map(({ kind }) => kind)).to.include.members(["added", "removed", "changed"]);
    expect(figures[0]).to.include({ kind: "changed", what: "fixed cost a month", before: "$0.00" });
    expect(subnets).to.have.length(4);
    expect(resources.map(({ what }) => what)).to.include.members(["vpc vpc-vpc", "nat gateway vpc-nat-a"]);
  });
});
