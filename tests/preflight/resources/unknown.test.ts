import { expect } from "chai";
import { holdsUnknown, isSet, UNKNOWN } from "../../../preflight/resources/unknown.js";

describe("isSet", () => {
  it("accepts every known value, also empty ones, and rejects undefined and UNKNOWN", () => {
    expect([0, "", false, null, "x"].every(isSet)).to.equal(true);
    expect([undefined, UNKNOWN].some(isSet)).to.equal(false);
  });
});

describe("holdsUnknown", () => {
  it("finds UNKNOWN at any depth", () => {
    expect(holdsUnknown([{ a: ["b", UNKNOWN] }])).to.equal(true);
    expect(holdsUnknown([{ a: ["b", undefined, null] }])).to.equal(false);
  });
});
