import { expect } from "chai";
import {
  AwsClient,
  NotFoundError,
  ParameterCache,
  stringList,
} from "../../handlers/parameter-cache/index.js";
import { call } from "./lab/aws.js";
import { REGION } from "./lab/project.js";

const SSM = "AmazonSSM";

describe("handlers/parameter-cache", () => {
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  const aws = new AwsClient({ region: REGION, endpoint: process.env.AWS_ENDPOINT_URL ?? "", credentials });
  const cache = new ParameterCache({ aws, ttlInSeconds: 0 });
  after(() => aws.destroy());

  const put = (Name: string, Value: string, Type = "SecureString") =>
    call("ssm", `${SSM}.PutParameter`, { Name, Value, Type, Overwrite: true });

  before(async () => {
    await put("/cached/token", "one");
    await put("/cached/token", "two");
    const label = { Name: "/cached/token", ParameterVersion: 1, Labels: ["blue"] };
    await call("ssm", `${SSM}.LabelParameterVersion`, label);
    await put("/cached/hosts", "a,b", "StringList");
    for (let i = 0; i < 11; i += 1) await put(`/cached/deep/n${i}`, String(i));
    const secret = { Name: "cached/db", SecretString: "old", ClientRequestToken: crypto.randomUUID() };
    await call("secretsmanager", "secretsmanager.CreateSecret", secret);
  });

  it("reads names, versions, labels, lists and what a path has", async () => {
    const group = cache.group({
      newest: "/cached/token",
      first: "/cached/token:1",
      blue: "/cached/token:blue",
      hosts: { name: "/cached/hosts", transform: stringList },
      none: { name: "/cached/none", optional: true },
    });
    expect(await group.get()).to.deep.equal({
      newest: "two",
      first: "one",
      blue: "one",
      hosts: ["a", "b"],
      none: undefined,
    });
    expect(Object.keys(await cache.path("/cached", { recursive: true }).get())).to.have.length(13);
  });

  it("names what does not exist", async () => {
    for (const absent of [
      cache.parameter("/cached/none"),
      cache.parameter("/cached/token:77"),
      cache.path("/cached/none"),
      cache.secret("cached/none"),
    ]) {
      const error: unknown = await absent.get().catch((thrown: unknown) => thrown);
      expect(error).to.be.instanceOf(NotFoundError);
    }
  });

  it("reads a secret, and the new one after a refusal", async () => {
    const password = new ParameterCache({ aws }).secret("cached/db");
    expect(await password.get()).to.equal("old");
    const next = { SecretId: "cached/db", SecretString: "new", ClientRequestToken: crypto.randomUUID() };
    await call("secretsmanager", "secretsmanager.PutSecretValue", next);
    const connect = (value: string) => {
      if (value === "old") throw new Error("refused");
      return value;
    };
    expect(await password.withRefresh(connect, { refreshOn: () => true })).to.equal("new");
  });
});
