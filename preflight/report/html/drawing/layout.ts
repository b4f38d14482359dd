import type { Topology, TopologyEdge, TopologyNode } from "../../model.js";
import { Family } from "./family.js";
import { type Box, bottom, largest, middle, moved, type Point, right } from "./geometry.js";
import { arrangeRegion } from "./region.js";
import { HEADING, LEAF, PADDING } from "./vpc-grid.js";

/** A topology with positions for all nodes and lanes for its lines. */
export interface Layout {
  readonly width: number;
  readonly height: number;
  /** Boxes, each before its content. */
  readonly boxes: readonly Box[];
  readonly family: Family;
  readonly edges: readonly TopologyEdge[];
  /** Lanes by `from to`, both children of one Region. */
  readonly lanes: ReadonlyMap<string, readonly Point[]>;
}

const MARGIN = 4;
/** Smaller than other nodes, because names of nodes outside the Regions are short. */
const OUTSIDE = { width: 112, height: LEAF.height };
const INTERNET_GAP = 36;

/**
 * Places children inside their parents and siblings without overlap. The internet is left; AWS's services are right,
 * next to the outside nodes that are connected with them.
 */
export function layoutOf(topology: Topology): Layout {
  const family = new Family(topology);
  const roots = family.childrenOf(undefined);
  const regions = roots.filter(({ kind }) => kind === "region");
  const outside = roots.filter(({ kind }) => kind !== "region");
  const isLeft = ({ kind }: TopologyNode) => kind !== "peer";
  const left = outside.some(isLeft) ? OUTSIDE.width + INTERNET_GAP : 0;
  const boxes: Box[] = [];
  const lanes = new Map<string, readonly Point[]>();
  let y = MARGIN;
  for (const region of regions) {
    const at = { x: MARGIN + left, y };
    const arranged = arrangeRegion(family, region, topology);
    boxes.push(...moved(arranged.boxes, at));
    for (const [key, points] of arranged.lanes) {
      lanes.set(
        key,
        points.map((point) => ({ x: point.x + at.x, y: point.y + at.y })),
      );
    }
    y += arranged.height + PADDING;
  }
  const x = largest(boxes.map(right)) + INTERNET_GAP;
  for (const side of [outside.filter(isLeft), outside.filter((node) => !isLeft(node))]) {
    const placed = side.map((node) => ({ node, ...OUTSIDE, x: isLeft(node) ? MARGIN : x, y: 0 }));
    boxes.push(...outsideOf(placed, boxes, topology));
  }
  return {
    width: largest(boxes.map(right)) + MARGIN,
    height: largest(boxes.map(bottom)) + MARGIN,
    boxes,
    family,
    edges: topology.edges,
    lanes,
  };
}

/** Moves outside nodes to the height of the nodes they are connected with, without overlap. */
function outsideOf(outside: readonly Box[], placed: readonly Box[], { edges }: Topology): Box[] {
  const found = new Map(placed.map((box) => [box.node.id, box]));
  let free = MARGIN + HEADING;
  return outside.map((box) => {
    const { id } = box.node;
    const ends = edges.flatMap(({ from, to }) => (from === id ? [to] : to === id ? [from] : []));
    const first = ends.flatMap((end) => found.get(end) ?? [])[0];
    const y = Math.max(free, first === undefined ? free : middle(first).y - box.height / 2);
    free = y + box.height + PADDING;
    return { ...box, y };
  });
}
