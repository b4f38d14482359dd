import { statSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import * as pulumi from "@pulumi/pulumi";
import { buildSync } from "esbuild";

/** A handler as Lambda takes it: the archive, and the name of its entry point. */
export interface Bundle {
  readonly code: pulumi.asset.AssetArchive;
  readonly handler: string;
  /** Its one file's size in bytes. */
  readonly size: number;
}

/** The text of a bundle, with the files that it was made of. */
interface Built {
  readonly text: string;
  readonly inputs: readonly Input[];
}

/** A source file, with what changes when the file is written: its size and times. */
interface Input {
  readonly path: string;
  readonly state: string;
}

const PROJECT_FOLDER = fileURLToPath(new URL("../..", import.meta.url));

/** The newest bundle of each entry and runtime. */
const built = new Map<string, Built>();

/**
 * Bundles a handler with all it imports into one minified ES module. The same sources give the same bytes, so
 * the function is updated only when its code changes.
 *
 * The AWS SDK is bundled, not taken from the runtime: see docs/decisions/sdk-bundled.md.
 * @param entry the handler's module, relative to the project's folder; it exports `handler`
 * @throws Error naming file and line when the sources don't build
 */
export function bundle(entry: string, runtime: string): Bundle {
  const text = textOf(entry, runtime);
  return {
    code: new pulumi.asset.AssetArchive({ "index.mjs": new pulumi.asset.StringAsset(text) }),
    handler: "index.handler",
    size: Buffer.byteLength(text),
  };
}

/** The bundle's text. It is remembered until one of its sources changes, because esbuild takes most of a preview's time. */
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
    format: "esm",
    platform: "node",
    target: runtime.replace(/^nodejs(\d+)\.x$/, "node$1"),
    mainFields: ["module", "main"],
    // A third of the SDK looks for credentials where a function never has them.
    alias: { "@aws-sdk/credential-provider-node": join(PROJECT_FOLDER, "handlers/lambda-credentials.ts") },
    // What is still CommonJS in the bundle asks for Node's own modules by require.
    banner: { js: 'import{createRequire}from"node:module";const require=createRequire(import.meta.url);' },
    legalComments: "none",
    logLevel: "silent", // a failure is thrown, with its messages
  });
  const [file] = result.outputFiles;
  if (file === undefined) throw new Error(`esbuild made nothing of ${entry}`);
  const paths = Object.keys(result.metafile.inputs).map((path) => resolve(PROJECT_FOLDER, path));
  return { text: file.text, inputs: paths.map((path) => ({ path, state: stateOf(path) })) };
}

/** @returns an empty text if there is no such file */
function stateOf(path: string): string {
  const stat = statSync(path, { bigint: true, throwIfNoEntry: false });
  return stat === undefined ? "" : `${stat.ino} ${stat.size} ${stat.mtimeNs} ${stat.ctimeNs}`;
}
