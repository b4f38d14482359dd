/** The bits of an address or a block: `[family, first address, length of the prefix]`. */
function parse(block: string): readonly [4 | 6, bigint, number] {
  const [address = "", length] = block.split("/");
  if (address.includes(":")) {
    const [head = "", tail] = address.split("::");
    const words = (text: string) => (text === "" ? [] : text.split(":"));
    const after = tail === undefined ? [] : words(tail);
    const before = words(head);
    const all = [...before, ...Array<string>(8 - before.length - after.length).fill("0"), ...after];
    const value = all.reduce((sum, word) => (sum << 16n) | BigInt(`0x${word}`), 0n);
    return [6, value, length === undefined ? 128 : Number(length)];
  }
  const value = address.split(".").reduce((sum, octet) => (sum << 8n) | BigInt(octet), 0n);
  return [4, value, length === undefined ? 32 : Number(length)];
}

export function familyOf(block: string): 4 | 6 {
  return block.includes(":") ? 6 : 4;
}

/** Whether the inner block lies in the outer one, which may be the same. */
export function isInside(inner: string, outer: string): boolean {
  const [family, value, prefix] = parse(inner);
  const [outerFamily, outerValue, outerPrefix] = parse(outer);
  const shift = BigInt((family === 4 ? 32 : 128) - outerPrefix);
  return family === outerFamily && prefix >= outerPrefix && value >> shift === outerValue >> shift;
}

/** Whether the block divides the other one: some of its addresses are in it, and some are not. */
export function divides(block: string, other: string): boolean {
  return block !== other && isInside(block, other);
}

/** The nth address of an IPv4 block. */
export function addressIn(block: string, n: number): string {
  const [family, value] = parse(block);
  if (family === 6) return `${block.split("/")[0]}${n.toString(16)}`;
  const address = value + BigInt(n);
  return [24n, 16n, 8n, 0n].map((shift) => (address >> shift) & 255n).join(".");
}

/** Blocks that the internet does not route: https://www.iana.org/assignments/iana-ipv4-special-registry */
export const NOT_ROUTED = [
  "10.0.0.0/8",
  "100.64.0.0/10",
  "169.254.0.0/16",
  "172.16.0.0/12",
  "192.168.0.0/16",
];

export function isPrivate(block: string): boolean {
  return NOT_ROUTED.some((range) => isInside(block, range));
}
