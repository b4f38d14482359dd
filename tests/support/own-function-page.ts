import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { PROJECT_FOLDER } from "../../cli/lib/project-folder.js";

/** The code of docs/your-function.md, as its reader copies it. */
export function pageBlocks(): readonly string[] {
  const page = readFileSync(join(PROJECT_FOLDER, "docs/your-function.md"), "utf8");
  return [...page.matchAll(/^```ts\n(.*?)^```/gms)].map(([, code = ""]) => code);
}

/** Does in a copy of the project what the page tells: the handler, the imports, and the lines in place of the API's. */
export function followPage(folder: string): void {
  const [handler = "", imports = "", lines = ""] = pageBlocks();
  const path = join(folder, "handlers/orders/index.ts");
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, handler);
  const index = join(folder, "index.ts");
  const before = readFileSync(index, "utf8");
  const after = before.replace(/^(import .*\n)/m, `${imports}$1`).replace(/^const api = .*\n/m, () => lines);
  if (after.split("const api = ").length !== 2 || !after.includes("createOwnFunction"))
    throw new Error("index.ts has no line `const api = …` to replace");
  writeFileSync(index, after);
}
