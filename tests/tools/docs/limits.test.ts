import { readFileSync } from "node:fs";
import { expect } from "chai";
import { limitsPage } from "../../../tools/docs/limits.js";

describe("docs/limits.md", () => {
  it("is the page made of the tables; npm run generate makes it anew", () => {
    const written = readFileSync(new URL("../../../docs/limits.md", import.meta.url), "utf8");
    expect(written).to.equal(limitsPage());
  });
});
