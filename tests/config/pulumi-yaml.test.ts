import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { parse } from "yaml";
import { PROJECT_FOLDER } from "../../cli/lib/project-folder.js";
import { parseConfig, type StackConfig } from "../../config/index.js";
import { configSchema } from "../../config/schema/index.js";
import { isRecord } from "../../preflight/resources/read.js";

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
  const { config, issues } = parseConfig(raw);
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

  it("asks, as a template, only for existing keys and has valid defaults for them", () => {
    const { template } = yaml("Pulumi.yaml");
    const asked = isRecord(template) && isRecord(template.config) ? template.config : {};
    const raw: Record<string, unknown> = {};
    for (const [name, question] of Object.entries(asked)) {
      expect(question, name).to.have.property("description").that.is.a("string");
      if (name === "aws:region") continue;
      // A name without a namespace belongs to the new project, whatever its name is.
      expect(name).to.be.oneOf(Object.keys(configSchema.shape));
      raw[name] = isRecord(question) ? question.default : undefined;
    }
    expect(plainly(raw)).to.deep.equal(plainly({}));
  });
});
