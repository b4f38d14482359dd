import { type Cidr, parseCidr } from "../aws/cidr.js";
import { cleanValue } from "./clean-text.js";
import { isKnown, type MaybeUnknown, UNKNOWN } from "./unknown.js";

/** A resource's properties, with values of any type. */
export type Properties = Readonly<Record<string, unknown>>;

export function isRecord(value: unknown): value is Properties {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A text, or a number as text; undefined if it is absent, empty or of another type. */
export function text(value: unknown): MaybeUnknown<string> | undefined {
  if (value === UNKNOWN) return UNKNOWN;
  if (typeof value === "number") return String(value);
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** A text, or unknown if it is absent: for a property that every deployed resource has. */
export function requiredText(value: unknown): MaybeUnknown<string> {
  return text(value) ?? UNKNOWN;
}

export function boolean(value: unknown, otherwise: boolean): MaybeUnknown<boolean> {
  if (value === UNKNOWN) return UNKNOWN;
  if (value === "true" || value === "false") return value === "true";
  return typeof value === "boolean" ? value : otherwise;
}

export function integer(value: unknown): MaybeUnknown<number> | undefined {
  if (value === UNKNOWN) return UNKNOWN;
  if (typeof value === "string" && /^-?\d+$/.test(value)) return Number(value);
  return typeof value === "number" ? value : undefined;
}

/** The items of a list; an unknown list is one unknown item. */
export function list(value: unknown): readonly unknown[] {
  if (value === UNKNOWN) return [UNKNOWN];
  return Array.isArray(value) ? value : [];
}

/** The objects of a list, or a single object in place of a list. Unknown items are `UNKNOWN`. */
export function records(value: unknown): MaybeUnknown<Properties>[] {
  if (isRecord(value)) return [value];
  return list(value).filter((item): item is MaybeUnknown<Properties> => item === UNKNOWN || isRecord(item));
}

/** A CIDR block. An invalid text is unknown, because the provider will refuse it. */
export function cidr(value: unknown): MaybeUnknown<Cidr> | undefined {
  const written = text(value);
  if (written === undefined) return undefined;
  return isKnown(written) ? (parseCidr(written) ?? UNKNOWN) : UNKNOWN;
}

/** One of the given words, in any case; unknown if it is another word. */
export function oneOf<const T extends string>(
  value: unknown,
  words: readonly T[],
): MaybeUnknown<T> | undefined {
  const written = text(value);
  if (written === undefined || written === UNKNOWN) return written;
  return words.find((word) => word.toLowerCase() === written.toLowerCase()) ?? UNKNOWN;
}

/** A policy document: JSON text is parsed, an object is returned unchanged. */
export function document(value: unknown): MaybeUnknown<unknown> | undefined {
  if (typeof value !== "string") return value === UNKNOWN || isRecord(value) ? value : undefined;
  if (value.trim() === "") return undefined;
  return json(value) ?? UNKNOWN;
}

/** The value of a JSON text, without characters that a reader does not see; undefined if it is no JSON. */
export function json(text: string): unknown {
  try {
    return cleanValue(JSON.parse(text));
  } catch {
    return undefined;
  }
}

interface Readable {
  readonly id?: string;
  readonly properties: Properties;
  readonly propertyDependencies?: Readonly<Record<string, readonly string[]>>;
}

/**
 * Reads an optional input. During preview the provider reports an unset input as unknown. Because only an input has
 * dependencies, an unknown value without dependencies counts as unset.
 */
export function inputValue({ id, properties, propertyDependencies }: Readable, property: string): unknown {
  const value = properties[property];
  if (value !== UNKNOWN || id !== undefined || propertyDependencies === undefined) return value;
  return (propertyDependencies[property] ?? []).length > 0 ? value : undefined;
}

/** The items by key, in their order. `Map.groupBy` needs Node.js 21. */
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
