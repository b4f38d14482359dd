import { readFileSync } from "node:fs";
import { expect } from "chai";
import { whichEndpointPage } from "../../../tools/docs/which-endpoint.js";

/** The cells of a row under a heading, after the cells that select the row. */
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

describe("whichEndpointPage", () => {
  it("equals docs/which-endpoint.md, which npm run generate writes", () => {
    expect(readFileSync("docs/which-endpoint.md", "utf8")).to.equal(whichEndpointPage());
  });

  it("lets private names work through endpoints only, and public names everywhere but where private DNS takes them", () => {
    const page = whichEndpointPage();
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
