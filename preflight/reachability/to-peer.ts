import type { Graph } from "../graph/model.js";
import { isKnown } from "../resources/unknown.js";
import { endsOf, unknownEnd } from "./destinations.js";
import type { Target } from "./ends.js";
import type { PeerEnd } from "./peers.js";
import { Walk } from "./verdict/path.js";
import type { Verdict } from "./verdict/verdict.js";

/**
 * Every address that the stack routes there; nothing leads to a peer that none is routed to. None of them is in a
 * prefix list of an AWS service.
 */
export function toPeer(
  graph: Graph,
  { peering, vpc, addresses }: PeerEnd,
  deliver: (target: Target) => Verdict,
): Verdict[] {
  if (isKnown(vpc) && graph.vpcs.has(vpc)) {
    return endsOf(graph, { kind: "vpc", name: vpc }).map((end) =>
      "missing" in end ? unknownEnd(end.missing) : deliver({ kind: "interface", to: end }),
    );
  }
  const { ref } = peering;
  if (addresses !== undefined)
    return [deliver({ kind: "foreign", ref, addresses, prefixLists: [], peer: peering })];
  return [
    new Walk().block({
      at: ref,
      code: "NO_ROUTE_TO_DESTINATION",
      why: `no route table of the stack leads to ${ref.name}`,
      mend: `Add a route to the peer's block through ${ref.name}.`,
    }),
  ];
}
