import { expect } from "chai";
import { comparedValues, toldApart } from "../../../preflight/iam/index.js";
import { allow, deny, policy } from "./support.js";

const LIKELY = ["vpce-0abc", "vpce-0def"];

describe("toldApart", () => {
  it("gives one example of a value that no pattern means, and one for each pattern", () => {
    expect(toldApart([], LIKELY)).to.deep.equal({ values: ["vpce-0abc"], complete: true });
    expect(toldApart(["vpce-1", "vpce-2"], LIKELY).values).to.deep.equal(["vpce-0abc", "vpce-1", "vpce-2"]);
    expect(toldApart(["vpce-0a*"], LIKELY)).to.deep.equal({
      values: ["vpce-0def", "vpce-0apce-0abc"],
      complete: true,
    });
  });

  it("takes no example of a pattern that means every likely value", () => {
    expect(toldApart(["*", "vpce-*"], LIKELY)).to.deep.equal({ values: ["vpce-0abc"], complete: true });
  });

  it("is incomplete if patterns overlap, if every likely value is meant by one, or with a variable", () => {
    for (const patterns of [["1*", "*2"], ["vpce-0a*", "vpce-0d*"], [`\${aws:PrincipalTag/endpoint}`]]) {
      expect(toldApart(patterns, LIKELY).complete, patterns.join()).to.equal(false);
    }
    expect(toldApart(["1*", "12*"], LIKELY).complete).to.equal(true);
  });
});

describe("comparedValues", () => {
  it("collects the values of a key from all statements, whatever its spelling", () => {
    const { document } = policy("identity", [
      allow("s3:GetObject", "*", { Condition: { StringEquals: { "aws:SourceVpce": ["vpce-1", "vpce-2"] } } }),
      deny("s3:GetObject", "*", { Condition: { StringLike: { "AWS:sourcevpce": "vpce-1" } } }),
      deny("s3:GetObject", "*", { Condition: { StringEquals: { "aws:SourceVpc": "vpc-1" } } }),
    ]);
    expect(comparedValues(document?.statements ?? [], "aws:SourceVpce")).to.deep.equal(["vpce-1", "vpce-2"]);
  });
});
