import { isElsewhere } from "../../graph/build/homes.js";
import type { Graph, Home, Key } from "../../graph/model.js";
import type { SourceResource } from "../../resources/resource.js";
import type { MaybeUnknown } from "../../resources/unknown.js";

/** The account and the Region of a resource; by default those of most of the stack. */
export function homeAt(graph: Graph, key: MaybeUnknown<Key>): Home {
  const { account = graph.account, region = graph.region } = graph.homeOf(key);
  return { account, region };
}

/** The Region of the first of some resources that has one; by default that of most of the stack. */
export function regionAt(graph: Graph, ...keys: readonly MaybeUnknown<Key>[]): string | undefined {
  for (const key of keys) {
    const { region } = graph.homeOf(key);
    if (region !== undefined) return region;
  }
  return graph.region;
}

/** The resources that a name in a property of a resource may mean: not those of another account or Region. */
export function namedFrom(graph: Graph, resource: SourceResource, name: string): readonly Key[] {
  const found = graph.find(name);
  if (name.startsWith("arn:")) return found;
  const home = graph.homeOf(resource.urn);
  return found.filter((key) => !isElsewhere(home, graph.homeOf(key)));
}
