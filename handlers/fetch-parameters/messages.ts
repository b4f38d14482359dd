import { type Parameter, relativeName } from "../parameter-cache/index.js";
import type { KeyStyle } from "./settings.js";

/** Values by key. */
export type Messages = Readonly<Record<string, string>>;

/** Parameters that have the same key, so that only the last one of each list is served. */
export type Clashes = readonly (readonly string[])[];

/**
 * Makes the messages of the parameters that were read.
 * @param path the path that they were read under
 */
export function messagesOf(
  path: string,
  keys: KeyStyle,
  parameters: readonly Parameter[],
): { readonly messages: Messages; readonly clashes: Clashes } {
  const names = new Map<string, Set<string>>();
  const found = parameters.map(({ name, value }): [string, string] => {
    const key = keys === "relative" ? relativeName(path, name) : name.slice(name.lastIndexOf("/") + 1);
    const known = names.get(key) ?? new Set();
    known.delete(name); // If a name was read twice, its last place counts.
    names.set(key, known.add(name));
    return [key, value];
  });
  return {
    messages: Object.freeze(Object.fromEntries(found)), // Many answers share this object, so none may change it.
    clashes: [...names.values()].filter(({ size }) => size > 1).map((same) => [...same]),
  };
}
