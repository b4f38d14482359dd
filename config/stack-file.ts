import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import { type ConfigIssue, issue, isUserError, settingPath } from "@lambda-networking/preflight/errors";
import {
  ignoredKeys,
  misreadScalars,
  missingConfig,
  yamlContent,
} from "@lambda-networking/preflight/stack-file";
import { field, type RawConfig } from "./raw-config.js";
import { CONFIG_KEYS } from "./schema/index.js";
import { withoutValue } from "./secrets.js";

/** The file that holds the stack's configuration. */
export interface StackFile {
  readonly path: string;
  readonly content: unknown;
}

/**
 * The file of the stack that is being deployed, because the engine passes on its values, but neither what it ignores of
 * the file nor which nested values are encrypted there. The engine runs the program in the file's folder, and the
 * preflight names the file. Undefined if the configuration comes from elsewhere: `--config-file`, an environment of
 * Pulumi ESC, the automation API.
 */
export function ownStackFile(stack: string): StackFile | undefined {
  const { PREFLIGHT_STACK_FILE: named, PULUMI_NODEJS_ENGINE: engine } = process.env;
  const path = named ?? (engine === undefined ? undefined : join(process.cwd(), `Pulumi.${stack}.yaml`));
  if (path === undefined || !existsSync(path)) return undefined;
  try {
    return { path, content: yamlContent(path) };
  } catch (error) {
    if (isUserError(error)) return undefined; // the engine has read it by rules of its own
    throw error;
  }
}

/** The configuration in a stack's file, by key without the project's name. */
export function writtenConfig({ content }: StackFile, project: string): Readonly<Record<string, unknown>> {
  const config = field(content, "config");
  const keys = typeof config === "object" && config !== null ? Object.entries(config) : [];
  return Object.fromEntries(keys.map(([key, value]) => [withoutNamespace(key, project), value]));
}

/**
 * Mistakes of a stack's file that the engine passes over in silence: no configuration at all, keys outside `config:`, a
 * key that is there with the project's name and without it, of which the engine takes either, and values that it reads
 * as something else than a person does.
 * @param raw what the engine made of the file
 */
export function fileIssues({ path, content }: StackFile, raw: RawConfig, project: string): ConfigIssue[] {
  const missing = raw.networking === undefined ? missingConfig(content, path) : undefined;
  if (missing !== undefined) return [missing];
  return [
    ...outside(content, basename(path), project),
    ...twice(content, project),
    ...misread(path, raw, project),
  ];
}

function misread(path: string, raw: RawConfig, project: string): ConfigIssue[] {
  return misreadScalars(path).flatMap(({ path: [top, first, ...rest], source }) => {
    const name = withoutNamespace(String(first), project);
    const isRead = top === "config" && [name, ...rest].reduce<unknown>(at, raw) !== undefined;
    if (!isRead) return [];
    const fix =
      "The engine reads it as another value than it looks like, such as 83 for 0123 and a time for a date. Put a text in quotes, and write a number in plain digits.";
    const found = issue(settingPath(name, ...rest), source, fix);
    return [name === "secretParameters" ? withoutValue(found) : found];
  });
}

function at(value: unknown, step: string | number): unknown {
  return field(value, String(step));
}

function outside(content: unknown, file: string, project: string): ConfigIssue[] {
  return ignoredKeys(content)
    .filter((key) => key === "aws:region" || CONFIG_KEYS.includes(withoutNamespace(key, project)))
    .map((key) =>
      issue(
        key,
        field(content, key),
        `It is outside config: in ${file}, so nobody reads it. Write it under config:, indented.`,
      ),
    );
}

function twice(content: unknown, project: string): ConfigIssue[] {
  const config = field(content, "config");
  return CONFIG_KEYS.filter(
    (key) => field(config, key) !== undefined && field(config, `${project}:${key}`) !== undefined,
  ).map((key) => {
    const values = [field(config, key), field(config, `${project}:${key}`)];
    return issue(
      key,
      values,
      `It is written twice, as ${key} and as ${project}:${key}, and either may count. Keep one of them.`,
    );
  });
}

function withoutNamespace(key: string, project: string): string {
  return key.startsWith(`${project}:`) ? key.slice(project.length + 1) : key;
}
