import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv } from "ajv";
import { expect } from "chai";
import { parse } from "yaml";
import { settingsSchema } from "../../../tools/docs/configuration.js";
import { stackFileSchema } from "../../../tools/docs/configuration-schema.js";
import { TEST_PROJECT } from "../../support/test-project.js";

const schema = stackFileSchema(settingsSchema(), "lambda-networking");
const validate = new Ajv({ strict: true, allowUnionTypes: true, validateFormats: false }).compile(schema);

/** Whether an editor takes a stack's file. */
const isValid = (text: string): boolean => validate(parse(text));

describe("stackFileSchema", () => {
  it("equals Pulumi.schema.json, which npm run generate writes with the project's name", () => {
    const written: unknown = JSON.parse(readFileSync("Pulumi.schema.json", "utf8"));
    const { name } = parse(readFileSync("Pulumi.yaml", "utf8"));
    const expected = JSON.stringify(stackFileSchema(settingsSchema(), name));
    // A project that pulumi new made has the template's file until then.
    expect(written).to.deep.be.oneOf([JSON.parse(expected), JSON.parse(JSON.stringify(schema))]);
  });

  for (const stack of ["dev", "prod"]) {
    it(`accepts the stack file of ${stack}`, () => {
      const file = readFileSync(join(TEST_PROJECT, `Pulumi.${stack}.yaml`), "utf8");
      expect(isValid(file), JSON.stringify(validate.errors)).to.equal(true);
    });
  }

  for (const [title, text] of [
    ["keys with the project's prefix", "config: { lambda-networking:vpc: { nat: single } }"],
    [
      "keys of other namespaces",
      "config: { aws:region: eu-west-1, aws:profile: dev, 'pulumi:tags': { a: b } }",
    ],
    ["an encrypted secret parameter", "config: { secretParameters: { token: { secure: v1:abc } } }"],
    ["an encrypted parameter", "config: { parameters: { values: { a: { secure: v1:abc }, b: plain } } }"],
    ["false as pulumi config set writes it", "config: { database: 'false' }"],
    ["a map as pulumi config set writes it", `config: { vpc: '{"nat": "single"}' }`],
    [
      "maps with names of the user's own",
      "config: { api: { methods: { GET /messages: { authorization: AWS_IAM } } } }",
    ],
    [
      "what Pulumi keeps of a stack's secrets and environments",
      "{ secretsprovider: passphrase, encryptionsalt: v1:a, encryptedkey: b, environment: [e], imports: [e], config: {} }",
    ],
  ] as const) {
    it(`accepts ${title}`, () => {
      expect(isValid(text), JSON.stringify(validate.errors)).to.equal(true);
    });
  }

  for (const [title, text] of [
    ["a mistyped key", "config: { vcp: {} }"],
    ["a mistyped key with the project's prefix", "config: { lambda-networking:vcp: {} }"],
    ["a mistyped nested key", "config: { vpc: { natt: single } }"],
    [
      "a mistyped nested key under the project's prefix",
      "config: { lambda-networking:vpc: { natt: single } }",
    ],
    ["a mistyped key in what is false or a map", "config: { database: { nmae: app } }"],
    ["a mistyped value", "config: { vpc: { nat: singel } }"],
    ["a value out of range", "config: { function: { timeout: 901 } }"],
    ["a name that is no method's", "config: { api: { methods: { messages: {} } } }"],
    ["a map without a required key", "config: { api: { cors: {} } }"],
    ["an encrypted text of a list", "config: { watching: { emails: [{ secure: v1:abc }] } }"],
    ["an encrypted choice", "config: { networking: { secure: v1:abc } }"],
    ["an encrypted map", "config: { vpc: { secure: v1:abc } }"],
    ["an encrypted map of secrets", "config: { secretParameters: { secure: v1:abc } }"],
    ["an encrypted variable", "config: { function: { environment: { KEY: { secure: v1:abc } } } }"],
    ["a secret parameter in plain text", "config: { secretParameters: { token: abc } }"],
    ["a mistyped key of the file", "cofnig: {}"],
  ] as const) {
    it(`refuses ${title}`, () => {
      expect(isValid(text)).to.equal(false);
    });
  }
});
