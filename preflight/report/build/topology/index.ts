import type { Graph } from "../../../graph/model.js";
import type { Topology } from "../../model.js";
import { topologyEdges } from "./edges.js";
import { topologyNodes } from "./nodes.js";

/**
 * What a picture of the stack shows. Boxes: Region, VPCs, Availability Zones, subnets. In them what packets meet.
 * What has a network interface in several subnets has a node in each, whose id is the resource's URN, `#` and the
 * subnet's URN. Edges are routes, calls and what lies behind an endpoint.
 */
export function topologyOf(graph: Graph): Topology {
  const nodes = topologyNodes(graph);
  const ids = new Set(nodes.map(({ id }) => id));
  const edges = topologyEdges(graph, ids).filter(
    ({ from, to }) => ids.has(from) && ids.has(to) && from !== to,
  );
  return { nodes, edges };
}
