import { isRecord } from "../preflight/resources/read.js";
import { UNKNOWN } from "../preflight/resources/unknown.js";

/**
 * A plain copy of a value that the engine hands to a policy, with `UNKNOWN` wherever it is not known yet.
 *
 * At preview such a value is a Proxy that throws when an unknown property is read. An error that leaves a policy
 * would turn a mandatory policy into a warning, so each property is read by itself, and whatever cannot be read is
 * unknown. A `null` is how a provider writes that a property was not given, so it is left out.
 */
export function knownValue(value: unknown): unknown {
  if (Array.isArray(value)) return Array.from({ length: value.length }, (_, i) => knownProperty(value, i));
  if (!isRecord(value)) return value;
  return isPlain(value) ? knownProperties(value) : UNKNOWN; // an asset's content is nothing to reason about
}

/** As {@link knownValue}, for an object's properties. */
export function knownProperties(value: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.keys(value)
      .map((key) => [key, knownProperty(value, key)])
      .filter(([, property]) => property !== null && property !== undefined),
  );
}

function knownProperty(holder: object, key: PropertyKey): unknown {
  try {
    return knownValue(Reflect.get(holder, key));
  } catch {
    return UNKNOWN;
  }
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** Whether something in a value is not known. */
export function holdsUnknown(value: unknown): boolean {
  if (value === UNKNOWN) return true;
  if (Array.isArray(value)) return value.some(holdsUnknown);
  return isRecord(value) && Object.values(value).some(holdsUnknown);
}
