import { type Cidr, formatCidr, parseCidr } from "./cidr.js";

interface Range {
  readonly first: bigint;
  readonly last: bigint;
}

/** A set of addresses of one family: the possible sources or destinations of a packet. */
export interface AddressSet {
  readonly family: 4 | 6;
  readonly ranges: readonly Range[];
  /** Name for messages: `10.20.0.0/20`, `any public address`. */
  readonly label: string;
}

/** How much of a set lies inside some blocks. */
export type Share = "all" | "some" | "none";

export function addressesOf(cidr: Cidr): AddressSet {
  return { family: cidr.family, ranges: [{ first: cidr.first, last: cidr.last }], label: formatCidr(cidr) };
}

/** How much of the addresses all the blocks together cover. */
export function share(addresses: AddressSet, blocks: readonly Cidr[]): Share {
  const rest = subtract(addresses, blocks);
  if (rest.ranges.length === 0) return "all";
  return sizeOf(rest) === sizeOf(addresses) ? "none" : "some";
}

/** The addresses of blocks that may overlap, each once. */
export function merged(blocks: readonly Cidr[]): readonly Range[] {
  const ranges: Range[] = [];
  for (const { first, last } of [...blocks].sort((a, b) => (a.first < b.first ? -1 : 1))) {
    const before = ranges.at(-1);
    if (before === undefined || before.last + 1n < first) ranges.push({ first, last });
    else if (before.last < last) ranges[ranges.length - 1] = { first: before.first, last };
  }
  return ranges;
}

/** The addresses that no block covers. */
export function subtract(addresses: AddressSet, blocks: readonly Cidr[]): AddressSet {
  let ranges = addresses.ranges;
  for (const block of blocks) {
    if (block.family !== addresses.family || !ranges.some((range) => overlap(range, block))) continue;
    ranges = ranges.flatMap((range) => cut(range, block));
  }
  return { ...addresses, ranges };
}

/** Whether a block has any of the addresses. */
export function meets(addresses: AddressSet, block: Cidr): boolean {
  return block.family === addresses.family && addresses.ranges.some((range) => overlap(range, block));
}

/** The addresses that a block covers. */
export function intersect(addresses: AddressSet, block: Cidr): AddressSet {
  if (block.family !== addresses.family) return { ...addresses, ranges: [] };
  const ranges = addresses.ranges
    .filter((range) => overlap(range, block))
    .map((range) => ({
      first: larger(range.first, block.first),
      last: smaller(range.last, block.last),
    }));
  return { ...addresses, ranges };
}

export function isEmpty(addresses: AddressSet): boolean {
  return addresses.ranges.length === 0;
}

// Math.min and Math.max do not accept bigints.
function smaller(a: bigint, b: bigint): bigint {
  if (a < b) return a;
  return b;
}

function larger(a: bigint, b: bigint): bigint {
  if (a > b) return a;
  return b;
}

function overlap(a: Range, b: Range): boolean {
  return a.first <= b.last && b.first <= a.last;
}

function cut(range: Range, block: Range): Range[] {
  if (!overlap(range, block)) return [range];
  const rest: Range[] = [];
  if (range.first < block.first) rest.push({ first: range.first, last: block.first - 1n });
  if (range.last > block.last) rest.push({ first: block.last + 1n, last: range.last });
  return rest;
}

function sizeOf(addresses: AddressSet): bigint {
  return addresses.ranges.reduce((sum, { first, last }) => sum + last - first + 1n, 0n);
}

function known(text: string): Cidr {
  const cidr = parseCidr(text);
  if (cidr === undefined) throw new Error(`"${text}" is not a CIDR block`);
  return cidr;
}

export const EVERYWHERE = { 4: known("0.0.0.0/0"), 6: known("::/0") } as const;

/**
 * Blocks that the internet does not route to: private (RFC 1918), shared (RFC 6598), loopback, link-local, multicast
 * and reserved. https://www.iana.org/assignments/iana-ipv4-special-registry
 */
const NOT_PUBLIC = {
  4: [
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "224.0.0.0/3",
  ].map(known),
  6: ["::/8", "fc00::/7", "fe80::/10", "ff00::/8"].map(known),
} as const;

/** Every public address: the internet, and the addresses that a service's public name may resolve to. */
export const PUBLIC = {
  4: { ...subtract(addressesOf(EVERYWHERE[4]), NOT_PUBLIC[4]), label: "public addresses" },
  6: { ...subtract(addressesOf(EVERYWHERE[6]), NOT_PUBLIC[6]), label: "public IPv6 addresses" },
} as const;

/** Whether none of the addresses is on the internet. */
export function isPrivateSet(addresses: AddressSet): boolean {
  return isEmpty(subtract(addresses, NOT_PUBLIC[addresses.family]));
}
