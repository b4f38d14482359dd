import type { TopologyEdge } from "../../model.js";
import { edgeOf, isContainer } from "./family.js";
import { type Box, bottom, middle, n, type Point, right } from "./geometry.js";
import type { Layout } from "./layout.js";
import { GAP, LEAF, PADDING } from "./vpc-grid.js";

/** A line of the drawing: the data of an SVG path, and the direction in which it arrives. */
export interface Line {
  readonly edge: TopologyEdge;
  readonly path: string;
  readonly end: Point;
  readonly arrives: "left" | "right" | "up" | "down";
}

/** Routes the lines. They leave and arrive sideways, in the gaps that the layout keeps free, to avoid other boxes. */
export function linesOf(layout: Layout): Line[] {
  const boxes = new Map(layout.boxes.map((box) => [box.node.id, box]));
  return layout.edges.flatMap((edge) => {
    const [from, to] = [boxes.get(edge.from), boxes.get(edge.to)];
    return from === undefined || to === undefined ? [] : [{ edge, ...route(layout, boxes, from, to) }];
  });
}

type Boxes = ReadonlyMap<string, Box>;
type Route = Omit<Line, "edge">;

function route(layout: Layout, boxes: Boxes, from: Box, to: Box): Route {
  if (edgeOf(to.node) === "right" && from.node.kind === "subnet") return downToBorder(layout, from, to);
  if (edgeOf(to.node) === "left" && passesColumn(layout, from, to)) return alongZone(from, to);
  if (right(to) <= from.x) return leftwards(layout, boxes, from, to);
  if (right(from) <= to.x) return rightwards(layout, boxes, from, to);
  return vertical(layout, from, to);
}

/** From a subnet to a gateway endpoint: beside the zones, then down. Passes other endpoints on their left. */
function downToBorder({ boxes }: Layout, from: Box, to: Box): Route {
  const start = { x: right(from), y: bottom(from) - PADDING / 2 };
  const x = middle(to).x - GAP;
  const above = boxes.filter(
    ({ node, ...box }) => edgeOf(node) === "right" && box.x === to.x && from.y < box.y && box.y < to.y,
  );
  if (above.length > 0) {
    const end = { x: to.x, y: middle(to).y };
    const turn = Math.min(...above.map(({ y }) => y)) - GAP / 2;
    const path = `M${at(start)} H${n(x)} V${n(turn)} H${n(to.x - PADDING)} V${n(end.y)} H${n(end.x)}`;
    return { path, end, arrives: "right" };
  }
  return { path: `M${at(start)} H${n(x)} V${n(to.y)}`, end: { x, y: to.y }, arrives: "down" };
}

/** Whether another tier's column lies between a subnet and its gateway. */
function passesColumn({ boxes, family }: Layout, from: Box, to: Box): boolean {
  if (from.node.kind !== "subnet") return false;
  const vpc = family.parentOf(to.node);
  return boxes.some(
    ({ node, x, y, width, height }) =>
      node.kind === "subnet" &&
      family.lineage(node.id).some(({ id }) => id === vpc?.id) &&
      x + width <= from.x &&
      y < bottom(from) &&
      y + height > from.y,
  );
}

/** Passes under the other columns, in the zone's padding. */
function alongZone(from: Box, to: Box): Route {
  const end = { x: right(to), y: middle(to).y };
  const low = bottom(from) + PADDING / 2;
  return {
    path: `M${n(from.x + PADDING)} ${n(bottom(from))} V${n(low)} H${n(end.x + GAP)} V${n(end.y)} H${n(end.x)}`,
    end,
    arrives: "left",
  };
}

/**
 * Point where a line passes under the columns of other tiers between a subnet and the border: in the gap before them,
 * below the lowest. Undefined if no column is in the way.
 */
function underColumns({ boxes, family }: Layout, inner: Box, border: number): Point | undefined {
  const subnet = family.parentOf(inner.node);
  const own = boxes.find(({ node }) => node.id === subnet?.id);
  if (own === undefined || subnet?.kind !== "subnet") return undefined;
  const zone = family.parentOf(subnet);
  const { y } = middle(inner);
  const between = boxes.filter(
    (box) => box.node.kind === "subnet" && family.parentOf(box.node)?.id === zone?.id && box.x >= right(own),
  );
  const isBlocked = between.some((box) => right(box) <= border && box.y <= y && y <= bottom(box));
  if (!isBlocked) return undefined;
  // Each line of the column has its own lane. Lines from lower nodes run inside.
  const lane = (y - own.y) / 12;
  return { x: right(own) + GAP - lane / 2, y: Math.max(...between.map(bottom)) + 3 + lane / 2 };
}

