import { expect } from "chai";
import { synthesizeProgram } from "../../cli/lib/program.js";
import { type RunningApi, startApi } from "../../local-api/running-api.js";
import { type Settings, stackFile } from "../support/stacks.js";

const GET = { method: "GET", path: "/messages" } as const;
const SECRET = "correct horse battery staple";

async function start(stack: string, settings: Settings = {}): Promise<RunningApi> {
  return startApi(await synthesizeProgram(stackFile(stack, settings)));
}

for (const stack of ["dev", "prod"]) {
  describe(`startApi, for the stack ${stack}`, () => {
    let api: RunningApi;
    const values = Object.fromEntries(Array.from({ length: 11 }, (_, i) => [`plain-${i}`, `value ${i}`]));
    before(async () => {
      api = await start(stack, {
        parameters: { path: "/whole", values },
        secretParameters: { token: SECRET },
      });
    });
    after(() => api.stop());

    it("answers with all parameters, plain and secret, from more than one page", async () => {
      const { statusCode, body } = await api.call(GET);
      expect(statusCode).to.equal(200);
      expect(JSON.parse(body)).to.deep.equal({ messages: { ...values, token: SECRET } });
    });

    it("serves only GET /messages", async () => {
      expect(api.methods).to.deep.equal(["GET /messages"]);
      const { statusCode, headers } = await api.call({ method: "GET", path: "/" });
      expect([statusCode, headers["x-amzn-ErrorType"]]).to.deep.equal([
        403,
        "MissingAuthenticationTokenException",
      ]);
    });

    it("logs no parameter value", () => {
      expect(api.logs().join("")).not.to.match(/correct horse|value \d/);
    });
  });
}

describe("startApi, for a stack without parameters", () => {
  it("answers 404 with a message if there is no parameter", async () => {
    const api = await start("dev", { parameters: { path: "/nothing/here" } });
    try {
      const { statusCode, body } = await api.call(GET);
      expect(statusCode).to.equal(404);
      expect(JSON.parse(body)).to.deep.equal({
        message: "SSM Parameter Store get parameter returned no results",
      });
    } finally {
      await api.stop();
    }
  });
});

describe("startApi, for a stack with nested parameters", () => {
  it("answers with a nested parameter only if parameters.recursive is true", async () => {
    const values = { greeting: "hello" };
    for (const recursive of [true, false]) {
      const parameters = { path: "/deep", recursive, values };
      const { resources, ...stack } = await synthesizeProgram(stackFile("dev", { parameters }));
      const moved = resources.map((resource) =>
        resource.name === "parameters-/deep/greeting"
          ? { ...resource, properties: { ...resource.properties, name: "/deep/down/greeting" } }
          : resource,
      );
      const api = await startApi({ ...stack, resources: moved });
      try {
        expect((await api.call(GET)).statusCode).to.equal(recursive ? 200 : 404);
      } finally {
        await api.stop();
      }
    }
  });
});
