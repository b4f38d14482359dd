import type { Graph } from "../graph/model.js";
import type { Place } from "../intents.js";

/** Somebody else's endpoint or VPC, by its id. */
export type ForeignPlace = Extract<Place, { kind: "endpoint" | "vpc" }>;

const IDS = [
  ["endpoint", /^vpce-[0-9a-f]{8,17}$/],
  ["vpc", /^vpc-[0-9a-f]{8,17}$/],
] as const;

/** An id as AWS gives it names a place, whether or not the stack has it. */
export function foreignPlace(name: string): ForeignPlace | undefined {
  const kind = IDS.find(([, pattern]) => pattern.test(name))?.[0];
  return kind === undefined ? undefined : { kind, name };
}

/** The place, where it is an id of which nothing is in the stack. */
export function foreignIn(graph: Graph, { kind, name }: ForeignPlace): ForeignPlace | undefined {
  const place = foreignPlace(name);
  if (place?.kind !== kind || graph.find(name).length > 0) return undefined;
  const spokenOf = [...graph.subnets.values(), ...graph.endpoints.values()];
  return spokenOf.some(({ vpc }) => vpc === name) ? undefined : place;
}
