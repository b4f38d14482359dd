import { UnusableValueError } from "./errors.js";
import type { Parameter } from "./parameter-store.js";

/**
 * Makes a handler's value of a parameter's or secret's text. It runs once for each value that was read.
 * @throws any error, if the value cannot be used; its text is not shown, because it may quote the value
 */
export type Transform<T> = (value: string, of: Parameter) => T;

/** The value itself. */
export const text: Transform<string> = (value, { name, type }) => {
  if (type !== "SecretBinary") return value;
  throw new UnusableValueError(`The secret ${name} is binary. Pass {transform: binary}.`);
};

/** The items of a StringList: `a,b` are two. Parameter Store knows no escaped commas. */
export const stringList: Transform<readonly string[]> = (value, { name, type }) => {
  if (type === "StringList") return Object.freeze(value.split(","));
  throw new UnusableValueError(`${name} is a ${type}, not a StringList.`);
};

/** The bytes of a binary secret, or of a parameter that holds base64. */
export const binary: Transform<Uint8Array> = (value) => Buffer.from(value, "base64");

/**
 * JSON, checked: `json(isDatabase)` or, with zod, `json((value) => schema.parse(value))`.
 * @param check returns the value with its type, or throws; a schema's `parse` does
 */
export function json<T>(check: (value: unknown) => T): Transform<T> {
  return (value) => check(JSON.parse(value));
}
