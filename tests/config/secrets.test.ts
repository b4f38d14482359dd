import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import fc from "fast-check";
import { configSchema } from "../../config/schema/index.js";
import { settingPath } from "../../preflight/errors/setting-path.js";
import { settingsSchema, settingsUnder } from "../../tools/docs/configuration.js";
import { asTestStack, mistakesOf, type Passed, readAs } from "./read-as.js";

const SECRET = "hunter2-hunter2";
const BASE = { "aws:region": "eu-west-1", "orders:networking": "public" };

/** What the engine passes on of a stack's file, in which `secure` is the place of a secret. */
function stack(config: Readonly<Record<string, unknown>>, hasFile = true): Passed {
  const open = (value: unknown): unknown =>
    JSON.parse(JSON.stringify(value), (_, inner) => (isSecure(inner) ? SECRET : inner));
  const isSecure = (value: unknown) =>
    typeof value === "object" && value !== null && Object.keys(value).join() === "secure";
  const settings: Record<string, string> = { ...BASE };
  const encrypted: string[] = [];
  for (const [key, value] of Object.entries(config)) {
    const opened = open(value);
    settings[`orders:${key}`] = typeof opened === "string" ? opened : JSON.stringify(opened);
    if (JSON.stringify(value).includes('"secure"')) encrypted.push(`orders:${key}`);
  }
  const file = JSON.stringify({ config: { "aws:region": "eu-west-1", networking: "public", ...config } });
  return { settings, encrypted, ...(hasFile && { file }) };
}

const secure = { secure: "v1:abc" };

async function secretsOf(passed: Passed): Promise<Record<string, string>> {
  const { secretParameters } = readAs(passed);
  const all = await Promise.all(
    Object.entries(secretParameters).map(async ([name, value]) => {
      expect(await pulumi.isSecret(value), name).to.equal(true);
      return [name, await new Promise<string>((resolve) => value.apply(resolve))] as const;
    }),
  );
  return Object.fromEntries(all);
}

describe("encrypted values of the configuration", () => {
  before(asTestStack);

  it("of secretParameters are secrets", async () => {
    expect(await secretsOf(stack({ secretParameters: { token: secure } }))).to.deep.equal({ token: SECRET });
  });

  it("of parameters.values are secrets, and the plain values beside them are not", async () => {
    const passed = stack({
      parameters: { path: "/orders/texts", values: { "a.token": secure, greeting: "hello" } },
    });
    expect(await secretsOf(passed)).to.deep.equal({ "a.token": SECRET });
    expect(readAs(passed).parameters).to.deep.include({
      path: "/orders/texts",
      values: { greeting: "hello" },
    });
  });

  it("of parameters.values are all of them, if no file tells which", async () => {
    const passed = stack({ parameters: { values: { token: secure, greeting: "hello" } } }, false);
    expect(await secretsOf(passed)).to.deep.equal({ token: SECRET, greeting: "hello" });
    expect(readAs(passed).parameters.values).to.deep.equal({});
  });

  it("are refused at a path, if no file tells that it is not the secret", () => {
    const passed = stack({ parameters: { path: "/orders/texts", values: { token: secure } } }, false);
    const found = mistakesOf(passed);
    expect(found).to.have.length(1);
    expect(found[0]).to.match(
      /^parameters\.path: \(secret\)\. .* pulumi config set --path parameters\.path VALUE$/,
    );
  });

  it("count as plain only where the file has the same text", async () => {
    const passed = stack({ parameters: { values: { token: secure, greeting: "hello" } } });
    const file = JSON.stringify({
      config: { parameters: { values: { token: "other", greeting: "hello" } } },
    });
    expect(await secretsOf({ ...passed, file })).to.deep.equal({ token: SECRET });
  });

  it("of an environment variable are refused, with the parameter to use", () => {
    const found = mistakesOf(stack({ function: { environment: { API_KEY: secure, LOG_LEVEL: "debug" } } }));
    expect(found).to.deep.equal([
      "function.environment.API_KEY: (secret). Everybody who may read the function's settings reads its variables. " +
        "Keep it as a parameter, which the function reads: pulumi config set --secret --path secretParameters.API_KEY, " +
        "and take it out here: pulumi config rm --path function.environment.API_KEY",
    ]);
  });

  for (const [title, config, key] of [
    ["secretParameters", { secretParameters: secure }, "secretParameters"],
    ["parameters.values", { parameters: { values: secure } }, "parameters.values"],
    ["parameters", { parameters: secure }, "parameters"],
  ] as const) {
    it(`are refused for ${title} as a whole, because the names would not stay secret`, () => {
      const found = mistakesOf(stack(config));
      expect(found).to.have.length(1);
      expect(found[0]).to.match(
        new RegExp(`^${key}: \\(secret\\)\\. It is encrypted as a whole, .*\\.NAME$`),
      );
    });
  }

  it("are refused for a map of secrets that was encrypted as a whole, as JSON", () => {
    const passed = stack({ secretParameters: secure });
    const settings = { ...passed.settings, "orders:secretParameters": `{"token":"${SECRET}"}` };
    expect(mistakesOf({ ...passed, settings })[0]).to.contain("encrypted as a whole");
  });

  it("do not hide a mistake beside them", () => {
    const found = mistakesOf(stack({ parameters: { path: "texts", values: { token: secure, "a b": "x" } } }));
    expect(found).to.have.length(2);
    expect(found[0]).to.contain('parameters.path: "texts". It does not start with a slash.');
    expect(found[1]).to.contain("Name it with letters");
  });

  it("of a key that does not exist are reported as such", () => {
    const found = mistakesOf(
      stack({ parameters: { valuess: { token: secure } }, secretParamters: { a: secure } }),
    );
    expect(found.map((line) => line.slice(0, line.indexOf("?")))).to.have.members([
      "parameters.valuess: (secret). There is no such key. Did you mean values",
      "secretParamters: (secret). There is no such key. Did you mean secretParameters",
    ]);
  });

  it("leave each plain value under secretParameters refused", () => {
    const found = mistakesOf(stack({ secretParameters: { token: secure, pin: "1234", count: 5 } }));
    expect(found.join("\n")).not.to.match(/1234|: 5/);
    expect(found.map((line) => line.split(":")[0])).to.have.members([
      "secretParameters.pin",
      "secretParameters.count",
      "secretParameters.count",
    ]);
  });

  it("are not shown by a message about another key", () => {
    const config = {
      networking: "vpc",
      vpc: { cidrBlock: secure },
      api: {
        sharing: {
          peers: {
            near: { vpcId: "vpc-0a1b2c3d", cidrBlock: "10.0.0.0/16", routeTableIds: ["rtb-0a1b2c3d"] },
          },
        },
      },
    };
    const passed = stack(config);
    const settings = { ...passed.settings, "orders:vpc": '{"cidrBlock":"10.0.0.0/16"}' };
    const found = mistakesOf({ ...passed, settings });
    expect(found).to.have.length(1);
    expect(found[0]).to.match(/^vpc\.cidrBlock: \(secret\)/);
  });
});

