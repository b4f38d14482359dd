import * as pulumi from "@pulumi/pulumi";
import { isRegion, noSuchRegion } from "../../aws/regions.js";
import { UserError } from "../../errors/user-error.js";
import { isRecord } from "../../resources/read.js";
import type { StackFile } from "../stack-files.js";
import { plainRecord } from "../wire-values.js";
import { type OnUnknownType, type RecordedResource, startRecording } from "./recorder.js";
import { withPlainStackTraces } from "./stack-traces.js";

/** A stack as it would be deployed, built in memory. */
export interface Synthesis {
  readonly project: string;
  readonly stack: string;
  readonly region: string;
  /** The resources in their order of registration. */
  readonly resources: readonly RecordedResource[];
  readonly outputs: Readonly<Record<string, unknown>>;
}

/** Options of the mocked AWS. */
export interface MockOptions {
  /**
   * Simulates `pulumi preview` of a new stack: values that only AWS knows are unknown.
   * @default false
   */
  readonly preview?: boolean;
  /** @default 111122223333 */
  readonly accountId?: string;
  /**
   * Treatment of a resource whose type the mocks do not know: `throw` refuses it, `unknown` registers it with an
   * unknown id and unknown outputs, as at a preview.
   * @default throw
   */
  readonly onUnknownType?: OnUnknownType;
}

export interface SynthesizeOptions extends MockOptions {
  /**
   * Runs the program and returns its exports. Node.js evaluates a module once for each URL, so the function imports a
   * fresh URL at each call: `` import(`./index.js?run=${n}`) ``.
   */
  readonly program: () => Promise<unknown>;
}

/**
 * Runs a program for one stack with a mocked AWS: no engine, no network, no account. Only one run at a time, because
 * the whole process shares one Pulumi runtime.
 * @throws UserError for mistakes in the stack's configuration, among them a Region that is not set or does not exist
 */
export async function synthesize(file: StackFile, options: SynthesizeOptions): Promise<Synthesis> {
  const { project, stack } = file;
  const region = regionOf(file);
  const { program, preview = false, accountId = "111122223333", onUnknownType = "throw" } = options;
  const recording = await startRecording({ project, stack, region, accountId, preview, onUnknownType });
  pulumi.runtime.setAllConfig({ ...file.config }, [...file.secretKeys]);
  // Outermost, because a run that a rejection ends may never come back to undo anything.
  const outputs = await withPlainStackTraces(() =>
    orRejection(() => withSecretKeys(file.secretKeys, () => run(program))),
  );
  const [failure] = recording.errors;
  if (failure !== undefined) throw failure;
  return { project, stack, region, resources: [...recording.resources.values()], outputs };
}

function regionOf({ stack, region }: StackFile): string {
  if (region === undefined || region === "") {
    throw new UserError(
      `The Region of stack ${stack} is not set. Write aws:region into Pulumi.${stack}.yaml, such as aws:region: eu-west-1, or set AWS_REGION.`,
    );
  }
  if (!isRegion(region)) throw new UserError(`aws:region of stack ${stack}: ${noSuchRegion(region)}`);
  return region;
}

/** Runs the program and waits for everything that it registers. */
async function run(program: () => Promise<unknown>): Promise<Record<string, unknown>> {
  const exports = await program();
  const exported = isRecord(exports) ? { ...exports } : {};
  const outputs = plainRecord(await pulumi.runtime.serializeProperties("outputs", exported));
  await pulumi.runtime.disconnect();
  return outputs;
}

/**
 * Rejects with an unhandled rejection of the process, because an error inside an `apply` does not reject the program's
 * promise.
 */
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

/** Sets the variable by which the engine tells the program which keys are encrypted. */
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
