import { readFileSync } from "node:fs";
import { expect } from "chai";
import { parse } from "yaml";
import { CONFIG_KEYS } from "../../../config/schema/index.js";
import {
  configurationPage,
  pulumiYaml,
  settingsSchema,
  settingsUnder,
} from "../../../tools/docs/configuration.js";

const settings = settingsUnder("config", settingsSchema());

describe("settingsUnder", () => {
  it("finds settings in maps, in what is false or a map, and in maps with names of the user's own", () => {
    expect(settings).to.have.length.above(100);
    expect(settings.map(({ key }) => key)).to.include.members([
      "config.networking",
      "config.vpc.flowLogs.trafficType",
      "config.endpoints.others.SERVICE.privateDns",
      "config.api.usagePlans.PLAN.throttling.methods.METHOD.rateLimit",
      "config.api.domains.DOMAIN.basePaths",
      "config.api.sharing.peers.PEER.routeTableIds",
      "config.database.user.secretArn",
      "config.logPipeline.codePipelineNotifications.states",
    ]);
  });

  for (const { key, schema } of settings) {
    it(`finds a description of ${key}, in sentences, and a cost in words or none`, () => {
      expect(schema.description)
        .to.be.a("string")
        .that.matches(/^[A-Z/].{6,}\.$/);
      if (schema.cost !== undefined)
        expect(schema.cost)
          .to.be.a("string")
          .that.matches(/^.*(\d|[Ff]ree|cost).*\.$/);
    });
  }
});

describe("configurationPage", () => {
  const page = configurationPage();

  it("equals docs/configuration.md, which npm run generate writes", () => {
    expect(readFileSync("docs/configuration.md", "utf8")).to.equal(page);
  });

  it("has a section for each top-level key, and a row for each setting below it", () => {
    expect([...page.matchAll(/^## `(\w+)`$/gm)].map(([, key]) => key)).to.deep.equal(CONFIG_KEYS);
    const rows = [...page.matchAll(/^\| `([^`]+)` \|/gm)].map(([, key]) => `config.${key}`);
    expect(rows).to.deep.equal(settings.map(({ key }) => key).filter((key) => key.split(".").length > 2));
  });

  for (const [what, row] of [
    ["a word", "| `vpc.nat` | `none`, `single`, `perAz`, `regional`, `instance` | `none` |"],
    ["a number", "| `function.timeout` | 1 to 29 | `10` |"],
    ["one of some numbers", "| `vpc.azSlots` | 1, 2, 4, 8, 16 | `8` |"],
    ["true or false", "| `vpc.ipv6` | `true`, `false` | `false` |"],
    ["false or a map", "| `api.caching` | `false`, or map | `false` |"],
    ["a map that is there by default", "| `parameters.cache` | `false`, or map | `{}` |"],
    ["a number or a list", "| `vpc.availabilityZones` | 1 to 16, or list of texts | `2` |"],
    ["a list with a default", "| `endpoints.executeApi.allowFrom` | list of texts | `[privateSubnets]` |"],
    ["a map of texts", "| `function.environment` | map of texts | `{}` |"],
    ["a required text", "| `api.cors.allowOrigin` | text | required |"],
    ["a text without a default", "| `parameters.kmsKeyArn` | text | none |"],
  ]) {
    it(`says the type and the default of ${what}`, () => {
      expect(page).to.contain(`\n${row} `);
    });
  }

  it("ends a description with its cost, and links to the pages that it names", () => {
    expect(page).to.contain("an egress-only internet gateway with its routes. Free. |");
    expect(page).to.contain("([sharing.md#peering](sharing.md#peering))");
  });
});

describe("pulumiYaml", () => {
  const current = readFileSync("Pulumi.yaml", "utf8");

  it("declares what Pulumi.yaml does, which npm run generate writes and pulumi new rewrites", () => {
    const { config } = parse(current);
    expect(config).to.deep.include(parse(pulumiYaml(current)).config);
  });

  it("replaces the config block alone, whatever stands in it or follows it", () => {
    const text = "name: shop # mine\nconfig:\n  old:\n    # a comment\n    default: 1\nplugins: {}\n";
    const written = pulumiYaml(text);
    expect(written)
      .to.match(/^name: shop # mine\n# Written by .*\n/)
      .and.match(/\nplugins: \{\}\n$/);
    expect(Object.keys(parse(written).config)).to.deep.equal(
      CONFIG_KEYS.filter((key) => key !== "networking"),
    );
    expect(pulumiYaml(written)).to.equal(written);
  });

  it("refuses a file without a config block", () => {
    expect(() => pulumiYaml("name: shop\n")).to.throw("no config block");
  });
});
