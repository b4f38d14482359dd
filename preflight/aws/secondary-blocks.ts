import { type Cidr, contains, formatBlock, ipv4Block, overlaps } from "./cidr.js";
import { RESERVED_BLOCKS, SHARED_BLOCK } from "./reserved.js";

/** The ranges of RFC 1918. A VPC has blocks of one of them only. */
const RANGES = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"].map(ipv4Block);

const LOW_HALF = ipv4Block("10.0.0.0/15");
const LOWEST = ipv4Block("10.0.0.0/16");
const DEFAULT_VPCS = ipv4Block("172.31.0.0/16");

const LARGEST = 16;
const SMALLEST = 28;

/**
 * Why AWS refuses a secondary block, with what to write instead; undefined if it takes the block.
 * @param others the VPC's other blocks, the primary first
 * @param allowsPublic whether the block may hide the real owners of its addresses
 * @see https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html#add-cidr-block-restrictions
 */
export function secondaryBlockFault(
  block: Cidr,
  others: readonly [Cidr, ...Cidr[]],
  allowsPublic: boolean,
): string | undefined {
  if (block.prefix < LARGEST || block.prefix > SMALLEST) {
    return `A VPC's block is a /${LARGEST} to a /${SMALLEST}. Write one of that size.`;
  }
  const reserved = RESERVED_BLOCKS.find((other) => overlaps(other.block, block));
  if (reserved !== undefined) {
    return `${formatBlock(reserved.block)} is reserved for ${reserved.use}, so no VPC has it. Write a block of 100.64.0.0/10, or one in the range of vpc.cidrBlock.`;
  }
  const twin = others.find((other) => overlaps(other, block));
  if (twin !== undefined) return `It overlaps the VPC's block ${formatBlock(twin)}. Write another one.`;
  return rangeFault(block, others) ?? publicFault(block, allowsPublic);
}

function rangeFault(block: Cidr, others: readonly [Cidr, ...Cidr[]]): string | undefined {
  const own = rangeOf(others[0]);
  const range = rangeOf(block);
  if (range === undefined) return undefined;
  if (range !== own) {
    const fits = own === undefined ? "100.64.0.0/10" : `${formatBlock(own)} or 100.64.0.0/10`;
    return `AWS adds no block of ${formatBlock(range)} to a VPC whose first block is ${formatBlock(others[0])}. Write a block of ${fits}.`;
  }
  if (overlaps(LOWEST, block) && others.some((other) => contains(LOW_HALF, other))) {
    return "AWS adds no block of 10.0.0.0/16 to a VPC that has one of 10.0.0.0/15. Write a block above 10.1.255.255, or of 100.64.0.0/10.";
  }
  if (overlaps(DEFAULT_VPCS, block)) {
    return "AWS adds no block of 172.31.0.0/16, which default VPCs have. Write another one of 172.16.0.0/12, or of 100.64.0.0/10.";
  }
  return undefined;
}

function publicFault(block: Cidr, allowsPublic: boolean): string | undefined {
  if (allowsPublic || rangeOf(block) !== undefined || contains(SHARED_BLOCK, block)) return undefined;
  return "It hides the real owners of its addresses. Write a block of 100.64.0.0/10, or set vpc.allowPublicCidrBlock: true.";
}

function rangeOf(block: Cidr): Cidr | undefined {
  return RANGES.find((range) => contains(range, block));
}
