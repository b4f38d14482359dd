// The two stacks as they are in the checkout, with parameters enough for two pages of Parameter Store.
import { randomUUID } from "node:crypto";
import { expect } from "chai";
import { getMessages } from "./aws.js";
import { apiWithout, configure, copyProgram, linkModules, type Outputs, pulumi } from "./project.js";

export type Stack = "dev" | "prod";

/** The program's copy, with its own backend. */
export const folder = copyProgram("program");
linkModules(folder);

/** In every value, so that a value is found wherever it should not be. */
export const PLAIN_MARK = `plain-${randomUUID().slice(0, 8)}`;
export const SECRET_MARK = `secret-${randomUUID().slice(0, 8)}`;

/** What the stack's own file seeds already. */
const greeting = (stack: Stack) => ({ greeting: `hello from ${stack}` });

const plain = Object.fromEntries(
  ["one", "two", "three", "four", "five", "six", "seven", "eight"].map((name) => [
    name,
    `${PLAIN_MARK} ${name}`,
  ]),
);

/** What shells, JSON and XML each trip over. */
const secret = {
  token: `${SECRET_MARK} = {"a": [1, "b"]}`,
  certificate: `${SECRET_MARK}\nin\ttwo lines`,
  password: `${SECRET_MARK} 'ü€' <&> \\ %20 $HOME`,
  "dotted.name": `${SECRET_MARK}`,
};

/** What GET /messages must answer. */
export function expectedMessages(stack: Stack): Record<string, string> {
  return { ...greeting(stack), ...plain, ...secret };
}

/** Asks the stack's API for them. */
export async function expectMessages(stack: Stack): Promise<void> {
  const answer = await getMessages(outputs(stack).apiId);
  expect(answer).to.deep.equal({ status: 200, body: { messages: expectedMessages(stack) } });
}

export const secretNames = Object.keys(secret);

/**
 * The plugin line that the emulator was tried with predates nodejs24.x and refuses its name, so the newest one
 * that it knows stands in for it.
 */
export const KNOWN_RUNTIME = { runtime: "nodejs22.x" };

/**
 * The same plugin does not know the type of gateway responses, which a hardened API has. Where a plugin does,
 * 6-api-settings.test.ts tries them.
 */
export const knownApi = (at: string, stack: Stack) => apiWithout(at, stack, "hardening");

const parametersOf = (stack: Stack) => ({
  path: `/lambda-networking/${stack}`,
  values: { ...greeting(stack), ...plain },
});

/** Makes the stack with its parameters; a secret comes in as a person would set it. */
export async function initStack(stack: Stack): Promise<void> {
  configure(folder, stack, {
    function: KNOWN_RUNTIME,
    parameters: parametersOf(stack),
    api: knownApi(folder, stack),
  });
  await pulumi(folder, "stack", "init", stack);
  const secrets = Object.entries(secret).map(([name, value]) => `secretParameters["${name}"]=${value}`);
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

/** The newest outputs of each stack. */
export const deployed: Partial<Record<Stack, Outputs>> = {};

export function outputs(stack: Stack): Outputs {
  const known = deployed[stack];
  if (known === undefined) throw new Error(`${stack} is not deployed`);
  return known;
}
