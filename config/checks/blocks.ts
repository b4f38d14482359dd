import { formatBlock, ipv4Block, overlaps, RESERVED_BLOCKS } from "@lambda-networking/preflight/aws";
import { type ConfigIssue, issue } from "@lambda-networking/preflight/errors";

/** A block that no VPC can have. https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html */
export function reservedBlock(key: string, text: string): ConfigIssue[] {
  const cidr = ipv4Block(text);
  const found = RESERVED_BLOCKS.find(({ block }) => overlaps(block, cidr));
  if (found === undefined) return [];
  const fix = `${formatBlock(found.block)} is reserved for ${found.use}, so no VPC has it. Write a block of 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16.`;
  return [issue(key, text, fix)];
}

/** A block with the key that has it. */
export interface NamedBlock {
  readonly key: string;
  readonly text: string;
}

const PREFIXES = 33;
const ADDRESSES = 2 ** 32;

/**
 * The first earlier block that each IPv4 block overlaps. Two CIDR blocks overlap only if one contains the other, so each
 * block has to be looked up by the prefix lengths that occur, and not compared with every other block.
 */
export function earlierOverlaps(blocks: readonly NamedBlock[]): (NamedBlock | undefined)[] {
  const cidrs = blocks.map(({ text }) => ipv4Block(text));
  const lengths = [...new Set(cidrs.map(({ prefix }) => prefix))];
  /** The index of the first block with exactly these addresses. */
  const exactly = new Map<number, number>();
  /** The index of the first block inside these addresses. */
  const inside = new Map<number, number>();
  return cidrs.map(({ first, prefix }, index) => {
    const address = Number(first);
    const own = idOf(address, prefix);
    const wider = lengths.filter((length) => length <= prefix).map((length) => idOf(address, length));
    const before = Math.min(inside.get(own) ?? Infinity, ...wider.map((id) => exactly.get(id) ?? Infinity));
    if (!exactly.has(own)) exactly.set(own, index);
    for (const id of wider) if (!inside.has(id)) inside.set(id, index);
    return blocks[before];
  });
}

/** A number for a block: its first address and its prefix's length. */
function idOf(address: number, prefix: number): number {
  const size = ADDRESSES / 2 ** prefix;
  return Math.floor(address / size) * size * PREFIXES + prefix;
}
