import { closest, distance } from "fastest-levenshtein";
import type { z } from "zod";

/** One thing that is wrong with the configuration: where, what was written, and what to write instead. */
export interface Mistake {
  /** The key as a person would set it: `vpc.cidrBlock`. */
  readonly key: string;
  /** What was written, as JSON; "(secret)" in place of a secret. */
  readonly value: string;
  readonly mend: string;
}

export function mistake(key: string, value: unknown, mend: string): Mistake {
  return { key, value: shown(value), mend };
}

/**
 * Hides what is wrong under a key that holds secrets: the value, and a mend that was made from it.
 * @param known the keys that there are; what is said of another key is said of its name alone
 */
export function withoutSecrets(
  mistake: Mistake,
  secretKeys: ReadonlySet<string>,
  known: readonly string[],
): Mistake {
  const secret = [...secretKeys].find((key) => mistake.key === key || mistake.key.startsWith(`${key}.`));
  if (secret === undefined) return mistake;
  const tells = known.includes(secret) && secret !== "secretParameters";
  const mend = "Set it right; without --secret you are told how.";
  return { ...mistake, value: "(secret)", ...(tells && { mend }) };
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

/** "Did you mean …?" where a known word is near, else the list of known words. */
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

/** Turns what a schema found into mistakes; an unknown key becomes one mistake of its own. */
export function mistakesOf(key: string, input: unknown, schema: z.ZodType, error: z.ZodError): Mistake[] {
  return error.issues.flatMap((issue) => mistakesOfIssue(key, input, schema, issue));
}

function mistakesOfIssue(key: string, input: unknown, schema: z.ZodType, issue: z.core.$ZodIssue): Mistake[] {
  const path = issue.path.map(String);
  const at = [key, ...path].join(".");
  const value = valueAt(input, path);
  if (issue.code === "unrecognized_keys") {
    const known = knownKeys(schema, path);
    return issue.keys.map((unknown) =>
      mistake(
        `${at}.${unknown}`,
        valueAt(value, [unknown]),
        `There is no such key. ${didYouMean(unknown, known)}`,
      ),
    );
  }
  if (issue.code === "invalid_union") {
    // The branch that fits the input's own shape has the better word: its mistakes lie deeper.
    const deeper = issue.errors.find((issues) =>
      issues.some((i) => i.path.length > 0 || i.code === "unrecognized_keys"),
    );
    if (deeper !== undefined && typeof value === "object" && !Array.isArray(value)) {
      return deeper.flatMap((inner) =>
        mistakesOfIssue(key, input, schema, { ...inner, path: [...issue.path, ...inner.path] }),
      );
    }
  }
  if (issue.code === "invalid_key") {
    return issue.issues.map((inner) => mistake(at, path.at(-1), inner.message));
  }
  return [mistake(at, value, mendOf(issue))];
}

function mendOf(issue: z.core.$ZodIssue): string {
  if (issue.code === "invalid_type" && issue.message.startsWith("Invalid input")) {
    return issue.expected === "object" ? "Write a map of keys with values." : `Write a ${issue.expected}.`;
  }
  return issue.message;
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

/** The keys that the object at `path` of a schema may have. */
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

function isSchema(value: unknown): value is z.ZodType {
  return typeof value === "object" && value !== null && "def" in value && "safeParse" in value;
}

/** The mistakes as one text, a line each. @param where e.g. `in the configuration of stack dev` */
export function describeMistakes(mistakes: readonly Mistake[], where: string): string {
  const count = mistakes.length === 1 ? "1 mistake" : `${mistakes.length} mistakes`;
  return [
    `${count} ${where}:`,
    ...mistakes.map(({ key, value, mend }) => `  ${key}: ${value}. ${mend}`),
  ].join("\n");
}
