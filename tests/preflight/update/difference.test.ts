import { expect } from "chai";
import fc from "fast-check";
import { UNKNOWN } from "../../../preflight/resources/unknown.js";
import { differences } from "../../../preflight/update/difference.js";

const deployed = (inputs: Record<string, unknown>, defaults: string[] = []) => ({
  inputs,
  defaults: new Set(defaults),
});
const found = (now: Record<string, unknown>, before: Record<string, unknown>, defaults: string[] = []) =>
  Object.fromEntries(differences(now, deployed(before, defaults)));

describe("differences", () => {
  it("finds none between any inputs and themselves", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (inputs) => {
        expect(differences(inputs, deployed(structuredClone(inputs))).size).to.equal(0);
      }),
    );
  });

  it("finds every input that changes, and only those", () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.stringMatching(/^[a-z]{1,4}$/), fc.integer(), { minKeys: 1 }),
        fc.nat(),
        (inputs, at) => {
          const names = Object.keys(inputs);
          const name = names[at % names.length] ?? "";
          const now = { ...inputs, [name]: (inputs[name] ?? 0) + 1 };
          expect([...differences(now, deployed(inputs)).keys()]).to.deep.equal([name]);
        },
      ),
    );
  });

  it("leaves out what the provider chose, unless the program gives it", () => {
    expect(found({}, { name: "role-1234567" }, ["name"])).to.deep.equal({});
    expect(found({ name: "role" }, { name: "role-1234567" }, ["name"])).to.deep.equal({ name: "changed" });
    expect(found({}, { name: "role" })).to.deep.equal({ name: "changed" });
    expect(found({}, { region: "eu-west-1", tagsAll: {} })).to.deep.equal({});
  });

  it("leaves out what an update ignores", () => {
    expect(differences({ a: 1, b: 1 }, deployed({ a: 2, b: 2 }), ["a"]).has("a")).to.equal(false);
  });

  it("compares documents by what they say", () => {
    expect(found({ policy: '{"a":1,"b":[2]}' }, { policy: '{ "b": [2], "a": 1 }' })).to.deep.equal({});
    expect(found({ policy: '{"a":1}' }, { policy: '{"a":2}' })).to.deep.equal({ policy: "changed" });
    expect(found({ text: "{not json" }, { text: "{nor this" })).to.deep.equal({ text: "changed" });
  });

  it("knows nothing of a value that is not known, at any depth", () => {
    expect(found({ a: UNKNOWN }, { a: 1 })).to.deep.equal({ a: "unknown" });
    expect(found({ a: { b: [UNKNOWN] } }, { a: { b: [1] } })).to.deep.equal({ a: "unknown" });
    expect(found({ a: 1 }, { a: UNKNOWN })).to.deep.equal({ a: "unknown" });
    // A known change beside it counts.
    expect(found({ a: { b: UNKNOWN, c: 1 } }, { a: { b: 1, c: 2 } })).to.deep.equal({ a: "changed" });
  });

  it("takes an input that is absent for one that is null, and no list for an empty one", () => {
    expect(found({ a: undefined }, { a: null })).to.deep.equal({});
    expect(found({ a: [] }, { a: undefined })).to.deep.equal({ a: "changed" });
  });

  it("compares the files of an archive by their hashes", () => {
    const key = "4dabf18193072939515e22adb298388d";
    const archive = (file: object) => ({
      [key]: "0def7320c3a5731c473e5ecbe6d01bc7",
      assets: { "index.mjs": file },
    });
    // SHA-256 of "hello"
    const hash = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";
    expect(found({ code: archive({ text: "hello" }) }, { code: archive({ hash }) })).to.deep.equal({});
    expect(found({ code: archive({ text: "bye" }) }, { code: archive({ hash }) })).to.deep.equal({
      code: "changed",
    });
  });
});
