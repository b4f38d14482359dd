import { regionFix } from "@lambda-networking/preflight/aws";
import {
  type ConfigIssue,
  describeIssues,
  issue,
  issuesOf,
  UserError,
} from "@lambda-networking/preflight/errors";
import * as pulumi from "@pulumi/pulumi";
import { crossChecks } from "./checks/index.js";
import { advice } from "./checks/limits.js";
import { foreignKeys } from "./namespaces.js";
import type { RawConfig } from "./raw-config.js";
import { PUBLIC_THROTTLE } from "./schema/api.js";
import { CONFIG_KEYS, configSchema, type Settings } from "./schema/index.js";
import { fileIssues, ownStackFile } from "./stack-file.js";

/**
 * A valid configuration. With networking "public" the function is outside any VPC, so `vpc`, `endpoints` and `database`
 * are absent; with "vpc" they are present. The secret parameters are Pulumi secrets.
 */
export type StackConfig = ReturnType<typeof stackConfig>;

/** A valid configuration with networking "vpc". */
export type VpcConfig = Extract<StackConfig, { readonly networking: "vpc" }>;

export type ParsedConfig =
  | {
      readonly config: StackConfig;
      readonly issues?: undefined;
      /** Notices on what AWS may refuse, such as what is above a default quota. */
      readonly advice: readonly ConfigIssue[];
    }
  | { readonly config?: undefined; readonly issues: readonly [ConfigIssue, ...ConfigIssue[]] };

/**
 * Reads the stack's configuration.
 * @throws UserError with every issue at once, each with its key, its value and the fix
 */
export function readConfig(): StackConfig {
  const project = pulumi.getProject();
  const stack = pulumi.getStack();
  const all = pulumi.runtime.allConfig();
  const raw: Record<string, unknown> = {};
  for (const [name, text] of Object.entries(all)) {
    if (name.startsWith(`${project}:`)) raw[name.slice(project.length + 1)] = parseJson(text);
  }
  const secretNames = encryptedNames();
  const isEncrypted = (name: string) => secretNames?.has(name) ?? false;
  const region = all["aws:region"] ?? process.env.AWS_REGION ?? process.env.AWS_DEFAULT_REGION;
  const file = ownStackFile(stack);
  const ofFile = file === undefined ? [] : fileIssues(file, raw, project);
  const parsed = parseConfig(raw, region, ownKeys(secretNames, project));
  const { config, issues = [] } = parsed;
  const found = [
    ...ofFile,
    ...foreignKeys(all, project, isEncrypted),
    ...regionIssues(region, all, isEncrypted("aws:region")),
    ...issues,
  ];
  // A file without any configuration lacks these too.
  const isEmpty = ofFile.some(({ key }) => key.startsWith("Pulumi."));
  const shown = isEmpty ? found.filter(({ key }) => key !== "networking" && key !== "aws:region") : found;
  if (config === undefined || shown.length > 0) {
    throw new UserError(describeIssues(shown, `in the configuration of stack ${stack}`));
  }
  for (const { key, value, fix } of parsed.advice ?? []) void pulumi.log.warn(`${key}: ${value}. ${fix}`);
  return config;
}

/** A Region that is not set, that AWS does not have or that is encrypted. Nothing is taken for granted in place of it. */
function regionIssues(
  region: string | undefined,
  all: Readonly<Record<string, string>>,
  isEncrypted: boolean,
): ConfigIssue[] {
  if (isEncrypted) {
    const fix =
      "A Region stands in every ARN and name, so it is no secret. Set it again: pulumi config set aws:region eu-west-1";
    return [{ ...issue("aws:region", undefined, fix), value: "(secret)" }];
  }
  const fix = regionFix(region, all);
  return fix === undefined ? [] : [issue("aws:region", region, fix)];
}

