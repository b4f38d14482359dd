import { synthesizeProgram } from "../../cli/lib/program.js";
import { isRecord } from "../../preflight/resources/read.js";
import type { RecordedResource } from "../../preflight/sources/mocks/recorded-resource.js";
import type { MockOptions, Synthesis } from "../../preflight/sources/mocks/synthesize.js";
import { readStackFile, type StackFile } from "../../preflight/sources/stack-files.js";
import { TEST_PROJECT } from "./test-project.js";

/** Settings by key, without the namespace. */
export type Settings = Readonly<Record<string, unknown>>;

/** The file of a stack of the tests' project with some of its keys replaced. Secret parameters count as encrypted. */
export function stackFile(stack: string, settings: Settings = {}): StackFile {
  const file = readStackFile(stack, TEST_PROJECT);
  const secretKeys = new Set(file.secretKeys);
  const config = { ...file.config };
  for (const [key, value] of Object.entries(settings)) {
    const name = `${file.project}:${key}`;
    config[name] = typeof value === "string" ? value : JSON.stringify(value);
    if (key === "secretParameters") secretKeys.add(name);
  }
  return { ...file, config, secretKeys: [...secretKeys] };
}

/** The resources that a program registered, with look-ups. */
export class Resources {
  constructor(
    readonly all: readonly RecordedResource[],
    /** The program's outputs; none if a component was created outside the program. */
    readonly outputs: Readonly<Record<string, unknown>> = {},
  ) {}

  /** Every resource of a type, e.g. `ec2/subnet:Subnet`. */
  ofType(type: string): RecordedResource[] {
    return this.all.filter((resource) => resource.type === `aws:${type}`);
  }

  /** The only resource of a type or, if there are several, the one with the logical name. */
  one(type: string, name?: string): RecordedResource {
    const found = this.ofType(type).filter((resource) => name === undefined || resource.name === name);
    const [first, ...rest] = found;
    if (first === undefined || rest.length > 0) {
      const names = this.ofType(type).map((resource) => resource.name);
      throw new Error(`${found.length} of ${type} ${name ?? ""}; there are: ${names.join(", ") || "none"}`);
    }
    return first;
  }

  /** The components' resources. */
  get components(): RecordedResource[] {
    return this.all.filter(({ isComponent }) => isComponent);
  }

  byUrn(urn: string | undefined): RecordedResource | undefined {
    return this.all.find((resource) => resource.urn === urn);
  }
}

const synthesized = new Map<string, Promise<Synthesis>>();

/** A stack in memory, with some of its keys replaced. The same stack is built once for all tests of a process. */
export function synthesisOf(
  stack: string,
  settings: Settings = {},
  { preview = false, accountId }: MockOptions = {},
): Promise<Synthesis> {
  const key = JSON.stringify([stack, settings, preview, accountId]);
  const known = synthesized.get(key);
  if (known !== undefined) return known;
  const options = { preview, ...(accountId !== undefined && { accountId }) };
  const synthesis = synthesizeProgram(stackFile(stack, settings), options);
  synthesized.set(key, synthesis);
  return synthesis;
}

/** The resources of {@link synthesisOf}, with look-ups. */
export async function build(
  stack: string,
  settings: Settings = {},
  options: MockOptions = {},
): Promise<Resources> {
  const { resources, outputs } = await synthesisOf(stack, settings, options);
  return new Resources(resources, outputs);
}

/** A value in a resource's properties: `propertyOf(lambda, "vpcConfig.subnetIds.0")`. */
export function propertyOf(resource: RecordedResource, path: string): unknown {
  return path.split(".").reduce<unknown>((value, step) => {
    if (Array.isArray(value)) return value[Number(step)];
    return isRecord(value) ? value[step] : undefined;
  }, resource.properties);
}

/** A property that must be text. */
export function textOf(resource: RecordedResource, path: string): string {
  const value = propertyOf(resource, path);
  if (typeof value !== "string") throw new Error(`${resource.name}.${path} is no text: ${String(value)}`);
  return value;
}

/** Several properties, for one comparison. */
export function pick(resource: RecordedResource, ...paths: string[]): Record<string, unknown> {
  return Object.fromEntries(paths.map((path) => [path, propertyOf(resource, path)]));
}
