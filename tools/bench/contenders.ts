import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";
import { isRecord } from "@lambda-networking/preflight";
import { type BuildOptions, buildSync } from "esbuild";
import { BUNDLE_FILE, bundle } from "../../components/function/bundle.js";

const PROJECT = fileURLToPath(new URL("../..", import.meta.url));
/** Target of this process's bundles. A function's own target may be newer than this machine's Node.js. */
const RUNTIME = "nodejs22.x";

export interface Contender {
  readonly name: string;
  readonly file: string;
  readonly bytes: number;
}

export interface Contenders {
  readonly fetcher: Contender;
  /** Built with esbuild's defaults: `bundle` and `platform: node`. */
  readonly plain: Contender;
  /** Like `plain`, with `minify`. */
  readonly plainMinified: Contender;
  readonly powertoolsByPath: Contender;
  readonly powertoolsByName: Contender;
  remove(): void;
}

/** Builds every contender as a file that Lambda could run. */
export async function buildContenders(): Promise<Contenders> {
  const folder = mkdtempSync(join(tmpdir(), "bench-"));
  const write = (name: string, file: string, contents: string | Uint8Array): Contender => {
    writeFileSync(join(folder, file), contents);
    return { name, file: join(folder, file), bytes: Buffer.byteLength(contents) };
  };
  const assets = await bundle("handlers/fetch-parameters/index.ts", RUNTIME).code.assets;
  const asset: unknown = assets[BUNDLE_FILE];
  const own = String(isRecord(asset) ? await asset.text : "");
  const minified = { minify: true };
  return {
    fetcher: write("this project's fetcher", "fetcher.cjs", own),
    plain: write("plain handler, esbuild's defaults", "plain.cjs", built("tools/bench/plain-handler.ts")),
    plainMinified: write(
      "the same, minified",
      "minified.cjs",
      built("tools/bench/plain-handler.ts", minified),
    ),
    powertoolsByPath: write(
      "Powertools getParameters",
      "path.cjs",
      built("tools/bench/powertools-path-handler.ts", minified),
    ),
    powertoolsByName: write(
      "Powertools getParametersByName",
      "names.cjs",
      built("tools/bench/powertools-names-handler.ts", minified),
    ),
    remove: () => rmSync(folder, { recursive: true }),
  };
}

function built(entry: string, options: BuildOptions = {}): Uint8Array {
  const result = buildSync({
    absWorkingDir: PROJECT,
    entryPoints: [entry],
    bundle: true,
    platform: "node",
    write: false,
    ...options,
  });
  const [file] = result.outputFiles ?? [];
  if (file === undefined) throw new Error(`esbuild made nothing of ${entry}`);
  return file.contents;
}

const LAMBDA = {
  AWS_REGION: "eu-west-1",
  AWS_ACCESS_KEY_ID: "bench",
  AWS_SECRET_ACCESS_KEY: "bench",
  AWS_LAMBDA_FUNCTION_NAME: "bench",
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
  PARAMETER_PATH: "/messages",
  PARAMETER_CACHE_TTL_SECONDS: "60",
  PARAMETER_CACHE_STALE_SECONDS: "600",
  PARAMETER_CACHE_METRICS: "true",
};

/** Milliseconds that loading the module takes, in a new process. */
export function initTime({ file }: Contender): number {
  const url = JSON.stringify(pathToFileURL(file).href);
  const program = `const begin = performance.now(); await import(${url}); console.log(performance.now() - begin)`;
  const { stdout, stderr, status } = spawnSync(process.execPath, ["--input-type=module", "-e", program], {
    encoding: "utf8",
    env: LAMBDA,
  });
  if (status !== 0) throw new Error(`${file} does not load: ${stderr}`);
  return Number(stdout);
}

/** An execution environment of a contender, as in Lambda. It runs the given tasks. */
export class Environment {
  private readonly worker: Worker;

  constructor(contender: Contender, awsUrl: string, names: readonly string[]) {
    const code = new TextDecoder().decode(built("tools/bench/worker.ts", { format: "esm" }));
    this.worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(code)}`), {
      env: { ...LAMBDA, AWS_ENDPOINT_URL: awsUrl, PARAMETER_NAMES: JSON.stringify(names) },
      execArgv: [],
      stdout: true, // keeps the fetcher's metrics out of the output
      workerData: { module: pathToFileURL(contender.file).href },
    });
    this.worker.stdout.resume();
  }

  /** @returns the figures of the task */
  async run(task: Readonly<Record<string, string | number>>): Promise<Readonly<Record<string, number>>> {
    this.worker.postMessage(task);
    const [figures]: unknown[] = await once(this.worker, "message");
    if (!isRecord(figures)) throw new Error("the environment gave no figures");
    return Object.fromEntries(Object.entries(figures).map(([name, value]) => [name, Number(value)]));
  }

  async stop(): Promise<void> {
    await this.worker.terminate();
  }
}
