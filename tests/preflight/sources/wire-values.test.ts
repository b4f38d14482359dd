import { asset } from "@pulumi/pulumi";
import { expect } from "chai";
import { UNKNOWN } from "../../../preflight/graph/index.js";
import { knownProperties } from "../../../preflight/sources/wire-values.js";
import { guarded } from "../../policy/support.js";

describe("knownProperties", () => {
  it("copies known values unchanged", () => {
    const props = { text: "a", number: 0, flag: false, list: [1, ["b"]], nested: { deep: { x: 1 } } };
    expect(knownProperties(guarded(props))).to.deep.equal(props);
  });

  it("returns UNKNOWN if a read throws, at any depth and in lists", () => {
    const copy = knownProperties(
      guarded({ id: UNKNOWN, list: ["a", UNKNOWN], nested: { deep: [{ x: UNKNOWN, y: 1 }] } }),
    );
    expect(copy).to.deep.equal({
      id: UNKNOWN,
      list: ["a", UNKNOWN],
      nested: { deep: [{ x: UNKNOWN, y: 1 }] },
    });
  });

  for (const [kind, mark] of [
    ["boolean", "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7"],
    ["number", "3eeb2bf0-c639-47a8-9e75-3b44932eb421"],
    ["list", "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2"],
    ["object", "dd056dcd-154b-4c76-9bd3-c8f88648b5ff"],
  ]) {
    it(`returns UNKNOWN for the engine's mark of an unknown ${kind}`, () => {
      expect(knownProperties(guarded({ value: mark }))).to.deep.equal({ value: UNKNOWN });
    });
  }

  it("returns UNKNOWN for any error during a read", () => {
    const props = {
      get broken(): string {
        throw new Error("no");
      },
      whole: 1,
    };
    expect(knownProperties(props)).to.deep.equal({ broken: UNKNOWN, whole: 1 });
  });

  it("leaves out properties that the provider writes as null", () => {
    expect(knownProperties(guarded({ body: null, nested: { x: null, y: 1 } }))).to.deep.equal({
      nested: { y: 1 },
    });
  });

  it("returns UNKNOWN for assets", () => {
    const code = new asset.AssetArchive({ "index.mjs": new asset.StringAsset("") });
    expect(knownProperties({ code })).to.deep.equal({ code: UNKNOWN });
  });
});
