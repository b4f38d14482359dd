import * as pulumi from "@pulumi/pulumi";
import { isRecord } from "../../resources/read.js";
import { plainRecord } from "../wire-values.js";
import { type RecordedResource, startRecording } from "./recorder.js";
import type { StackFile } from "./stack-files.js";

/** A stack as it would be deployed, built in memory. */
export interface Synthesis {
  readonly project: string;
  readonly stack: string;
  readonly region: string;
  /** In the order in which they were registered. */
  readonly resources: readonly RecordedResource[];
  readonly outputs: Readonly<Record<string, unknown>>;
}

export interface SynthesizeOptions {
  /** As at `pulumi preview` of a new stack: what only AWS can say is unknown. */
  readonly preview?: boolean;
  readonly accountId?: string;
}

let runs = 0;

/**
 * Runs the program for one stack, with the sandbox in AWS's place: no engine, no network, no account.
 * One at a time: the Pulumi runtime is one for the whole process.
 * @throws UserError for mistakes in the stack's configuration
 */
export async function synthesize(file: StackFile, options: SynthesizeOptions = {}): Promise<Synthesis> {
  const { project, stack, region } = file;
  const { preview = false, accountId = "111122223333" } = options;
  const recording = await startRecording({ project, stack, region, accountId, preview });
  pulumi.runtime.setAllConfig({ ...file.config }, [...file.secretKeys]);
  const outputs = await orRejection(() => withSecretKeys(file.secretKeys, run));
  const [failure] = recording.errors;
  if (failure !== undefined) throw failure;
  return { project, stack, region, resources: [...recording.resources.values()], outputs };
}

/** Runs the program, and waits for everything that it registers. */
async function run(): Promise<Record<string, unknown>> {
  runs += 1;
  // A module is evaluated once for each URL, and the program is to run once for each stack.
  const program: unknown = await import(`../index.js?run=${runs}`);
  const exported = isRecord(program) ? { ...program } : {};
  const outputs = plainRecord(await pulumi.runtime.serializeProperties("outputs", exported));
  await pulumi.runtime.disconnect();
  return outputs;
}

/** An error inside an `apply` reaches nobody who waits for the program, only the process. */
async function orRejection<T>(run: () => Promise<T>): Promise<T> {
  let onRejection: (error: unknown) => void = () => {};
  const rejection = new Promise<never>((_, reject) => {
    onRejection = reject;
  });
  process.on("unhandledRejection", onRejection);
  try {
    return await Promise.race([run(), rejection]);
  } finally {
    process.off("unhandledRejection", onRejection);
  }
}

/** The engine says by this variable which keys are encrypted. */
async function withSecretKeys<T>(keys: readonly string[], run: () => Promise<T>): Promise<T> {
  const name = "PULUMI_CONFIG_SECRET_KEYS";
  const before = process.env[name];
  process.env[name] = JSON.stringify(keys);
  try {
    return await run();
  } finally {
    if (before === undefined) delete process.env[name];
    else process.env[name] = before;
  }
}
