import { readFileSync } from "node:fs";
import { expect } from "chai";
import { endpointsPage } from "../../../tools/docs/which-endpoint.js";

/** The cells of the first table under a heading that begins with a text, by the first cells of their rows. */
function cells(page: string, heading: string, ...first: readonly string[]): string[] {
  const [, section = ""] = page.split(`\n## ${heading}\n`);
  const row = section
    .split("\n")
    .map((line) =>
      line
        .split("|")
        .map((cell) => cell.trim())
        .slice(1, -1),
    )
    .find((each) => first.every((cell, i) => each[i] === cell));
  return row?.slice(first.length) ?? [];
}

const FORBIDDEN = '`403 {"message":"Forbidden"}`';

describe("the page of endpoint types and names", () => {
  it("is what the verdicts say (npm run generate)", () => {
    expect(readFileSync("docs/which-endpoint.md", "utf8")).to.equal(endpointsPage());
  });

  it("has private names work through endpoints only, and public ones everywhere but in the shadow of private DNS", () => {
    const page = endpointsPage();
    expect(cells(page, "PRIVATE", "custom domain", "always")).to.deep.equal([
      "works",
      "works",
      "works",
      "DNS failure",
      "DNS failure",
    ]);
    expect(cells(page, "REGIONAL", "`API`", "execute-api endpoint on, private DNS on")).to.deep.equal([
      FORBIDDEN,
      "works",
      FORBIDDEN,
      "works",
      "works",
    ]);
    expect(cells(page, "EDGE", "custom domain", "always")).to.deep.equal(Array(5).fill("works"));
  });
});
