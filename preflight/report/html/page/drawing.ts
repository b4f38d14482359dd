/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import type { Trail } from "../places.js";
import { isReduced, svgElement } from "./dom.js";

/** Highlights the path of a proof in a stack's drawing. Without a trail it removes the highlight. */
export function light(stack: HTMLElement, trail: Trail | undefined, kind: string): void {
  const drawing = stack.querySelector<SVGSVGElement>("svg.drawing");
  if (drawing === null) return;
  const overlay = drawing.querySelector(".overlay");
  overlay?.replaceChildren();
  drawing.classList.toggle("is-chosen", trail !== undefined);
  for (const part of drawing.querySelectorAll(".lit")) part.classList.remove("lit", "ok", "FAIL", "UNKNOWN");
  if (trail === undefined) return;

  const nodes = new Map(
    [...drawing.querySelectorAll<SVGGElement>("[data-id]")].map((node) => [node.dataset.id, node]),
  );
  const stopped = new Set(trail.stops);
  for (const id of trail.nodes) nodes.get(id)?.classList.add("lit");
  for (const line of drawing.querySelectorAll<SVGGElement>(".line")) {
    const isLit = trail.edges.some(({ from, to }) => from === line.dataset.from && to === line.dataset.to);
    line.classList.toggle("lit", isLit);
  }
  const numbers = new Map<string, number[]>();
  for (const [i, ids] of trail.hops.entries()) {
    for (const id of ids) numbers.set(id, [...(numbers.get(id) ?? []), i + 1]);
  }
  for (const [id, hops] of numbers) {
    const node = nodes.get(id);
    if (node !== undefined) overlay?.append(numberSign(boxOf(node), hops));
  }
  if (trail.attempt !== undefined) {
    const [from, to] = [nodes.get(trail.attempt.from), nodes.get(trail.attempt.to)];
    if (from !== undefined && to !== undefined) overlay?.append(attemptLine(boxOf(from), boxOf(to), kind));
  }
  for (const id of stopped) {
    const node = nodes.get(id);
    if (node === undefined) continue;
    node.classList.add(kind);
    overlay?.append(stopSign(boxOf(node), kind));
  }
  bringIntoView(
    drawing,
    trail.nodes.flatMap((id) => nodes.get(id) ?? []),
  );
}

/** Smallest scale of a drawing. Below it the drawing scrolls in its own box, so that its text stays legible. */
const SMALLEST = 0.8;

export function keepLegible(stack: HTMLElement): void {
  const drawing = stack.querySelector<SVGSVGElement>("svg.drawing");
  if (drawing !== null) drawing.style.minWidth = `${Math.floor(SMALLEST * drawing.viewBox.baseVal.width)}px`;
}

function boxOf(node: SVGGElement): DOMRect {
  const { x, y, width, height } = node.querySelector<SVGRectElement>("rect")?.getBBox() ?? new DOMRect();
  return new DOMRect(x, y, width, height);
}

/** Label of the hops that pass a node: `1`, `1–3` or `1, 4`. */
function numberSign(box: DOMRect, hops: readonly number[]): SVGElement {
  const [first = 0] = hops;
  const last = hops.at(-1) ?? first;
  const isRun = hops.length > 2 && last - first === hops.length - 1;
  const text = isRun ? `${first}–${last}` : hops.length > 3 ? `${first}…${last}` : hops.join(", ");
  const width = 12 + 6.5 * text.length;
  const x = box.right - width + 6;
  return svgElement(
    "g",
    { class: "hop" },
    svgElement("rect", { x: `${x}`, y: `${box.top - 9}`, width: `${width}`, height: "18", rx: "9" }),
    svgElement("text", { x: `${x + width / 2}`, y: `${box.top + 4}` }, text),
  );
}

/** A cross on the blocker, or a question mark on the node that is unknown. */
function stopSign(box: DOMRect, kind: string): SVGElement {
  const [x, y] = [box.left, box.top];
  const shape = kind === "UNKNOWN" ? "M-3-2c0-5 6-5 6-1 0 3-3 3-3 5M0 6v.5" : "M-4-4 4 4M4-4-4 4";
  const name = kind === "UNKNOWN" ? "not known" : "blocked here";
  return svgElement(
    "g",
    { class: `stop ${kind}`, transform: `translate(${x} ${y})` },
    svgElement("title", {}, name),
    svgElement("path", { class: "plate", d: "M-5-12H5L12-5V5L5 12H-5L-12 5V-5Z" }),
    svgElement("path", { d: shape }),
  );
}

function attemptLine(from: DOMRect, to: DOMRect, kind: string): SVGElement {
  const [a, b] = [middle(from), middle(to)];
  const isRight = b.x > a.x;
  const [startX, endX] = isRight ? [from.right, to.left] : [from.left, to.right];
  const half = (startX + endX) / 2;
  return svgElement("path", {
    class: `attempt ${kind}`,
    d: `M${startX} ${a.y}C${half} ${a.y} ${half} ${b.y} ${endX} ${b.y}`,
  });
}

function middle(box: DOMRect): { x: number; y: number } {
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

/** Scrolls the drawing's own box sideways, but never the page. */
function bringIntoView(drawing: SVGSVGElement, nodes: readonly SVGGElement[]): void {
  const scroller = drawing.closest<HTMLElement>(".scroller");
  if (scroller === null || nodes.length === 0) return;
  const around = scroller.getBoundingClientRect();
  const leaves = nodes.filter((node) => node.classList.contains("node"));
  const boxes = (leaves.length > 0 ? leaves : nodes).map((node) => node.getBoundingClientRect());
  const left = Math.min(...boxes.map((box) => box.left));
  const right = Math.max(...boxes.map((box) => box.right));
  const centre = (left + Math.min(right, left + around.width)) / 2;
  scroller.scrollBy({
    left: centre - (around.left + around.width / 2),
    behavior: isReduced() ? "auto" : "smooth",
  });
}
