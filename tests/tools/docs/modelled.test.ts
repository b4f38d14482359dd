import { readFileSync } from "node:fs";
import { expect } from "chai";
import { modelledPage } from "../../../tools/docs/modelled.js";

describe("modelledPage", () => {
  it("equals docs/modelled.md, which npm run generate writes", () => {
    expect(readFileSync("docs/modelled.md", "utf8")).to.equal(modelledPage());
  });
});
