/** A block of IPv4 or IPv6 addresses, given by its first and last address. */
export interface Cidr {
  readonly family: 4 | 6;
  readonly first: bigint;
  readonly last: bigint;
  readonly prefix: number;
}

const BITS = { 4: 32, 6: 128 } as const;

/**
 * Parses a block and clears the bits behind its prefix: 10.0.0.7/16 becomes 10.0.0.0/16. A single address is a block
 * of one. Returns `undefined` if the text is neither.
 */
export function parseCidr(text: string): Cidr | undefined {
  const [address = "", length, ...rest] = text.trim().split("/");
  if (rest.length > 0) return undefined;
  const family = address.includes(":") ? 6 : 4;
  const value = family === 6 ? parseIpv6(address) : parseIpv4(address);
  if (value === undefined) return undefined;
  const bits = BITS[family];
  if (length !== undefined && !/^\d{1,3}$/.test(length)) return undefined;
  const prefix = length === undefined ? bits : Number(length);
  if (prefix > bits) return undefined;
  const size = 1n << BigInt(bits - prefix);
  const first = (value / size) * size;
  return { family, first, last: first + size - 1n, prefix };
}

/** Like {@link parseCidr}, but accepts only four decimal octets, a slash and a prefix length, without spaces. */
export function parseIpv4Block(text: string): Cidr | undefined {
  return /^(\d{1,3}\.){3}\d{1,3}\/\d{1,2}$/.test(text) ? parseCidr(text) : undefined;
}

/** Like {@link parseIpv4Block}, for text that must be a block. */
export function ipv4Block(text: string): Cidr {
  const cidr = parseIpv4Block(text);
  if (cidr === undefined) throw new Error(`"${text}" is not an IPv4 CIDR block such as 10.0.0.0/16`);
  return cidr;
}

function parseIpv4(text: string): bigint | undefined {
  const octets = text.split(".");
  if (octets.length !== 4) return undefined;
  let value = 0;
  for (const octet of octets) {
    if (!/^\d{1,3}$/.test(octet) || Number(octet) > 255) return undefined;
    value = value * 256 + Number(octet);
  }
  return BigInt(value);
}

function parseIpv6(text: string): bigint | undefined {
  const halves = text.split("::");
  if (halves.length > 2) return undefined;
  const [head = [], tail = []] = halves.map((half) => (half === "" ? [] : half.split(":")));
  const zeros = 8 - head.length - tail.length;
  if (halves.length === 2 ? zeros < 1 : zeros !== 0) return undefined;
  let value = 0n;
  for (const group of [...head, ...Array<string>(zeros).fill("0"), ...tail]) {
    if (!/^[0-9a-f]{1,4}$/i.test(group)) return undefined;
    value = (value << 16n) | BigInt(`0x${group}`);
  }
  return value;
}

/** Formats a block as AWS does: `10.0.0.0/16`, but a single address without a prefix. */
export function formatCidr(cidr: Cidr): string {
  return cidr.prefix === BITS[cidr.family] ? formatFirst(cidr) : formatBlock(cidr);
}

/** Formats a block with its prefix, even if it has one address: `10.0.0.7/32`. */
export function formatBlock(cidr: Cidr): string {
  return `${formatFirst(cidr)}/${cidr.prefix}`;
}

function formatFirst({ family, first }: Cidr): string {
  return family === 4 ? formatIpv4(first) : formatIpv6(first);
}

function formatIpv4(value: bigint): string {
  return [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 255n).join(".");
}

function formatIpv6(value: bigint): string {
  const groups = Array.from({ length: 8 }, (_, i) =>
    ((value >> BigInt(112 - 16 * i)) & 0xffffn).toString(16),
  );
  const zeros = groups.join(":").match(/(?:^|:)0(?::0)+(?:$|:)/g) ?? [];
  const longest = zeros.reduce((a, b) => (b.length > a.length ? b : a), "");
  return longest === "" ? groups.join(":") : groups.join(":").replace(longest, "::");
}

/** Whether `outer` has every address of `inner`. */
export function contains(outer: Cidr, inner: Cidr): boolean {
  return outer.family === inner.family && outer.first <= inner.first && inner.last <= outer.last;
}

/** Whether two blocks share an address. */
export function overlaps(a: Cidr, b: Cidr): boolean {
  return contains(a, b) || contains(b, a);
}

const PRIVATE_RANGES = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"].map(ipv4Block);

/** Whether a block lies in the ranges for private networks (RFC 1918). */
export function isPrivate(cidr: Cidr): boolean {
  return PRIVATE_RANGES.some((range) => contains(range, cidr));
}

/** The `index`th of the equal parts of a block, if its prefix is made `bits` longer. */
export function part(cidr: Cidr, bits: number, index: number): Cidr {
  const prefix = cidr.prefix + bits;
  if (prefix > BITS[cidr.family] || index >= 2 ** bits) {
    throw new RangeError(`${formatBlock(cidr)} has no part ${index} of ${2 ** bits}`);
  }
  const size = 1n << BigInt(BITS[cidr.family] - prefix);
  const first = cidr.first + BigInt(index) * size;
  return { family: cidr.family, first, last: first + size - 1n, prefix };
}
