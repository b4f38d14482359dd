import * as pulumi from "@pulumi/pulumi";
import { isRecord } from "../../resources/read.js";
import type { SourceResource } from "../../resources/resource.js";
import { hasSecret, plainRecord, providerUrn } from "../wire-values.js";
import { invoke } from "./invokes.js";
import { create, isKnownType } from "./resource-types/index.js";

/** A resource as the program registered it. */
export interface RecordedResource extends SourceResource {
  readonly isComponent: boolean;
  /** The inputs without the outputs. */
  readonly inputs: Readonly<Record<string, unknown>>;
  /** Inputs that hold a secret, by name. */
  readonly secrets: readonly string[];
  readonly dependencies: readonly string[];
  /** Properties whose changes an update ignores; absent if there are none. */
  readonly ignoreChanges?: readonly string[];
  /** Properties whose changes replace the resource; absent if there are none. */
  readonly replaceOnChanges?: readonly string[];
  /** Whether AWS keeps it if the stack no longer has it; absent if not. */
  readonly retainOnDelete?: true;
  /** Whether the engine refuses to delete or replace it; absent if not. */
  readonly protect?: true;
  /** Id of the resource in AWS that it takes over; absent if it is created. */
  readonly importId?: string;
}

export interface RecorderArgs {
  readonly project: string;
  readonly stack: string;
  readonly region: string;
  readonly accountId: string;
  /** Whether this is a preview, at which no resource has an id or a computed output yet. */
  readonly preview: boolean;
  /** @default throw */
  readonly onUnknownType?: OnUnknownType;
}

/** Treatment of a resource whose type the mocks do not know. */
export type OnUnknownType = "throw" | "unknown";

/** The registered resources, and the errors of registrations. */
export interface Recording {
  readonly resources: Map<string, RecordedResource>;
  readonly errors: Error[];
}

const PROVIDER = "pulumi:providers:aws";

interface Message {
  toJavaScript(): unknown;
}
interface RegisterRequest {
  getType(): string;
  getName(): string;
  getParent(): string;
  getProvider(): string;
  getCustom(): boolean;
  getObject(): Message | undefined;
  getDependenciesList(): string[];
  getIgnorechangesList(): string[];
  getReplaceonchangesList(): string[];
  getRetainondelete(): boolean | undefined;
  getProtect(): boolean | undefined;
  getImportid(): string;
  getPropertydependenciesMap(): {
    forEach(visit: (urns: { getUrnsList(): string[] }, property: string) => void): void;
  };
}
interface RegisterResponse {
  getUrn(): string;
  getId(): string;
  getObject(): Message | undefined;
}
interface OutputsRequest {
  getUrn(): string;
  getOutputs(): Message | undefined;
}
type Callback<Response> = (error: Error | null, response: Response | undefined) => void;
interface Monitor {
  registerResource(request: RegisterRequest, callback: Callback<RegisterResponse>): unknown;
  registerResourceOutputs(request: OutputsRequest, callback: Callback<unknown>): unknown;
}

/** Replaces the engine with a mocked AWS and records what the program registers. */
export async function startRecording(args: RecorderArgs): Promise<Recording> {
  const { project, stack, region, accountId, preview, onUnknownType = "throw" } = args;
  const allowsUnknown = onUnknownType === "unknown";
  /** Regions of the providers that name one, by the provider's name. */
  const regions = new Map<string, string>();
  /** Since version 7 of the provider each resource may name its own Region. */
  const regionOf = (provider: string | undefined, own: unknown): string => {
    if (typeof own === "string" && own !== "") return own;
    const name = provider === undefined ? "" : (providerUrn(provider).split("::").at(-1) ?? "");
    return regions.get(name) ?? region;
  };
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, inputs, custom, provider }) => {
        const at = regionOf(provider, inputs.region);
        if (type === PROVIDER) regions.set(name, at);
        if (custom === false || (allowsUnknown && !isKnownType(type)))
          return { id: undefined, state: inputs };
        // Ids and names that AWS makes up differ from Region to Region.
        const unique = at === region ? name : `${name}-${at}`;
        const { id, outputs } = create(type, { name: unique, inputs, region: at, accountId });
        return preview ? { id: undefined, state: inputs } : { id, state: { ...inputs, ...outputs } };
      },
      call: ({ token, inputs, provider }) =>
        answer(() => invoke(token, inputs, { region: regionOf(provider, inputs.region), accountId })),
    },
    project,
    stack,
    // The runtime treats a missing output as unknown only at a preview. Otherwise it is undefined.
    preview || allowsUnknown,
  );
  const recording: Recording = { resources: new Map(), errors: [] };
  const monitor: unknown = pulumi.runtime.getMonitor();
  if (!isMonitor(monitor)) throw new Error("this version of @pulumi/pulumi has no mock monitor to listen to");
  listen(monitor, recording);
  return recording;
}

