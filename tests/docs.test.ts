import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";

const PROJECT = fileURLToPath(new URL("..", import.meta.url));
const text = (file: string): string => readFileSync(join(PROJECT, file), "utf8");

const PAGES = [
  "README.md",
  ...readdirSync(join(PROJECT, "docs"), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".md"))
    .map((file) => join("docs", file)),
].sort();

/** A page without its fenced code. */
const prose = (page: string): string => text(page).replace(/^ *```.*?^ *```/gms, "");

interface Link {
  /** The file's path from the page's folder; empty for the page itself. */
  readonly file: string;
  /** The name of a heading, if the link has one. */
  readonly fragment?: string;
}

/** The links of a page to this project's files. */
function links(page: string): Link[] {
  return [...prose(page).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = ""]) => target)
    .filter((target) => !/^[a-z]+:/i.test(target))
    .map((target) => {
      const [file = "", fragment] = target.split("#");
      return { file, fragment };
    });
}

/** The files that a page links to. */
const targets = (page: string): string[] => links(page).flatMap(({ file }) => (file === "" ? [] : [file]));

/**
 * The fragments that GitHub makes of a page's headings: small letters, hyphens for spaces, no other punctuation, and
 * a number after the name of an earlier heading.
 */
function fragments(page: string): Set<string> {
  const names = new Map<string, number>();
  const headings = [...prose(page).matchAll(/^#{1,6} +(.+?) *#*$/gm)].map(([, heading = ""]) => {
    const name = heading
      .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\p{M}_ -]/gu, "")
      .replaceAll(" ", "-");
    const before = names.get(name) ?? 0;
    names.set(name, before + 1);
    return before === 0 ? name : `${name}-${before}`;
  });
  return new Set(headings);
}

/** The cells of the first column of the README's table under a heading. */
function placesUnder(heading: string): string[] {
  const [, section = ""] = prose("README.md").split(`\n## ${heading}\n`);
  const [body = ""] = section.split(/^## /m);
  return [...body.matchAll(/^\| (`[^|]+) \|/gm)].flatMap(([, cell]) => codeIn(cell));
}

const codeIn = (cell = ""): string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, code = ""]) => code);

describe("the documents", () => {
  for (const page of PAGES) {
    it(`${page} links to files that exist`, () => {
      const missing = targets(page).filter((target) => !existsSync(join(PROJECT, dirname(page), target)));
      expect(missing).to.deep.equal([]);
    });

    it(`${page} links to headings that exist`, () => {
      const missing = links(page).filter(({ file, fragment }) => {
        const target = file === "" ? page : join(dirname(page), file);
        return fragment !== undefined && !(PAGES.includes(target) && fragments(target).has(fragment));
      });
      expect(missing).to.deep.equal([]);
    });

    it(`${page} names scripts that exist`, () => {
      const { scripts } = JSON.parse(text("package.json"));
      const named = [...text(page).matchAll(/\bnpm (?:run (?:-s )?([a-z][\w:-]*)|(start|test)\b)/g)];
      expect(Object.keys(scripts)).to.include.members(named.map(([, script, short = ""]) => script ?? short));
    });
  }

  it("the index of decisions lists every page", () => {
    const folder = "docs/decisions";
    const pages = readdirSync(join(PROJECT, folder)).filter((file) => file !== "README.md");
    expect(targets(`${folder}/README.md`)).to.have.members(pages);
  });

  it("the decisions that the program's comments name exist", () => {
    const sources = ["Pulumi.yaml", ...sourcesUnder("components"), ...sourcesUnder("config")];
    const named = sources.flatMap((file) => text(file).match(/docs\/[\w/-]+\.md/g) ?? []);
    expect(named).not.to.be.empty;
    expect(named.filter((page) => !existsSync(join(PROJECT, page)))).to.deep.equal([]);
  });
});

function sourcesUnder(folder: string): string[] {
  return readdirSync(join(PROJECT, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .map((file) => relative(PROJECT, join(PROJECT, folder, file)));
}

describe("the README", () => {
  it("names folders and files of the layout that exist", () => {
    const named = placesUnder("Layout");
    expect(named).to.have.length.above(5);
    expect(named.filter((place) => !existsSync(join(PROJECT, place)))).to.deep.equal([]);
  });
});

describe("the licence", () => {
  it("is the one that package.json names, and names no holder", () => {
    expect(JSON.parse(text("package.json")).license).to.equal("Apache-2.0");
    expect(text("LICENSE")).to.contain("Version 2.0, January 2004").and.contain("[name of copyright owner]");
  });
});
