import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";

const PROJECT = fileURLToPath(new URL("..", import.meta.url));
const INDEX = "docs/index.md";
const text = (file: string): string => readFileSync(join(PROJECT, file), "utf8");

/** The list items of the index: `- [Title](target): what the page is about`. */
const entries = [...text(INDEX).matchAll(/^- \[[^\]]+\]\(([^)\s]+)\): (.+)$/gm)].map(
  ([, target = "", about = ""]) => ({ page: normalize(join(dirname(INDEX), target)), about }),
);

describe("docs/index.md", () => {
  const pages = readdirSync(join(PROJECT, "docs"), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".md"))
    .map((file) => join("docs", file))
    .filter((page) => page !== INDEX);

  it("lists every page under docs", () => {
    expect(pages).not.to.be.empty;
    expect(entries.map(({ page }) => page)).to.include.members(pages);
  });

  it("lists each page once, and only pages that exist", () => {
    const listed = entries.map(({ page }) => page);
    expect(listed).to.deep.equal([...new Set(listed)]);
    expect(listed.filter((page) => !existsSync(join(PROJECT, page)))).to.deep.equal([]);
  });

  it("has no other lines in its lists", () => {
    expect(text(INDEX).match(/^\s*- /gm)).to.have.length(entries.length);
  });
});

describe("docs/commands.md", () => {
  it("describes every script of package.json, and no other", () => {
    const { scripts } = JSON.parse(text("package.json"));
    const mentions = text("docs/commands.md").matchAll(
      /\bnpm (?:run (?:-s )?([a-z][\w:-]*)|(start|test)\b)/g,
    );
    const named = [...mentions].map(([, script, short]) => script ?? short);
    expect([...new Set(named)]).to.have.members(Object.keys(scripts));
  });
});