/** The names with namespace of what is encrypted in the stack's file, as the engine reports it; unknown without one. */
function encryptedNames(): ReadonlySet<string> | undefined {
  const names: unknown = JSON.parse(process.env.PULUMI_CONFIG_SECRET_KEYS ?? "null");
  return Array.isArray(names) ? new Set(names.map(String)) : undefined;
}

function ownKeys(names: ReadonlySet<string> | undefined, project: string): ReadonlySet<string> | undefined {
  if (names === undefined) return undefined;
  const own = [...names].filter((name) => name.startsWith(`${project}:`));
  return new Set(own.map((name) => name.slice(project.length + 1)));
}

/**
 * Validates the configuration without the engine: takes raw values and returns a valid configuration or every issue.
 * Never throws.
 * @param raw values by key, without the namespace
 * @param region the stack's Region, if it is known
 * @param encrypted the keys that are encrypted, if that is known
 */
export function parseConfig(raw: RawConfig, region?: string, encrypted?: ReadonlySet<string>): ParsedConfig {
  const { data, error } = configSchema.safeParse(raw);
  const found = error === undefined ? [] : issuesOf(configSchema, raw, error);
  const secretKeys = new Set([...(encrypted ?? []), SECRETS]);
  const [first, ...rest] = [...found, ...crossChecks(raw, region), ...plainSecrets(raw, encrypted)].map(
    (one) => withoutSecrets(one, secretKeys),
  );
  if (first !== undefined) return { issues: [first, ...rest] };
  if (data === undefined) throw new Error("the schema refused the configuration without an issue");
  const notices = advice(raw, region).map((one) => withoutSecrets(one, secretKeys));
  return { config: stackConfig(data), advice: notices };
}

function stackConfig({ networking, vpc, endpoints, database, ...settings }: Settings) {
  const { api, secretParameters } = settings;
  const endpointType = api.endpointType ?? (networking === "vpc" ? "PRIVATE" : "REGIONAL");
  const common = {
    ...settings,
    secretParameters: Object.fromEntries(
      Object.entries(secretParameters).map(([name, value]) => [name, pulumi.secret(value)]),
    ),
    api: { ...api, endpointType, throttling: api.throttling ?? stageDefault(endpointType) },
  } as const;
  return networking === "vpc"
    ? ({ networking, ...common, vpc, endpoints, database } as const)
    : ({ networking, ...common } as const);
}

function stageDefault(endpointType: string) {
  return endpointType === "PRIVATE" ? (false as const) : PUBLIC_THROTTLE;
}

/** The key whose values are secrets. */
const SECRETS = "secretParameters";

/** Secret parameters in plain text. Such a value is not secret, even though Parameter Store encrypts it. */
function plainSecrets(raw: RawConfig, encrypted: ReadonlySet<string> | undefined): ConfigIssue[] {
  const values = raw[SECRETS];
  const some = typeof values === "object" && values !== null && Object.keys(values).length > 0;
  if (!some || encrypted === undefined || encrypted.has(SECRETS)) return [];
  const fix = `It is in plain text. Set each with: pulumi config set --secret --path ${SECRETS}.NAME`;
  return [issue(SECRETS, values, fix)];
}

/**
 * An issue without secrets: hides the value under a secret key, and a fix that contains it. The fix for an unknown key
 * is made only from the key's name, so it stays.
 */
function withoutSecrets(found: ConfigIssue, secretKeys: ReadonlySet<string>): ConfigIssue {
  const secret = [...secretKeys].find((key) => found.key === key || found.key.startsWith(`${key}.`));
  if (secret === undefined) return found;
  const tells = CONFIG_KEYS.includes(secret) && secret !== SECRETS;
  const fix = "Set it right; without --secret you are told how.";
  return { ...found, value: "(secret)", ...(tells && { fix }) };
}

/** Parses a value. Objects, lists, booleans and numbers arrive as JSON, texts as they are. */
function parseJson(text: string): unknown {
  if (!/^[[{]|^(true|false|-?\d+(\.\d+)?)$/.test(text)) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text; // not JSON; the schema reports what is expected
  }
}
