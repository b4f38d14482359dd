import { closest, distance } from "fastest-levenshtein";
import type { z } from "zod";
import { cleanText } from "../resources/clean-text.js";

/** A mistake in a configuration: the key, the value and what to write instead. */
export interface ConfigIssue {
  /** The key as the user sets it: `vpc.cidrBlock`. */
  readonly key: string;
  /** The value as JSON; "(secret)" in place of a secret. */
  readonly value: string;
  readonly fix: string;
}

export function issue(key: string, value: unknown, fix: string): ConfigIssue {
  return { key: cleanText(key), value: shown(value), fix: cleanText(fix) };
}

function shown(value: unknown): string {
  const text = cleanText(JSON.stringify(value) ?? "nothing");
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

/** Returns "Did you mean …?" if a known word is near, else the list of known words. */
export function didYouMean(word: string, known: readonly string[]): string {
  const best = closest(
    word.toLowerCase(),
    known.map((candidate) => candidate.toLowerCase()),
  );
  const match = known.find((candidate) => candidate.toLowerCase() === best);
  return match !== undefined && distance(word.toLowerCase(), best) <= Math.max(2, word.length / 3)
    ? `Did you mean ${match}?`
    : `Known here: ${known.join(", ")}.`;
}

/**
 * Turns a schema's findings into issues; each unknown key becomes a separate issue.
 * @param at the keys that lead to the input, if it is a part of something larger
 */
export function issuesOf(
  schema: z.ZodType,
  input: unknown,
  error: z.ZodError,
  at: readonly string[] = [],
): ConfigIssue[] {
  return error.issues.flatMap((found) => issuesOfOne(schema, input, found, at));
}

function issuesOfOne(
  schema: z.ZodType,
  input: unknown,
  found: z.core.$ZodIssue,
  at: readonly string[],
): ConfigIssue[] {
  const path = found.path.map(String);
  const key = [...at, ...path].join(".");
  const value = valueAt(input, path);
  if (found.code === "unrecognized_keys") {
    const known = knownKeys(schema, path);
    return found.keys.map((unknown) =>
      issue(
        [...at, ...path, unknown].join("."),
        valueAt(value, [unknown]),
        `There is no such key. ${didYouMean(unknown, known)}`,
      ),
    );
  }
  if (found.code === "invalid_union") {
    // The deepest issues are of the branch that fits the input's shape, so they describe the mistake best.
    const deeper = found.errors.find((issues) =>
      issues.some((i) => i.path.length > 0 || i.code === "unrecognized_keys"),
    );
    if (deeper !== undefined && typeof value === "object" && !Array.isArray(value)) {
      return deeper.flatMap((inner) =>
        issuesOfOne(schema, input, { ...inner, path: [...found.path, ...inner.path] }, at),
      );
    }
  }
  if (found.code === "invalid_key") {
    return found.issues.map((inner) => issue(key, path.at(-1), inner.message));
  }
  return [issue(key, value, fixOf(found))];
}

function fixOf(found: z.core.$ZodIssue): string {
  if (found.code === "invalid_type" && found.message.startsWith("Invalid input")) {
    return found.expected === "object" ? "Write a map of keys with values." : `Write a ${found.expected}.`;
  }
  return found.message;
}

function valueAt(input: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (value, step) =>
      typeof value === "object" && value !== null
        ? Object.getOwnPropertyDescriptor(value, step)?.value
        : undefined,
    input,
  );
}

/** Returns the keys that the object at `path` of a schema may have. */
function knownKeys(schema: z.ZodType, path: readonly string[]): string[] {
  const definition = schema.def;
  if ("innerType" in definition && isSchema(definition.innerType))
    return knownKeys(definition.innerType, path);
  if ("options" in definition && Array.isArray(definition.options)) {
    return definition.options.filter(isSchema).flatMap((option) => knownKeys(option, path));
  }
  if ("valueType" in definition && isSchema(definition.valueType)) {
    return knownKeys(definition.valueType, path.slice(1));
  }
  if (!("shape" in definition) || typeof definition.shape !== "object" || definition.shape === null)
    return [];
  const [step, ...rest] = path;
  if (step === undefined) return Object.keys(definition.shape);
  const next: unknown = Object.getOwnPropertyDescriptor(definition.shape, step)?.value;
  return isSchema(next) ? knownKeys(next, rest) : [];
}

export function isSchema(value: unknown): value is z.ZodType {
  return typeof value === "object" && value !== null && "def" in value && "safeParse" in value;
}

/**
 * Formats all issues as one text, one line each.
 * @param where such as `in the configuration of stack dev`
 */
export function describeIssues(issues: readonly ConfigIssue[], where: string): string {
  const count = issues.length === 1 ? "1 mistake" : `${issues.length} mistakes`;
  return [`${count} ${where}:`, ...issues.map(({ key, value, fix }) => `  ${key}: ${value}. ${fix}`)].join(
    "\n",
  );
}
