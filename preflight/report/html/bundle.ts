import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { buildSync, transformSync } from "esbuild";

// Built when a page is first rendered, and kept: esbuild takes some 50 ms, and the result is always the same.
export const pageScript = once(buildScript);
export const pageStyle = once(buildStyle);

function once(build: () => string): () => string {
  let built: string | undefined;
  return () => {
    built ??= build();
    return built;
  };
}

/** The page's own script, from its TypeScript. */
function buildScript(): string {
  const built = buildSync({
    entryPoints: [fileURLToPath(new URL("page/main.ts", import.meta.url))],
    bundle: true,
    write: false,
    minify: true,
    format: "iife",
    target: "es2022",
    charset: "ascii",
    legalComments: "none",
    // The page's script is built the same, whatever tsconfig says to the rest of the project.
    tsconfigRaw: {},
  });
  // Nothing in a script element may look like its end, and a comment in it may hide that.
  return (built.outputFiles[0]?.text ?? "")
    .replaceAll("</script", "<\\/script")
    .replaceAll("<!--", "\\x3c!--")
    .trim();
}

/** Style sheets in the order of their names: later ones refine earlier ones. */
function buildStyle(): string {
  const folder = new URL("style/", import.meta.url);
  const names = readdirSync(folder).filter((name) => name.endsWith(".css"));
  const sheets = names.sort().map((name) => readFileSync(new URL(name, folder), "utf8"));
  return transformSync(sheets.join("\n"), { loader: "css", minify: true, tsconfigRaw: {} }).code.trim();
}

/** As a Content-Security-Policy names an inline script or style. */
export function hashOf(text: string): string {
  return `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
}