/**
 * Adds `details` to an error, because the runtime reads the reason of a failed call only from there, as in the engine's
 * errors.
 */
function answer<T>(ask: () => T): T {
  try {
    return ask();
  } catch (error) {
    throw error instanceof Error ? Object.assign(error, { details: error.message }) : error;
  }
}

/** Listens to the monitor's requests, because the mocks are passed neither parents nor dependencies. */
function listen(monitor: Monitor, { resources, errors }: Recording): void {
  const register = monitor.registerResource.bind(monitor);
  monitor.registerResource = (request, callback) =>
    register(request, (error, response) => {
      if (error !== null) errors.push(error);
      else if (response !== undefined) {
        const urn = response.getUrn();
        // The engine refuses a duplicate in the middle of an update, so it must not pass here.
        if (resources.has(urn)) errors.push(new Error(`Duplicate resource URN '${urn}'`));
        resources.set(urn, record(request, response));
      }
      callback(error, response);
    });
  const registerOutputs = monitor.registerResourceOutputs.bind(monitor);
  monitor.registerResourceOutputs = (request, callback) => {
    const resource = resources.get(request.getUrn());
    if (resource !== undefined) {
      const outputs = plainRecord(fields(request.getOutputs()));
      resources.set(resource.urn, { ...resource, properties: { ...resource.properties, ...outputs } });
    }
    return registerOutputs(request, callback);
  };
}

function record(request: RegisterRequest, response: RegisterResponse): RecordedResource {
  const wire = fields(request.getObject());
  const inputs = plainRecord(wire);
  const parent = request.getParent();
  const provider = request.getProvider();
  const id = response.getId();
  const ignoreChanges = request.getIgnorechangesList();
  const replaceOnChanges = request.getReplaceonchangesList();
  const importId = request.getImportid();
  return {
    urn: response.getUrn(),
    type: request.getType(),
    name: request.getName(),
    ...(parent !== "" && { parent }),
    ...(provider !== "" && { provider: providerUrn(provider) }),
    ...(id !== "" && { id }),
    isComponent: !request.getCustom(),
    inputs,
    properties: { ...inputs, ...plainRecord(fields(response.getObject())) },
    propertyDependencies: propertyDependencies(request),
    secrets: Object.keys(wire).filter((key) => hasSecret(wire[key])),
    dependencies: request.getDependenciesList(),
    ...(ignoreChanges.length > 0 && { ignoreChanges }),
    ...(replaceOnChanges.length > 0 && { replaceOnChanges }),
    ...(request.getRetainondelete() === true && { retainOnDelete: true }),
    ...(request.getProtect() === true && { protect: true }),
    ...(importId !== "" && { importId }),
  };
}

function propertyDependencies(request: RegisterRequest): Record<string, string[]> {
  const dependencies: Record<string, string[]> = {};
  request.getPropertydependenciesMap().forEach((urns, property) => {
    dependencies[property] = urns.getUrnsList();
  });
  return dependencies;
}

function fields(message: Message | undefined): Record<string, unknown> {
  const value = message?.toJavaScript();
  return isRecord(value) ? { ...value } : {};
}

function isMonitor(value: unknown): value is Monitor {
  return (
    typeof value === "object" &&
    value !== null &&
    "registerResource" in value &&
    typeof value.registerResource === "function" &&
    "registerResourceOutputs" in value &&
    typeof value.registerResourceOutputs === "function"
  );
}
