import { expect } from "chai";
import { isRegion, looksLikeRegion, REGIONS, regionOfZone, zonesOf } from "../../../preflight/aws/regions.js";

describe("isRegion", () => {
  it("tells Regions from texts of their form", () => {
    expect(isRegion("eu-west-1")).to.equal(true);
    expect(isRegion("eu-west-9")).to.equal(false);
    expect(isRegion("constructor")).to.equal(false);
  });
});

describe("looksLikeRegion", () => {
  it("accepts every Region, and none of the zones", () => {
    expect(REGIONS.filter((region) => !looksLikeRegion(region))).to.deep.equal([]);
    expect(looksLikeRegion("eu-west-1a")).to.equal(false);
    expect(looksLikeRegion("Ireland")).to.equal(false);
  });
});

describe("zonesOf", () => {
  it("has the zones of a Region that AWS documents", () => {
    expect([zonesOf("us-east-1"), zonesOf("eu-west-1"), zonesOf("us-iso-east-1")]).to.deep.equal([
      6,
      3,
      undefined,
    ]);
  });
});

describe("regionOfZone", () => {
  it("finds the Region of Availability Zones, Local Zones and Wavelength Zones", () => {
    expect(regionOfZone("eu-west-1c")).to.equal("eu-west-1");
    expect(regionOfZone("us-west-2-lax-1a")).to.equal("us-west-2");
    expect(regionOfZone("us-east-1-wl1-bos-wlz-1")).to.equal("us-east-1");
    expect(regionOfZone("euw1-az1")).to.equal(undefined);
  });
});
