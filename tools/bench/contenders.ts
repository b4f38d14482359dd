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

/** Handlers to compare. Those without another remark are built like this project's functions. */
export interface Contenders {
  readonly fetcher: Contender;
  readonly plain: Contender;
  readonly powertoolsByPath: Contender;
  readonly powertoolsByName: Contender;
  /** The plain handler with the SDK of the runtime, which it loads from `node_modules`. */
  readonly runtimeSdk: Contender;
  /** The plain handler as CDK's NodejsFunction builds it. */
  readonly cdk: Contender;
  /** The plain handler as CDK builds it with `bundleAwsSDK`, which are esbuild's defaults. */
  readonly cdkBundled: Contender;
  remove(): void;
}

const PLAIN = "tools/bench/plain-handler.ts";
const TARGET = RUNTIME.replace(/^nodejs(\d+)\.x$/, "node$1");
/**
 * Packages that CDK leaves to the runtime, with the feature flag of new projects, `lambdaNodejsSdkV3ExcludeSmithyPackages`.
 * https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.aws_lambda_nodejs.BundlingOptions.html#externalmodules
 */
const RUNTIME_PACKAGES = ["@aws-sdk/*", "@smithy/*"];

/** Builds every contender as a file that Lambda could run. */
export async function buildContenders(): Promise<Contenders> {
  const folder = mkdtempSync(join(tmpdir(), "bench-"));
  const write = (name: string, file: string, contents: string | Uint8Array): Contender => {
    writeFileSync(join(folder, file), contents);
    return { name, file: join(folder, file), bytes: Buffer.byteLength(contents) };
  };
  const sameBuild = async (name: string, file: string, entry: string) =>
    write(name, file, await bundledText(entry));
  return {
    fetcher: await sameBuild("this project's fetcher", "fetcher.cjs", "handlers/fetch-parameters/index.ts"),
    plain: await sameBuild("plain handler, same build", "plain.cjs", PLAIN),
    powertoolsByPath: await sameBuild(
      "Powertools getParameters, same build",
      "path.cjs",
      "tools/bench/powertools-path-handler.ts",
    ),
    powertoolsByName: await sameBuild(
      "Powertools getParametersByName",
      "names.cjs",
      "tools/bench/powertools-names-handler.ts",
    ),
    runtimeSdk: write(
      "plain, minified, the runtime's SDK",
      "runtime.cjs",
      built(PLAIN, { target: TARGET, minify: true, external: RUNTIME_PACKAGES }),
    ),
    cdk: write(
      "plain, CDK's default",
      "cdk.cjs",
      built(PLAIN, { target: TARGET, external: RUNTIME_PACKAGES }),
    ),
    cdkBundled: write("plain, CDK with bundleAwsSDK", "cdk-bundled.cjs", built(PLAIN, { target: TARGET })),
    remove: () => rmSync(folder, { recursive: true }),
  };
}

/** The text that a function of this project would run. */
async function bundledText(entry: string): Promise<string> {
  const assets = await bundle(entry, RUNTIME).code.assets;
  const asset: unknown = assets[BUNDLE_FILE];
  return String(isRecord(asset) ? await asset.text : "");
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

/** Environment variables of every contender. */
export const LAMBDA = {
  AWS_REGION: "eu-west-1",
  AWS_ACCESS_KEY_ID: "bench",
  AWS_SECRET_ACCESS_KEY: "bench",
  AWS_LAMBDA_FUNCTION_NAME: "bench",
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
  NODE_PATH: join(PROJECT, "node_modules"), // in the place of the runtime's SDK
  PARAMETER_PATH: "/messages",
  PARAMETER_CACHE_TTL_SECONDS: "60",
  PARAMETER_CACHE_STALE_SECONDS: "600",
  PARAMETER_CACHE_METRICS: "true",
};

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
