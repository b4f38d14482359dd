/**
 * What a text from outside may do to its readers: a line break in a name forges a line of a terminal or a command of a
 * workflow, an escape sequence moves the cursor, a bidirectional mark shows letters in another order.
 */

/** Line breaks and tabs, which become a space. */
const BREAKS = /[\t\n\v\f\r\u0085\u2028\u2029]+/g;

/**
 * Other control characters (C0, C1, DEL) and format characters: bidirectional marks, zero-width characters, the byte
 * order mark, tags. https://www.unicode.org/reports/tr9/ https://www.unicode.org/reports/tr36/
 */
const UNSEEN = /[\p{Cc}\p{Cf}\u115f\u1160\u3164\uffa0]/gu;

const SUSPECT = /[\p{Cc}\p{Cf}\u2028\u2029\u115f\u1160\u3164\uffa0]/u;

/** A text as one line of characters that a reader sees. */
export function cleanText(text: string): string {
  return SUSPECT.test(text) ? text.replace(BREAKS, " ").replace(UNSEEN, "") : text;
}

/** Like {@link cleanText}, for every text in a value, keys included. The value must not be nested too deep. */
export function cleanValue(value: unknown): unknown {
  if (typeof value === "string") return cleanText(value);
  if (Array.isArray(value)) return value.map(cleanValue);
  if (typeof value !== "object" || value === null || !isPlain(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [cleanText(key), cleanValue(item)]));
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