function leftwards(layout: Layout, boxes: Boxes, from: Box, to: Box): Route {
  const end = { x: right(to), y: middle(to).y };
  // A line may leave a container at any height, so it runs straight if the end is within that height.
  const isLevel = isContainer(from.node) && from.y < end.y && end.y < bottom(from);
  const start = { x: from.x, y: isLevel ? end.y : middle(from).y };
  const enter = { x: Math.max(end.x, borderOf(layout, boxes, to, from, right) ?? end.x), y: end.y };
  const lane = [...laneOf(layout, to, from)].reverse();
  const under = underColumns(layout, to, enter.x);
  if (under !== undefined) {
    const low = { x: enter.x, y: under.y };
    const path = `M${at(start)} ${through(start, lane, low)} H${n(under.x)} V${n(end.y)} H${n(end.x)}`;
    return { path, end, arrives: "left" };
  }
  return { path: `M${at(start)} ${through(start, lane, enter)} L${at(end)}`, end, arrives: "left" };
}

function rightwards(layout: Layout, boxes: Boxes, from: Box, to: Box): Route {
  const end = { x: to.x, y: middle(to).y };
  const start = { x: right(from), y: middle(from).y };
  const leave = { x: Math.max(start.x, borderOf(layout, boxes, from, to, right) ?? start.x), y: start.y };
  const lane = laneOf(layout, from, to);
  const under = underColumns(layout, from, leave.x);
  if (under !== undefined) {
    const low = { x: leave.x, y: under.y };
    const path = `M${at(start)} H${n(under.x)} V${n(under.y)} H${n(low.x)} ${through(low, lane, end)}`;
    return { path, end, arrives: "right" };
  }
  return { path: `M${at(start)} L${at(leave)} ${through(leave, lane, end)}`, end, arrives: "right" };
}

/** Between two nodes of one column: straight if nothing is between them, otherwise around on the free side. */
function vertical({ boxes, family }: Layout, from: Box, to: Box): Route {
  const isDown = from.y < to.y;
  const [upper, lower] = isDown ? [from, to] : [to, from];
  const isBetween = boxes.some(
    (box) =>
      !isContainer(box.node) &&
      box.y >= bottom(upper) &&
      bottom(box) <= lower.y &&
      box.x < right(from) &&
      right(box) > from.x,
  );
  const parent = family.parentOf(from.node);
  if (!isBetween) {
    const x = Math.max(from.x, to.x) + Math.min(from.width, to.width) / 2;
    const [y, end] = isDown ? [bottom(from), to.y] : [from.y, bottom(to)];
    return { path: `M${n(x)} ${n(y)} V${n(end)}`, end: { x, y: end }, arrives: isDown ? "down" : "up" };
  }
  const isInside = parent?.kind === "subnet";
  const side = isInside
    ? Math.min(from.x, to.x) - PADDING / 2
    : Math.max(right(from), right(to)) + PADDING / 2;
  const end = { x: isInside ? to.x : right(to), y: middle(to).y };
  const start = { x: isInside ? from.x : right(from), y: middle(from).y };
  return {
    path: `M${at(start)} H${n(side)} V${n(end.y)} H${n(end.x)}`,
    end,
    arrives: isInside ? "right" : "left",
  };
}

/** Where a line leaves the VPC of a box if its other end is outside. Up to that point the line is straight. */
function borderOf(
  { family }: Layout,
  boxes: Boxes,
  inner: Box,
  outer: Box,
  side: (box: Box) => number,
): number | undefined {
  const around = new Set(family.lineage(outer.node.id).map(({ id }) => id));
  const vpc = family.lineage(inner.node.id).find(({ kind }) => kind === "vpc");
  const box = vpc === undefined || around.has(vpc.id) ? undefined : boxes.get(vpc.id);
  return box === undefined ? undefined : side(box);
}

function laneOf({ family, lanes }: Layout, from: Box, to: Box): readonly Point[] {
  const inRegion = (box: Box) => {
    const line = family.lineage(box.node.id);
    return line[line.findIndex(({ kind }) => kind === "region") - 1]?.id;
  };
  return lanes.get(`${inRegion(from) ?? ""} ${inRegion(to) ?? ""}`) ?? [];
}

/** Joins points by curves that are level at their ends. At each point the line stays level for a node's width. */
function through(start: Point, lane: readonly Point[], end: Point): string {
  const way = Math.sign(end.x - start.x) * (LEAF.width / 2 + PADDING);
  const parts: string[] = [];
  let from = start;
  for (const point of lane) {
    parts.push(curve(from, { x: point.x - way, y: point.y }), `H${n(point.x + way)}`);
    from = { x: point.x + way, y: point.y };
  }
  return [...parts, curve(from, end)].join(" ");
}

function curve(from: Point, to: Point): string {
  if (from.y === to.y) return `L${at(to)}`;
  const x = (from.x + to.x) / 2;
  return `C${n(x)} ${n(from.y)} ${n(x)} ${n(to.y)} ${at(to)}`;
}

function at({ x, y }: Point): string {
  return `${n(x)} ${n(y)}`;
}
