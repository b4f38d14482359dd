import { execFileSync } from "node:child_process";
import { expect } from "chai";
import fc from "fast-check";
import { setCommand, settingPath, shellWord, under } from "../../../preflight/errors/setting-path.js";
import { parsePropertyPath } from "../../support/property-path.js";

/** A name that a user may choose. In the CLI's syntax no name with a dot or bracket can end with a backslash. */
const name = fc
  .oneof(
    fc.string({ unit: "grapheme-ascii", minLength: 1 }),
    fc.string({ unit: "grapheme", minLength: 1 }),
    fc.string({
      unit: fc.constantFrom("a", ".", "[", "]", '"', "\\", "'", " ", "/", "$", "-", "0"),
      minLength: 1,
    }),
  )
  .filter((text) => !text.endsWith("\\") || !/[.[]/.test(text));
const step = fc.oneof({ weight: 4, arbitrary: name }, fc.nat(20));

describe("settingPath", () => {
  for (const [steps, path] of [
    [["vpc", "cidrBlock"], "vpc.cidrBlock"],
    [["api", "methods", "GET /messages", "throttling"], 'api.methods["GET /messages"].throttling'],
    [["parameters", "values", "a b/c"], 'parameters.values["a b/c"]'],
    [["secretParameters", "dotted.name"], 'secretParameters["dotted.name"]'],
    [["endpoints", "executeApi", "allowFrom", 0], "endpoints.executeApi.allowFrom[0]"],
    [["parameters", "values", 'say "hi"'], 'parameters.values["say \\"hi\\""]'],
    [["parameters", "values", "0123"], "parameters.values.0123"],
    [["secretParamters.token"], '["secretParamters.token"]'],
  ] as const) {
    it(`writes ${JSON.stringify(steps)} as ${path}`, () => {
      const [first, ...rest] = steps;
      expect(settingPath(first, ...rest)).to.equal(path);
    });
  }

  it("is read by the CLI's parser as the same keys, whatever the names", () => {
    fc.assert(
      fc.property(name, fc.array(step, { maxLength: 4 }), (first, steps) => {
        expect(parsePropertyPath(settingPath(first, ...steps))).to.deep.equal([first, ...steps]);
      }),
      { numRuns: 2000 },
    );
  });

  it("is made of a key and what is below it", () => {
    fc.assert(
      fc.property(name, fc.array(step), (first, steps) => {
        expect(under(settingPath(first), ...steps)).to.equal(settingPath(first, ...steps));
      }),
    );
  });
});

describe("shellWord", () => {
  it("is one word of a shell with the same text", () => {
    const texts = fc.sample(
      fc.string({
        unit: fc.constantFrom("a", "'", '"', "\\", " ", "$", "`", "!", "*", "[", "]", ";", "&", "é"),
      }),
      60,
    );
    const script = `for word in ${texts.map(shellWord).join(" ")}; do printf '%s\\n' "$word"; done`;
    const words = execFileSync("sh", ["-c", script], { encoding: "utf8" });
    expect(words).to.equal(texts.map((text) => `${text}\n`).join(""));
  });

  it("leaves a plain word without quotes", () => {
    for (const word of ["vpc.nat", "10.0.0.0/16", "eu-west-1"]) expect(shellWord(word)).to.equal(word);
  });
});

describe("setCommand", () => {
  it("has the options that the key and the value need", () => {
    expect(setCommand("networking", "vpc")).to.equal("pulumi config set networking vpc");
    expect(setCommand("vpc.nat", "single")).to.equal("pulumi config set --path vpc.nat single");
    expect(setCommand('api.methods["GET /messages"].apiKeyRequired', true)).to.equal(
      "pulumi config set --path 'api.methods[\"GET /messages\"].apiKeyRequired' true",
    );
    expect(setCommand("parameters.values.port", 8080, { text: true })).to.equal(
      "pulumi config set --path --type string parameters.values.port 8080",
    );
    expect(setCommand("secretParameters.token", undefined, { secret: true })).to.equal(
      "pulumi config set --secret --path secretParameters.token",
    );
  });
});
