import { execFile, spawn } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { parse, stringify } from "yaml";
import { resourcesFromExport, type SourceResource } from "../../../preflight/graph/index.js";
import { TEST_PROJECT } from "../../support/test-project.js";
import { timed } from "./progress.js";

export const REGION = "eu-west-1";
const checkout = fileURLToPath(new URL("../../..", import.meta.url));
const PROGRAM = [
  "index.ts",
  "program",
  "config",
  "components",
  "handlers",
  "examples",
  "preflight",
  "local-api",
  "package.json",
  "tsconfig.json",
];
const STACK_FILES = ["Pulumi.dev.yaml", "Pulumi.prod.yaml"];

/** Temporary folders, and the backend folder that they share. */
const folders: string[] = [];
let backend: string | undefined;

/** Creates a temporary folder, which is removed at the end. */
export function makeFolder(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), `lambda-networking-${name}-`));
  folders.push(folder);
  return folder;
}

export function removeWorkspaces(): void {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
}

/** Copies the program as a clone has it before `npm ci`, with the stacks and the name of the tests' project. */
export function copyProgram(name: string): string {
  const folder = makeFolder(name);
  for (const file of PROGRAM) {
    if (existsSync(join(checkout, file)))
      cpSync(join(checkout, file), join(folder, file), { recursive: true });
  }
  for (const file of STACK_FILES) cpSync(join(TEST_PROJECT, file), join(folder, file));
  const own = parse(readFileSync(join(checkout, "Pulumi.yaml"), "utf8"));
  const { name: project } = parse(readFileSync(join(TEST_PROJECT, "Pulumi.yaml"), "utf8"));
  writeFileSync(join(folder, "Pulumi.yaml"), stringify({ ...own, name: project }));
  return folder;
}

/** Links the modules that `npm ci` would install in the copy. */
export function linkModules(folder: string): void {
  symlinkSync(join(checkout, "node_modules"), join(folder, "node_modules"), "dir");
}

/** Endpoints of services that a test plays itself, by the variable that names them. */
export const endpoints: Record<string, string> = {};

/** The CLI's environment: the emulator with test credentials, without other accounts of this environment. */
function environment(): NodeJS.ProcessEnv {
  backend ??= makeFolder("backend");
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(AWS_|PULUMI_)/.test(name) || ["AWS_CA_BUNDLE", "PULUMI_HOME"].includes(name),
  );
  return {
    ...Object.fromEntries(inherited),
    AWS_ENDPOINT_URL: process.env.AWS_ENDPOINT_URL,
    ...endpoints,
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
    AWS_EC2_METADATA_DISABLED: "true",
    PULUMI_BACKEND_URL: `file://${backend}`,
    PULUMI_CONFIG_PASSPHRASE: "test",
    PULUMI_SKIP_UPDATE_CHECK: "true",
  };
}

export interface CommandResult {
  readonly status: number;
  readonly stdout: string;
  /** The text of both streams. */
  readonly output: string;
}

/** Everything that the CLI printed in this run. */
const transcript: string[] = [];
export const everythingPrinted = (): string => transcript.join("\n");

function runPulumi(cwd: string, args: readonly string[]): Promise<CommandResult> {
  return startPulumi(cwd, args).ended;
}

/** A command of the CLI that is running. */
export interface RunningCommand {
  readonly pid: number;
  /** The text of both streams so far. */
  readonly printed: () => string;
  readonly ended: Promise<CommandResult>;
}

