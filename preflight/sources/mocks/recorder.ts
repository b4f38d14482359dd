import * as pulumi from "@pulumi/pulumi";
import { UserError } from "../../errors/user-error.js";
import { isRecord } from "../../resources/read.js";
import { hasSecret, plainRecord, providerUrn } from "../wire-values.js";
import type { DescribedVpcFile } from "./described-vpc.js";
import { invoke } from "./invokes.js";
import {
  type Alias,
  isMonitor,
  type Message,
  type Monitor,
  type RegisterRequest,
  type RegisterResponse,
} from "./monitor.js";
import type { RecordedResource } from "./recorded-resource.js";
import { AWSX } from "./remote-components/awsx.js";
import { constructRemote } from "./remote-components/construct.js";
import { create, isKnownType } from "./resource-types/index.js";

/** A registration as the engine receives it, before the provider answers. */
export interface Registration {
  /** With the types of all parents, as the engine writes it. */
  readonly urn: string;
  readonly type: string;
  /** Logical name. */
  readonly name: string;
  /** URNs that the resource had before. */
  readonly aliases: readonly string[];
  /** A value that is not known before the update is `UNKNOWN`. */
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly propertyDependencies: Readonly<Record<string, readonly string[]>>;
  readonly ignoreChanges: readonly string[];
  /** Inputs whose change replaces the resource, whatever the provider does. */
  readonly replaceOnChanges: readonly string[];
  /** Whether the engine refuses to delete or replace it. */
  readonly protect: boolean;
}

/** The state of a resource that AWS has already and keeps. */
export interface KeptState {
  readonly id: string;
  /** Inputs and outputs. One that is missing is not known before the update. */
  readonly properties: Readonly<Record<string, unknown>>;
}

/** What is deployed, for a preview of an update. */
export interface DeployedStateSource {
  /** The Availability Zones that deployed resources are in. */
  readonly zones: readonly string[];
  /** Called once for each registration, in order. Undefined if the update creates or replaces the resource. */
  stateOf(registration: Registration): KeptState | undefined;
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
  /** Without it the stack is new. It needs `preview`. */
  readonly deployed?: DeployedStateSource;
  /** A VPC of somebody else, as AWS described it; undefined: nobody has asked AWS. */
  readonly described?: DescribedVpcFile;
  /** How to ask AWS for it. */
  readonly describeCommand?: string;
}

/** Treatment of a resource whose type the mocks do not know. */
export type OnUnknownType = "throw" | "unknown";

/** The registered resources, and the errors of registrations. */
export interface Recording {
  readonly resources: Map<string, RecordedResource>;
  readonly errors: Error[];
}

const PROVIDER = "pulumi:providers:aws";

/** Replaces the engine with a mocked AWS and records what the program registers. */
export async function startRecording(args: RecorderArgs): Promise<Recording> {
  const { project, stack, region, accountId, preview, onUnknownType = "throw", deployed, described } = args;
  const allowsUnknown = onUnknownType === "unknown";
  /** Regions of the providers that name one, by the provider's name. */
  const regions = new Map<string, string>();
  /** Since version 7 of the provider each resource may name its own Region. */
  const regionOf = (provider: string | undefined, own: unknown): string => {
    if (typeof own === "string" && own !== "") return own;
    const name = provider === undefined ? "" : (providerUrn(provider).split("::").at(-1) ?? "");
    return regions.get(name) ?? region;
  };
  const current: Current = {};
  const recording: Recording = { resources: new Map(), errors: [] };
  const missing = (): never => {
    const error = new UserError(args.describeCommand ?? "nothing describes the VPC");
    recording.errors.push(error);
    throw error;
  };
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, inputs, custom, provider, id: read }) => {
        const at = regionOf(provider, inputs.region);
        if (type === PROVIDER) regions.set(name, at);
        const there = read === undefined || read === "" ? undefined : described?.read(type, read);
        if (there !== undefined) return { id: read, state: { ...there } };
        const kept =
          custom === false ? undefined : current.registration && deployed?.stateOf(current.registration);
        if (kept !== undefined) return { id: kept.id, state: { ...kept.properties } };
        // A provider is known before it exists.
        if (custom === false || (allowsUnknown && !isKnownType(type)))
          return { id: undefined, state: inputs };
        // Ids and names that AWS makes up differ from Region to Region.
        const unique = at === region ? name : `${name}-${at}`;
        const { id, outputs } = create(type, { name: unique, inputs, region: at, accountId });
        return preview ? { id: undefined, state: inputs } : { id, state: { ...inputs, ...outputs } };
      },
      call: ({ token, inputs, provider }) =>
        answer(() =>
          invoke(token, inputs, {
            region: regionOf(provider, inputs.region),
            accountId,
            describedVpc: () => described ?? missing(),
            ...(deployed !== undefined && { deployedZones: deployed.zones }),
          }),
        ),
    },
    project,
    stack,
    // The runtime treats a missing output as unknown only at a preview. Otherwise it is undefined.
    preview || allowsUnknown,
  );
  const monitor: unknown = pulumi.runtime.getMonitor();
  if (!isMonitor(monitor)) throw new Error("this version of @pulumi/pulumi has no mock monitor to listen to");
  listen(monitor, recording, current);
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

