import { expect } from "chai";
import fc from "fast-check";
import {
  type Cidr,
  canonical,
  contains,
  formatCidr,
  isPrivate,
  overlaps,
  parseCidr,
  part,
  sizeOf,
  tryParseCidr,
} from "../../../components/network/cidr.js";

const anyCidr = fc.record({ base: fc.nat({ max: 2 ** 32 - 1 }), prefix: fc.integer({ min: 0, max: 32 }) });
/** Blocks of at most 64 addresses that lie near one another, at either end of all addresses too. */
const smallBlock = fc
  .record({
    from: fc.constantFrom(0, 2 ** 31 - 128, 2 ** 32 - 256),
    offset: fc.integer({ min: 0, max: 255 }),
    prefix: fc.integer({ min: 26, max: 32 }),
  })
  .map(({ from, offset, prefix }) => canonical({ base: from + offset, prefix }));

function addresses(cidr: Cidr): Set<number> {
  return new Set(Array.from({ length: sizeOf(cidr) }, (_, i) => cidr.base + i));
}

describe("CIDR blocks", () => {
  it("are written as they are read", () => {
    fc.assert(
      fc.property(anyCidr, (cidr) => {
        expect(parseCidr(formatCidr(cidr))).to.deep.equal(cidr);
      }),
    );
  });

  it("begin where AWS wants them to, once and for all", () => {
    fc.assert(
      fc.property(anyCidr, (cidr) => {
        const right = canonical(cidr);
        expect(canonical(right)).to.deep.equal(right);
        expect(right.base % sizeOf(right)).to.equal(0);
        expect(cidr.base - right.base).to.be.within(0, sizeOf(right) - 1);
      }),
    );
    expect(formatCidr(canonical(parseCidr("10.20.30.40/16")))).to.equal("10.20.0.0/16");
    expect(formatCidr(canonical(parseCidr("255.255.255.255/0")))).to.equal("0.0.0.0/0");
  });

  it("contain one another and overlap as their addresses do", () => {
    fc.assert(
      fc.property(smallBlock, smallBlock, (a, b) => {
        const inA = addresses(a);
        const inB = [...addresses(b)];
        expect(contains(a, b)).to.equal(inB.every((address) => inA.has(address)));
        expect(overlaps(a, b)).to.equal(inB.some((address) => inA.has(address)));
      }),
    );
  });

  it("are cut into equal parts that fill them without overlap", () => {
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

  it("have no part beyond the last, and none smaller than an address", () => {
    expect(() => part(parseCidr("10.0.0.0/24"), 2, 4)).to.throw(RangeError, "10.0.0.0/24 has no part 4 of 4");
    expect(() => part(parseCidr("10.0.0.0/31"), 2, 0)).to.throw(RangeError);
  });

  it("are nothing but four octets and a prefix length", () => {
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
      expect(tryParseCidr(text), JSON.stringify(text)).to.equal(undefined);
      expect(() => parseCidr(text)).to.throw("is not an IPv4 CIDR block");
    }
  });

  it("are private as RFC 1918 has it, up to the last address", () => {
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
      expect(isPrivate(parseCidr(text)), text).to.equal(expected);
    }
  });
});
