import { expect } from "chai";
import { build, pick, propertyOf, type Resources } from "../../support/stacks.js";

const KEY = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";
const SECRET = "correct horse battery staple";

for (const preview of [false, true]) {
  describe(`parameters that the stack keeps${preview ? ", at a preview" : ""}`, () => {
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

    it("lie under the path that the function reads, by their names", () => {
      const parameters = resources.ofType("ssm/parameter:Parameter");
      expect(parameters.map((parameter) => pick(parameter, "name", "type"))).to.have.deep.members([
        { name: "/seeded/greeting", type: "String" },
        { name: "/seeded/farewell", type: "String" },
        { name: "/seeded/token", type: "SecureString" },
      ]);
      const [lambda] = resources.ofType("lambda/function:Function");
      expect(lambda && propertyOf(lambda, "environment.variables.PARAMETER_PATH")).to.equal("/seeded");
    });

    it("are secrets in the stack's state where they are SecureStrings, and encrypted by the customer's key", () => {
      const token = resources.one("ssm/parameter:Parameter", "parameters-token");
      expect(token.secrets).to.include("value");
      expect(token.inputs.keyId).to.equal(KEY);
      const greeting = resources.one("ssm/parameter:Parameter", "parameters-greeting");
      expect(greeting.inputs).not.to.have.property("keyId");
    });

    it("show no secret in an output, in another resource or in a component", () => {
      const elsewhere = resources.all.filter(({ name }) => name !== "parameters-token");
      const shown = JSON.stringify([
        resources.outputs,
        elsewhere.map(({ inputs, properties }) => ({ inputs, properties })),
      ]);
      expect(shown).not.to.contain(SECRET);
    });
  });
}

describe("parameters that are SecureStrings", () => {
  it("use Parameter Store's own key, which is free, where no other is configured", async () => {
    const resources = await build("dev", { secretParameters: { token: SECRET } });
    const token = resources.one("ssm/parameter:Parameter", "parameters-token");
    expect(token.inputs).to.include({ type: "SecureString", value: SECRET });
    expect(token.inputs).not.to.have.property("keyId");
  });
});
