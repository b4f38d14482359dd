import {
  GetParameterCommand,
  GetParametersByPathCommand,
  type GetParametersByPathCommandInput,
  GetParametersCommand,
  paginateGetParametersByPath,
  SSMClient,
} from "@aws-sdk/client-ssm";
import { expect } from "chai";
import { ParameterStore, type StoredParameter } from "../../../local-api/aws-services/parameter-store.js";
import { type AwsServer, startAwsServer } from "../../../local-api/aws-services/server.js";

const many = Array.from(
  { length: 23 },
  (_, i): StoredParameter => ({
    name: `/many/p${String(i).padStart(2, "0")}`,
    type: "String",
    value: `v${i}`,
  }),
);
const stored: readonly StoredParameter[] = [
  ...many,
  {
    name: "/app/plain",
    type: "String",
    value: "one",
    arn: "arn:aws:ssm:eu-west-1:111122223333:parameter/app/plain",
  },
  { name: "/app/list", type: "StringList", value: "a,b" },
  { name: "/app/secret", type: "SecureString", value: "hidden" },
  { name: "/app/own-key", type: "SecureString", value: "hidden too", keyId: "alias/app" },
  { name: "/app/deep/er", type: "String", value: "deep" },
  { name: "/application", type: "String", value: "another tree" },
];

