import { isPossibleZone, isRegion, zonesOf } from "../../aws/regions.js";
import type { Graph, Subnet } from "../../graph/model.js";
import { isKnown } from "../../resources/unknown.js";
import { regionAt } from "../places/home.js";
import type { TraceBuilder } from "../verdict/path.js";

/**
 * Leaves open what a subnet reaches that AWS would not create: in a Region or a zone that AWS does not have, in a zone of
 * another Region than its VPC, or in one zone more than its Region has.
 * https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-availability-zones.html
 */
export function possibleSubnet(
  trace: TraceBuilder,
  graph: Graph,
  { ref, vpc, availabilityZone }: Subnet,
): undefined {
  const region = regionAt(graph, vpc, ref.urn);
  if (region === undefined) return;
  if (!isRegion(region))
    return trace.undetermined(ref, `what is in ${region}, which is no Region that AWS lists`);
  const most = zonesOf(region);
  const used = zonesIn(graph).get(region) ?? new Set();
  if (most !== undefined && used.size > most) {
    const all = [...used].sort().join(", ");
    return trace.undetermined(ref, `which zones ${region} has: the stack uses ${all}, and it has ${most}`);
  }
  if (!isKnown(availabilityZone)) return;
  const isForeign = /^[a-z]{2,4}-/.test(availabilityZone) && !availabilityZone.startsWith(region);
  if (isForeign || !isPossibleZone(availabilityZone))
    trace.undetermined(ref, `where ${ref.name} is: ${region} has no zone ${availabilityZone}`);
}

const cache = new WeakMap<Graph, ReadonlyMap<string, ReadonlySet<string>>>();

/** The names of the zones that the stack's subnets are in, by Region. */
function zonesIn(graph: Graph): ReadonlyMap<string, ReadonlySet<string>> {
  const cached = cache.get(graph);
  if (cached !== undefined) return cached;
  const zones = new Map<string, Set<string>>();
  for (const { ref, vpc, availabilityZone } of graph.subnets.values()) {
    const region = regionAt(graph, vpc, ref.urn);
    // Local and Wavelength Zones have a place in their names.
    if (region === undefined || !isKnown(availabilityZone) || !/^[a-z-]+-\d+[a-z]$/.test(availabilityZone))
      continue;
    zones.set(region, (zones.get(region) ?? new Set()).add(availabilityZone));
  }
  cache.set(graph, zones);
  return zones;
}
