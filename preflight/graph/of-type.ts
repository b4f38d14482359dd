import { groupBy } from "./group-by.js";
import type { SourceResource } from "./source.js";
import type { Graph } from "./types.js";

const cache = new WeakMap<Graph["resources"], ReadonlyMap<string, readonly SourceResource[]>>();

/** The resources of a type, such as `aws:rds/proxy:Proxy`, in the stack's order; sorted once for a stack. */
export function ofType({ resources }: Graph, type: string): readonly SourceResource[] {
  const byType = cache.get(resources) ?? groupBy([...resources.values()], (resource) => resource.type);
  cache.set(resources, byType);
  return byType.get(type) ?? [];
}
