import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { expect } from "chai";
import ts from "typescript";
import { PROJECT_FOLDER } from "../cli/lib/project-folder.js";

// Not by git, because a project that pulumi new made is no repository yet.
const files = sourcesIn(".").filter((file) => !file.startsWith("tests/"));

/** The TypeScript files of a folder, without those that were installed. */
function sourcesIn(folder: string): string[] {
  return readdirSync(join(PROJECT_FOLDER, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = normalize(join(folder, entry.name));
    if (entry.isDirectory()) return /^(\.|node_modules$)/.test(entry.name) ? [] : sourcesIn(path);
    return entry.name.endsWith(".ts") ? path : [];
  });
}

/** Files that a file imports by a relative path, types included. */
function importsOf(file: string): string[] {
  const { importedFiles } = ts.preProcessFile(readFileSync(join(PROJECT_FOLDER, file), "utf8"), true, true);
  return importedFiles
    .filter(({ fileName }) => fileName.startsWith("."))
    .map(({ fileName }) => normalize(join(dirname(file), fileName)).replace(/\.js(\?.*)?$/, ".ts"));
}

/** The first circle of files that a walk along the imports meets. */
function circle(graph: ReadonlyMap<string, readonly string[]>): readonly string[] | undefined {
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): readonly string[] | undefined => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (done.has(file)) return undefined;
    for (const next of graph.get(file) ?? []) {
      const found = visit(next, [...path, file]);
      if (found !== undefined) return found;
    }
    done.add(file);
    return undefined;
  };
  for (const file of graph.keys()) {
    const found = visit(file, []);
    if (found !== undefined) return found;
  }
  return undefined;
}

describe("imports", () => {
  const graph = new Map(files.map((file) => [file, importsOf(file)]));

  it("lead to files that exist", () => {
    const known = new Set(files);
    const missing = [...graph].flatMap(([file, imports]) =>
      imports.filter((path) => path.endsWith(".ts") && !known.has(path)).map((path) => `${file}: ${path}`),
    );
    expect(missing).to.deep.equal([]);
  });

  it("form no circle of files", () => {
    expect(circle(graph)).to.equal(undefined);
  });

  it("find a circle if there is one", () => {
    const circular = new Map([
      ["a", ["b"]],
      ["b", ["c"]],
      ["c", ["b"]],
    ]);
    expect(circle(circular)).to.deep.equal(["b", "c", "b"]);
  });
});
