import { expect } from "chai";
import fc from "fast-check";
import {
  type Cidr,
  contains,
  formatBlock,
  formatCidr,
  ipv4Block,
  isPrivate,
  overlaps,
  parseCidr,
  parseIpv4Block,
  part,
} from "../../../preflight/aws/index.js";

function parsed(text: string): Cidr {
  const cidr = parseCidr(text);
  if (cidr === undefined) throw new Error(`${text} is not a CIDR block`);
  return cidr;
}

const anyIpv4 = fc
  .tuple(fc.ipV4(), fc.integer({ min: 0, max: 32 }))
  .map(([address, prefix]) => `${address}/${prefix}`);
/** Blocks of at most 64 addresses that are close to each other, including both ends of the address space. */
const smallBlock = fc
  .record({
    from: fc.constantFrom("0.0.0", "127.255.255", "128.0.0", "255.255.255"),
    offset: fc.integer({ min: 0, max: 255 }),
    prefix: fc.integer({ min: 26, max: 32 }),
  })
  .map(({ from, offset, prefix }) => parsed(`${from}.${offset}/${prefix}`));

function sizeOf({ first, last }: Cidr): number {
  return Number(last - first + 1n);
}

function addresses(cidr: Cidr): Set<bigint> {
  return new Set(Array.from({ length: sizeOf(cidr) }, (_, i) => cidr.first + BigInt(i)));
}

describe("parseCidr", () => {
  it("clears the bits behind the prefix, in both families", () => {
    for (const [text, canonical] of [
      ["10.0.0.7/16", "10.0.0.0/16"],
      ["0.0.0.0/0", "0.0.0.0/0"],
      ["10.0.0.7", "10.0.0.7"],
      ["2001:DB8:0:0:1::/64", "2001:db8::/64"],
      ["::/0", "::/0"],
      ["2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"],
    ] as const) {
      expect(formatCidr(parsed(text))).to.equal(canonical);
    }
  });

  it("rejects text that is neither an address nor a block", () => {
    for (const text of [
      "",
      "10.0.0",
      "10.0.0.256",
      "10.0.0.0/33",
      "10.0.0.0/",
      "::1::",
      "1:2:3",
      "fe80::/129",
      "x/8",
    ]) {
      expect(parseCidr(text), text).to.equal(undefined);
    }
  });

  it("clears the bits behind the prefix for any address and prefix, so that a second parse changes nothing", () => {
    fc.assert(
      fc.property(fc.ipV4(), fc.integer({ min: 0, max: 32 }), (address, prefix) => {
        const block = parsed(`${address}/${prefix}`);
        expect(parsed(formatBlock(block))).to.deep.equal(block);
        expect(block.first % BigInt(sizeOf(block))).to.equal(0n);
        expect(Number(parsed(address).first - block.first)).to.be.within(0, sizeOf(block) - 1);
      }),
    );
    expect(formatCidr(parsed("10.20.30.40/16"))).to.equal("10.20.0.0/16");
    expect(formatCidr(parsed("255.255.255.255/0"))).to.equal("0.0.0.0/0");
  });
});

describe("formatCidr", () => {
  it("writes text that parseCidr reads back, in both families", () => {
    fc.assert(
      fc.property(anyIpv4, (text) => {
        const cidr = parsed(text);
        expect(parseCidr(formatCidr(cidr))).to.deep.equal(cidr);
      }),
    );
    fc.assert(
      fc.property(
        fc.bigInt({ min: 0n, max: (1n << 128n) - 1n }),
        fc.integer({ min: 0, max: 128 }),
        (first, prefix) => {
          const whole: Cidr = { family: 6, first, last: first, prefix: 128 };
          const cidr = parsed(`${formatCidr(whole)}/${prefix}`);
          expect(parseCidr(formatCidr(cidr))).to.deep.equal(cidr);
        },
      ),
    );
  });
});

