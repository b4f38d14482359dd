import type { TopologyNode } from "../../model.js";
import { edgeOf, type Family, isContainer } from "./family.js";
import { type Arrangement, type Box, largest, moved, type Size, sum } from "./geometry.js";

export const LEAF: Size = { width: 170, height: 44 };
/** Space for a box's heading. */
export const HEADING = 40;
export const PADDING = 14;
/** Space between two nodes of a column; an arrow has to fit. */
export const GAP = 20;
/** Space between the columns of a zone, for the lines from private subnets to NAT gateways. */
const COLUMN_GAP = 40;
const SMALL_HEADING = 28;

const TIERS = ["public", "private", "isolated", undefined] as const;

/**
 * Arranges a VPC in the usual form: a row for each Availability Zone and a column for each tier, with the internet's
 * side on the left. Gateways are drawn on the border, half outside, and the arrangement's size includes them.
 */
export function arrangeVpc(family: Family, vpc: TopologyNode): Arrangement {
  const children = family.childrenOf(vpc);
  const zones = byLabel(children.filter(isContainer));
  const onLeft = children.filter((node) => edgeOf(node) === "left");
  const onRight = children.filter((node) => edgeOf(node) === "right");
  const inside = children.filter((node) => !isContainer(node) && edgeOf(node) === undefined);
  const rows = arrangeZones(family, zones);

  const margin = {
    left: onLeft.length > 0 ? LEAF.width / 2 : 0,
    right: onRight.length > 0 ? LEAF.width / 2 : 0,
  };
  const left = margin.left + (onLeft.length > 0 ? LEAF.width / 2 + COLUMN_GAP : PADDING);
  const below = stackOf(inside);
  // Endpoints on the border reach under the zones, but not under nodes that are there.
  const beside = onRight.length > 0 && inside.length > 0 ? LEAF.width / 2 : 0;
  const inner = { width: Math.max(rows.width, below.width + beside, LEAF.width), height: rows.height };
  const feet = Math.max(below.height, onRight.length * (LEAF.height + GAP) - GAP, 0);
  const space = rows.height > 0 && feet > 0 ? GAP : 0;
  const leftHeight = onLeft.length * (LEAF.height + GAP) - GAP;
  const height = HEADING + Math.max(inner.height + space + feet, leftHeight) + PADDING;
  const width = left - margin.left + inner.width + (onRight.length > 0 ? 2 * GAP : PADDING);

  const feetTop = HEADING + inner.height + space;
  const gateways = onLeft.map((node, i): Box => {
    const y = HEADING + Math.max(0, inner.height - leftHeight) / 2 + i * (LEAF.height + GAP);
    return { node, ...LEAF, x: margin.left - LEAF.width / 2, y };
  });
  const endpoints = onRight.map((node, i): Box => {
    return { node, ...LEAF, x: margin.left + width - LEAF.width / 2, y: feetTop + i * (LEAF.height + GAP) };
  });
  return {
    width: margin.left + width + margin.right,
    height,
    boxes: [
      { node: vpc, x: margin.left, y: 0, width, height },
      ...moved(rows.boxes, { x: left, y: HEADING }),
      ...moved(below.boxes, { x: left, y: feetTop }),
      ...gateways,
      ...endpoints,
    ],
  };
}

/** Puts zones below each other, with the columns of their tiers aligned. */
export function arrangeZones(family: Family, zones: readonly TopologyNode[]): Arrangement {
  const subnets = zones.flatMap((zone) => family.childrenOf(zone));
  const tiers = TIERS.filter((tier) => subnets.some((subnet) => subnet.tier === tier));
  const columnWidth = LEAF.width + 2 * PADDING;
  const width = Math.max(tiers.length, 1) * (columnWidth + COLUMN_GAP) - COLUMN_GAP + 2 * PADDING;
  const boxes: Box[] = [];
  let y = 0;
  for (const zone of zones) {
    const columns = tiers.map((tier) =>
      byLabel(family.childrenOf(zone).filter((subnet) => subnet.tier === tier)).map((subnet) =>
        arrangeSubnet(family, subnet),
      ),
    );
    const heights = columns.map((column) => sum(column.map(({ height }) => height + GAP)) - GAP);
    const inner = largest(heights);
    boxes.push({ node: zone, x: 0, y, width, height: SMALL_HEADING + inner + PADDING });
    for (const [i, column] of columns.entries()) {
      let top = y + SMALL_HEADING;
      for (const subnet of column) {
        boxes.push(...moved(subnet.boxes, { x: PADDING + i * (columnWidth + COLUMN_GAP), y: top }));
        top += subnet.height + GAP;
      }
    }
    y += SMALL_HEADING + inner + PADDING + GAP;
  }
  return { width: zones.length > 0 ? width : 0, height: Math.max(0, y - GAP), boxes };
}

function arrangeSubnet(family: Family, subnet: TopologyNode): Arrangement {
  const inside = stackOf([...family.childrenOf(subnet)].sort((a, b) => inboundFirst(a) - inboundFirst(b)));
  const width = LEAF.width + 2 * PADDING;
  const height = HEADING + inside.height + PADDING;
  return {
    width,
    height,
    boxes: [{ node: subnet, x: 0, y: 0, width, height }, ...moved(inside.boxes, { x: PADDING, y: HEADING })],
  };
}

/** Order within a subnet: entry points, then callers, then exits. In this order the fewest lines cross. */
function inboundFirst({ kind, detail }: TopologyNode): number {
  if (kind === "interface-endpoint") return detail?.endsWith("execute-api") ? 0 : 2;
  return kind === "function" ? 1 : 3;
}

function stackOf(nodes: readonly TopologyNode[]): Arrangement {
  const boxes = nodes.map((node, i): Box => ({ node, ...LEAF, x: 0, y: i * (LEAF.height + GAP) }));
  return {
    width: boxes.length > 0 ? LEAF.width : 0,
    height: Math.max(0, boxes.length * (LEAF.height + GAP) - GAP),
    boxes,
  };
}

function byLabel(nodes: readonly TopologyNode[]): TopologyNode[] {
  return [...nodes].sort((a, b) => (a.label < b.label ? -1 : a.label > b.label ? 1 : 0));
}
