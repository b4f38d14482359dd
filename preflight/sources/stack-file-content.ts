import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { distance } from "fastest-levenshtein";
import { isMap, isScalar, isSeq, parse, parseDocument, YAMLParseError } from "yaml";
import { UserError } from "../errors/user-error.js";
import { type ConfigIssue, issue } from "../errors/validation.js";
import { isRecord } from "../resources/read.js";

/**
 * The content of a YAML file; null if it is empty. Merge keys (`<<`) are resolved, as the engine does.
 * @throws UserError if the file is not YAML
 */
export function yamlContent(path: string): unknown {
  try {
    return parse(readFileSync(path, "utf8"), { merge: true }) ?? null;
  } catch (error) {
    if (error instanceof YAMLParseError) throw new UserError(`${path} is not YAML: ${error.message}`);
    throw error;
  }
}

/** A value with the keys and positions that lead to it. */
export interface WrittenScalar {
  readonly path: readonly (string | number)[];
  /** As it is written. */
  readonly source: string;
}

/**
 * Plain values that YAML 1.1, by which the engine reads, takes for something else than they look like: `0123` is the
 * number 83, `1_000` is 1000, and `2026-01-01` becomes a time. https://yaml.org/type/
 */
export function misreadScalars(path: string): WrittenScalar[] {
  return scalarsIn(parseDocument(readFileSync(path, "utf8")).contents, []).filter(({ source }) =>
    MISREAD.test(source),
  );
}

const MISREAD = /^[-+]?0\d+$|^[-+]?0b[01_]+$|^[-+]?\d[\d_]*_[\d_]*$|^\d{4}-\d{1,2}-\d{1,2}([Tt ].*)?$/;

function scalarsIn(node: unknown, path: readonly (string | number)[]): WrittenScalar[] {
  if (isMap(node)) {
    return node.items.flatMap(({ key, value }) =>
      scalarsIn(value, [...path, String(isScalar(key) ? key.value : key)]),
    );
  }
  if (isSeq(node)) return node.items.flatMap((item, i) => scalarsIn(item, [...path, i]));
  return isScalar(node) && node.type === "PLAIN" ? [{ path, source: node.source ?? "" }] : [];
}

/** The keys beside `config` that the engine knows: https://www.pulumi.com/docs/reference/pulumi-stack-file/ */
const OTHER_KEYS = ["encryptionsalt", "encryptedkey", "secretsprovider", "environment", "imports"];

/** The top-level keys of a stack's file that the engine ignores. A key that stands outside `config:` is one of them. */
export function ignoredKeys(content: unknown): string[] {
  return isRecord(content)
    ? Object.keys(content).filter((key) => key !== "config" && !OTHER_KEYS.includes(key))
    : [];
}

/**
 * The mistake of a stack's file that configures nothing: an empty one, one without `config:`, or one in which `config:`
 * holds no keys. The engine takes all but a list for an empty configuration. Undefined if the file has keys, or if its
 * configuration comes from an environment of Pulumi ESC.
 * @param path the file's path; its name becomes the issue's key
 */
export function missingConfig(content: unknown, path: string): ConfigIssue | undefined {
  const file = basename(path);
  if (content === null) {
    return issue(file, undefined, `It is empty. ${EXAMPLE}`);
  }
  if (!isRecord(content)) return issue(file, undefined, `It is not a map. ${EXAMPLE}`);
  const { config, environment } = content;
  if (isRecord(config) && Object.keys(config).length > 0) return undefined;
  const ignored = ignoredKeys(content);
  if (!("config" in content)) {
    const misspelt = ignored.find((key) => distance(key.toLowerCase(), "config") <= 3);
    if (misspelt !== undefined) {
      return issue(
        file,
        ignored,
        `It has no config:, without which nothing counts. Write config: in place of ${misspelt}:.`,
      );
    }
    if (ignored.length === 0 && environment !== undefined) return undefined;
    return issue(file, ignored, `It has no config:, without which nothing counts. ${EXAMPLE}`);
  }
  if (Array.isArray(config) || (config !== null && !isRecord(config))) {
    return issue(file, undefined, `Its config: is not a map. ${EXAMPLE}`);
  }
  if (ignored.length > 0) {
    return issue(
      file,
      ignored,
      "Nothing is under config:. Write these keys under it, each indented by two spaces.",
    );
  }
  return environment === undefined
    ? issue(file, undefined, `Nothing is under config:. ${EXAMPLE}`)
    : undefined;
}

const EXAMPLE = "Write config: and, indented under it, a line for each key, such as aws:region: eu-west-1.";
