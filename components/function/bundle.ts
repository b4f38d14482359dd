import { statSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import * as pulumi from "@pulumi/pulumi";
import { buildSync } from "esbuild";

/** A handler's archive, and the name of its entry point. */
export interface Bundle {
  readonly code: pulumi.asset.AssetArchive;
  readonly handler: string;
  /** Size in bytes of the archive's only file. */
  readonly size: number;
}

/** The archive's only file. Without a package.json, Lambda loads it by `require`. */
export const BUNDLE_FILE = "index.js";

/** The text of a bundle, with its source files. */
interface Built {
  readonly text: string;
  readonly inputs: readonly Input[];
}

/** A source file, with its size and times, which change whenever the file is written. */
interface Input {
  readonly path: string;
  readonly state: string;
}

const PROJECT_FOLDER = fileURLToPath(new URL("../..", import.meta.url));

/** The newest bundle of each entry and runtime. */
const built = new Map<string, Built>();

/**
 * Bundles a handler with all its imports into one minified CommonJS module, which loads faster than an ES module. The
 * same sources give the same bytes, so the function is updated only if its code changes.
 *
 * The AWS SDK is bundled, not taken from the runtime: see docs/decisions/sdk-bundled.md.
 * @param entry the handler's module, relative to the project's folder; it exports `handler`
 * @throws Error with file and line if the sources don't build
 */
export function bundle(entry: string, runtime: string): Bundle {
  const text = textOf(entry, runtime);
  return {
    code: new pulumi.asset.AssetArchive({ [BUNDLE_FILE]: new pulumi.asset.StringAsset(text) }),
    handler: "index.handler",
    size: Buffer.byteLength(text),
  };
}

/**
 * Returns the bundle's text. The text is cached until a source changes because esbuild takes most of a preview's time.
 */
function textOf(entry: string, runtime: string): string {
  const key = JSON.stringify([entry, runtime]);
  const known = built.get(key);
  if (known?.inputs.every(({ path, state }) => stateOf(path) === state)) return known.text;
  const made = build(entry, runtime);
  built.set(key, made);
  return made.text;
}

function build(entry: string, runtime: string): Built {
  const result = buildSync({
    absWorkingDir: PROJECT_FOLDER,
    entryPoints: [entry],
    bundle: true,
    write: false,
    metafile: true,
    minify: true,
    format: "cjs",
    platform: "node",
    target: runtime.replace(/^nodejs(\d+)\.x$/, "node$1"),
    mainFields: ["module", "main"],
    // A third of the SDK looks for credentials in places that Lambda does not use.
    alias: { "@aws-sdk/credential-provider-node": join(PROJECT_FOLDER, "handlers/lambda-credentials.ts") },
    legalComments: "none",
    logLevel: "silent", // esbuild throws a failure with its messages, so it need not print them.
  });
  const [file] = result.outputFiles;
  if (file === undefined) throw new Error(`esbuild made nothing of ${entry}`);
  const paths = Object.keys(result.metafile.inputs).map((path) => resolve(PROJECT_FOLDER, path));
  return { text: file.text, inputs: paths.map((path) => ({ path, state: stateOf(path) })) };
}

/** @returns size and times of a file; an empty text if there is no such file */
function stateOf(path: string): string {
  const stat = statSync(path, { bigint: true, throwIfNoEntry: false });
  return stat === undefined ? "" : `${stat.ino} ${stat.size} ${stat.mtimeNs} ${stat.ctimeNs}`;
}
