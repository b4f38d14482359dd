import type { Graph, Key, ResourceRef } from "../graph/index.js";
import { isKnown } from "../graph/index.js";

/** A network interface that Lambda makes for every function with this subnet and these security groups. */
export interface HyperplaneInterface {
  readonly subnet: Key;
  /** URNs or ids, ascending. */
  readonly securityGroups: readonly Key[];
  readonly functions: readonly ResourceRef[];
}

export interface HyperplaneInterfaces {
  readonly interfaces: readonly HyperplaneInterface[];
  /** Functions with unknown subnets or groups, which may need more interfaces. */
  readonly unknown: readonly ResourceRef[];
}

/**
 * One interface for each distinct pair of a subnet and a set of security groups. The order of the groups is irrelevant.
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-enis
 */
export function hyperplaneInterfaces(graph: Graph): HyperplaneInterfaces {
  const pairs = new Map<string, HyperplaneInterface>();
  const unknown: ResourceRef[] = [];
  for (const { ref, placement } of graph.functions.values()) {
    if (placement === undefined) continue;
    const subnets = placement.subnets.filter(isKnown);
    const groups = placement.securityGroups.filter(isKnown);
    if (subnets.length < placement.subnets.length || groups.length < placement.securityGroups.length) {
      unknown.push(ref);
      continue;
    }
    const securityGroups = [...new Set(groups)].sort();
    for (const subnet of new Set(subnets)) {
      const pair = JSON.stringify([subnet, securityGroups]);
      const functions = [...(pairs.get(pair)?.functions ?? []), ref];
      pairs.set(pair, { subnet, securityGroups, functions });
    }
  }
  return { interfaces: [...pairs.values()], unknown };
}