describe("formatBlock", () => {
  it("writes text that ipv4Block reads back, with a prefix even for a single address", () => {
    fc.assert(
      fc.property(anyIpv4, (text) => {
        const cidr = ipv4Block(text);
        expect(ipv4Block(formatBlock(cidr))).to.deep.equal(cidr);
      }),
    );
    expect(formatBlock(parsed("10.0.0.7"))).to.equal("10.0.0.7/32");
    expect(formatBlock(parsed("::1"))).to.equal("::1/128");
  });
});

describe("parseIpv4Block", () => {
  it("accepts only four octets and a prefix length", () => {
    for (const text of [
      "",
      "10.0.0.0",
      "10.0.0/8",
      "10.0.0.0/33",
      "10.0.0.0/-1",
      "10.0.0.0/",
      "10.0.0.256/8",
      "1.2.3.4.5/8",
      " 10.0.0.0/8",
      "10.0.0.0/8\n",
      "0x0a.0.0.0/8",
      "::/0",
    ]) {
      expect(parseIpv4Block(text), JSON.stringify(text)).to.equal(undefined);
      expect(() => ipv4Block(text)).to.throw("is not an IPv4 CIDR block");
    }
  });
});

describe("contains and overlaps", () => {
  it("agree with the single addresses of the blocks", () => {
    fc.assert(
      fc.property(smallBlock, smallBlock, (a, b) => {
        const inA = addresses(a);
        const inB = [...addresses(b)];
        expect(contains(a, b)).to.equal(inB.every((address) => inA.has(address)));
        expect(overlaps(a, b)).to.equal(inB.some((address) => inA.has(address)));
      }),
    );
  });

  it("are false for blocks of two families", () => {
    expect(contains(parsed("10.0.0.0/8"), parsed("10.1.0.0/16"))).to.equal(true);
    expect(contains(parsed("10.1.0.0/16"), parsed("10.0.0.0/8"))).to.equal(false);
    expect(contains(parsed("0.0.0.0/0"), parsed("::/0"))).to.equal(false);
    expect(overlaps(parsed("0.0.0.0/0"), parsed("::/0"))).to.equal(false);
  });
});

describe("part", () => {
  it("cuts a block into equal parts that fill it without overlap", () => {
    fc.assert(
      fc.property(smallBlock, fc.integer({ min: 0, max: 4 }), (block, bits) => {
        fc.pre(block.prefix + bits <= 32);
        const parts = Array.from({ length: 2 ** bits }, (_, index) => part(block, bits, index));
        const covered = parts.flatMap((one) => [...addresses(one)]);
        expect(covered).to.have.members([...addresses(block)]);
        expect(covered).to.have.length(sizeOf(block));
      }),
    );
  });

  it("returns a block that parseCidr reads back, in both families", () => {
    for (const [block, bits, index, expected] of [
      ["10.0.0.0/16", 3, 5, "10.0.160.0/19"],
      ["2001:db8::/56", 8, 5, "2001:db8:0:5::/64"],
    ] as const) {
      const found = part(parsed(block), bits, index);
      expect(formatBlock(found)).to.equal(expected);
      expect(parseCidr(expected)).to.deep.equal(found);
    }
  });

  it("throws a RangeError for an index beyond the last part, and for parts smaller than an address", () => {
    expect(() => part(ipv4Block("10.0.0.0/24"), 2, 4)).to.throw(RangeError, "10.0.0.0/24 has no part 4 of 4");
    expect(() => part(ipv4Block("10.0.0.0/31"), 2, 0)).to.throw(RangeError);
  });
});

describe("isPrivate", () => {
  it("follows RFC 1918, including the last address of each range", () => {
    for (const [text, expected] of [
      ["10.0.0.0/8", true],
      ["10.255.255.255/32", true],
      ["172.16.0.0/12", true],
      ["172.31.255.0/24", true],
      ["192.168.0.0/16", true],
      ["172.15.0.0/16", false],
      ["172.32.0.0/16", false],
      ["172.16.0.0/11", false],
      ["192.169.0.0/16", false],
      ["9.0.0.0/8", false],
      ["0.0.0.0/0", false],
      ["100.64.0.0/10", false],
    ] as const) {
      expect(isPrivate(ipv4Block(text)), text).to.equal(expected);
    }
  });
});
