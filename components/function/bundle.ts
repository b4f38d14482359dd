import { join } from "node:path";
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

/**
 * Bundles a handler with all it imports into one minified ES module. The same sources give the same bytes, so
 * the function is updated only when its code changes.
 *
 * The AWS SDK is bundled, not taken from the runtime: see docs/decisions/sdk-bundled.md.
 * @param entry the handler's module, relative to the project's folder; it exports `handler`
 * @throws Error naming file and line when the sources don't build
 */
export function bundle(entry: string, runtime: string): Bundle {
  const root = fileURLToPath(new URL("../..", import.meta.url));
  const result = buildSync({
    absWorkingDir: root,
    entryPoints: [entry],
    bundle: true,
    write: false,
    minify: true,
    format: "esm",
    platform: "node",
    target: runtime.replace(/^nodejs(\d+)\.x$/, "node$1"),
    mainFields: ["module", "main"],
    // A third of the SDK looks for credentials where a function never has them.
    alias: { "@aws-sdk/credential-provider-node": join(root, "handlers/lambda-credentials.ts") },
    // What is still CommonJS in the bundle asks for Node's own modules by require.
    banner: { js: 'import{createRequire}from"node:module";const require=createRequire(import.meta.url);' },
    legalComments: "none",
    logLevel: "silent", // a failure is thrown, with its messages
  });
  const [file] = result.outputFiles;
  if (file === undefined) throw new Error(`esbuild made nothing of ${entry}`);
  return {
    code: new pulumi.asset.AssetArchive({ "index.mjs": new pulumi.asset.StringAsset(file.text) }),
    handler: "index.handler",
    size: file.contents.byteLength,
  };
}
