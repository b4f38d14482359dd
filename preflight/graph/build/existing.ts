import { isRecord, list } from "../../resources/read.js";
import type { SourceResource } from "../../resources/resource.js";
import { isKnown } from "../../resources/unknown.js";

/**
 * The resources of somebody else that components describe in their output `existing`: a VPC that the stack is deployed
 * into, with its subnets, route tables and the rest. They are older than the stack, which only reads them.
 *
 * A component's output is the one form that every source has. The engine shows a policy pack no resource that the program
 * reads, and the mocks register none. A stack export has them; then the export's own counts.
 * https://github.com/pulumi/pulumi/issues/3950
 */
export function existingResources(resources: readonly SourceResource[]): SourceResource[] {
  const known = new Set(resources.map(({ type, id }) => `${type} ${id}`));
  const provider = resources.find(
    ({ type, provider }) => type.startsWith("aws:") && provider !== undefined,
  )?.provider;
  const found = new Map<string, SourceResource>();
  for (const component of resources) {
    if (component.type.startsWith("aws:")) continue;
    for (const item of list(component.properties.existing)) {
      const resource = resourceOf(component, item, provider);
      if (resource === undefined || known.has(`${resource.type} ${resource.id}`)) continue;
      found.set(resource.urn, resource);
    }
  }
  return [...found.values()];
}

function resourceOf(
  component: SourceResource,
  item: unknown,
  provider: string | undefined,
): SourceResource | undefined {
  if (!isKnown(item) || !isRecord(item)) return undefined;
  const { type, id, name, properties } = item;
  if (typeof type !== "string" || !type.startsWith("aws:") || typeof id !== "string") return undefined;
  if (!isRecord(properties)) return undefined;
  const own = typeof name === "string" ? name : id;
  const [urn, , project] = component.urn.split("::");
  return {
    urn: `${urn}::${project ?? ""}::${type}::${own}`,
    type,
    name: own,
    id,
    parent: component.urn,
    ...(provider !== undefined && { provider }),
    isRead: true,
    properties,
    dependencies: [component.urn],
  };
}
