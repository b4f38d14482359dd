import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { isRecord } from "@lambda-networking/preflight";
import { type Contender, LAMBDA } from "./contenders.js";

const run = promisify(execFile);

/** The Node.js that loads the contenders: this one, or another one, such as that of Lambda's runtime. */
export const NODE = process.env.BENCH_NODE ?? process.execPath;

/** Loads a contender as Lambda does, by `require`, and calls it once. */
const PROGRAM = `
const { FILE, COMPILE_CACHE } = process.env;
const event = { httpMethod: "GET", path: "/messages", requestContext: { requestId: "r" } };
const context = { awsRequestId: "r", getRemainingTimeInMillis: () => 10_000 };
const [begin, cpu] = [performance.now(), process.cpuUsage()];
if (COMPILE_CACHE) require("node:module").enableCompileCache(COMPILE_CACHE);
const { handler } = require(FILE);
const load = performance.now() - begin;
const { user, system } = process.cpuUsage(cpu);
handler(event, context).then(({ statusCode }) => {
  console.log(JSON.stringify({ load, cpu: (user + system) / 1000, first: performance.now() - begin, statusCode }));
  process.exit();
});
`;

/** What a new process took, in milliseconds. */
export interface Init {
  /** To load the module. */
  readonly load: number;
  /** CPU time of that, of all threads. Other programs on the machine change it less than the time. */
  readonly cpu: number;
  /** To load the module and to answer the first request. */
  readonly first: number;
}

/** @param compileCache folder of V8's compile cache; undefined: none */
export async function measureInit({ file }: Contender, awsUrl: string, compileCache?: string): Promise<Init> {
  const { stdout } = await run(NODE, ["-e", PROGRAM], {
    env: {
      ...LAMBDA,
      FILE: file,
      AWS_ENDPOINT_URL: awsUrl,
      ...(compileCache && { COMPILE_CACHE: compileCache }),
    },
  });
  const figures: unknown = JSON.parse(stdout.trim().split("\n").at(-1) ?? "");
  if (!isRecord(figures) || figures.statusCode !== 200) throw new Error(`${file} did not answer: ${stdout}`);
  const { load, cpu, first } = figures;
  return { load: Number(load), cpu: Number(cpu), first: Number(first) };
}

/** Version of the Node.js that loads the contenders, and whether it has a compile cache. */
export async function nodeOfContenders(): Promise<{
  readonly version: string;
  readonly hasCompileCache: boolean;
}> {
  const program = "console.log(process.version, typeof require('node:module').enableCompileCache)";
  const [version = "", type] = (await run(NODE, ["-e", program])).stdout.trim().split(" ");
  return { version, hasCompileCache: type === "function" };
}

/** Calls back with a folder of V8's compile cache that one run of the contender has filled. */
export async function withCompileCache<T>(
  contender: Contender,
  awsUrl: string,
  use: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "compile-cache-"));
  try {
    await measureInit(contender, awsUrl, folder);
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A ratio in the middle half of the rounds. */
export interface Spread {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

/** Median and quartiles. */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))] ?? 0;
  return { median: at(0.5), low: at(0.25), high: at(0.75) };
}
