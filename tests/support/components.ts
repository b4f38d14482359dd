import * as pulumi from "@pulumi/pulumi";
import type { DeploymentTarget } from "../../components/base/deployment-target.js";
import { type Recording, startRecording } from "../../preflight/sources/mocks/recorder.js";
import { create } from "../../preflight/sources/mocks/resource-types/index.js";
import { withPlainStackTraces } from "../../preflight/sources/mocks/stack-traces.js";
import { Resources } from "./stacks.js";

export const TARGET: DeploymentTarget = {
  accountId: "111122223333",
  region: "eu-west-1",
  partition: "aws",
  dnsSuffix: "amazonaws.com",
};

const PROJECT = "lambda-networking";
const STACK = "test";

/** The resources that components register if they are created outside the program. */
export async function record(make: () => unknown, options: { preview?: boolean } = {}): Promise<Resources> {
  const { accountId, region } = TARGET;
  const { preview = false } = options;
  const recording = await startRecording({ project: PROJECT, stack: STACK, region, accountId, preview });
  await withPlainStackTraces(async () => {
    await make();
    await pulumi.runtime.disconnect();
  });
  return resourcesOf(recording);
}

function resourcesOf({ resources, errors }: Recording): Resources {
  const [failure] = errors;
  if (failure !== undefined) throw failure;
  return new Resources([...resources.values()]);
}

/** The ids and inputs of created resources, by type and logical name. `call` gives AWS's answers. */
export async function makeWithAnswers(
  call: pulumi.runtime.Mocks["call"],
  make: () => unknown,
): Promise<Map<string, Record<string, unknown>>> {
  const { accountId, region } = TARGET;
  const made = new Map<string, Record<string, unknown>>();
  await pulumi.runtime.setMocks(
    {
      call,
      newResource: ({ type, name, inputs, custom }) => {
        if (custom === false) return { id: undefined, state: inputs };
        const { id, outputs } = create(type, { name, inputs, region, accountId });
        made.set(`${type} ${name}`, { ...inputs, id });
        return { id, state: { ...inputs, ...outputs } };
      },
    },
    PROJECT,
    STACK,
    false,
  );
  await withPlainStackTraces(async () => {
    await make();
    await pulumi.runtime.disconnect();
  });
  return made;
}

/**
 * The error that the engine would report if creating resources fails in an `apply`. No code awaits such a resource, so
 * its failure reaches the engine as an unhandled rejection.
 */
export function failureOf(run: () => Promise<unknown>): Promise<unknown> {
  const failure = async () => {
    try {
      await run();
    } catch (error) {
      return error;
    }
    throw new Error("nothing failed");
  };
  return holdingRejections((rejected) => Promise.race([rejected, failure()]));
}

/**
 * Keeps unhandled rejections from mocha, which counts them as failures of the running test.
 * @param run is called with a promise of the first rejection
 */
export async function holdingRejections<T>(run: (rejected: Promise<unknown>) => Promise<T>): Promise<T> {
  const listeners = process.listeners("unhandledRejection");
  process.removeAllListeners("unhandledRejection");
  try {
    return await withPlainStackTraces(() =>
      run(new Promise((resolve) => process.on("unhandledRejection", resolve))),
    );
  } finally {
    // A failure rejects every output of its resource in the same turn.
    await new Promise((resolve) => setImmediate(resolve));
    // Outputs that depend on the failed resource never resolve. New mocks keep Pulumi from reporting them at the end.
    await pulumi.runtime.setMocks(
      { call: ({ inputs }) => inputs, newResource: ({ inputs }) => inputs },
      PROJECT,
    );
    process.removeAllListeners("unhandledRejection");
    for (const listener of listeners) process.on("unhandledRejection", listener);
  }
}
