import {
  type ConfigIssue,
  hasKey,
  issue,
  setCommand,
  settingPath,
} from "@lambda-networking/preflight/errors";
import { entries } from "./checks/valid.js";
import { field, type RawConfig } from "./raw-config.js";
import { configSchema } from "./schema/index.js";

/** The keys that lead to a value. */
type Path = readonly string[];

/** What is known about the encrypted values of a configuration. */
export interface Encryption {
  /** The top-level keys that are encrypted or hold something encrypted, which is all that the engine tells. */
  readonly keys: ReadonlySet<string>;
  /** The configuration as the stack's file has it, by key without the namespace; undefined if it is not known. */
  readonly written?: unknown;
}

/**
 * The encrypted values. The engine tells only the top-level keys, so a value under such a key counts as encrypted
 * unless the stack's file has the same value there in plain text.
 */
export function encryptedPaths(raw: RawConfig, { keys, written }: Encryption): Path[] {
  return [...keys].flatMap((key) => (key in raw ? encryptedIn([key], raw[key], field(written, key)) : []));
}

function encryptedIn(path: Path, value: unknown, written: unknown): Path[] {
  const isWhole = isSecure(written) || !isMap(value);
  const isOpen = isMap(written) || (written === undefined && holdsSecrets(path));
  if (!isWhole && isOpen) {
    return Object.entries(value).flatMap(([name, inner]) =>
      encryptedIn([...path, name], inner, field(written, name)),
    );
  }
  return JSON.stringify(value) === JSON.stringify(written) ? [] : [path];
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isSecure(written: unknown): boolean {
  return isMap(written) && Object.keys(written).length === 1 && typeof written.secure === "string";
}

/** The maps of which each value may be a secret. */
const SECRET_MAPS: readonly Path[] = [["secretParameters"], ["parameters", "values"]];

/** Whether a map of secrets is at the path or below it. */
function holdsSecrets(path: Path): boolean {
  return SECRET_MAPS.some((map) => path.every((step, i) => step === map[i]));
}

/** Whether an encrypted value cannot be kept secret. Of a key that does not exist nothing is made. */
export function isRefused(path: Path): boolean {
  return !staysSecret(path) && hasKey(configSchema, path);
}

/** Whether the value at a path stays secret: it becomes a SecureString, and is a secret in the stack's state. */
function staysSecret(path: Path): boolean {
  return SECRET_MAPS.some(
    (map) => path.length === map.length + 1 && map.every((step, i) => step === path[i]),
  );
}

/** In place of a value that is not kept secret, so that neither a check nor a message can use it. */
const HIDDEN = Symbol("an encrypted value");

/** The configuration without the values at some paths. Each still counts as set, and is invalid. */
export function hidden(raw: RawConfig, paths: readonly Path[]): RawConfig {
  return paths.reduce<RawConfig>((config, path) => withHidden(config, path), raw);
}

function withHidden(map: RawConfig, [step = "", ...rest]: Path): RawConfig {
  const inner = map[step];
  return { ...map, [step]: rest.length > 0 && isMap(inner) ? withHidden(inner, rest) : HIDDEN };
}

/**
 * Issues of encrypted values that would not stay secret, because they become part of names, policies and settings.
 * Keys that do not exist are reported as such by the schema.
 */
export function refusedSecrets(raw: RawConfig, paths: readonly Path[]): ConfigIssue[] {
  return paths
    .filter(isRefused)
    .map((path) => secretIssue(path, fixOf(path, path.reduce<unknown>(field, raw))));
}

function fixOf(path: Path, value: unknown): string {
  const key = keyOf(path);
  const [first, second, name] = path;
  if (holdsSecrets(path)) {
    const map = first === "secretParameters" ? "secretParameters" : "parameters.values";
    return `It is encrypted as a whole, but the names in it are names in AWS and in the state. Set each value under its name: ${setCommand(`${map}.NAME`, undefined, { secret: true })}`;
  }
  if (first === "function" && second === "environment" && name !== undefined) {
    return `Everybody who may read the function's settings reads its variables. Keep it as a parameter, which the function reads: ${setCommand(settingPath("secretParameters", name), undefined, { secret: true })}, and take it out here: pulumi config rm --path ${key}`;
  }
  const how =
    typeof value === "string"
      ? `Set it without --secret: ${setCommand(key, "VALUE")}`
      : "Write it into the stack's file without secure:.";
  return `Only secretParameters and parameters.values stay secret; this would be in plain text in the state. ${how}`;
}

/** Secret parameters in plain text. Such a value is not secret, even though Parameter Store encrypts it. */
export function plainSecrets(raw: RawConfig, encrypted: readonly Path[]): ConfigIssue[] {
  const known = new Set(encrypted.map(keyOf));
  return entries(raw.secretParameters)
    .map(([name]) => ["secretParameters", name])
    .filter((path) => !known.has(keyOf(path)))
    .map((path) =>
      secretIssue(
        path,
        `It is in plain text. Set it: ${setCommand(keyOf(path), undefined, { secret: true })}`,
      ),
    );
}

function secretIssue(path: Path, fix: string): ConfigIssue {
  return withoutValue(issue(keyOf(path), undefined, fix));
}

export function keyOf([first = "", ...rest]: Path): string {
  return settingPath(first, ...rest);
}

/** An issue that does not show its value. */
export function withoutValue(found: ConfigIssue): ConfigIssue {
  return { ...found, value: "(secret)" };
}

/** Whether a key holds one of the secrets, or is in one. */
export function isAbout(key: string, secrets: readonly string[]): boolean {
  return secrets.some((secret) => isIn(key, secret) || isIn(secret, key));
}

export function isIn(key: string, other: string): boolean {
  return key === other || key.startsWith(`${other}.`) || key.startsWith(`${other}[`);
}
