import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { parse } from "yaml";
import type { z } from "zod";
import { configSchema } from "../config/schema/index.js";

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

/** Where a page links to inside this project, without the fragment. */
function targets(page: string): string[] {
  return [...prose(page).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = ""]) => target.replace(/#.*$/, ""))
    .filter((target) => target !== "" && !/^[a-z]+:/i.test(target));
}

/** Pages that go on with the README's table of the configuration, each under the heading of the same name. */
const MORE_CONFIGURATION = [
  "docs/api.md",
  "docs/database.md",
  "docs/log-pipeline.md",
  "docs/message-store.md",
  "docs/releases.md",
  "docs/watching.md",
];

/** The cells of the tables under a heading of the README or another page, its subheadings included. */
function rowsUnder(heading: string, page = "README.md"): string[][] {
  const [, section] = prose(page).split(`\n## ${heading}\n`);
  const [body = ""] = (section ?? "").split(/^## /m);
  return body
    .split("\n")
    .filter((line) => /^\| `/.test(line))
    .map((line) => line.split(/(?<!\\)\|/).map((cell) => cell.trim()))
    .map((cells) => cells.slice(1, -1));
}

const codeIn = (cell = ""): string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, code = ""]) => code);

interface Field {
  readonly key: string;
  /** Undefined where there is none. */
  readonly default: unknown;
  /** What the field may be, where it is one of a few words. */
  readonly options: readonly string[];
}

type Definition = z.core.$ZodTypeDef & {
  readonly innerType?: z.ZodType;
  readonly defaultValue?: unknown;
  readonly options?: readonly z.ZodType[];
  readonly shape?: Readonly<Record<string, z.ZodType>>;
  readonly valueType?: z.ZodType;
  readonly entries?: Readonly<Record<string, string>>;
};
const definitionOf = (schema: z.ZodType): Definition => schema.def;

/** What stands for any name in a map, where it is no service's. */
const NAMES: Readonly<Record<string, string>> = {
  "api.methods": "METHOD",
  "api.usagePlans": "PLAN",
  "api.usagePlans.PLAN.throttling.methods": "METHOD",
  "api.domains": "DOMAIN",
  "api.sharing.peers": "PEER",
};

/** Every field that a person can set. An object that can be nothing else is only the way to its fields. */
function fieldsOf(key: string, schema: z.ZodType, fallback?: unknown): Field[] {
  const { type, innerType, defaultValue, options = [], shape, valueType, entries } = definitionOf(schema);
  if (innerType !== undefined) return fieldsOf(key, innerType, defaultValue);
  const below = (inner: z.ZodType): Field[] =>
    Object.entries(definitionOf(inner).shape ?? {}).flatMap(([name, field]) =>
      fieldsOf(`${key}.${name}`, field),
    );
  if (shape !== undefined) return below(schema);
  const own: Field = { key, default: fallback, options: type === "enum" ? Object.values(entries ?? {}) : [] };
  const any = `${key}.${NAMES[key] ?? "SERVICE"}`;
  const others = valueType === undefined ? [] : fieldsOf(any, valueType).filter((field) => field.key !== any);
  return [own, ...options.flatMap(below), ...others];
}

describe("the documents", () => {
  for (const page of PAGES) {
    it(`${page} links to files that exist`, () => {
      const missing = targets(page).filter((target) => !existsSync(join(PROJECT, dirname(page), target)));
      expect(missing).to.deep.equal([]);
    });

    it(`${page} names scripts that exist`, () => {
      const { scripts } = JSON.parse(text("package.json"));
      const named = [...text(page).matchAll(/\bnpm (?:run ([\w:-]+)|(start|test)\b)/g)];
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
  const fields = Object.entries(configSchema.shape).flatMap(([key, schema]) => fieldsOf(key, schema));
  const pages = ["README.md", ...MORE_CONFIGURATION];
  const rows = new Map(
    pages
      .flatMap((page) => rowsUnder("Configuration", page))
      .map(([key, ...cells]) => [codeIn(key)[0], cells]),
  );

  it("documents every configuration key, and no other", () => {
    expect(fields).to.have.length.above(30);
    expect([...rows.keys()]).to.have.members(fields.map(({ key }) => key));
  });

  for (const { key, default: value, options } of fields) {
    it(`says what ${key} is by default, and what else it can be`, () => {
      const [type, shown] = rows.get(key) ?? [];
      if (value === undefined) expect(shown).to.equal("none");
      else expect(codeIn(shown).map((code) => parse(code))).to.deep.equal([value]);
      if (options.length > 0) expect(codeIn(type)).to.have.members([...options]);
    });
  }

  it("documents every output, and no other", () => {
    const [, names = ""] = /^export const \{([^}]+)\} = stackOutputs/m.exec(text("index.ts")) ?? [];
    const exported = names.match(/\w+/g) ?? [];
    expect(rowsUnder("Outputs").map(([name]) => codeIn(name)[0])).to.have.members(exported);
  });

  it("names folders and files of the layout that exist", () => {
    const named = rowsUnder("Layout").flatMap(([place]) => codeIn(place));
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
