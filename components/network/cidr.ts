/** A block of IPv4 addresses: its first address as an unsigned 32-bit number, and its prefix length. */
export interface Cidr {
  readonly base: number;
  readonly prefix: number;
}

const PRIVATE_RANGES = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"].map(parseCidr);

/** The number of addresses in a block, e.g. 256 for a /24. */
export function sizeOf(cidr: Cidr): number {
  return 2 ** (32 - cidr.prefix);
}

/** `undefined` unless the text is four decimal octets, a slash and a prefix length of 0 to 32. */
export function tryParseCidr(text: string): Cidr | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(text);
  if (match === null) return undefined;
  const [a = 0, b = 0, c = 0, d = 0, prefix = 0] = match.slice(1).map(Number);
  if ([a, b, c, d].some((octet) => octet > 255) || prefix > 32) return undefined;
  return { base: a * 2 ** 24 + b * 2 ** 16 + c * 2 ** 8 + d, prefix };
}

/** As {@link tryParseCidr}, for text that is known to be a CIDR block. */
export function parseCidr(text: string): Cidr {
  const cidr = tryParseCidr(text);
  if (cidr === undefined) throw new Error(`"${text}" is not an IPv4 CIDR block such as 10.0.0.0/16`);
  return cidr;
}

/** Writes a block as AWS does: `10.0.0.0/16`. */
export function formatCidr({ base, prefix }: Cidr): string {
  return `${[24, 16, 8, 0].map((shift) => Math.floor(base / 2 ** shift) % 256).join(".")}/${prefix}`;
}

/** The same block with the bits behind its prefix cleared: 10.0.0.7/16 becomes 10.0.0.0/16. */
export function canonical({ base, prefix }: Cidr): Cidr {
  const size = 2 ** (32 - prefix);
  return { base: Math.floor(base / size) * size, prefix };
}

/** Whether every address of `inner` is an address of `outer`. */
export function contains(outer: Cidr, inner: Cidr): boolean {
  return inner.base >= outer.base && inner.base + sizeOf(inner) <= outer.base + sizeOf(outer);
}

/** Whether two blocks share an address. */
export function overlaps(a: Cidr, b: Cidr): boolean {
  return contains(a, b) || contains(b, a);
}

/** Whether a block lies in the ranges set aside for private networks (RFC 1918). */
export function isPrivate(cidr: Cidr): boolean {
  return PRIVATE_RANGES.some((range) => contains(range, cidr));
}

/** The `index`th of the equal parts that `bits` more prefix bits cut a block into. */
export function part(cidr: Cidr, bits: number, index: number): Cidr {
  const prefix = cidr.prefix + bits;
  if (prefix > 32 || index >= 2 ** bits) {
    throw new RangeError(`${formatCidr(cidr)} has no part ${index} of ${2 ** bits}`);
  }
  return { base: cidr.base + index * 2 ** (32 - prefix), prefix };
}
