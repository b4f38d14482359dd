import { expect } from "chai";
import fc from "fast-check";
import { addressesOf, isPrivateSet, PUBLIC, share, subtract } from "../../../preflight/aws/address-sets.js";
import { type Cidr, contains, formatCidr, parseCidr } from "../../../preflight/aws/cidr.js";

function parsed(text: string): Cidr {
  const cidr = parseCidr(text);
  if (cidr === undefined) throw new Error(`${text} is not a CIDR block`);
  return cidr;
}

describe("a CIDR block", () => {
  it("is written as it is read, with the bits behind its prefix cleared", () => {
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

  it("is nothing else", () => {
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

  it("written out is read back the same, in both families", () => {
    fc.assert(
      fc.property(fc.ipV4(), fc.integer({ min: 0, max: 32 }), (address, prefix) => {
        const cidr = parsed(`${address}/${prefix}`);
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

  it("contains blocks of its own family only", () => {
    expect(contains(parsed("10.0.0.0/8"), parsed("10.1.0.0/16"))).to.equal(true);
    expect(contains(parsed("10.1.0.0/16"), parsed("10.0.0.0/8"))).to.equal(false);
    expect(contains(parsed("0.0.0.0/0"), parsed("::/0"))).to.equal(false);
  });
});

describe("a set of addresses", () => {
  it("is covered by blocks together", () => {
    const set = addressesOf(parsed("10.0.0.0/24"));
    expect(share(set, [parsed("10.0.0.0/25"), parsed("10.0.0.128/25")])).to.equal("all");
    expect(share(set, [parsed("10.0.0.0/25")])).to.equal("some");
    expect(share(set, [parsed("10.0.1.0/24"), parsed("::/0")])).to.equal("none");
  });

  it("loses exactly what is taken away", () => {
    const octet = fc.integer({ min: 0, max: 255 });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(octet, fc.integer({ min: 24, max: 32 })), { maxLength: 6 }),
        octet,
        (blocks, probe) => {
          const taken = blocks.map(([start, prefix]) => parsed(`10.0.0.${start}/${prefix}`));
          const address = parsed(`10.0.0.${probe}`);
          const rest = subtract(addressesOf(parsed("10.0.0.0/24")), taken);
          const isLeft = rest.ranges.some(
            ({ first, last }) => first <= address.first && address.first <= last,
          );
          expect(isLeft).to.equal(!taken.some((block) => contains(block, address)));
        },
      ),
    );
  });

  it("of the internet has no private address", () => {
    expect(
      share(PUBLIC[4], [parsed("10.0.0.0/8"), parsed("172.16.0.0/12"), parsed("169.254.0.0/16")]),
    ).to.equal("none");
    expect(isPrivateSet(addressesOf(parsed("192.168.1.0/24")))).to.equal(true);
    expect(isPrivateSet(addressesOf(parsed("1.1.1.1")))).to.equal(false);
    expect(isPrivateSet(addressesOf(parsed("fd00::1")))).to.equal(true);
  });
});
