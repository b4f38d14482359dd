import { expect } from "chai";
import fc from "fast-check";
import {
  ipv6CidrBlock,
  isAvailabilityZoneName,
  longestPrefix,
  planSubnets,
  SLOT_COUNTS,
  slotOf,
  smallestTierPrefix,
  TIERS,
  type ZonePlan,
} from "../../../../components/network/vpc/subnet-plan.js";
import { type Cidr, contains, formatBlock, ipv4Block, overlaps } from "../../../../preflight/aws/index.js";

/** Every VPC that the configuration accepts, with zones that have a slot in it, in any order. */
const anyVpc = fc.constantFrom(...SLOT_COUNTS).chain((slots) =>
  fc.record({
    slots: fc.constant(slots),
    cidrBlock: fc
      .tuple(fc.ipV4(), fc.integer({ min: 16, max: longestPrefix(slots) }))
      .map(([address, prefix]) => formatBlock(ipv4Block(`${address}/${prefix}`))),
    zones: fc.shuffledSubarray(
      Array.from({ length: slots }, (_, slot) => `eu-west-1${String.fromCharCode(97 + slot)}`),
      { minLength: 1 },
    ),
  }),
);

function blocksOf(zone: ZonePlan): string[] {
  const { privateCidrBlock, publicCidrBlock, isolatedCidrBlock, functionsCidrBlock } = zone;
  return [privateCidrBlock, publicCidrBlock, isolatedCidrBlock, functionsCidrBlock ?? ""];
}

function byZone(zones: readonly ZonePlan[]): Map<string, ZonePlan> {
  return new Map(zones.map((zone) => [zone.availabilityZone, zone]));
}

describe("planSubnets", () => {
  it("plans subnets without overlap, in every tier and zone", () => {
    fc.assert(
      fc.property(anyVpc, ({ cidrBlock, slots, zones }) => {
        const blocks = planSubnets(cidrBlock, slots, zones, true).zones.flatMap(blocksOf).map(ipv4Block);
        expect(blocks).to.have.length(zones.length * TIERS.length);
        for (const [i, a] of blocks.entries()) {
          for (const b of blocks.slice(i + 1))
            expect(overlaps(a, b), `${formatBlock(a)} ${formatBlock(b)}`).to.equal(false);
        }
      }),
    );
  });

  it("plans subnets inside the VPC, in sizes that AWS accepts", () => {
    fc.assert(
      fc.property(anyVpc, ({ cidrBlock, slots, zones }) => {
        const vpc = ipv4Block(cidrBlock);
        for (const text of planSubnets(cidrBlock, slots, zones, true).zones.flatMap(blocksOf)) {
          const block: Cidr = ipv4Block(text);
          expect(contains(vpc, block), `${text} in ${cidrBlock}`).to.equal(true);
          expect(formatBlock(block)).to.equal(text);
          expect(block.prefix).to.be.within(16, 28);
        }
      }),
    );
  });

  it("keeps the subnets of other zones if zones are added, removed or reordered", () => {
    fc.assert(
      fc.property(anyVpc, fc.infiniteStream(fc.boolean()), ({ cidrBlock, slots, zones }, keep) => {
        const all = byZone(planSubnets(cidrBlock, slots, zones).zones);
        const some = [...zones].reverse().filter(() => keep.next().value);
        for (const zone of planSubnets(cidrBlock, slots, some).zones) {
          expect(zone).to.deep.equal(all.get(zone.availabilityZone));
        }
      }),
    );
  });

  it("moves no other subnet if functions get a tier of their own, in the primary block or in another one", () => {
    fc.assert(
      fc.property(anyVpc, ({ cidrBlock, slots, zones }) => {
        const before = planSubnets(cidrBlock, slots, zones).zones;
        for (const tier of [true, { cidrBlock: "100.64.0.0/16" }]) {
          const after = planSubnets(cidrBlock, slots, zones, tier).zones;
          expect(after.map(({ functionsCidrBlock: _, ...others }) => others)).to.deep.equal(
            before.map(({ functionsCidrBlock: _, ...others }) => others),
          );
        }
      }),
    );
  });

  it("divides a block of functions into the zones' slots", () => {
    const tier = { cidrBlock: "100.64.0.0/16" };
    const blocks = planSubnets("10.20.0.0/16", 8, ["eu-west-1c", "eu-west-1a"], tier).zones.map(
      ({ functionsCidrBlock }) => functionsCidrBlock,
    );
    expect(blocks).to.deep.equal(["100.64.64.0/19", "100.64.0.0/19"]);
  });

  it("plans /28 subnets of functions in the smallest block of every number of slots", () => {
    for (const slots of SLOT_COUNTS) {
      const tier = { cidrBlock: `100.64.0.0/${smallestTierPrefix(slots)}` };
      const [zone] = planSubnets("10.0.0.0/16", slots, ["eu-west-1a"], tier).zones;
      expect(zone?.functionsCidrBlock).to.equal("100.64.0.0/28");
    }
  });

  it("gives every zone a different suffix for resource names", () => {
    fc.assert(
      fc.property(anyVpc, ({ cidrBlock, slots, zones }) => {
        const suffixes = planSubnets(cidrBlock, slots, zones).zones.map(({ suffix }) => suffix);
        expect(new Set(suffixes).size).to.equal(zones.length);
      }),
    );
  });

  it("gives the private tier half of each slot", () => {
    const [zone] = planSubnets("10.20.0.0/16", 8, ["eu-west-1a"]).zones;
    expect(zone).to.deep.include({ privateCidrBlock: "10.20.0.0/20", publicCidrBlock: "10.20.16.0/22" });
  });

  it("plans /28 subnets in the smallest VPC of every number of slots", () => {
    for (const slots of SLOT_COUNTS) {
      const last = `eu-west-1${String.fromCharCode(96 + slots)}`;
      const [zone] = planSubnets(`10.0.0.0/${longestPrefix(slots)}`, slots, [last]).zones;
      expect(zone && ipv4Block(zone.publicCidrBlock).prefix).to.equal(28);
    }
  });

  it("throws for a zone whose letter has no slot", () => {
    expect(() => planSubnets("10.0.0.0/16", 2, ["eu-west-1c"])).to.throw(RangeError);
  });
});