/** Starts a CLI command as a terminal does, in a process group of its own. */
export function startPulumi(cwd: string, args: readonly string[]): RunningCommand {
  const program = join(checkout, "node_modules", ".bin", "pulumi");
  const child = spawn(program, [...args, "--non-interactive", "--color", "never"], {
    cwd,
    env: environment(),
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  let stdout = "";
  let output = "";
  const ended = new Promise<CommandResult>((resolve, reject) => {
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
      output += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
    child.on("error", reject);
    child.on("close", (status) => {
      transcript.push(output);
      resolve({ status: status ?? 1, stdout, output });
    });
  });
  return { pid: child.pid ?? 0, printed: () => output, ended };
}

/** The CLI's version; undefined if it does not run. */
export async function pulumiVersion(): Promise<string | undefined> {
  const { status, stdout } = await runPulumi(checkout, ["version"]).catch(() => ({ status: 1, stdout: "" }));
  return status === 0 ? stdout.trim() : undefined;
}

/** Runs a CLI command in a project's folder, and returns its result even if it fails. */
export function tryPulumi(folder: string, ...args: string[]): Promise<CommandResult> {
  const shown = args.map((arg) => (arg.includes("=") ? arg.replace(/=.*/s, "=…") : basename(arg))).join(" ");
  return timed(`pulumi ${shown.slice(0, 80)}`, () => runPulumi(folder, args));
}

/** Runs a CLI command that must succeed. */
export async function pulumi(folder: string, ...args: string[]): Promise<CommandResult> {
  const result = await tryPulumi(folder, ...args);
  if (result.status !== 0) {
    throw new Error(`pulumi ${args[0]} ended with ${result.status}:\n${readable(result.output)}`);
  }
  return result;
}

/** Runs lines of a shell in a project's folder, with the CLI as `pulumi`. Each must succeed. */
export async function pulumiInShell(folder: string, lines: readonly string[]): Promise<void> {
  const path = `${join(checkout, "node_modules", ".bin")}${delimiter}${process.env.PATH}`;
  const script = ["set -e", ...lines].join("\n");
  await promisify(execFile)("sh", ["-c", script], { cwd: folder, env: { ...environment(), PATH: path } });
}

/** Keeps the messages of the engine's events, which have thousands of lines. */
function readable(output: string): string {
  return output
    .split("\n")
    .flatMap((line) => {
      if (!line.startsWith('{"sequence"')) return line;
      const { severity, prefix, message } = JSON.parse(line).diagnosticEvent ?? {};
      return severity === "error" ? `${prefix}${message}` : [];
    })
    .join("\n");
}

type Config = Record<string, unknown>;

/**
 * Changes a stack's file in a copy of the program; a key that is undefined is left out. Keys have no project name, as a
 * user may write them, because the CLI adds it.
 */
export function configure(folder: string, stack: string, changes: Config): void {
  const path = join(folder, `Pulumi.${stack}.yaml`);
  const file = existsSync(path) ? parse(readFileSync(path, "utf8")) : {};
  const config: Config = { "aws:region": REGION, ...file.config };
  for (const [key, value] of Object.entries(changes)) {
    for (const old of Object.keys(config)) if (old.split(":").at(-1) === key) delete config[old];
    if (value !== undefined) config[key] = value;
  }
  writeFileSync(path, stringify({ ...file, config }));
}

/** Returns a stack's `api` from its file without one setting; undefined if the file has no `api`. */
export function apiWithout(folder: string, stack: string, setting: string): Config | undefined {
  const { api } = parse(readFileSync(join(folder, `Pulumi.${stack}.yaml`), "utf8")).config;
  if (api === undefined) return undefined;
  const { [setting]: _, ...rest } = api;
  return rest;
}

/** What an update did to each resource, by logical name. */
export type Operations = ReadonlyMap<string, string>;

/** Deploys, and returns what was done to each of AWS's resources. */
export async function up(folder: string, stack: string, ...options: string[]): Promise<Operations> {
  return operationsIn(await events(folder, "up", stack, ...options));
}

/** Deploys or destroys, and returns the engine's events, one on a line. */
export async function events(
  folder: string,
  command: "up" | "destroy",
  stack: string,
  ...options: string[]
): Promise<string> {
  const args = ["--stack", stack, "--yes", "--skip-preview", "--json", ...options];
  return (await pulumi(folder, command, ...args)).stdout;
}

/** What was done to each of AWS's resources, from the engine's events. */
export function operationsIn(stdout: string): Operations {
  const operations = new Map<string, string>();
  for (const line of stdout.split("\n").filter((text) => text.startsWith("{"))) {
    const { metadata } = JSON.parse(line).resourcePreEvent ?? {};
    if (metadata === undefined || !/^aws:/.test(metadata.type)) continue;
    const { type, urn, op } = metadata;
    const key = `${type} ${urn.split("::").at(-1)}`;
    // A replacement has several steps; the one whose name contains "replace" counts.
    if (!operations.get(key)?.includes("replace")) operations.set(key, op);
  }
  return operations;
}

/** The resources of a deployed stack, as preflight reads them. */
export async function exported(folder: string, stack: string): Promise<SourceResource[]> {
  const { stdout } = await pulumi(folder, "stack", "export", "--stack", stack);
  return resourcesFromExport(JSON.parse(stdout));
}

/** Returns the resources that were deleted or replaced. */
export function lost(operations: Operations): string[] {
  return [...operations].filter(([, op]) => /delete|replace/.test(op)).map(([key, op]) => `${op} ${key}`);
}

/** A stack's outputs. */
export interface Outputs {
  readonly networking: string;
  readonly region: string;
  readonly functionName: string;
  readonly functionArn: string;
  readonly functionVersion: string;
  readonly codeDeployApplicationName: string;
  readonly codeDeployDeploymentGroupName: string;
  readonly parameterPath: string;
  readonly firstParameterCommand: string;
  readonly apiId: string;
  readonly apiUrl: string;
  readonly apiKeyIds: Readonly<Record<string, string>>;
  readonly apiInvokeUrls: readonly {
    readonly from: string;
    readonly url: string;
    readonly headers?: Record<string, string>;
  }[];
  readonly apiDomainNames: readonly string[];
  readonly peeringConnectionIds: readonly string[];
  readonly frontDoorUrl: string;
  readonly frontDoorDnsName: string;
  readonly vpcId: string;
  readonly publicSubnetIds: readonly string[];
  readonly privateSubnetIds: readonly string[];
  readonly functionSubnetIds: readonly string[];
  readonly natGatewayIds: readonly string[];
  readonly natInstanceGroupNames: readonly string[];
  readonly interfaceEndpointIds: readonly string[];
  readonly gatewayEndpointIds: readonly string[];
  readonly executeApiEndpointId: string;
  readonly isolatedSubnetIds: readonly string[];
  readonly databaseProxyEndpoint: string;
  readonly databaseName: string;
  readonly logProducerName: string;
  readonly logConsumerName: string;
  readonly logTopicArn: string;
  readonly logDeadLetterQueueUrl: string;
  readonly logUndeliveredQueueUrl: string;
  readonly logNotificationTopicArn: string;
  readonly alarmTopicArn: string;
}

export async function outputsOf(folder: string, stack: string): Promise<Outputs> {
  return JSON.parse((await pulumi(folder, "stack", "output", "--stack", stack, "--json")).stdout);
}
