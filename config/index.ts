import * as pulumi from "@pulumi/pulumi";
import { personsMistake } from "../components/persons-mistake.js";
import {
  describeMistakes,
  didYouMean,
  type Mistake,
  mistake,
  mistakesOf,
  withoutSecrets,
} from "../lib/validation.js";
import { crossChecks } from "./checks/index.js";
import type { RawConfig } from "./raw-config.js";
import {
  type ApiSettings,
  type DatabaseSettings,
  type EndpointSettings,
  type EndpointType,
  type FunctionSettings,
  type LogPipelineSettings,
  type MessageStoreSettings,
  type ParameterSettings,
  schemas,
  type VpcSettings,
  type WatchingSettings,
} from "./schema/index.js";

export type { Mistake } from "../lib/validation.js";
export type {
  ApiSettings,
  DatabaseSettings,
  EndpointSettings,
  EndpointType,
  FunctionSettings,
  InterfaceEndpointSettings,
  LogPipelineSettings,
  MessageStoreSettings,
  ParameterSettings,
  VpcSettings,
  WatchingSettings,
} from "./schema/index.js";

interface CommonConfig {
  readonly function: FunctionSettings;
  readonly parameters: ParameterSettings;
  /** Values that are kept as SecureString, by parameter name; each one a Pulumi secret. */
  readonly secretParameters: Readonly<Record<string, pulumi.Output<string>>>;
  readonly api: ApiSettings & { readonly endpointType: EndpointType };
  /** Messages kept in DynamoDB, written and read by the API itself; false: none. */
  readonly messageStore: MessageStoreSettings;
  /** A schedule with its producer, a topic and its consumer; false: none. */
  readonly logPipeline: LogPipelineSettings;
  /** Alarms, a dashboard and saved queries; false: none. */
  readonly watching: WatchingSettings;
}

/** The function outside any VPC: no fixed cost, the API on the internet. */
export interface PublicConfig extends CommonConfig {
  readonly networking: "public";
}

/** The function in private subnets of a VPC of its own. */
export interface VpcConfig extends CommonConfig {
  readonly networking: "vpc";
  readonly vpc: VpcSettings;
  readonly endpoints: EndpointSettings;
  /** Aurora Serverless v2 behind RDS Proxy, for the function; false: none. */
  readonly database: DatabaseSettings;
}

export type StackConfig = PublicConfig | VpcConfig;

export type ParsedConfig =
  | { readonly config: StackConfig; readonly mistakes?: undefined }
  | { readonly config?: undefined; readonly mistakes: readonly [Mistake, ...Mistake[]] };

/**
 * Reads the stack's configuration.
 * @throws pulumi.RunError with every mistake at once, each with its key, its value and the mend. The
 * engine shows its message without a stack trace.
 */
export function readConfig(): StackConfig {
  const project = pulumi.getProject();
  const all = pulumi.runtime.allConfig();
  const raw: Record<string, unknown> = {};
  for (const [name, text] of Object.entries(all)) {
    if (name.startsWith(`${project}:`)) raw[name.slice(project.length + 1)] = parseJson(text);
  }
  const secretKeys = encryptedKeys(project);
  const parsed = parseConfig(raw, all["aws:region"], secretKeys);
  if (parsed.mistakes !== undefined) {
    throw personsMistake(
      describeMistakes(parsed.mistakes, `in the configuration of stack ${pulumi.getStack()}`),
    );
  }
  return parsed.config;
}

/** The keys that the stack's file holds encrypted, as the engine says; unknown where there is no engine. */
function encryptedKeys(project: string): ReadonlySet<string> | undefined {
  const names: unknown = JSON.parse(process.env.PULUMI_CONFIG_SECRET_KEYS ?? "null");
  if (!Array.isArray(names)) return undefined;
  return new Set(names.map(String).map((name) => name.replace(`${project}:`, "")));
}

