import { expect } from "chai";
import { defaultProvider } from "../../handlers/lambda-credentials.js";

const NAMES = [
  "AWS_ACCESS_KEY_ID",
  "AWS_SECRET_ACCESS_KEY",
  "AWS_SESSION_TOKEN",
  "AWS_CREDENTIAL_EXPIRATION",
] as const;

describe("defaultProvider", () => {
  const before = NAMES.map((name) => process.env[name]);
  beforeEach(() => {
    for (const name of NAMES) delete process.env[name];
  });
  after(() => {
    for (const [i, name] of NAMES.entries()) {
      const value = before[i];
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  });

  it("returns the credentials in the environment variables at the time of the call", async () => {
    const provider = defaultProvider();
    process.env.AWS_ACCESS_KEY_ID = "id";
    process.env.AWS_SECRET_ACCESS_KEY = "secret";
    expect(await provider()).to.deep.equal({ accessKeyId: "id", secretAccessKey: "secret" });
    process.env.AWS_SESSION_TOKEN = "token";
    process.env.AWS_CREDENTIAL_EXPIRATION = "2030-01-01T00:00:00Z";
    expect(await provider()).to.deep.equal({
      accessKeyId: "id",
      secretAccessKey: "secret",
      sessionToken: "token",
      expiration: new Date("2030-01-01T00:00:00Z"),
    });
  });

  it("throws if a variable is not set, and names it", async () => {
    process.env.AWS_ACCESS_KEY_ID = "id";
    const error: unknown = await defaultProvider()().catch((thrown: unknown) => thrown);
    expect(error).to.include({ name: "CredentialsProviderError" });
    expect(String(error)).to.contain("AWS_SECRET_ACCESS_KEY is not set");
  });
});
