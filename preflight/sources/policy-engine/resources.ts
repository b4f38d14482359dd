import { type SourceResource, UNKNOWN } from "../../graph/index.js";
import { type ProviderCopy, withoutCopies } from "../provider-copies.js";
import { knownProperties } from "../wire-values.js";

/** What the engine tells a stack policy of a resource: as much of `PolicyResource` as is used here. */
export interface EngineResource {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  /** Outputs; at preview a Proxy that throws where a value is not known. */
  readonly props: object;
  readonly parent?: { readonly urn: string };
  readonly propertyDependencies: Readonly<Record<string, readonly { readonly urn: string }[]>>;
}

/** The properties that the program wrote, by URN. */
export type WrittenProperties = ReadonlyMap<string, readonly string[]>;

/**
 * The engine's resources as the graph takes them, without what the provider only copied.
 * @param written of the resources that the pack saw the inputs of, without which a copy can only be guessed
 */
export function sourceResources(
  resources: readonly EngineResource[],
  written: WrittenProperties = new Map(),
): SourceResource[] {
  const types = new Set(resources.map(({ type }) => type));
  return resources.map(sourceResource).map((resource) => {
    const { urn, type, properties, propertyDependencies = {} } = resource;
    const inputs = written.get(urn) ?? [];
    const isWritten = (name: string, copy: ProviderCopy) =>
      inputs.length > 0
        ? inputs.includes(name)
        : name in propertyDependencies || !isLikelyCopied(resource, copy, types);
    return { ...resource, properties: withoutCopies(type, properties, isWritten) };
  });
}

/**
 * Whether a list that comes from nowhere is taken for a copy: in a stack that writes its entries one by one. A
 * resource that is not made yet has nothing to copy. A document is kept, because without its policy an endpoint or an
 * API would count as open.
 */
function isLikelyCopied(
  { id }: SourceResource,
  { writtenBy, isWhole = false }: ProviderCopy,
  types: ReadonlySet<string>,
): boolean {
  return id !== undefined && !isWhole && writtenBy.some((type) => types.has(type));
}

function sourceResource({ urn, type, name, props, parent, ...resource }: EngineResource): SourceResource {
  const outputs = knownProperties(props);
  const propertyDependencies = dependenciesOf(resource);
  const { id } = outputs;
  return {
    urn,
    type,
    name,
    ...(parent !== undefined && { parent: parent.urn }),
    ...(typeof id === "string" && id !== "" && { id }),
    properties: "id" in outputs ? withoutComputed(outputs, propertyDependencies) : outputs, // a component has no id
    propertyDependencies,
  };
}

/** Stands for a resource that is not in the stack, so that a value from there stays unknown. */
const ELSEWHERE = "urn:elsewhere";

/** The engine names only properties that depend on something, and leaves out what is not in the stack. */
function dependenciesOf({ propertyDependencies }: Pick<EngineResource, "propertyDependencies">) {
  return Object.fromEntries(
    Object.entries(propertyDependencies).map(([property, sources]) => [
      property,
      sources.length === 0 ? [ELSEWHERE] : sources.map(({ urn }) => urn),
    ]),
  );
}

/**
 * Outputs but for those that nobody asked for and that the provider will choose. Whenever a resource is made or
 * updated they are unknown, and what comes from nowhere was no input: the rules of a security group whose rules are
 * resources of their own, say.
 */
function withoutComputed(
  outputs: Readonly<Record<string, unknown>>,
  dependencies: Readonly<Record<string, readonly string[]>>,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(outputs).filter(([property, value]) => value !== UNKNOWN || property in dependencies),
  );
}