describe("startAwsServer, called by the real SDK", () => {
  let server: AwsServer;
  let client: SSMClient;

  before(async () => {
    server = await startAwsServer(new ParameterStore(stored));
    client = new SSMClient({
      endpoint: server.url,
      region: "eu-west-1",
      credentials: { accessKeyId: "sandbox", secretAccessKey: "sandbox" },
      maxAttempts: 1,
    });
  });
  after(async () => {
    client.destroy();
    await server.close();
  });

  const byPath = (input: GetParametersByPathCommandInput) =>
    client.send(new GetParametersByPathCommand(input));
  const names = async (input: GetParametersByPathCommandInput) =>
    (await byPath(input)).Parameters?.map(({ Name }) => Name);

  /** Name and status of the exception. */
  async function refusalOf(call: Promise<unknown>): Promise<string> {
    try {
      await call;
    } catch (error) {
      if (error instanceof Error && "$metadata" in error) {
        const { httpStatusCode } = Object(error.$metadata);
        return `${httpStatusCode} ${error.name}`;
      }
      throw error;
    }
    return "no refusal";
  }

  describe("GetParametersByPath", () => {
    it("gets one level, sorted, without paths that only share a prefix", async () => {
      expect(await names({ Path: "/app" })).to.deep.equal([
        "/app/list",
        "/app/own-key",
        "/app/plain",
        "/app/secret",
      ]);
      expect(await names({ Path: "/app/" })).to.have.length(4);
    });

    it("gets every level if the request is recursive", async () => {
      expect(await names({ Path: "/app", Recursive: true }))
        .to.include("/app/deep/er")
        .and.have.length(5);
      expect(await names({ Path: "/" })).to.deep.equal(["/application"]);
    });

    it("gets nothing for a path that is the full name of a parameter", async () => {
      expect(await names({ Path: "/app/plain" })).to.deep.equal([]);
    });

    it("decrypts only if the request asks for decryption", async () => {
      const secret = async (WithDecryption: boolean) => {
        const { Parameters = [] } = await byPath({ Path: "/app", WithDecryption });
        return Parameters.find(({ Name }) => Name === "/app/secret")?.Value;
      };
      expect(await secret(true)).to.equal("hidden");
      expect(await secret(false))
        .to.be.a("string")
        .and.not.include("hidden");
    });

    it("gives pages of ten, which the SDK's paginator reads to the end", async () => {
      const pages: number[] = [];
      for await (const { Parameters = [] } of paginateGetParametersByPath({ client }, { Path: "/many" })) {
        pages.push(Parameters.length);
      }
      expect(pages).to.deep.equal([10, 10, 3]);
    });

    it("gives pages of any size from 1 to 10", async () => {
      expect(await names({ Path: "/many", MaxResults: 1 })).to.deep.equal(["/many/p00"]);
      for (const MaxResults of [0, 11, -1]) {
        expect(await refusalOf(byPath({ Path: "/many", MaxResults })), String(MaxResults)).to.equal(
          "400 ValidationException",
        );
      }
    });

    it("accepts a token only for the request that it was made for", async () => {
      const { NextToken } = await byPath({ Path: "/many" });
      expect(await names({ Path: "/many", NextToken })).to.include("/many/p10");
      const strange = [
        byPath({ Path: "/many", Recursive: true, NextToken }),
        byPath({ Path: "/app", NextToken }),
        byPath({ Path: "/many", NextToken: "nonsense" }),
        byPath({ Path: "/many", NextToken: "" }),
      ];
      for (const call of strange) expect(await refusalOf(call)).to.equal("400 InvalidNextToken");
    });

    for (const Path of ["many", "/many//p", "/ma ny", "/many/*", ""]) {
      it(`refuses the path "${Path}"`, async () => {
        expect(await refusalOf(byPath({ Path }))).to.equal("400 ValidationException");
      });
    }

    it("filters by type and key", async () => {
      const filtered = (Key: string, Values: string[], Option?: string) =>
        names({ Path: "/app", ParameterFilters: [{ Key, Values, Option }] });
      expect(await filtered("Type", ["StringList"])).to.deep.equal(["/app/list"]);
      expect(await filtered("Type", ["String"], "BeginsWith")).to.deep.equal(["/app/list", "/app/plain"]);
      expect(await filtered("KeyId", ["alias/app"])).to.deep.equal(["/app/own-key"]);
      expect(await filtered("KeyId", ["alias/aws/ssm"])).to.deep.equal(["/app/secret"]);
      expect(await filtered("Label", ["latest"])).to.deep.equal([]);
    });

    const badFilters: [filter: { Key: string; Option?: string; Values?: string[] }, exception: string][] = [
      [{ Key: "Name", Values: ["a"] }, "InvalidFilterKey"],
      [{ Key: "Type", Values: ["String"], Option: "Contains" }, "InvalidFilterOption"],
      [{ Key: "Type", Values: ["Number"] }, "InvalidFilterValue"],
      [{ Key: "Type", Values: [] }, "InvalidFilterValue"],
    ];
    for (const [filter, exception] of badFilters) {
      it(`refuses the filter ${JSON.stringify(filter)} with ${exception}`, async () => {
        expect(await refusalOf(byPath({ Path: "/app", ParameterFilters: [filter] }))).to.equal(
          `400 ${exception}`,
        );
      });
    }

    it("refuses two filters of the same key", async () => {
      const filter = { Key: "Type", Values: ["String"] };
      const call = byPath({ Path: "/app", ParameterFilters: [filter, filter] });
      expect(await refusalOf(call)).to.equal("400 InvalidFilterKey");
    });
  });

  describe("GetParameter", () => {
    const get = (Name: string, WithDecryption = false) =>
      client.send(new GetParameterCommand({ Name, WithDecryption }));

    it("finds a parameter by name, version or ARN", async () => {
      expect((await get("/app/plain")).Parameter).to.include({ Value: "one", Version: 1, Type: "String" });
      expect((await get("/app/plain:1")).Parameter).to.include({ Value: "one", Selector: ":1" });
      const arn = "arn:aws:ssm:eu-west-1:111122223333:parameter/app/plain";
      expect((await get(arn)).Parameter).to.include({ ARN: arn, Value: "one" });
    });

    it("decrypts only if the request asks for decryption", async () => {
      expect((await get("/app/secret", true)).Parameter?.Value).to.equal("hidden");
      expect((await get("/app/secret")).Parameter?.Value).not.to.include("hidden");
    });

    it("throws for a parameter or a version that does not exist", async () => {
      expect(await refusalOf(get("/app/none"))).to.equal("400 ParameterNotFound");
      expect(await refusalOf(get("/app/plain:2"))).to.equal("400 ParameterVersionNotFound");
    });
  });

  describe("GetParameters", () => {
    const get = (Names: string[]) => client.send(new GetParametersCommand({ Names, WithDecryption: true }));

    it("sorts the parameters that exist, and lists the names that do not", async () => {
      const { Parameters, InvalidParameters } = await get(["/app/secret", "/app/none", "/app/list"]);
      expect(Parameters?.map(({ Value }) => Value)).to.deep.equal(["a,b", "hidden"]);
      expect(InvalidParameters).to.deep.equal(["/app/none"]);
    });

    it("accepts one to ten names", async () => {
      expect(await refusalOf(get([]))).to.equal("400 ValidationException");
      expect(await refusalOf(get(many.slice(0, 11).map(({ name }) => name)))).to.equal(
        "400 ValidationException",
      );
    });
  });

  it("refuses a body that is not JSON, and an operation that it does not serve", async () => {
    const post = async (target: string, body: string) => {
      const response = await fetch(server.url, { method: "POST", headers: { "x-amz-target": target }, body });
      return `${response.status} ${Object(await response.json()).__type}`;
    };
    expect(await post("AmazonSSM.GetParameter", "{")).to.equal("400 SerializationException");
    expect(await post("AmazonSSM.PutParameter", "{}")).to.equal("400 UnknownOperationException");
  });
});
