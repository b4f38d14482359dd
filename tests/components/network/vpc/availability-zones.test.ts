import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import fc from "fast-check";
import { chooseZones, firstZones } from "../../../../components/network/vpc/availability-zones.js";
import { slotOf } from "../../../../components/network/vpc/subnet-plan.js";
import { makeWithAnswers } from "../../../support/components.js";

const offered = fc.shuffledSubarray(["a", "b", "c", "d", "e", "f"].map((letter) => `us-east-1${letter}`));

describe("chooseZones by count", () => {
  it("chooses the first zones by letter, whatever the order of AWS's list", () => {
    fc.assert(
      fc.property(
        offered,
        fc.integer({ min: 1, max: 6 }),
        fc.constantFrom(1, 2, 4, 8),
        (zones, count, slots) => {
          const usable = zones.filter((zone) => slotOf(zone) < slots).sort();
          fc.pre(count <= usable.length);
          expect(firstZones(count, slots, zones)).to.deep.equal(usable.slice(0, count));
        },
      ),
    );
  });

  it("keeps the chosen zones if the count grows", () => {
    fc.assert(
      fc.property(offered, (zones) => {
        for (let count = 1; count < zones.length; count++) {
          const fewer = firstZones(count, 8, zones);
          expect(firstZones(count + 1, 8, zones).slice(0, count)).to.deep.equal(fewer);
        }
      }),
    );
  });

  it("rejects a count above the Region's zones, naming the key, the count and the zones", () => {
    expect(() => firstZones(4, 8, ["eu-west-1c", "eu-west-1a"]))
      .to.throw(
        "vpc.availabilityZones: 4. This account can use 2 here (eu-west-1a, eu-west-1c). Write at most 2.",
      )
      .that.satisfies(pulumi.RunError.isInstance);
  });

  it("leaves out Local and Wavelength Zones, and zones that are not available", async () => {
    let asked: unknown;
    let chosen: string[] = [];
    await makeWithAnswers(
      ({ inputs }) => {
        asked = inputs;
        return { names: ["eu-west-1b", "eu-west-1a"] };
      },
      async () => {
        chosen = await chooseZones(2, 8);
      },
    );
    expect(asked).to.deep.include({
      state: "available",
      filters: [{ name: "opt-in-status", values: ["opt-in-not-required"] }],
    });
    expect(chosen).to.deep.equal(["eu-west-1a", "eu-west-1b"]);
  });
});

describe("chooseZones by name", () => {
  it("returns the names unchanged, without asking AWS", async () => {
    const ask = () => {
      throw new Error("asked");
    };
    let chosen: string[] = [];
    await makeWithAnswers(ask, async () => {
      chosen = await chooseZones(["eu-west-1c", "eu-west-1a"], 8);
    });
    expect(chosen).to.deep.equal(["eu-west-1c", "eu-west-1a"]);
  });
});
