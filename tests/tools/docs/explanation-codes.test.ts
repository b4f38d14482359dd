import { readFileSync } from "node:fs";
import { expect } from "chai";
import { explanationCodesPage } from "../../../tools/docs/explanation-codes.js";

describe("explanationCodesPage", () => {
  it("equals docs/codes.md, which npm run generate writes", () => {
    const written = readFileSync("docs/codes.md", "utf8");
    expect(written).to.equal(explanationCodesPage());
  });
});
