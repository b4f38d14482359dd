import { existsSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { UserError } from "../errors/user-error.js";
import { describeIssues, didYouMean } from "../errors/validation.js";
import { isRecord } from "../resources/read.js";
import { missingConfig, yamlContent } from "./stack-file-content.js";

/** A stack's configuration, as the engine would pass it to the program. */
export interface StackFile {
  readonly project: string;
  readonly stack: string;
  /** As the provider finds it: in the configuration, else in the environment. There is no default. */
  readonly region: string | undefined;
  /** Values by name with namespace. Lists, objects, numbers and booleans are JSON. */
  readonly config: Readonly<Record<string, string>>;
  /** Names of the values that are encrypted, or that hold an encrypted value. */
  readonly secretKeys: readonly string[];
  /**
   * The file itself, as an absolute path. A program may read there what the engine does not pass on.
   * @default the configuration comes from no file
   */
  readonly path?: string;
}

/** Replacement of an encrypted value, because the key to decrypt it is not available here. */
const ENCRYPTED = "(encrypted)";

/**
 * The stacks that have a file, by name.
 * @param folder folder of the Pulumi project
 */
export function stackNames(folder = process.cwd()): string[] {
  return readdirSync(folder)
    .flatMap((file) => /^Pulumi\.(.+)\.yaml$/.exec(file)?.[1] ?? [])
    .sort();
}

/** The name of the Pulumi project in a folder. */
export function projectName(folder: string): string {
  return String(mapIn(yamlContent(join(folder, "Pulumi.yaml"))).name);
}

/**
 * Reads a stack's file, with the defaults of `Pulumi.yaml`.
 * @param folder folder of the Pulumi project
 * @throws UserError if the file does not exist, is not YAML or configures nothing
 */
export function readStackFile(stack: string, folder = process.cwd()): StackFile {
  const path = join(folder, `Pulumi.${stack}.yaml`);
  if (!existsSync(path)) {
    const names = stackNames(folder);
    throw new UserError(
      `There is no stack "${stack}" (no Pulumi.${stack}.yaml). ${didYouMean(stack, names)}`,
    );
  }
  const content = yamlContent(path);
  const missing = missingConfig(content, path);
  if (missing !== undefined) {
    throw new UserError(describeIssues([missing], `in the configuration of stack ${stack}`));
  }
  const project = mapIn(yamlContent(join(folder, "Pulumi.yaml")));
  const name = String(project.name);
  const declared = isRecord(project.config) ? project.config : {};
  const defaults = Object.entries(declared).flatMap(([key, declaration]) =>
    isRecord(declaration) && "default" in declaration
      ? [[withNamespace(name, key), declaration.default]]
      : [],
  );
  const written = mapIn(content).config;
  const values = new Map<string, unknown>(Object.entries(Object.fromEntries(defaults)));
  for (const [key, value] of Object.entries(isRecord(written) ? written : {})) {
    values.set(withNamespace(name, key), value);
  }
  const config = Object.fromEntries([...values].map(([key, value]) => [key, asText(opened(value))]));
  return {
    project: name,
    stack,
    region: config["aws:region"] ?? process.env.AWS_REGION ?? process.env.AWS_DEFAULT_REGION,
    config,
    secretKeys: [...values].filter(([, value]) => isEncrypted(value)).map(([key]) => key),
    path: resolve(path),
  };
}

function mapIn(content: unknown): Readonly<Record<string, unknown>> {
  return isRecord(content) ? content : {};
}

function withNamespace(project: string, key: string): string {
  return key.includes(":") ? key : `${project}:${key}`;
}

function isSecure(value: unknown): boolean {
  return isRecord(value) && Object.keys(value).length === 1 && typeof value.secure === "string";
}

function isEncrypted(value: unknown): boolean {
  if (isSecure(value)) return true;
  if (Array.isArray(value)) return value.some(isEncrypted);
  return isRecord(value) && Object.values(value).some(isEncrypted);
}

function opened(value: unknown): unknown {
  if (isSecure(value)) return ENCRYPTED;
  if (Array.isArray(value)) return value.map(opened);
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, opened(item)]));
}

/** A key without a value is an empty text to the engine. */
function asText(value: unknown): string {
  if (value === null || value === undefined) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}
