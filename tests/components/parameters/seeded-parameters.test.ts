import { expect } from "chai";
import { build, pick, propertyOf, type Resources } from "../../support/stacks.js";

const KEY = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";
const SECRET = "correct horse battery staple";

for (const preview of [false, true]) {
  describe(`SeededParameters${preview ? " at a preview" : ""}`, () => {
    let resources: Resources;
    before(async () => {
      resources = await build(
        "dev",
        {
          parameters: { path: "/seeded", values: { greeting: "hello", farewell: "bye" }, kmsKeyArn: KEY },
          secretParameters: { token: SECRET },
        },
        { preview },
      );
    });

    it("creates parameters under the path that the function reads", () => {
      const parameters = resources.ofType("ssm/parameter:Parameter");
      expect(parameters.map((parameter) => pick(parameter, "name", "type"))).to.have.deep.members([
        { name: "/seeded/greeting", type: "String" },
        { name: "/seeded/farewell", type: "String" },
        { name: "/seeded/token", type: "SecureString" },
      ]);
      const [lambda] = resources.ofType("lambda/function:Function");
      expect(lambda && propertyOf(lambda, "environment.variables.PARAMETER_PATH")).to.equal("/seeded");
    });

    it("marks SecureStrings as secrets in the state, and encrypts them with the customer managed key", () => {
      const token = resources.one("ssm/parameter:Parameter", "parameters-/seeded/token");
      expect(token.secrets).to.include("value");
      expect(token.inputs.keyId).to.equal(KEY);
      const greeting = resources.one("ssm/parameter:Parameter", "parameters-/seeded/greeting");
      expect(greeting.inputs).not.to.have.property("keyId");
    });

    it("exposes no secret in an output, in another resource or in a component", () => {
      const elsewhere = resources.all.filter(({ name }) => name !== "parameters-/seeded/token");
      const shown = JSON.stringify([
        resources.outputs,
        elsewhere.map(({ inputs, properties }) => ({ inputs, properties })),
      ]);
      expect(shown).not.to.contain(SECRET);
    });
  });
}

describe("SeededParameters without a key", () => {
  it("encrypts SecureStrings with Parameter Store's own key, which is free", async () => {
    const resources = await build("dev", { secretParameters: { token: SECRET } });
    const token = resources.one("ssm/parameter:Parameter", "parameters-/lambda-networking/dev/token");
    expect(token.inputs).to.include({ type: "SecureString", value: SECRET });
    expect(token.inputs).not.to.have.property("keyId");
  });
});

describe("SeededParameters under a renamed path", () => {
  it("are others than those of the old path, so that an update deletes the old ones last", async () => {
    const of = async (path: string) =>
      (await build("dev", { parameters: { path, values: { greeting: "hello" } } }))
        .ofType("ssm/parameter:Parameter")
        .map(({ urn }) => urn);
    const [before, after] = [await of("/before"), await of("/after")];
    expect(before).to.have.length(1);
    expect(after).not.to.have.members(before);
  });
});
