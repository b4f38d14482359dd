import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { readConfig, type StackConfig } from "../../config/index.js";

export const PROJECT = "orders";
export const STACK = "test";

/** What the engine passes to the program. */
export interface Passed {
  /** Values by name with namespace. */
  readonly settings: Readonly<Record<string, string>>;
  /** Names of the encrypted ones. */
  readonly encrypted?: readonly string[];
  /** The text of the stack's file, if it has one. */
  readonly file?: string;
  /** AWS_REGION. */
  readonly region?: string;
}

/** Makes the mocks that {@link readAs} needs, for project `orders` and stack `test`. */
export async function asTestStack(): Promise<void> {
  const mocks = { newResource: () => ({ id: "", state: {} }), call: () => ({}) };
  await pulumi.runtime.setMocks(mocks, PROJECT, STACK);
}

/** Reads the configuration as the engine would pass it to the program. */
export function readAs({ settings, encrypted = [], file, region }: Passed): StackConfig {
  const folder = mkdtempSync(join(tmpdir(), "stack-file-"));
  const path = join(folder, `Pulumi.${STACK}.yaml`);
  if (file !== undefined) writeFileSync(path, file);
  const before = { ...process.env };
  Object.assign(process.env, {
    PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(encrypted),
    PREFLIGHT_STACK_FILE: path,
  });
  delete process.env.AWS_REGION;
  delete process.env.AWS_DEFAULT_REGION;
  if (region !== undefined) process.env.AWS_REGION = region;
  try {
    pulumi.runtime.setAllConfig({ ...settings }, [...encrypted]);
    return readConfig();
  } finally {
    // The object itself stays: only it passes variables such as TMPDIR on to the process.
    for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
    Object.assign(process.env, before);
    pulumi.runtime.setAllConfig({});
    rmSync(folder, { recursive: true });
  }
}

/** The lines of the mistakes that it reports, without the first one; none if it reads a configuration. */
export function mistakesOf(passed: Passed): string[] {
  try {
    readAs(passed);
    return [];
  } catch (error) {
    if (!(error instanceof pulumi.RunError) && !pulumi.RunError.isInstance(error)) throw error;
    return error.message
      .split("\n")
      .slice(1)
      .map((line) => line.trim());
  }
}
