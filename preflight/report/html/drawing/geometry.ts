import type { TopologyNode } from "../../model.js";

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Rect extends Point, Size {}

/** A node with its place in the drawing. */
export interface Box extends Rect {
  readonly node: TopologyNode;
}

/** A box's content, placed as if the box's upper left corner were the origin. */
export interface Arrangement extends Size {
  readonly boxes: readonly Box[];
}

export function moved(boxes: readonly Box[], by: Point): Box[] {
  return boxes.map((box) => ({ ...box, x: box.x + by.x, y: box.y + by.y }));
}

export function right({ x, width }: Rect): number {
  return x + width;
}

export function bottom({ y, height }: Rect): number {
  return y + height;
}

export function middle({ x, y, width, height }: Rect): Point {
  return { x: x + width / 2, y: y + height / 2 };
}

export function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}

/** The largest, or zero of none. */
export function largest(numbers: readonly number[]): number {
  return Math.max(0, ...numbers);
}

/** A number of the SVG: tenths of a unit are finer than a screen shows. */
export function n(value: number): string {
  return String(Math.round(value * 10) / 10);
}