/** Names of a user's, in place of the words in capitals. */
const NAMES: Readonly<Record<string, string>> = {
  METHOD: "GET /messages",
  DOMAIN: "api.example.com",
  PLAN: "gold",
  PEER: "near",
};

/** Stands for an item of a list in a path. */
const ITEM = "0";

/** The path of every setting. */
const PATHS = Object.entries(settingsSchema().properties ?? {})
  .flatMap(([key, schema]) => [
    key,
    ...(typeof schema === "object" ? settingsUnder(key, schema).map((setting) => setting.key) : []),
  ])
  .map((key) =>
    key
      .replaceAll("[N]", `.${ITEM}`)
      .split(".")
      .map((step) => NAMES[step] ?? (/^[A-Z]+$/.test(step) ? "name" : step)),
  );

describe("an encrypted value at any setting", () => {
  before(asTestStack);
  const configAt = ([first = "", ...rest]: readonly string[], value: unknown) => ({
    [first]: rest.reduceRight<unknown>((inner, step) => (step === ITEM ? [inner] : { [step]: inner }), value),
  });
  /** A list is encrypted as a whole. */
  const namedPart = (path: readonly string[]) => {
    const item = path.indexOf(ITEM);
    return item === -1 ? path : path.slice(0, item);
  };

  it("is refused by name, or stays a secret; no message shows it", async () => {
    expect(PATHS.length).to.be.greaterThan(120);
    for (const path of PATHS) {
      const [first = "", ...rest] = namedPart(path);
      for (const hasFile of [true, false]) {
        const found = mistakesOf(stack(configAt(path, secure), hasFile));
        expect(found.join("\n"), path.join(".")).not.to.contain(SECRET);
        const named = hasFile ? settingPath(first, ...rest) : first;
        expect(
          found.some(
            (line) =>
              line.startsWith(`${named}: (secret). `) ||
              line.startsWith(`'${named}': (secret). `) ||
              line.startsWith(`${named}.`),
          ),
          `${path.join(".")}: ${found}`,
        ).to.equal(true);
      }
    }
    const kept = [
      ["secretParameters", "token"],
      ["parameters", "values", "token"],
    ];
    for (const path of kept) {
      for (const hasFile of [true, false]) {
        expect(await secretsOf(stack(configAt(path, secure), hasFile))).to.deep.equal({ token: SECRET });
      }
    }
  });

  it("is never in plain text in what is read", () => {
    const anyPath = fc.oneof(
      fc.constantFrom(...PATHS),
      fc.array(fc.constantFrom(...Object.keys(configSchema.shape), "values", "x.y", "0"), {
        minLength: 1,
        maxLength: 4,
      }),
      fc.string({ minLength: 1 }).map((name) => ["parameters", "values", name]),
    );
    fc.assert(
      fc.property(fc.array(anyPath, { minLength: 1, maxLength: 3 }), fc.boolean(), (paths, hasFile) => {
        const config = Object.assign({}, ...paths.map((path) => configAt(path, secure)));
        const passed = stack(config, hasFile);
        expect(mistakesOf(passed).join("\n")).not.to.contain(SECRET);
        if (mistakesOf(passed).length > 0) return;
        const { secretParameters, ...rest } = readAs(passed);
        expect(Object.keys(secretParameters)).not.to.deep.equal([]);
        expect(JSON.stringify(rest)).not.to.contain(SECRET);
      }),
      { numRuns: 300 },
    );
  });
});
