import type { Delivery, Graph, Key } from "../../graph/model.js";
import { groupBy } from "../../resources/read.js";
import { isKnown, type MaybeUnknown } from "../../resources/unknown.js";

/** Deliveries that follow each other: what the first hands over, the next hands on. */
export type Chain = readonly [Delivery, ...Delivery[]];

const MAX_LENGTH = 6;
const MAX_CHAINS = 20;

/** The chains from one resource to another, the shortest first. A function hands nothing on by itself. */
export function chainsBetween(graph: Graph, from: Key, to: Key): readonly Chain[] {
  const bySource = indexOf(graph);
  const found: Chain[] = [];
  let open: readonly Chain[] = (bySource.get(from) ?? []).map((first): Chain => [first]);
  for (let length = 1; length <= MAX_LENGTH && open.length > 0 && found.length < MAX_CHAINS; length++) {
    found.push(...open.filter((chain) => endOf(chain) === to));
    open = open.flatMap((chain) => longer(graph, bySource, from, chain));
  }
  return found;
}

function longer(graph: Graph, bySource: BySource, from: Key, chain: Chain): Chain[] {
  const end = endOf(chain);
  if (!isKnown(end) || graph.functions.has(end)) return [];
  const passed = new Set([from, ...chain.map((each) => each.to)]);
  return (bySource.get(end) ?? []).filter(({ to }) => !passed.has(to)).map((next): Chain => [...chain, next]);
}

function endOf(chain: Chain): MaybeUnknown<Key> {
  return chain[chain.length - 1]?.to ?? "";
}

/** Deliveries of which it is not known whether they are from the one resource, or to the other. */
export function doubtfulBetween(graph: Graph, from: Key, to: Key): readonly Delivery[] {
  return graph.deliveries.filter(
    (each) =>
      (!isKnown(each.from) || each.from === from) &&
      (!isKnown(each.to) || each.to === to) &&
      !(isKnown(each.from) && isKnown(each.to)),
  );
}

/** Deliveries of a resource to a receiver that is not in the stack, or not known. */
export function leavingStack(graph: Graph, from: Key): readonly Delivery[] {
  return (indexOf(graph).get(from) ?? []).filter(({ to }) => !isKnown(to) || !graph.resources.has(to));
}

type BySource = ReadonlyMap<MaybeUnknown<Key>, readonly Delivery[]>;

const cache = new WeakMap<Graph, BySource>();

function indexOf(graph: Graph): BySource {
  const index = cache.get(graph) ?? groupBy(graph.deliveries, ({ from }) => from);
  cache.set(graph, index);
  return index;
}
