/** Which values of a condition key the policies tell apart. */
import type { Statement } from "./policy.js";
import { contains, globTokens, intersects, matchesText, sourceChars, type Token } from "./wildcard.js";

/** Examples of a key's values. No condition tells two values apart that have the same example. */
export interface Examples {
  readonly values: readonly string[];
  /** Whether every value has an example. Overlapping patterns and policy variables may tell more values apart. */
  readonly complete: boolean;
}

/** The values that conditions have for a key, in any statement; empty if no condition names the key. */
export function comparedValues(statements: readonly Statement[], key: string): string[] {
  const found = statements
    .flatMap(({ conditions }) => conditions)
    .filter((condition) => condition.key.toLowerCase() === key.toLowerCase())
    .flatMap(({ values }) => values);
  return [...new Set(found)];
}

/**
 * Examples of the values that the patterns tell apart: one that no pattern means, each value without a wildcard, and
 * one for each pattern.
 * @param likely values that a request may have, of which the first that no special pattern matches is an example
 */
export function toldApart(patterns: readonly string[], likely: readonly string[]): Examples {
  const read = patterns.map((source) => globTokens(sourceChars(source)));
  // A pattern that all likely values match, such as `vpce-*`, tells none of them apart.
  const special = read.filter((tokens) => !likely.every((value) => matchesText(tokens, value)));
  const wild = special.filter((tokens) => tokens.some((token) => typeof token !== "string"));
  const plain = likely.find((value) => !special.some((tokens) => matchesText(tokens, value)));
  const filler = likely[0]?.slice(-8) ?? "";
  const exact = wild.every((own) => {
    const example = exampleOf(own, filler);
    return wild.every((other) => matchesText(other, example) === contains(other, own));
  });
  const overlap = wild.some((one, at) =>
    wild
      .slice(at + 1)
      .some((other) => intersects(one, other) && !contains(one, other) && !contains(other, one)),
  );
  const values = [
    ...(plain === undefined ? [] : [plain]),
    ...special.map((tokens) => exampleOf(tokens, filler)),
  ];
  return {
    values: [...new Set(values)],
    complete: plain !== undefined && exact && !overlap && !patterns.some((source) => source.includes("${")),
  };
}

function exampleOf(tokens: readonly Token[], filler: string): string {
  return tokens
    .map((token) => (typeof token === "string" ? token : token.many ? filler : filler.slice(-1)))
    .join("");
}
