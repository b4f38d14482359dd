/**
 * A value that is not known yet: an output at preview, a secret, an output of a resource that does not exist. An
 * unknown is never a pass, so it has its own value instead of being left out. The symbol is registered, because a
 * loader may evaluate this module twice.
 */
export const UNKNOWN: unique symbol = Symbol.for("@lambda-networking/unknown");
export type Unknown = typeof UNKNOWN;

/** A value that may not be known yet. */
export type MaybeUnknown<T> = T | Unknown;

export function isKnown<T>(value: MaybeUnknown<T>): value is T {
  return value !== UNKNOWN;
}

/** Whether a value is known and not undefined. */
export function isSet<T>(value: MaybeUnknown<T> | undefined): value is T {
  return value !== undefined && value !== UNKNOWN;
}

/** Whether a value contains an unknown, at any depth. */
export function holdsUnknown(value: unknown): boolean {
  if (value === UNKNOWN) return true;
  return typeof value === "object" && value !== null && Object.values(value).some(holdsUnknown);
}
