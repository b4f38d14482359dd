import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { buildSync, transformSync } from "esbuild";

// Built for the first page and kept, because esbuild takes some 50 ms and the result is always the same.
export const pageScript = once(buildScript);
export const pageStyle = once(buildStyle);

function once(build: () => string): () => string {
  let built: string | undefined;
  return () => {
    built ??= build();
    return built;
  };
}

/** Builds the page's script from its TypeScript. */
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
    // Ignores tsconfig, so that the project's settings do not change the page's script.
    tsconfigRaw: {},
  });
  // Nothing in a script element may look like its end tag, and `<!--` could hide the end tag.
  return (built.outputFiles[0]?.text ?? "")
    .replaceAll("</script", "<\\/script")
    .replaceAll("<!--", "\\x3c!--")
    .trim();
}

/** Style sheets in the order of their names: later ones override earlier ones. */
function buildStyle(): string {
  const folder = new URL("style/", import.meta.url);
  const names = readdirSync(folder).filter((name) => name.endsWith(".css"));
  const sheets = names.sort().map((name) => readFileSync(new URL(name, folder), "utf8"));
  return transformSync(sheets.join("\n"), { loader: "css", minify: true, tsconfigRaw: {} }).code.trim();
}

/** Hash of an inline script or style, as a Content-Security-Policy writes it. */
export function hashOf(text: string): string {
  return `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
}
