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

/** A node with its position in the drawing. */
export interface Box extends Rect {
  readonly node: TopologyNode;
}

/** Content of a box, positioned relative to the box's upper left corner. */
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

/** The largest number, or zero if there is none. */
export function largest(numbers: readonly number[]): number {
  return Math.max(0, ...numbers);
}

/** Formats a number for the SVG, in tenths of a unit. A screen shows nothing finer. */
export function n(value: number): string {
  return String(Math.round(value * 10) / 10);
}
