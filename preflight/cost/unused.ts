import type { Graph, Key, ResourceRef } from "../graph/index.js";
import { type Proof, settingsFor, unusedInterfaceEndpoints, unusedNat } from "../reachability/index.js";
import type { CostForecast } from "./forecast.js";

/** What is paid for and certainly serves nothing of the stack. */
export interface Unused {
  readonly resources: readonly ResourceRef[];
  /** What they are: `NAT gateway`. */
  readonly what: string;
  /** Their price, with that of their addresses, in USD. */
  readonly fixedMonthlyUsd: number;
  /** Why nothing of the stack uses them, in one sentence. */
  readonly reason: string;
  /** What to write to remove or to use them. */
  readonly fix: string;
}

/**
 * NAT gateways and interface endpoints that nothing of the stack may use, with their price. What is not known is not
 * among them, and what serves another stack's resources cannot be seen in this one.
 */
export function unusedResources(graph: Graph, proofs: readonly Proof[], forecast: CostForecast): Unused[] {
  const found = unusedNat(graph);
  const nat = found.map(({ ref }) => ref);
  const isHeld = (holder: unknown) => nat.some(({ urn }) => urn === holder);
  const addresses = [...graph.elasticAddresses.values()].flatMap(({ ref, holder }) =>
    isHeld(holder) ? [ref.urn] : [],
  );
  const owners = found.map((each) => ("group" in each ? each.group.ref.urn : each.ref.urn));
  const endpoints = unusedInterfaceEndpoints(graph, proofs);
  return [
    ...(nat.length === 0
      ? []
      : [
          {
            resources: nat,
            what: found.some((each) => "group" in each) ? "NAT instance" : "NAT gateway",
            fixedMonthlyUsd: priceOf(forecast, [...owners, ...addresses]),
            reason: "no security group of the stack lets anything out through it",
            fix: fixFor(graph, nat, "Remove it with its routes"),
          },
        ]),
    ...endpoints.map(({ ref, service }) => ({
      resources: [ref],
      what: "interface endpoint",
      fixedMonthlyUsd: priceOf(forecast, [ref.urn]),
      reason: `nothing of the stack may both connect to it and call ${String(service)}`,
      fix: fixFor(graph, [ref], "Remove it"),
    })),
  ];
}

function priceOf({ lines }: CostForecast, keys: readonly Key[]): number {
  return lines
    .filter(({ resource }) => keys.includes(resource.urn))
    .reduce((sum, { fixedMonthlyUsd }) => sum + (fixedMonthlyUsd ?? 0), 0);
}

/** The change of the program's configuration, if its components name one. */
function fixFor(graph: Graph, refs: readonly ResourceRef[], otherwise: string): string {
  const changes = [...new Set(refs.flatMap((ref) => settingsFor(graph, ref, "UNUSED")))];
  return changes.length === 0 ? `${otherwise}.` : `In the configuration: ${changes.join(", or ")}.`;
}
