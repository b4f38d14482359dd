import { type SourceResource, UNKNOWN } from "../preflight/graph/index.js";
import { knownProperties } from "./known-values.js";

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

/** The engine's resources as the graph takes them. */
export function sourceResources(resources: readonly EngineResource[]): SourceResource[] {
  return resources.map(sourceResource);
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
