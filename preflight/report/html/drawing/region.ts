import { layout as dagreLayout, Graph } from "@dagrejs/dagre";
import type { Topology, TopologyNode } from "../../model.js";
import { type Family, isContainer } from "./family.js";
import { type Arrangement, type Box, bottom, largest, middle, moved, type Point, right } from "./geometry.js";
import { arrangeVpc, arrangeZones, GAP, HEADING, LEAF, PADDING } from "./vpc-grid.js";

const RANK_GAP = 56;

export interface RegionArrangement extends Arrangement {
  /** Lanes by `from to` of two siblings: points where a line passes the ranks between them. */
  readonly lanes: ReadonlyMap<string, readonly Point[]>;
}

/** Arranges a Region with dagre: each VPC as one block, and the rest of AWS to its right in the order of the calls. */
export function arrangeRegion(family: Family, region: TopologyNode, topology: Topology): RegionArrangement {
  const children = family.childrenOf(region);
  const blocks = children
    .filter(({ kind }) => kind === "vpc")
    .map((vpc) => ({ vpc, ...arrangeVpc(family, vpc) }));
  const blockIds = new Set(blocks.map(({ vpc }) => vpc.id));
  // Subnets of an unknown VPC are drawn in their zones, without a VPC.
  const loose = arrangeZones(
    family,
    children.filter((node) => isContainer(node) && node.kind !== "vpc"),
  );
  const ports = new Map(
    blocks.flatMap(({ boxes }) => boxes.map((box) => [box.node.id, middle(box).y] as const)),
  );
  const links = linksBetween(family, children, topology, blockIds, ports);

  const graph = new Graph();
  graph.setGraph({ rankdir: "LR", nodesep: 26, ranksep: RANK_GAP, marginx: 0, marginy: 0 });
  for (const { vpc, width, height } of blocks) graph.setNode(vpc.id, { width, height });
  const linked = new Set(links.flatMap(({ from, to }) => [from, to]));
  const all = children.filter((node) => !isContainer(node));
  const leaves = all.filter(({ id }) => linked.has(id));
  const idle = all.filter(({ id }) => !linked.has(id));
  for (const { id } of inOrder(leaves, links)) graph.setNode(id, { ...LEAF });
  for (const { from, to } of links) graph.setEdge(from, to, {});
  // Dagre's own heuristic sees a VPC as one point, so the order given above has fewer crossings.
  dagreLayout(graph, { disableOptimalOrderHeuristic: true });

  const centre = (id: string): Point => {
    const { x = 0, y = 0 } = graph.node(id);
    return { x, y };
  };
  const vpcs = blocks.flatMap(({ vpc, boxes, width, height }) => {
    const { x, y } = centre(vpc.id);
    return moved(boxes, { x: x - width / 2, y: y - height / 2 });
  });
  const outer = blocks.map(({ vpc, width, height }) => {
    const { x, y } = centre(vpc.id);
    return { x: x - width / 2, y: y - height / 2, width, height };
  });
  const services = leaves.map((node): Box => {
    const { x, y } = centre(node.id);
    // Dagre centres a node that shares a rank with a VPC. Such a node belongs on the internet's side.
    const shared = outer.find((block) => block.x <= x && x <= right(block));
    return { node, ...LEAF, x: shared?.x ?? x - LEAF.width / 2, y: y - LEAF.height / 2 };
  });
  const placed = [...outer, ...services];
  const rows = inRows(idle, largest(placed.map(right)));
  const connected = largest(placed.map(bottom));
  const rowsTop = connected > 0 && idle.length > 0 ? connected + 2 * PADDING : connected;
  const height = rowsTop + largest(rows.map(bottom));
  const looseTop = height > 0 && loose.height > 0 ? height + PADDING : height;
  const content = [
    ...vpcs,
    ...services,
    ...moved(rows, { x: 0, y: rowsTop }),
    ...moved(loose.boxes, { x: 0, y: looseTop }),
  ];
  const offset = { x: PADDING, y: HEADING };
  const width = Math.max(
    largest([...placed.map(right), ...rows.map(right), loose.width]) + 2 * PADDING,
    LEAF.width + 2 * PADDING,
  );
  const full = HEADING + looseTop + loose.height + PADDING;
  const lanes = links.map(({ from, to }) => {
    const points: readonly Point[] = graph.edge(from, to)?.points ?? [];
    // Leaves out the ends and the points in the gaps beside them, because the line chooses those.
    return [
      `${from} ${to}`,
      points.slice(2, -2).map(({ x, y }) => ({ x: x + offset.x, y: y + offset.y })),
    ] as const;
  });
  return {
    width,
    height: full,
    boxes: [{ node: region, x: 0, y: 0, width, height: full }, ...moved(content, offset)],
    lanes: new Map(lanes),
  };
}

const FEWEST_IN_ROW = 3;

/** Puts the nodes without any line side by side under the rest. */
function inRows(nodes: readonly TopologyNode[], room: number): Box[] {
  const [across, down] = [LEAF.width + GAP, LEAF.height + GAP];
  const count = Math.max(FEWEST_IN_ROW, Math.floor((room + GAP) / across));
  return nodes.map((node, i) => ({
    node,
    ...LEAF,
    x: (i % count) * across,
    y: Math.floor(i / count) * down,
  }));
}

interface Link {
  readonly from: string;
  readonly to: string;
  /** Height in the VPC at which the line starts. */
  readonly port: number;
}

/**
 * Edges between a Region's direct children. A VPC comes first, whatever the direction of the line. A node with a line
 * to a VPC stays directly beside it, so lines from there to another such node are left out.
 */
function linksBetween(
  family: Family,
  children: readonly TopologyNode[],
  { edges }: Topology,
  blocks: ReadonlySet<string>,
  ports: ReadonlyMap<string, number>,
): Link[] {
  const ids = new Set(children.map(({ id }) => id));
  const childOf = (id: string) => family.lineage(id).find((node) => ids.has(node.id))?.id;
  const found = new Map<string, Link>();
  const beside = new Set<string>();
  const rest: Link[] = [];
  for (const edge of edges) {
    const [from, to] = [childOf(edge.from), childOf(edge.to)];
    if (from === undefined || to === undefined || from === to) continue;
    if (blocks.has(from) === blocks.has(to)) {
      if (!blocks.has(from)) rest.push({ from, to, port: 0 });
      continue;
    }
    const [vpc, other, end] = blocks.has(from) ? [from, to, edge.from] : [to, from, edge.to];
    const key = `${vpc} ${other}`;
    const port = ports.get(end) ?? 0;
    if (!found.has(key)) found.set(key, { from: vpc, to: other, port });
    beside.add(other);
  }
  const onward = rest.filter(({ from, to }) => !(beside.has(from) && beside.has(to)));
  const sorted = [...found.values()].sort((a, b) => a.port - b.port);
  // A node that calls one of those is placed behind it.
  const behind = onward.map((link) =>
    beside.has(link.to) && !beside.has(link.from) ? { ...link, from: link.to, to: link.from } : link,
  );
  return [...sorted, ...behind];
}

/** Nodes in the order of their lines, because dagre keeps the order of insertion unless a line contradicts it. */
function inOrder(leaves: readonly TopologyNode[], links: readonly Link[]): TopologyNode[] {
  const port = ({ id }: TopologyNode) => links.find(({ to }) => to === id)?.port ?? Number.POSITIVE_INFINITY;
  return [...leaves].sort((a, b) => (port(a) < port(b) ? -1 : port(a) > port(b) ? 1 : 0));
}
