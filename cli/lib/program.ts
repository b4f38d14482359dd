import type { StackFile } from "@lambda-networking/preflight";
import { type MockOptions, type Synthesis, synthesize } from "@lambda-networking/preflight/mocks";

let runs = 0;

/**
 * Runs this project's program for one stack, in memory.
 * @throws pulumi.RunError for mistakes in the stack's configuration
 */
export function synthesizeProgram(file: StackFile, options: MockOptions = {}): Promise<Synthesis> {
  return synthesize(file, { ...options, program: runProgram });
}

/**
 * Imports the program at a fresh URL. Node.js evaluates a module once for each URL, and each stack needs its own run.
 */
function runProgram(): Promise<unknown> {
  runs += 1;
  return import(`../../index.js?run=${runs}`);
}
