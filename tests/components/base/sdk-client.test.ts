import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { sdkClientSettings } from "../../../components/base/sdk-client.js";

/** The settings of an SDK client in a stack whose file has these keys of the provider. */
async function settings(config: Record<string, string>) {
  await pulumi.runtime.setMocks({ newResource: () => ({ id: "", state: {} }), call: () => ({}) });
  const keys = Object.entries(config).map(([key, value]) => [`aws:${key}`, value]);
  pulumi.runtime.setAllConfig(Object.fromEntries(keys));
  return sdkClientSettings("eu-west-1");
}

describe("sdkClientSettings", () => {
  it("leaves the credentials to the SDK, which finds those that the provider finds", async () => {
    expect(await settings({})).to.deep.equal({ region: "eu-west-1" });
  });

  it("takes the profile, the keys and the endpoints of the stack's file", async () => {
    expect(await settings({ profile: "orders" })).to.include({ profile: "orders" });
    const { credentials } = await settings({ accessKey: "AKIA", secretKey: "secret", token: "session" });
    expect(credentials).to.deep.equal({
      accessKeyId: "AKIA",
      secretAccessKey: "secret",
      sessionToken: "session",
    });
    const urls = JSON.stringify([{ lambda: "http://a" }, { codedeploy: "http://b" }]);
    expect((await settings({ endpoints: urls })).endpoints).to.deep.equal({
      lambda: "http://a",
      codedeploy: "http://b",
    });
  });

  for (const key of ["assumeRole", "assumeRoles", "assumeRoleWithWebIdentity"]) {
    it(`refuses aws:${key}, because it would call AWS as somebody else`, async () => {
      const message = await settings({ [key]: "{}" }).then(String, (error: Error) => error.message);
      expect(message).to.contain(`aws:${key} is known to the provider only`).and.to.contain("aws:profile");
    });
  }
});