/** The registration that the mocks are asked about. They are asked before the call of the monitor returns. */
interface Current {
  registration?: Registration;
}

/** Listens to the monitor's requests, because the mocks are passed neither parents nor dependencies. */
function listen(monitor: Monitor, { resources, errors }: Recording, current: Current): void {
  const register = monitor.registerResource.bind(monitor);
  /** Types of the parents, by the mocks' URNs, which have only the nearest one. */
  const chains = new Map<string, string>();
  const registerOne: Monitor["registerResource"] = (request, callback) => {
    const chain = chainOf(request, chains);
    const registration = registrationOf(request, chain, chains);
    current.registration = registration;
    return register(request, (error, response) => {
      if (error !== null) errors.push(error);
      else if (response !== undefined) {
        const urn = response.getUrn();
        // The engine refuses a duplicate in the middle of an update, so it must not pass here.
        if (resources.has(urn)) errors.push(new Error(`Duplicate resource URN '${urn}'`));
        chains.set(urn, chain);
        const { aliases } = registration;
        resources.set(urn, { ...record(request, response), ...(aliases.length > 0 && { aliases }) });
      }
      callback(error, response);
    });
  };
  monitor.registerResource = (request, callback) => {
    const construct = request.getRemote() ? AWSX[request.getType()] : undefined;
    if (construct === undefined) return registerOne(request, callback);
    return registerOne(request, (error, response) => {
      if (error !== null || response === undefined) return callback(error, response);
      constructRemote(construct, request, response, { register: registerOne, resources }).then(
        (whole) => callback(null, whole),
        (reason: Error) => {
          errors.push(reason);
          callback(reason, undefined);
        },
      );
    });
  };
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

/** The types in a resource's URN: those of its parents, without the stack's, and its own. */
function chainOf(request: RegisterRequest, chains: ReadonlyMap<string, string>): string {
  const above = chains.get(request.getParent());
  return above === undefined ? request.getType() : `${above}$${request.getType()}`;
}

const urnOf = (chain: string, name: string) =>
  `urn:pulumi:${pulumi.getStack()}::${pulumi.getProject()}::${chain}::${name}`;

function registrationOf(
  request: RegisterRequest,
  chain: string,
  chains: ReadonlyMap<string, string>,
): Registration {
  const full = (urn: string) => {
    const known = chains.get(urn);
    return known === undefined ? urn : urnOf(known, urn.split("::").slice(3).join("::"));
  };
  return {
    urn: urnOf(chain, request.getName()),
    type: request.getType(),
    name: request.getName(),
    // The runtime writes aliases in one form or the other, depending on the engine.
    aliases: [
      ...request.getAliasesList().map((alias) => aliasUrn(alias, request, chain)),
      ...request.getAliasurnsList(),
    ],
    inputs: plainRecord(fields(request.getObject())),
    propertyDependencies: Object.fromEntries(
      Object.entries(propertyDependencies(request)).map(([property, urns]) => [property, urns.map(full)]),
    ),
    ignoreChanges: request.getIgnorechangesList(),
    replaceOnChanges: request.getReplaceonchangesList(),
    protect: request.getProtect() === true,
  };
}

/** URN of an alias. What its specification leaves out is as in the resource's own URN. */
function aliasUrn(alias: Alias, request: RegisterRequest, chain: string): string {
  const spec = alias.getSpec();
  if (spec === undefined) return alias.getUrn();
  const parents = spec.getParenturn() === "" ? chain : `${spec.getParenturn().split("::")[2] ?? ""}$`;
  const above = parents.includes("$") ? `${parents.slice(0, parents.lastIndexOf("$"))}$` : "";
  return urnOf(`${above}${spec.getType() || request.getType()}`, spec.getName() || request.getName());
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
