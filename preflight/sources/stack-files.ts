import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse, YAMLParseError } from "yaml";
import { UserError } from "../errors/user-error.js";
import { didYouMean } from "../errors/validation.js";
import { isRecord } from "../resources/read.js";

/** A stack's configuration, as the engine would pass it to the program. */
export interface StackFile {
  readonly project: string;
  readonly stack: string;
  /** As the provider finds it: in the configuration, else in the environment. There is no default. */
  readonly region: string | undefined;
  /** Values by name with namespace. Lists, objects, numbers and booleans are JSON. */
  readonly config: Readonly<Record<string, string>>;
  /** Names of the encrypted values. */
  readonly secretKeys: readonly string[];
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

/**
 * Reads a stack's file, with the defaults of `Pulumi.yaml`.
 * @param folder folder of the Pulumi project
 * @throws UserError if the file does not exist or is not YAML
 */
export function readStackFile(stack: string, folder = process.cwd()): StackFile {
  const path = join(folder, `Pulumi.${stack}.yaml`);
  if (!existsSync(path)) {
    const names = stackNames(folder);
    throw new UserError(
      `There is no stack "${stack}" (no Pulumi.${stack}.yaml). ${didYouMean(stack, names)}`,
    );
  }
  const project = readYaml(join(folder, "Pulumi.yaml"));
  const name = String(project.name);
  const declared = isRecord(project.config) ? project.config : {};
  const defaults = Object.entries(declared).flatMap(([key, declaration]) =>
    isRecord(declaration) && "default" in declaration
      ? [[withNamespace(name, key), declaration.default]]
      : [],
  );
  const written = readYaml(path).config;
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
  };
}

function readYaml(path: string): Readonly<Record<string, unknown>> {
  try {
    const content: unknown = parse(readFileSync(path, "utf8"));
    return isRecord(content) ? content : {};
  } catch (error) {
    if (error instanceof YAMLParseError) throw new UserError(`${path} is not YAML: ${error.message}`);
    throw error;
  }
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

function asText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
