import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";
import { isRecord } from "@lambda-networking/preflight";

/** Result of an invocation. */
export type Invocation =
  | { readonly result: unknown }
  | { readonly error: { readonly errorType: string; readonly errorMessage: string } };

export interface EnvironmentArgs {
  /** The bundle: the text of one module. */
  readonly code: string;
  /**
   * Its file. Like Lambda, the environment imports an `.mjs` as an ES module, and loads another one by `require`.
   * @default index.mjs
   */
  readonly file?: string;
  /** The name of its entry point: `handler` of `index.handler`. */
  readonly handler: string;
  readonly variables: Readonly<Record<string, string>>;
  /** In seconds. */
  readonly timeout: number;
  /** Receives each piece of the function's output; without it, `logs` keeps them. */
  readonly onLog?: (text: string) => void;
}

/**
 * Runs in the worker. Answers one invocation at a time, and prints an error that the handler throws, as Lambda's
 * runtime does.
 */
const RUNTIME = `
const { parentPort, workerData } = require("node:worker_threads");
const { file, url } = workerData;
const load = async () => (file.endsWith(".mjs") ? import(url) : require(file));
const loaded = load().then((module) => module[workerData.handler]);
const { AWS_LAMBDA_FUNCTION_NAME: functionName, AWS_LAMBDA_FUNCTION_MEMORY_SIZE: memoryLimitInMB } = process.env;
parentPort.on("message", async ({ id, event, end }) => {
  const getRemainingTimeInMillis = () => Math.max(0, end - Date.now());
  try {
    const handler = await loaded;
    const context = { awsRequestId: id, functionName, functionVersion: "1", memoryLimitInMB, getRemainingTimeInMillis };
    const result = (await handler(event, context)) ?? null;
    parentPort.postMessage({ id, result: JSON.parse(JSON.stringify(result)) });
  } catch (error) {
    console.error("Invoke Error", error);
    parentPort.postMessage({ id, error: { errorType: error?.name ?? "Error", errorMessage: error?.message ?? String(error) } });
  }
});
`;

/**
 * An execution environment: a thread that runs the function's bundle with the function's environment variables. It
 * stays warm until it is stopped.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
 */
export class LambdaEnvironment {
  /** Output of the function. */
  readonly logs: string[] = [];
  private readonly folder: string;
  private readonly worker: Worker;
  private ended: string | undefined;

  constructor(private readonly args: EnvironmentArgs) {
    this.folder = mkdtempSync(join(tmpdir(), "lambda-"));
    const module = join(this.folder, args.file ?? "index.mjs");
    writeFileSync(module, args.code);
    this.worker = new Worker(RUNTIME, {
      eval: true,
      env: { ...args.variables },
      execArgv: [], // without this process's loader, because the bundle must run unchanged
      stdout: true,
      stderr: true,
      workerData: { file: module, url: pathToFileURL(module).href, handler: args.handler },
    });
    const { onLog = (text: string) => void this.logs.push(text) } = args;
    for (const stream of [this.worker.stdout, this.worker.stderr])
      stream.setEncoding("utf8").on("data", onLog);
    this.worker.on("error", (error) => this.end(error.message));
    this.worker.on("exit", (code) => this.end(`the runtime exited with code ${code}`));
  }

  /** Whether it can take another invocation: false after a timeout or a crash. */
  get isUsable(): boolean {
    return this.ended === undefined;
  }

  async invoke(event: unknown): Promise<Invocation> {
    if (this.ended !== undefined) return failure("Runtime.ExitError", this.ended);
    const id = randomUUID();
    return new Promise((resolve) => {
      const finish = (invocation: Invocation) => {
        clearTimeout(timer);
        this.worker.off("message", onMessage).off("error", onError).off("exit", onExit);
        resolve(invocation);
      };
      const onMessage = (message: unknown) => {
        if (isRecord(message) && message.id === id) finish(invocationOf(message));
      };
      const onError = (error: Error) => finish(failure(error.name, error.message));
      const onExit = () => finish(failure("Runtime.ExitError", this.ended ?? "the runtime exited"));
      const { timeout } = this.args;
      const timer = setTimeout(() => {
        const message = `Task timed out after ${timeout.toFixed(2)} seconds`;
        this.end(message);
        finish(failure("Sandbox.Timedout", message));
      }, timeout * 1000);
      this.worker.on("message", onMessage).on("error", onError).on("exit", onExit);
      this.worker.postMessage({ id, event, end: Date.now() + timeout * 1000 });
    });
  }

  async stop(): Promise<void> {
    await this.worker.terminate();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private end(reason: string): void {
    this.ended ??= reason;
  }
}

function invocationOf(message: Readonly<Record<string, unknown>>): Invocation {
  const { error } = message;
  return isRecord(error)
    ? failure(String(error.errorType), String(error.errorMessage))
    : { result: message.result };
}

function failure(errorType: string, errorMessage: string): Invocation {
  return { error: { errorType, errorMessage } };
}
