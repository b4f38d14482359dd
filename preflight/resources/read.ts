import { type Cidr, parseCidr } from "../aws/cidr.js";
import { isKnown, type Maybe, UNKNOWN } from "./unknown.js";

/** A resource's properties, of which nothing may be taken for granted. */
export type Properties = Readonly<Record<string, unknown>>;

export function isRecord(value: unknown): value is Properties {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Text or a number as text; undefined when it is absent, empty or something else. */
export function text(value: unknown): Maybe<string> | undefined {
  if (value === UNKNOWN) return UNKNOWN;
  if (typeof value === "number") return String(value);
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** Text, or unknown when it is absent: for what every deployed resource has. */
export function needed(value: unknown): Maybe<string> {
  return text(value) ?? UNKNOWN;
}

export function flag(value: unknown, otherwise: boolean): Maybe<boolean> {
  if (value === UNKNOWN) return UNKNOWN;
  if (value === "true" || value === "false") return value === "true";
  return typeof value === "boolean" ? value : otherwise;
}

export function integer(value: unknown): Maybe<number> | undefined {
  if (value === UNKNOWN) return UNKNOWN;
  if (typeof value === "string" && /^-?\d+$/.test(value)) return Number(value);
  return typeof value === "number" ? value : undefined;
}

/** The items of a list; an unknown list is one unknown item. */
export function list(value: unknown): readonly unknown[] {
  if (value === UNKNOWN) return [UNKNOWN];
  return Array.isArray(value) ? value : [];
}

/** The objects of a list, or the one object that stands where a list may. Unknown ones are `UNKNOWN`. */
export function records(value: unknown): Maybe<Properties>[] {
  if (isRecord(value)) return [value];
  return list(value).filter((item): item is Maybe<Properties> => item === UNKNOWN || isRecord(item));
}

/** A CIDR block; text that is none is unknown, for the provider will refuse it. */
export function cidr(value: unknown): Maybe<Cidr> | undefined {
  const written = text(value);
  if (written === undefined) return undefined;
  return isKnown(written) ? (parseCidr(written) ?? UNKNOWN) : UNKNOWN;
}

/** One of some words, whatever the case; unknown when it is another. */
export function oneOf<const T extends string>(value: unknown, words: readonly T[]): Maybe<T> | undefined {
  const written = text(value);
  if (written === undefined || written === UNKNOWN) return written;
  return words.find((word) => word.toLowerCase() === written.toLowerCase()) ?? UNKNOWN;
}

/** A policy document: JSON text is parsed, an object is taken as it is. */
export function document(value: unknown): Maybe<unknown> | undefined {
  if (typeof value !== "string") return value === UNKNOWN || isRecord(value) ? value : undefined;
  if (value.trim() === "") return undefined;
  try {
    return JSON.parse(value);
  } catch {
    return UNKNOWN;
  }
}

interface Given {
  readonly id?: string;
  readonly properties: Properties;
  readonly propertyDependencies?: Readonly<Record<string, readonly string[]>>;
}

/**
 * A property that is an input and, when it was not given, an output of the provider's making: before the resource
 * exists that is unknown though nobody set it. Only an input has dependencies, so without one it counts as not given.
 */
export function given({ id, properties, propertyDependencies }: Given, property: string): unknown {
  const value = properties[property];
  if (value !== UNKNOWN || id !== undefined || propertyDependencies === undefined) return value;
  return (propertyDependencies[property] ?? []).length > 0 ? value : undefined;
}

/** The items by key, in their order. `Map.groupBy` comes with Node.js 21. */
export function groupBy<T, K>(items: readonly T[], keyOf: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}
