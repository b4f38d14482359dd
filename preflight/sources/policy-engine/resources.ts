import { type SourceResource, UNKNOWN } from "../../graph/index.js";
import { type ProviderCopy, withoutCopies } from "../provider-copies.js";
import { knownProperties, providerUrn } from "../wire-values.js";

/** A resource as the engine passes it to a stack policy: the part of `PolicyResource` that is used here. */
export interface EngineResource {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  /** Outputs. At preview a Proxy that throws if an unknown value is read. */
  readonly props: object;
  readonly parent?: { readonly urn: string };
  readonly provider?: {
    readonly urn: string;
    readonly type: string;
    readonly name: string;
    readonly props: object;
  };
  readonly dependencies?: readonly { readonly urn: string }[];
  readonly propertyDependencies: Readonly<Record<string, readonly { readonly urn: string }[]>>;
}

/** The properties that the program wrote, by URN. */
export type WrittenProperties = ReadonlyMap<string, readonly string[]>;

/**
 * The engine's resources in the form of the graph, without the provider's copies.
 * @param written properties of the resources whose inputs the policy pack saw; without them, copies can only be guessed
 */
export function sourceResources(
  resources: readonly EngineResource[],
  written: WrittenProperties = new Map(),
): SourceResource[] {
  const types = new Set(resources.map(({ type }) => type));
  return [...providersOf(resources), ...resources.map(sourceResource)].map((resource) => {
    const { urn, type, properties, propertyDependencies = {} } = resource;
    const inputs = written.get(urn) ?? [];
    // A preview's copy holds what this update removes, so it is no sign of a change by hand and counts for nothing.
    const isWritten = (name: string, copy: ProviderCopy) => {
      if (copy.isKeptAtPreview === true) return true;
      if (inputs.length > 0) return inputs.includes(name);
      return Object.hasOwn(propertyDependencies, name) || !isLikelyCopied(resource, copy, types);
    };
    return { ...resource, properties: withoutCopies(type, properties, isWritten).own };
  });
}

/** The providers that the engine names with their resources but does not list. */
function providersOf(resources: readonly EngineResource[]): SourceResource[] {
  const listed = new Set(resources.map(({ urn }) => urn));
  const found = new Map<string, SourceResource>();
  for (const { provider } of resources) {
    if (provider === undefined) continue;
    const urn = providerUrn(provider.urn);
    const { type, name, props } = provider;
    if (!listed.has(urn)) found.set(urn, { urn, type, name, properties: knownProperties(props) });
  }
  return [...found.values()];
}

/**
 * Whether a list without a known origin counts as a copy: it does in a stack that writes the list's entries one by one.
 * A resource that does not exist yet has nothing to copy. A document is kept, because without its policy an endpoint or
 * an API would count as open.
 */
function isLikelyCopied(
  { id }: SourceResource,
  { writtenBy, isWhole = false }: ProviderCopy,
  types: ReadonlySet<string>,
): boolean {
  return id !== undefined && !isWhole && writtenBy.some((type) => types.has(type));
}

function sourceResource({
  urn,
  type,
  name,
  props,
  parent,
  provider,
  ...resource
}: EngineResource): SourceResource {
  const outputs = knownProperties(props);
  const propertyDependencies = dependenciesOf(resource);
  const { id } = outputs;
  return {
    urn,
    type,
    name,
    ...(parent !== undefined && { parent: parent.urn }),
    ...(provider !== undefined && { provider: providerUrn(provider.urn) }),
    ...(typeof id === "string" && id !== "" && { id }),
    ...("id" in outputs ? {} : { isComponent: true }), // a component has no id
    properties: "id" in outputs ? withoutComputed(outputs, propertyDependencies) : outputs,
    dependencies: (resource.dependencies ?? []).map((dependency) => dependency.urn),
    propertyDependencies,
  };
}

/** Represents a resource outside the stack, so that a value from there stays unknown. */
const ELSEWHERE = "urn:elsewhere";

/**
 * Dependencies by property. The engine names only properties with dependencies, and omits sources outside the stack.
 */
function dependenciesOf({ propertyDependencies }: Pick<EngineResource, "propertyDependencies">) {
  return Object.fromEntries(
    Object.entries(propertyDependencies).map(([property, sources]) => [
      property,
      sources.length === 0 ? [ELSEWHERE] : sources.map(({ urn }) => urn),
    ]),
  );
}

/**
 * The outputs without those that the program did not set and that the provider will compute. Such outputs are unknown
 * during a create or update and have no dependencies, for example the rules of a security group whose rules are
 * separate resources.
 */
function withoutComputed(
  outputs: Readonly<Record<string, unknown>>,
  dependencies: Readonly<Record<string, readonly string[]>>,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(outputs).filter(([property, value]) => value !== UNKNOWN || property in dependencies),
  );
}
