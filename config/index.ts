import { regionFix } from "@lambda-networking/preflight/aws";
import {
  type ConfigIssue,
  describeIssues,
  issue,
  issuesOf,
  setCommand,
  UserError,
} from "@lambda-networking/preflight/errors";
import * as pulumi from "@pulumi/pulumi";
import { crossChecks } from "./checks/index.js";
import { advice } from "./checks/limits.js";
import { foreignKeys } from "./namespaces.js";
import { defaultPath, type StackNames } from "./parameter-path.js";
import { field, type RawConfig } from "./raw-config.js";
import { defaultThrottling } from "./schema/api.js";
import { configSchema, type Settings } from "./schema/index.js";
import {
  encryptedPaths,
  hidden,
  isAbout,
  isIn,
  isRefused,
  keyOf,
  plainSecrets,
  refusedSecrets,
  withoutValue,
} from "./secrets.js";
import { fileIssues, ownStackFile, writtenConfig } from "./stack-file.js";

/**
 * A valid configuration. With networking "public" the function is outside any VPC, so `vpc`, `endpoints`, `database`
 * and `frontDoor` are absent; with "vpc" they are present. The secret parameters are Pulumi secrets; the encrypted values of `parameters.values` are among them.
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
  const parsed = parseConfig(raw, region, ownKeys(secretNames, project), {
    project,
    stack,
    ...(file !== undefined && { written: writtenConfig(file, project) }),
  });
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

/** What is known about the stack besides its values. */
export interface StackContext extends StackNames {
  /** The configuration as the stack's file has it, by key without the namespace; undefined if it is not known. */
  readonly written?: unknown;
}

/**
 * Validates the configuration without the engine: takes raw values and returns a valid configuration or every issue.
 * Never throws.
 * @param values values by key, without the namespace
 * @param region the stack's Region, if it is known
 * @param encrypted the keys that are encrypted or hold something encrypted, if that is known
 * @param context what the default of parameters.path is made of, and which nested values are encrypted
 */
export function parseConfig(
  values: RawConfig,
  region?: string,
  encrypted?: ReadonlySet<string>,
  context: StackContext = { project: "project", stack: "stack" },
): ParsedConfig {
  const path = defaultPath(context);
  const secrets = encryptedPaths(values, { keys: encrypted ?? new Set(), written: context.written });
  const refused = refusedSecrets(values, secrets);
  const raw = withPath(hidden(values, secrets.filter(isRefused)), path);
  const { data, error } = configSchema.safeParse(raw);
  const secretKeys = ["secretParameters", ...secrets.map(keyOf)];
  const hide = (key: string) => isAbout(key, secretKeys);
  const asText = (key: string, value: number | boolean) => textFix(key, value, hide(key));
  const found = [
    ...(error === undefined ? [] : issuesOf(configSchema, raw, error, { asText })),
    ...crossChecks(raw, region),
    ...(encrypted === undefined ? [] : plainSecrets(values, secrets)),
  ].filter(({ key }) => !refused.some((secret) => isIn(key, secret.key)));
  const [first, ...rest] = [...refused, ...found].map((one) => (hide(one.key) ? withoutValue(one) : one));
  if (first !== undefined) return { issues: [first, ...rest] };
  if (data === undefined) throw new Error("the schema refused the configuration without an issue");
  const notices = advice(raw, region).map((one) => (hide(one.key) ? withoutValue(one) : one));
  return { config: stackConfig(data, path, secrets), advice: notices };
}

/** The configuration with the stack's own path, if it names none, so that the checks see it. */
function withPath(raw: RawConfig, path: string): RawConfig {
  const { parameters = {} } = raw;
  if (typeof parameters !== "object" || parameters === null || Array.isArray(parameters)) return raw;
  return field(parameters, "path") === undefined ? { ...raw, parameters: { ...parameters, path } } : raw;
}

function stackConfig(
  { networking, vpc, endpoints, database, frontDoor, ...settings }: Settings,
  path: string,
  secrets: readonly (readonly string[])[],
) {
  const { api, parameters, secretParameters } = settings;
  const encrypted = new Set(secrets.filter(([key]) => key === "parameters").map((at) => at.at(-1)));
  const values = Object.entries(parameters.values);
  const secretValues = [
    ...Object.entries(secretParameters),
    ...values.filter(([name]) => encrypted.has(name)),
  ];
  const endpointType = api.endpointType ?? (networking === "vpc" ? "PRIVATE" : "REGIONAL");
  const common = {
    ...settings,
    parameters: {
      ...parameters,
      path: parameters.path ?? path,
      values: Object.fromEntries(values.filter(([name]) => !encrypted.has(name))),
    },
    secretParameters: Object.fromEntries(
      secretValues.map(([name, value]) => [name, pulumi.secret(value)] as const),
    ),
    api: { ...api, endpointType, throttling: api.throttling ?? defaultThrottling(endpointType) },
  } as const;
  return networking === "vpc"
    ? ({ networking, ...common, vpc, endpoints, database, frontDoor } as const)
    : ({ networking, ...common } as const);
}

/** How to write a number, or true or false, as a text; YAML takes what looks like one for one. */
function textFix(key: string, value: number | boolean, isSecret: boolean): string {
  if (isSecret) return `Set it: ${setCommand(key, undefined, { secret: true })}`;
  const isExact = typeof value === "boolean" || Number.isSafeInteger(value);
  return `Put it in quotes, or set: ${setCommand(key, isExact ? value : "TEXT", { text: true })}`;
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
