import { expect } from "chai";
import { asRefusal } from "../../../../components/function/release/refusal.js";
import { isUserError } from "../../../../preflight/errors/index.js";

describe("asRefusal", () => {
  it("makes one sentence of an answer of AWS, and of missing credentials", () => {
    const refused = Object.assign(new Error("not authorized to perform codedeploy:CreateDeployment"), {
      name: "AccessDeniedException",
      $metadata: {},
    });
    const none = Object.assign(new Error("no providers"), { name: "CredentialsProviderError" });
    for (const error of [refused, none]) {
      const made = asRefusal(error, "fetcher: ");
      expect(isUserError(made)).to.equal(true);
      expect(String(made)).to.contain(`fetcher: ${error.name}: ${error.message}`);
    }
  });

  it("leaves a mistake of the program as it is, with its stack", () => {
    const bug = new TypeError("undefined is not a function");
    expect(asRefusal(bug)).to.equal(bug);
  });
});
