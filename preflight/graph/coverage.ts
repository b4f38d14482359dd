import type { SourceResource } from "../resources/resource.js";
import type { Graph } from "./model.js";
import { isModelled } from "./modelled-types.js";

/** How many of a stack's resources the graph reads, and the types that it does not. */
export interface Coverage {
  readonly judged: number;
  /** Resources of any provider. Components, providers and the stack itself are none. */
  readonly resources: number;
  /** Most frequent first. */
  readonly notModelled: readonly { readonly type: string; readonly count: number }[];
}

export function coverageOf({ resources }: Graph): Coverage {
  const all = [...resources.values()].filter(isResource);
  const others = new Map<string, number>();
  for (const { type } of all) if (!isModelled(type)) others.set(type, (others.get(type) ?? 0) + 1);
  const notModelled = [...others]
    .map(([type, count]) => ({ type, count }))
    .sort((a, b) => b.count - a.count || (a.type < b.type ? -1 : 1));
  const missing = notModelled.reduce((sum, { count }) => sum + count, 0);
  return { judged: all.length - missing, resources: all.length, notModelled };
}

function isResource({ type, isComponent = false, isRead = false }: SourceResource): boolean {
  return !isComponent && !isRead && !type.startsWith("pulumi:");
}
