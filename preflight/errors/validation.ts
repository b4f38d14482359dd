import { closest, distance } from "fastest-levenshtein";
import type { z } from "zod";
import { cleanText } from "../resources/clean-text.js";
import { settingPath, shellWord, under } from "./setting-path.js";

/** A mistake in a configuration: the key, the value and what to write instead. */
export interface ConfigIssue {
  /** The key as `pulumi config set --path` takes it: `vpc.cidrBlock`, `api.methods["GET /messages"]`. */
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
 */
export function issuesOf(
  schema: z.ZodType,
  input: unknown,
  error: z.ZodError,
  context: IssueContext = {},
): ConfigIssue[] {
  return error.issues.flatMap((found) => issuesOfOne(schema, input, found, context));
}

/** What the issues of a schema's findings also say. */
export interface IssueContext {
  /** The keys that lead to the input, if it is a part of something larger. */
  readonly at?: readonly string[];
  /** How to write a number, or true or false, where a text is expected. */
  readonly asText?: (key: string, value: number | boolean) => string;
}

function issuesOfOne(
  schema: z.ZodType,
  input: unknown,
  found: z.core.$ZodIssue,
  context: IssueContext,
): ConfigIssue[] {
  const { at = [], asText } = context;
  const path = found.path.map(String);
  const [first = "", ...steps] = [
    ...at,
    ...found.path.map((step) => (typeof step === "number" ? step : String(step))),
  ];
  const key = settingPath(String(first), ...steps);
  const value = valueAt(input, path);
  if (found.code === "unrecognized_keys") {
    const known = knownKeys(schema, path);
    return found.keys.map((unknown) =>
      issue(
        path.length + at.length === 0 ? settingPath(unknown) : under(key, unknown),
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
        issuesOfOne(schema, input, { ...inner, path: [...found.path, ...inner.path] }, context),
      );
    }
  }
  if (found.code === "invalid_key") {
    return [
      ...found.issues.map((inner) => issue(key, path.at(-1), inner.message)),
      // The value under a wrong name is not among the schema's findings.
      ...schemasAt(schema, path).flatMap((inner) => {
        const { error } = inner.safeParse(value);
        return (error?.issues ?? []).flatMap((one) =>
          issuesOfOne(schema, input, { ...one, path: [...found.path, ...one.path] }, context),
        );
      }),
    ];
  }
  const isNoText = found.code === "invalid_type" && found.expected === "string";
  const hint =
    isNoText && asText !== undefined && (typeof value === "number" || typeof value === "boolean")
      ? ` ${asText(key, value)}`
      : "";
  return [issue(key, value, `${fixOf(found)}${hint}`)];
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
  return schemasAt(schema, path)
    .flatMap(withoutChoice)
    .flatMap(({ def }) =>
      "shape" in def && typeof def.shape === "object" && def.shape !== null ? Object.keys(def.shape) : [],
    );
}

/** Whether a schema has a key at a path, in which the names in a map are the user's. */
export function hasKey(schema: z.ZodType, path: readonly string[]): boolean {
  return schemasAt(schema, path).length > 0;
}

/** The schemas of what may be at a path: none if there is no such key, several if it is below a union. */
function schemasAt(schema: z.ZodType, [step, ...rest]: readonly string[]): z.ZodType[] {
  if (step === undefined) return [schema];
  return withoutChoice(schema).flatMap(({ def }) => {
    if ("valueType" in def && isSchema(def.valueType)) return schemasAt(def.valueType, rest);
    if ("element" in def && isSchema(def.element)) return schemasAt(def.element, rest);
    if (!("shape" in def) || typeof def.shape !== "object" || def.shape === null) return [];
    const next: unknown = Object.getOwnPropertyDescriptor(def.shape, step)?.value;
    return isSchema(next) ? schemasAt(next, rest) : [];
  });
}

/** A schema without its default; for a union each of its options. */
function withoutChoice(schema: z.ZodType): z.ZodType[] {
  const { def } = schema;
  if ("innerType" in def && isSchema(def.innerType)) return withoutChoice(def.innerType);
  if ("options" in def && Array.isArray(def.options))
    return def.options.filter(isSchema).flatMap(withoutChoice);
  return [schema];
}

export function isSchema(value: unknown): value is z.ZodType {
  return typeof value === "object" && value !== null && "def" in value && "safeParse" in value;
}

/**
 * Formats all issues as one text, one line each. A key is in the quotes that a shell needs, so that it can be pasted.
 * @param where such as `in the configuration of stack dev`
 */
export function describeIssues(issues: readonly ConfigIssue[], where: string): string {
  const count = issues.length === 1 ? "1 mistake" : `${issues.length} mistakes`;
  const lines = issues.map(({ key, value, fix }) => `  ${shellWord(key)}: ${value}. ${fix}`);
  return [`${count} ${where}:`, ...lines].join("\n");
}
