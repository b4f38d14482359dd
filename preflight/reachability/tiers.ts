import { EVERYWHERE } from "../aws/address-sets.js";
import { contains } from "../aws/cidr.js";
import type { Graph, Subnet } from "../graph/model.js";
import type { Tier } from "../intents.js";
import { isKnown } from "../resources/unknown.js";

/** A subnet's way to the internet, by its routes; undefined when they are not known. */
export function tierOf(graph: Graph, subnet: Subnet): Tier | undefined {
  const table = isKnown(subnet.routeTable) ? graph.routeTables.get(subnet.routeTable) : undefined;
  if (table === undefined) return undefined;
  const targets = new Set(
    table.routes.flatMap(({ destination, target }) => {
      const isDefault =
        destination.kind === "cidr" &&
        isKnown(destination.cidr) &&
        contains(destination.cidr, EVERYWHERE[destination.cidr.family]);
      return isDefault ? [target.kind] : [];
    }),
  );
  if (targets.has("internet-gateway")) return "public";
  if (targets.has("nat-gateway") || targets.has("egress-only-internet-gateway")) return "private";
  return targets.has("other") ? undefined : "isolated";
}
