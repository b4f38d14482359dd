import { expect } from "chai";
import { parseConfig } from "../../config/index.js";

describe("parseConfig of NAT instances", () => {
  const noticesOf = (vpc: object) => {
    const parsed = parseConfig({ networking: "vpc", vpc }, "eu-west-1");
    return (parsed.issues ?? parsed.advice).map(({ key, fix }) => `${key}: ${fix}`);
  };

  it("warns of settings that no NAT instance has", () => {
    for (const nat of ["none", "single"]) {
      expect(noticesOf({ nat, natInstance: { perAz: true } })).to.deep.equal([
        `vpc.natInstance: It has no effect with vpc.nat: ${nat}. Write vpc.nat: instance, or leave it out.`,
      ]);
    }
    expect(noticesOf({ nat: "instance", natInstance: { perAz: true } })).to.deep.equal([]);
    expect(noticesOf({ nat: "instance" })).to.deep.equal([]);
  });

  it("counts an Elastic IP for each zone if each has an instance", () => {
    const natInstance = { perAz: true };
    const zones = ["a", "b", "c", "d", "e", "f"].map((letter) => `us-east-1${letter}`);
    const notices = (vpc: object) => {
      const parsed = parseConfig(
        { networking: "vpc", vpc: { availabilityZones: zones, ...vpc } },
        "us-east-1",
      );
      return (parsed.issues ?? parsed.advice).map(({ key }) => key);
    };
    expect(notices({ nat: "instance", natInstance })).to.deep.equal(["vpc.nat"]);
    expect(notices({ nat: "instance" })).to.deep.equal([]);
  });
});
