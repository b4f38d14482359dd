// Both stacks as in the checkout, with enough parameters for two pages of Parameter Store.
import { randomUUID } from "node:crypto";
import { expect } from "chai";
import { getMessages } from "./aws.js";
import { apiWithout, configure, copyProgram, linkModules, type Outputs, pulumi } from "./project.js";

export type Stack = "dev" | "prod";

/** The program's copy, with a separate backend. */
export const folder = copyProgram("program");
linkModules(folder);

/** Part of every value, so that a search finds a value wherever it appears. */
export const PLAIN_MARK = `plain-${randomUUID().slice(0, 8)}`;
export const SECRET_MARK = `secret-${randomUUID().slice(0, 8)}`;

/** The value that the stack's own file already has. */
const greeting = (stack: Stack) => ({ greeting: `hello from ${stack}` });

const plain = Object.fromEntries(
  ["one", "two", "three", "four", "five", "six", "seven", "eight"].map((name) => [
    name,
    `${PLAIN_MARK} ${name}`,
  ]),
);

/** Values with characters that are special in shells, JSON and XML. */
const secret = {
  token: `${SECRET_MARK} = {"a": [1, "b"]}`,
  certificate: `${SECRET_MARK}\nin\ttwo lines`,
  password: `${SECRET_MARK} 'ü€' <&> \\ %20 $HOME`,
  "dotted.name": `${SECRET_MARK}`,
};

/** A value of `parameters.values` that is encrypted, beside plain ones. */
const encrypted = { "encrypted.value": `${SECRET_MARK} among plain ones` };

/** The expected answer to GET /messages. */
export function expectedMessages(stack: Stack): Record<string, string> {
  return { ...greeting(stack), ...plain, ...secret, ...encrypted };
}

/** Calls the stack's API, and compares its answer. */
export async function expectMessages(stack: Stack): Promise<void> {
  const answer = await getMessages(outputs(stack).apiId);
  expect(answer).to.deep.equal({ status: 200, body: { messages: expectedMessages(stack) } });
}

export const secretNames = Object.keys({ ...secret, ...encrypted });

/**
 * The tested version of the emulator's plugin predates nodejs24.x and refuses the name, so this uses the newest one
 * that it knows.
 */
export const KNOWN_RUNTIME = { runtime: "nodejs22.x" };

/**
 * The same plugin does not support gateway responses, which a hardened API has. If a plugin does,
 * 6-api-settings.test.ts tests them.
 */
export const knownApi = (at: string, stack: Stack) => apiWithout(at, stack, "hardening");

const parametersOf = (stack: Stack) => ({
  path: `/lambda-networking/${stack}`,
  values: { ...greeting(stack), ...plain },
});

/** Creates the stack with its parameters; secrets are set as a user sets them. */
export async function initStack(stack: Stack): Promise<void> {
  configure(folder, stack, {
    function: KNOWN_RUNTIME,
    parameters: parametersOf(stack),
    api: knownApi(folder, stack),
  });
  await pulumi(folder, "stack", "init", stack);
  const secrets = [
    ...Object.entries(secret).map(([name, value]) => `secretParameters["${name}"]=${value}`),
    ...Object.entries(encrypted).map(([name, value]) => `parameters.values["${name}"]=${value}`),
  ];
  await pulumi(
    folder,
    "config",
    "set-all",
    "--stack",
    stack,
    "--path",
    ...secrets.flatMap((s) => ["--secret", s]),
  );
}

/** The latest outputs of each stack. */
export const deployed: Partial<Record<Stack, Outputs>> = {};

export function outputs(stack: Stack): Outputs {
  const known = deployed[stack];
  if (known === undefined) throw new Error(`${stack} is not deployed`);
  return known;
}
