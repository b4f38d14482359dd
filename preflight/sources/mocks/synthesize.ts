import * as pulumi from "@pulumi/pulumi";
import { regionFix } from "../../aws/regions.js";
import { isUserError, UserError } from "../../errors/user-error.js";
import { describeIssues, issue } from "../../errors/validation.js";
import { isRecord } from "../../resources/read.js";
import type { StackFile } from "../stack-files.js";
import { plainRecord } from "../wire-values.js";
import { describedVpcOf, howToDescribe } from "./described-vpc.js";
import type { RecordedResource } from "./recorded-resource.js";
import { type DeployedStateSource, type OnUnknownType, startRecording } from "./recorder.js";
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
  /** What is deployed already. With it and `preview` the run is that of `pulumi preview` before an update. */
  readonly deployed?: DeployedStateSource;
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
  const region = file.region ?? "";
  const { program, preview = false, accountId = "111122223333", onUnknownType = "throw", deployed } = options;
  const described = describedVpcOf(file);
  const recording = await startRecording({
    project,
    stack,
    region,
    accountId,
    preview,
    onUnknownType,
    ...(deployed !== undefined && { deployed }),
    ...(described !== undefined && { described }),
    describeCommand: howToDescribe(file),
  });
  pulumi.runtime.setAllConfig({ ...file.config }, [...file.secretKeys]);
  const variables = { [SECRET_KEYS]: JSON.stringify(file.secretKeys), [STACK_FILE]: file.path };
  const mistake = regionMistake(file);
  // Outermost, because a run that a rejection ends may never come back to undo anything.
  const outputs = await withPlainStackTraces(() =>
    orRejection(() => withVariables(variables, () => run(program))),
  ).catch((error: unknown) => {
    // The runtime wraps what a call was answered with.
    const own = recording.errors.find(isUserError);
    if (own !== undefined) throw own;
    // A program that checks its configuration reports the Region with its other mistakes. Another may break on it.
    throw mistake === undefined || isUserError(error) ? error : mistake;
  });
  const [failure] = recording.errors;
  if (mistake !== undefined) throw mistake;
  if (failure !== undefined) throw failure;
  return { project, stack, region, resources: [...recording.resources.values()], outputs };
}

function regionMistake({ stack, region, config }: StackFile): UserError | undefined {
  const fix = regionFix(region, config);
  if (fix === undefined) return undefined;
  return new UserError(
    describeIssues([issue("aws:region", region, fix)], `in the configuration of stack ${stack}`),
  );
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

/** The variable by which the engine tells the program which keys are encrypted. */
const SECRET_KEYS = "PULUMI_CONFIG_SECRET_KEYS";

/** The variable by which the program finds the stack's file; under the engine it runs in the file's folder. */
const STACK_FILE = "PREFLIGHT_STACK_FILE";

type Variables = Readonly<Record<string, string | undefined>>;

async function withVariables<T>(variables: Variables, run: () => Promise<T>): Promise<T> {
  const before = Object.fromEntries(Object.keys(variables).map((name) => [name, process.env[name]]));
  set(variables);
  try {
    return await run();
  } finally {
    set(before);
  }
}

function set(variables: Variables): void {
  for (const [name, value] of Object.entries(variables)) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
}
