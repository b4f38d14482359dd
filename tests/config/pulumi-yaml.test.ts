import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { parse } from "yaml";
import { PROJECT_FOLDER } from "../../cli/lib/project-folder.js";
import { parseConfig, type StackConfig } from "../../config/index.js";
import { configSchema } from "../../config/schema/index.js";
import { isRecord } from "../../preflight/resources/read.js";
import { inMode } from "./example.js";

/** A file of the project's folder, parsed as a map. */
function yaml(file: string): Readonly<Record<string, unknown>> {
  const content: unknown = parse(readFileSync(join(PROJECT_FOLDER, file), "utf8"));
  if (!isRecord(content)) throw new Error(`${file} is no map`);
  return content;
}

function declarations(): Map<string, Readonly<Record<string, unknown>>> {
  const { config } = yaml("Pulumi.yaml");
  // Keys of another namespace are settings of the engine or of a provider.
  const own = Object.entries(isRecord(config) ? config : {}).filter(([key]) => !key.includes(":"));
  return new Map(own.map(([key, value]) => [key, Object(value)]));
}

/** A valid configuration without its secrets, because those are outputs. */
function plainly(raw: Readonly<Record<string, unknown>>): Omit<StackConfig, "secretParameters"> | undefined {
  const { config, issues } = parseConfig(inMode(raw));
  expect(issues).to.equal(undefined);
  if (config === undefined) return undefined;
  const { secretParameters, ...rest } = config;
  expect(secretParameters).to.deep.equal({});
  return rest;
}

describe("Pulumi.yaml", () => {
  it("has defaults that mean the same as no configuration at all", () => {
    const defaults = Object.fromEntries([...declarations()].map(([key, { default: value }]) => [key, value]));
    expect(plainly(defaults)).to.deep.equal(plainly({}));
  });

  it("declares every key but the required one, without types, so that the program reports every mistake", () => {
    const keys = Object.keys(configSchema.shape).filter((key) => key !== "networking");
    expect([...declarations().keys()]).to.have.members(keys);
    for (const [key, declaration] of declarations()) {
      expect(declaration, key).to.include.keys("default", "description").and.not.to.have.property("type");
    }
  });

  // `pulumi new` writes the answers into the stack's file, over what the template's own file has there.
  it("asks, as a template, for no key of the stack files but the Region", () => {
    const { template } = yaml("Pulumi.yaml");
    const asked = isRecord(template) && isRecord(template.config) ? template.config : {}; // a project has none
    expect(["aws:region"]).to.include.members(Object.keys(asked));
  });
});
