import type { Graph } from "../../../graph/model.js";
import type { Topology } from "../../model.js";
import { topologyEdges } from "./edges.js";
import { topologyNodes } from "./nodes.js";

/**
 * Topology of a stack. Its boxes are Region, VPCs, Availability Zones and subnets; the nodes in them are what packets
 * pass. A resource with network interfaces in several subnets has a node in each. The id of such a node is the
 * resource's URN, `#` and the subnet's URN. Edges are routes, calls, and the targets behind an endpoint.
 */
export function topologyOf(graph: Graph): Topology {
  const nodes = topologyNodes(graph);
  const ids = new Set(nodes.map(({ id }) => id));
  const edges = topologyEdges(graph, ids).filter(
    ({ from, to }) => ids.has(from) && ids.has(to) && from !== to,
  );
  return { nodes, edges };
}