describe("ipv6CidrBlock", () => {
  /** A /56 in AWS's notation: the shortest one, with the last two hex digits zero. */
  const assigned = fc
    .tuple(fc.integer({ min: 0, max: 0xffff }), fc.integer({ min: 0, max: 0xff }))
    .map(([third, fourth]) => {
      const groups = ["2a05", "d018", third.toString(16), (fourth * 256).toString(16)];
      while (groups.at(-1) === "0") groups.pop();
      return `${groups.join(":")}::/56`;
    });

  /** The first 64 bits of a block. */
  function network(block: string): bigint {
    const groups = (block.split("::")[0] ?? "").split(":");
    return [...groups, "0", "0", "0"]
      .slice(0, 4)
      .reduce((bits, group) => bits * 65536n + BigInt(`0x${group}`), 0n);
  }

  it("returns a different /64 inside the VPC's /56 for every subnet", () => {
    fc.assert(
      fc.property(assigned, (vpc) => {
        const blocks = Array.from({ length: 16 }, (_, slot) =>
          TIERS.map((tier) => ipv6CidrBlock(vpc, slot, tier)),
        ).flat();
        expect(new Set(blocks).size).to.equal(blocks.length);
        for (const block of blocks) {
          expect(block).to.match(/^[0-9a-f]{1,4}(:[0-9a-f]{1,4}){3}::\/64$/);
          expect(network(block) >> 8n, `${block} in ${vpc}`).to.equal(network(vpc) >> 8n);
        }
      }),
    );
  });

  it("throws for a block that is no /56", () => {
    for (const text of ["", "2a05:d018::/64", "10.0.0.0/16", "2a05:d018:1:2:3::/56"]) {
      expect(() => ipv6CidrBlock(text, 0, "private"), text).to.throw(RangeError, "is not a /56");
    }
  });
});

describe("isAvailabilityZoneName", () => {
  it("accepts names of regular zones only", () => {
    for (const name of ["eu-west-1a", "us-east-1f", "us-gov-west-1b", "ap-southeast-2c"]) {
      expect(isAvailabilityZoneName(name), name).to.equal(true);
    }
    for (const name of [
      "eu-west-1",
      "euw1-az1",
      "us-west-2-lax-1a",
      "us-east-1-wl1-bos-wlz-1",
      "EU-WEST-1A",
      "",
    ]) {
      expect(isAvailabilityZoneName(name), name).to.equal(false);
    }
  });

  it("matches slotOf, which returns a zone's slot by its letter", () => {
    expect(["eu-west-1a", "eu-west-1b", "us-east-1f"].map(slotOf)).to.deep.equal([0, 1, 5]);
  });
});
