import { readFileSync } from "node:fs";
import { expect } from "chai";
import { codesPage } from "../../../tools/docs/explanation-codes.js";

describe("the page of explanation codes", () => {
  it("is what the code says (npm run generate)", () => {
    const written = readFileSync("docs/codes.md", "utf8");
    expect(written).to.equal(codesPage());
  });
});
