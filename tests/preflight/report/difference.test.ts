import { expect } from "chai";
import { differenceOf, savedFor } from "../../../preflight/report/difference.js";
import { markdownReport } from "../../../preflight/report/text/markdown.js";
import { terminalReport } from "../../../preflight/report/text/terminal.js";
import { brokenProd, reportOf } from "./html/support.js";

describe("savedFor", () => {
  it("takes the report of the same stack, or the only one for the only stack", async () => {
    const [dev, prod] = [await reportOf("dev"), await reportOf("prod")];
    expect(savedFor("prod", [dev, prod], { isOnly: false })).to.equal(prod);
    expect(savedFor("prod", [dev], { isOnly: true })).to.equal(dev);
    expect(savedFor("prod", [dev], { isOnly: false })).to.equal(undefined);
    expect(savedFor("test", [dev, prod], { isOnly: true })).to.equal(undefined);
  });
});

describe("terminalReport and markdownReport with a saved report", () => {
  it("say what differs, and that nothing does", async () => {
    const [prod, broken] = [await reportOf("prod"), await brokenProd()];
    const change =
      "changed: fetcher must reach ssm:GetParametersByPath: ok, reachable by interface endpoint -> FAIL,";
    expect(terminalReport(broken, prod).replace(/\s+/g, " "))
      .to.contain("compared with the saved report of prod: ")
      .and.contain(change);
    expect(markdownReport(broken, prod)).to.contain("**Compared** with the saved report of prod: ");
    expect(markdownReport(broken, prod)).to.match(
      /^- changed: fetcher must reach ssm:GetParametersByPath: /m,
    );
    for (const text of [terminalReport(prod, prod), markdownReport(prod, prod)])
      expect(text.replace(/\s+/g, " ")).to.contain("with the saved report of prod: nothing differs");
    expect(
      terminalReport(broken, prod)
        .split("\n")
        .filter(({ length }) => length > 100),
    ).to.deep.equal([]);
  });
});

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
