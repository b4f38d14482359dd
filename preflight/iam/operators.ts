/**
 * The condition operators, without their set qualifiers and `IfExists`.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 */
import { BlockList, isIP } from "node:net";
import type { Truth } from "./truth.js";
import { globTokens, matchesText, type SourceChar } from "./wildcard.js";

/** Compares a value of the request with a value of the policy; "unknown" if one of them cannot be read. */
type Compare = (value: string, chars: readonly SourceChar[]) => Truth;

export interface Operator {
  /** A negated operator holds if its positive form matches none of the policy's values. */
  readonly negated: boolean;
  /**
   * Whether its values may have policy variables. In other operators a `${` makes the value unreadable.
   * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#policy-vars-conditionelement
   */
  readonly variables: boolean;
  readonly compare: Compare;
}

/** Operators by name. `Null` is not among them, because it compares no value. */
export const OPERATORS: ReadonlyMap<string, Operator> = new Map([
  ...pair("StringEquals", "StringNotEquals", true, (value, chars) => value === text(chars)),
  ...pair("StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase", true, equalsIgnoringCase),
  ...pair("StringLike", "StringNotLike", true, (value, chars) => matchesText(globTokens(chars), value)),
  ...pair("ArnEquals", "ArnNotEquals", true, arnLike),
  ...pair("ArnLike", "ArnNotLike", true, arnLike),
  ...ordering("Numeric", number),
  ...ordering("Date", instant),
  ...positive("Bool", false, bool),
  ...positive("BinaryEquals", false, binary),
  ...pair("IpAddress", "NotIpAddress", false, (value, chars) => inRange(value, text(chars))),
]);

function pair(name: string, opposite: string, variables: boolean, compare: Compare): [string, Operator][] {
  return [...positive(name, variables, compare), [opposite, { negated: true, variables, compare }]];
}

function positive(name: string, variables: boolean, compare: Compare): [string, Operator][] {
  return [[name, { negated: false, variables, compare }]];
}

/** `…Equals`, `…NotEquals` and the four orderings over the numbers that `read` parses. */
function ordering(family: string, read: (text: string) => number | undefined): [string, Operator][] {
  const by =
    (holds: (value: number, limit: number) => boolean): Compare =>
    (value, chars) => {
      const [left, right] = [read(value), read(text(chars))];
      return left === undefined || right === undefined ? "unknown" : holds(left, right);
    };
  const equal = by((value, limit) => value === limit);
  const less = by((value, limit) => value < limit);
  const more = by((value, limit) => value > limit);
  const atMost = by((value, limit) => value <= limit);
  const atLeast = by((value, limit) => value >= limit);
  return [
    ...pair(`${family}Equals`, `${family}NotEquals`, false, equal),
    ...positive(`${family}LessThan`, false, less),
    ...positive(`${family}LessThanEquals`, false, atMost),
    ...positive(`${family}GreaterThan`, false, more),
    ...positive(`${family}GreaterThanEquals`, false, atLeast),
  ];
}

function text(chars: readonly SourceChar[]): string {
  return chars.map(({ char }) => char).join("");
}

function equalsIgnoringCase(value: string, chars: readonly SourceChar[]): boolean {
  return value.toLowerCase() === text(chars).toLowerCase();
}

/** Each of an ARN's six parts is compared on its own, so a wildcard never crosses into the next part. */
function arnLike(value: string, chars: readonly SourceChar[]): Truth {
  const patterns = splitArn(globTokens(chars), (token) => token === ":");
  // AWS documents ARN operators for patterns of six parts only.
  if (patterns === undefined) return "unknown";
  const parts = splitArn(value.split(""), (char) => char === ":");
  return parts?.every((part, index) => matchesText(patterns[index] ?? [], part.join(""))) ?? false;
}

/** Six parts, the last of which keeps its colons; undefined if there are fewer. */
function splitArn<T>(items: readonly T[], isColon: (item: T) => boolean): T[][] | undefined {
  const parts: T[][] = [[]];
  for (const item of items) {
    if (isColon(item) && parts.length < 6) parts.push([]);
    else parts.at(-1)?.push(item);
  }
  return parts.length === 6 ? parts : undefined;
}

function number(source: string): number | undefined {
  return /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/.test(source) ? Number(source) : undefined;
}

const ISO = /^\d{4}(-\d\d(-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?)?)?$/;

/** Milliseconds of a date: ISO 8601 in the W3C profile, or seconds since 1970. Four digits are a year. */
function instant(source: string): number | undefined {
  if (ISO.test(source)) {
    const time = Date.parse(source);
    return Number.isNaN(time) ? undefined : time;
  }
  const seconds = number(source);
  return seconds === undefined ? undefined : seconds * 1000;
}

function bool(value: string, chars: readonly SourceChar[]): Truth {
  const sides = [value.toLowerCase(), text(chars).toLowerCase()];
  return sides.every((side) => side === "true" || side === "false") ? sides[0] === sides[1] : "unknown";
}

/** Compares the bytes of two base64 texts. */
function binary(value: string, chars: readonly SourceChar[]): Truth {
  const [left, right] = [bytes(value), bytes(text(chars))];
  return left === undefined || right === undefined ? "unknown" : left.equals(right);
}

function bytes(source: string): Buffer | undefined {
  const isBase64 = /^[A-Za-z0-9+/]*={0,2}$/.test(source) && source.length % 4 === 0;
  return isBase64 ? Buffer.from(source, "base64") : undefined;
}

interface Range {
  readonly family: number;
  readonly addresses: BlockList;
}

const ranges = new Map<string, Range | undefined>();

/** Whether an address is in a range. A range without a prefix length is a single address. */
function inRange(address: string, source: string): Truth {
  if (!ranges.has(source)) ranges.set(source, readRange(source));
  const range = ranges.get(source);
  const family = isIP(address);
  if (family === 0 || range === undefined) return "unknown";
  // BlockList treats IPv4 addresses as part of `::ffff:0:0/96`, which a policy does not.
  return family === range.family && range.addresses.check(address, nameOf(family));
}

function readRange(source: string): Range | undefined {
  const [address = "", prefix, ...rest] = source.split("/");
  const family = isIP(address);
  const bits = family === 4 ? 32 : 128;
  const length = prefix === undefined ? bits : /^\d{1,3}$/.test(prefix) ? Number(prefix) : Number.NaN;
  if (family === 0 || rest.length > 0 || !(length <= bits)) return undefined;
  const addresses = new BlockList();
  addresses.addSubnet(address, length, nameOf(family));
  return { family, addresses };
}

function nameOf(family: number): "ipv4" | "ipv6" {
  return family === 4 ? "ipv4" : "ipv6";
}
