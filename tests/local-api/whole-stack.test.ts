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
  describe(`the API of ${stack}, called in memory with the function's own bundle`, () => {
    let api: RunningApi;
    const values = Object.fromEntries(Array.from({ length: 11 }, (_, i) => [`plain-${i}`, `value ${i}`]));
    before(async () => {
      api = await start(stack, {
        parameters: { path: "/whole", values },
        secretParameters: { token: SECRET },
      });
    });
    after(() => api.stop());

    it("answers with every seeded parameter, plain and secret, of more than one page", async () => {
      const { statusCode, body } = await api.call(GET);
      expect(statusCode).to.equal(200);
      expect(JSON.parse(body)).to.deep.equal({ messages: { ...values, token: SECRET } });
    });

    it("serves that one method and nothing else", async () => {
      expect(api.methods).to.deep.equal(["GET /messages"]);
      const { statusCode, headers } = await api.call({ method: "GET", path: "/" });
      expect([statusCode, headers["x-amzn-ErrorType"]]).to.deep.equal([
        403,
        "MissingAuthenticationTokenException",
      ]);
    });

    it("logs no value", () => {
      expect(api.logs().join("")).not.to.match(/correct horse|value \d/);
    });
  });
}

describe("the API of a stack without parameters", () => {
  it("answers 404 and says so", async () => {
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

describe("the API of a stack that reads what lies deeper", () => {
  it("answers with it, and without that setting does not", async () => {
    const values = { greeting: "hello" };
    for (const recursive of [true, false]) {
      const parameters = { path: "/deep", recursive, values };
      const { resources, ...stack } = await synthesizeProgram(stackFile("dev", { parameters }));
      const moved = resources.map((resource) =>
        resource.name === "parameters-greeting"
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
