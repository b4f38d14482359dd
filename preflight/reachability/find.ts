import type { Graph, Key, ServiceResource } from "../graph/model.js";

/**
 * The resources of one sort that a name means. The name of a component means what is inside it: `fetcher` is the
 * function of the component `fetcher`, whatever that calls it.
 */
export function findIn<T>(graph: Graph, nodes: ReadonlyMap<Key, T>, name: string): T[] {
  const keys = graph.find(name);
  const direct = keys.flatMap((key) => nodes.get(key) ?? []);
  if (direct.length > 0) return direct;
  const components = new Set(
    keys.filter((key) => !(graph.resources.get(key)?.type.startsWith("aws:") ?? true)),
  );
  if (components.size === 0) return [];
  return [...nodes].filter(([key]) => isInside(graph, key, components)).map(([, node]) => node);
}

function isInside(graph: Graph, key: Key, components: ReadonlySet<Key>): boolean {
  const seen = new Set<Key>();
  let at = graph.resources.get(key)?.parent;
  while (at !== undefined && !seen.has(at)) {
    if (components.has(at)) return true;
    seen.add(at);
    at = graph.resources.get(at)?.parent;
  }
  return false;
}

/** The queue, topic, table or the like that has an ARN. */
export function resourceByArn(graph: Graph, arn: string | undefined): ServiceResource | undefined {
  if (arn === undefined) return undefined;
  return graph
    .find(arn)
    .map((key) => graph.services.get(key))
    .find((found) => found !== undefined);
}
