/**
 * The request context: what is known of the condition keys of one request.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
 */

export type ContextValue = string | number | boolean;

/**
 * What a caller says of one key: its value or values, `null` for known to be absent from the request, `undefined` for
 * not known, `{ present: true }` for surely present with a value not known yet. An empty list is the same as absent.
 */
export type ContextInput =
  | ContextValue
  | readonly ContextValue[]
  | { readonly present: true }
  | null
  | undefined;

export type ContextEntry =
  | { readonly state: "values"; readonly values: readonly string[] }
  | { readonly state: "absent" }
  | { readonly state: "present" }
  | { readonly state: "unknown" };

export interface RequestContext {
  /** The entry of a key; the names of keys are compared without case, as AWS does. */
  lookup(key: string): ContextEntry;
}

const ABSENT: ContextEntry = { state: "absent" };
const PRESENT: ContextEntry = { state: "present" };
const UNKNOWN: ContextEntry = { state: "unknown" };

/**
 * Builds a context. `layers` are looked at in order, the first that has the key wins (also with `undefined`, which
 * says that it is not known). `others` is what holds for keys nobody mentions; "unknown" proves the least.
 */
export function requestContext(
  layers: readonly Readonly<Record<string, ContextInput>>[],
  others: "absent" | "unknown" = "unknown",
): RequestContext {
  const entries = new Map<string, ContextEntry>();
  for (const layer of layers) {
    for (const [key, input] of Object.entries(layer)) {
      const name = key.toLowerCase();
      if (!entries.has(name)) entries.set(name, entryOf(input));
    }
  }
  const missing = others === "absent" ? ABSENT : UNKNOWN;
  return { lookup: (key) => entries.get(key.toLowerCase()) ?? missing };
}

function entryOf(input: ContextInput): ContextEntry {
  if (input === undefined) return UNKNOWN;
  if (input === null) return ABSENT;
  if (isList(input)) return input.length === 0 ? ABSENT : { state: "values", values: input.map(String) };
  if (typeof input === "object") return PRESENT;
  return { state: "values", values: [String(input)] };
}

function isList(input: ContextInput): input is readonly ContextValue[] {
  return Array.isArray(input);
}
