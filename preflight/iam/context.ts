/**
 * Request context: the known condition keys of one request.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
 */

export type ContextValue = string | number | boolean;

/**
 * The caller's statement about one key: its value or values, `null` if it is known to be absent from the request,
 * `undefined` if it is not known, `{ present: true }` if it is present with an unknown value. A list is the value of a
 * multivalued key, also with one item; an empty list means absent.
 */
export type ContextInput =
  | ContextValue
  | readonly ContextValue[]
  | { readonly present: true }
  | null
  | undefined;

export type ContextEntry =
  | { readonly state: "values"; readonly values: readonly string[]; readonly multivalued: boolean }
  | { readonly state: "absent" }
  | { readonly state: "present" }
  | { readonly state: "unknown" };

export interface RequestContext {
  /** The entry of a key. Key names are compared without case, as in AWS. */
  lookup(key: string): ContextEntry;
}

const ABSENT: ContextEntry = { state: "absent" };
const PRESENT: ContextEntry = { state: "present" };
const UNKNOWN: ContextEntry = { state: "unknown" };

/**
 * Builds a context. `layers` are searched in order and the first one that has the key wins, also with `undefined`,
 * which means not known. `others` applies to keys that no layer has; "unknown" proves the least.
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
  if (isList(input)) {
    return input.length === 0 ? ABSENT : { state: "values", values: input.map(String), multivalued: true };
  }
  if (typeof input === "object") return PRESENT;
  return { state: "values", values: [String(input)], multivalued: false };
}

function isList(input: ContextInput): input is readonly ContextValue[] {
  return Array.isArray(input);
}
