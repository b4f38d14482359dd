/**
 * A smallest part of a list that still satisfies a condition which the whole list satisfies, in the sense that no item
 * of it can go. Of several such parts, the one with the earliest items. Asks about k·log(n/k) times for k items of n.
 *
 * @see https://cdn.aaai.org/AAAI/2004/AAAI04-027.pdf QuickXplain, U. Junker, AAAI 2004
 */
export function minimalSubset<T>(items: readonly T[], holds: (part: readonly T[]) => boolean): readonly T[] {
  return search([], false, items);

  function search(kept: readonly T[], isNew: boolean, rest: readonly T[]): readonly T[] {
    if (isNew && holds(kept)) return [];
    if (rest.length <= 1) return rest;
    const half = Math.ceil(rest.length / 2);
    const [first, second] = [rest.slice(0, half), rest.slice(half)];
    const late = search([...kept, ...first], true, second);
    const early = search([...kept, ...late], late.length > 0, first);
    return [...early, ...late];
  }
}
