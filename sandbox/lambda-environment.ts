import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";
import { isRecord } from "../preflight/graph/read.js";

/** How an invocation ended. */
export type Invocation =
  | { readonly result: unknown }
  | { readonly error: { readonly errorType: string; readonly errorMessage: string } };

interface EnvironmentArgs {
  /** The bundle: one ES module. */
  readonly code: string;
  /** The name of its entry point: `handler` of `index.handler`. */
  readonly handler: string;
  readonly variables: Readonly<Record<string, string>>;
  /** In seconds. */
  readonly timeout: number;
}

/** Runs in the worker: answers one invocation at a time. */
const RUNTIME = `
const { parentPort, workerData } = require("node:worker_threads");
const loaded = import(workerData.module).then((module) => module[workerData.handler]);
parentPort.on("message", async ({ id, event, end }) => {
  try {
    const handler = await loaded;
    const context = { awsRequestId: id, functionVersion: "1", getRemainingTimeInMillis: () => Math.max(0, end - Date.now()) };
    const result = (await handler(event, context)) ?? null;
    parentPort.postMessage({ id, result: JSON.parse(JSON.stringify(result)) });
  } catch (error) {
    parentPort.postMessage({ id, error: { errorType: error?.name ?? "Error", errorMessage: error?.message ?? String(error) } });
  }
});
`;

/**
 * One execution environment: the function's own bundle in a thread of its own, with its own environment
 * variables. It stays warm until it is stopped.
 */
export class LambdaEnvironment {
  /** What the function printed. */
  readonly logs: string[] = [];
  private readonly folder: string;
  private readonly worker: Worker;

  constructor(private readonly args: EnvironmentArgs) {
    this.folder = mkdtempSync(join(tmpdir(), "lambda-"));
    const module = join(this.folder, "index.mjs");
    writeFileSync(module, args.code);
    this.worker = new Worker(RUNTIME, {
      eval: true,
      env: { ...args.variables },
      execArgv: [], // not this process's loader: the bundle must run as it is
      stdout: true,
      stderr: true,
      workerData: { module: pathToFileURL(module).href, handler: args.handler },
    });
    for (const stream of [this.worker.stdout, this.worker.stderr]) {
      stream.setEncoding("utf8").on("data", (chunk: string) => this.logs.push(chunk));
    }
  }

  /** Invokes the function; an environment that runs out of time is of no more use. */
  async invoke(event: unknown): Promise<Invocation> {
    const id = randomUUID();
    return new Promise((resolve) => {
      const finish = (invocation: Invocation) => {
        clearTimeout(timer);
        this.worker.off("message", onMessage).off("error", onError);
        resolve(invocation);
      };
      const onMessage = (message: unknown) => {
        if (isRecord(message) && message.id === id) finish(invocationOf(message));
      };
      const onError = (error: Error) => finish(failure(error.name, error.message));
      const { timeout } = this.args;
      const timer = setTimeout(
        () => finish(failure("Sandbox.Timedout", `Task timed out after ${timeout.toFixed(2)} seconds`)),
        timeout * 1000,
      );
      this.worker.on("message", onMessage).on("error", onError);
      this.worker.postMessage({ id, event, end: Date.now() + timeout * 1000 });
    });
  }

  async stop(): Promise<void> {
    await this.worker.terminate();
    rmSync(this.folder, { recursive: true, force: true });
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
