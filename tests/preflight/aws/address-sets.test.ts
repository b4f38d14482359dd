import { expect } from "chai";
import fc from "fast-check";
import { addressesOf, isPrivateSet, PUBLIC, share, subtract } from "../../../preflight/aws/address-sets.js";
import { type Cidr, contains, parseCidr } from "../../../preflight/aws/cidr.js";

function parsed(text: string): Cidr {
  const cidr = parseCidr(text);
  if (cidr === undefined) throw new Error(`${text} is not a CIDR block`);
  return cidr;
}

describe("share, subtract and isPrivateSet", () => {
  it("count a set as covered if several blocks together cover it", () => {
    const set = addressesOf(parsed("10.0.0.0/24"));
    expect(share(set, [parsed("10.0.0.0/25"), parsed("10.0.0.128/25")])).to.equal("all");
    expect(share(set, [parsed("10.0.0.0/25")])).to.equal("some");
    expect(share(set, [parsed("10.0.1.0/24"), parsed("::/0")])).to.equal("none");
  });

  it("remove exactly the addresses of the subtracted blocks", () => {
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

  it("find no private address in the public set, and recognize private sets", () => {
    expect(
      share(PUBLIC[4], [parsed("10.0.0.0/8"), parsed("172.16.0.0/12"), parsed("169.254.0.0/16")]),
    ).to.equal("none");
    expect(isPrivateSet(addressesOf(parsed("192.168.1.0/24")))).to.equal(true);
    expect(isPrivateSet(addressesOf(parsed("1.1.1.1")))).to.equal(false);
    expect(isPrivateSet(addressesOf(parsed("fd00::1")))).to.equal(true);
  });
});
