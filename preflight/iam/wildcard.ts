/**
 * Matching of IAM's two wildcards, `*` (any run of characters, also none) and `?` (exactly one character).
 *
 * The matcher simulates all positions of the pattern at once instead of backtracking, so the time is bounded by
 * pattern length × text length whatever the pattern looks like.
 */

/** A wildcard. `colons` says whether it may match a colon, which ends a segment of an ARN. */
export interface Wild {
  readonly many: boolean;
  readonly colons: boolean;
}

/** One literal character (UTF-16 code unit) or a wildcard. */
export type Token = string | Wild;

/** A character of a pattern's source. `wild` says whether `*` and `?` are wildcards; in `${*}` they are not. */
export interface SourceChar {
  readonly char: string;
  readonly wild: boolean;
}

const MANY: Wild = { many: true, colons: true };
const ONE: Wild = { many: false, colons: true };
const MANY_IN_SEGMENT: Wild = { many: true, colons: false };
const ONE_IN_SEGMENT: Wild = { many: false, colons: false };

/** Characters of a plain text, in which `*` and `?` are wildcards unless `wild` is false. */
export function sourceChars(text: string, wild = true): SourceChar[] {
  return text.split("").map((char) => ({ char, wild }));
}

/** Tokens of a pattern whose wildcards match any character. */
export function globTokens(source: readonly SourceChar[]): Token[] {
  return source.map(({ char, wild }) => (wild && char === "*" ? MANY : wild && char === "?" ? ONE : char));
}

/**
 * Tokens of a pattern in a `Resource` element. In the five segments before an ARN's resource part a wildcard stays
 * within its segment. The exception is a `*` that ends the segment, which "can expand to match beyond the colon
 * boundaries". In the resource part, after the fifth colon, both wildcards match every character.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
 */
export function resourceTokens(source: readonly SourceChar[]): Token[] {
  let colons = 0;
  return source.map(({ char, wild }, index) => {
    if (char === ":") colons += 1;
    if (!wild || (char !== "*" && char !== "?")) return char;
    if (colons >= 5) return char === "*" ? MANY : ONE;
    if (char === "?") return ONE_IN_SEGMENT;
    const next = source[index + 1];
    return next === undefined || next.char === ":" ? MANY : MANY_IN_SEGMENT;
  });
}

/** Whether the pattern matches the whole text. */
export function matchesText(pattern: readonly Token[], text: string): boolean {
  return simulate(pattern, text.length, (token, index) =>
    typeof token === "string" ? token === text[index] : token.colons || text[index] !== ":",
  );
}

/**
 * Whether `outer` matches every text that `inner` matches. Never wrongly true. False for a few equal pairs whose
 * equality depends on several wildcards together, which is harmless in a least-privilege report.
 */
export function contains(outer: readonly Token[], inner: readonly Token[]): boolean {
  const inside = ordered(inner);
  return simulate(ordered(outer), inside.length, (token, index) => {
    const other = inside[index];
    if (other === undefined) return false;
    if (typeof token === "string") return token === other;
    if (typeof other === "string") return token.colons || other !== ":";
    return (token.colons || !other.colons) && (token.many || !other.many);
  });
}

/** Whether a text exists that both patterns match. */
export function intersects(one: readonly Token[], other: readonly Token[]): boolean {
  return commonText(one, other) !== undefined;
}

/** A shortest text that both patterns match; undefined if there is none. */
export function commonText(one: readonly Token[], other: readonly Token[]): string | undefined {
  const seen = new Set<number>();
  const open: { readonly i: number; readonly j: number; readonly text: string }[] = [
    { i: 0, j: 0, text: "" },
  ];
  for (let next = open.shift(); next !== undefined; next = open.shift()) {
    const { i, j, text } = next;
    if (i === one.length && j === other.length) return text;
    const place = i * (other.length + 1) + j;
    if (seen.has(place)) continue;
    seen.add(place);
    const [left, right] = [one[i], other[j]];
    // A `*` that ends here takes no character, so the way without one goes first.
    if (isMany(right)) open.unshift({ i, j: j + 1, text });
    if (isMany(left)) open.unshift({ i: i + 1, j, text });
    if (left === undefined || right === undefined || !shareCharacter(left, right)) continue;
    const char = typeof left === "string" ? left : typeof right === "string" ? right : "x";
    open.push({ i: isMany(left) ? i : i + 1, j: isMany(right) ? j : j + 1, text: text + char });
  }
  return undefined;
}

function shareCharacter(left: Token, right: Token): boolean {
  if (typeof left === "string")
    return typeof right === "string" ? left === right : right.colons || left !== ":";
  return typeof right !== "string" || left.colons || right !== ":";
}

/** Whether the pattern matches every text. */
export function matchesEverything(pattern: readonly Token[]): boolean {
  return pattern.every(isMany) && pattern.some((token) => typeof token !== "string" && token.colons);
}

/** Puts the `?` of a run of wildcards before its `*`. `*?` and `?*` match the same texts, so they get one spelling. */
function ordered(pattern: readonly Token[]): Token[] {
  const result: Token[] = [];
  let run: Wild[] = [];
  const flush = (): void => {
    result.push(...run.filter((wild) => !wild.many), ...run.filter((wild) => wild.many).slice(0, 1));
    run = [];
  };
  for (const token of pattern) {
    if (typeof token !== "string" && (run.length === 0 || run[0]?.colons === token.colons)) {
      run.push(token);
      continue;
    }
    flush();
    if (typeof token === "string") result.push(token);
    else run.push(token);
  }
  flush();
  return result;
}

function isMany(token: Token | undefined): boolean {
  return token !== undefined && typeof token !== "string" && token.many;
}

/** Steps through `length` symbols. `takes` says whether a token accepts the symbol at an index. */
function simulate(
  pattern: readonly Token[],
  length: number,
  takes: (token: Token, index: number) => boolean,
): boolean {
  const enter = (states: Uint8Array, position: number): void => {
    let at = position;
    states[at] = 1;
    while (isMany(pattern[at])) {
      at += 1;
      states[at] = 1;
    }
  };
  let states = new Uint8Array(pattern.length + 1);
  enter(states, 0);
  for (let index = 0; index < length; index += 1) {
    const next = new Uint8Array(pattern.length + 1);
    let alive = false;
    for (let position = 0; position < pattern.length; position += 1) {
      const token = pattern[position];
      if (states[position] !== 1 || token === undefined || !takes(token, index)) continue;
      enter(next, isMany(token) ? position : position + 1);
      alive = true;
    }
    if (!alive) return false;
    states = next;
  }
  return states[pattern.length] === 1;
}