/**
 * The whole decision, without the engine: raw values in, a valid configuration or every mistake out.
 * Never throws.
 * @param raw values by key, without the namespace
 * @param region the stack's `aws:region`, where it is set
 * @param encrypted the keys that are kept encrypted, where that is known
 */
export function parseConfig(raw: RawConfig, region?: string, encrypted?: ReadonlySet<string>): ParsedConfig {
  const mistakes: Mistake[] = [];
  const read = <T>(
    key: string,
    schema: { safeParse(input: unknown): SafeParse<T> } & Parameters<typeof mistakesOf>[2],
  ) => {
    const result = schema.safeParse(raw[key]);
    if (!result.success) mistakes.push(...mistakesOf(key, raw[key], schema, result.error));
    return result.data;
  };
  const networking = read("networking", schemas.networking);
  const vpc = read("vpc", schemas.vpc);
  const endpoints = read("endpoints", schemas.endpoints);
  const lambda = read("function", schemas.function);
  const parameters = read("parameters", schemas.parameters);
  const secrets = read("secretParameters", schemas.secretParameters);
  const api = read("api", schemas.api);
  const messageStore = read("messageStore", schemas.messageStore);
  const database = read("database", schemas.database);
  const logPipeline = read("logPipeline", schemas.logPipeline);
  const watching = read("watching", schemas.watching);
  mistakes.push(...unknownKeys(raw), ...crossChecks(raw, region), ...plainSecrets(raw, encrypted));
  const secretKeys = new Set([...(encrypted ?? []), "secretParameters"]);
  const [first, ...rest] = mistakes.map((found) => withoutSecrets(found, secretKeys, Object.keys(schemas)));
  if (first !== undefined) return { mistakes: [first, ...rest] };
  if (
    !networking ||
    !vpc ||
    !endpoints ||
    !lambda ||
    !parameters ||
    !secrets ||
    !api ||
    messageStore === undefined ||
    database === undefined ||
    logPipeline === undefined ||
    watching === undefined
  ) {
    throw new Error("a key was refused without a mistake"); // cannot be: a refusal is a mistake
  }
  const common = {
    function: lambda,
    parameters,
    secretParameters: Object.fromEntries(
      Object.entries(secrets).map(([name, value]) => [name, pulumi.secret(value)]),
    ),
    api: { ...api, endpointType: api.endpointType ?? (networking === "vpc" ? "PRIVATE" : "REGIONAL") },
    messageStore,
    logPipeline,
    watching,
  } as const;
  return {
    config:
      networking === "vpc" ? { networking, ...common, vpc, endpoints, database } : { networking, ...common },
  };
}

type SafeParse<T> =
  | { readonly success: true; readonly data: T }
  | { readonly success: false; readonly data?: undefined; readonly error: Parameters<typeof mistakesOf>[3] };

function unknownKeys(raw: RawConfig): Mistake[] {
  const known = Object.keys(schemas);
  return Object.keys(raw)
    .filter((key) => !known.includes(key))
    .map((key) => mistake(key, raw[key], `There is no such key. ${didYouMean(key, known)}`));
}

/** A value that stands readable in the stack's file is no secret, whatever Parameter Store makes of it. */
function plainSecrets(raw: RawConfig, encrypted: ReadonlySet<string> | undefined): Mistake[] {
  const key = "secretParameters";
  const values = raw[key];
  const some = typeof values === "object" && values !== null && Object.keys(values).length > 0;
  if (!some || encrypted === undefined || encrypted.has(key)) return [];
  const mend = `It is in plain text. Set each with: pulumi config set --secret --path ${key}.NAME`;
  return [mistake(key, values, mend)];
}

/** Objects, lists, booleans and numbers arrive as JSON, texts as they are. */
function parseJson(text: string): unknown {
  if (!/^[[{]|^(true|false|-?\d+(\.\d+)?)$/.test(text)) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text; // not JSON after all; its schema says what it should be
  }
}
