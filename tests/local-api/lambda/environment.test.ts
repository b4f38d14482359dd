import { expect } from "chai";
import { type EnvironmentArgs, LambdaEnvironment } from "../../../local-api/lambda/environment.js";

const ECHO = "export const handler = async (event, context) => ({ event, requestId: context.awsRequestId });";
const ENVIRONMENT = "export const handler = async () => ({ ...process.env });";
const COUNT = "let calls = 0; export const handler = async () => ++calls;";

describe("LambdaEnvironment", () => {
  const environments: LambdaEnvironment[] = [];
  after(() => Promise.all(environments.map((environment) => environment.stop())));

  function start(code: string, args: Partial<EnvironmentArgs> = {}): LambdaEnvironment {
    const environment = new LambdaEnvironment({
      code,
      handler: "handler",
      variables: {},
      timeout: 5,
      ...args,
    });
    environments.push(environment);
    return environment;
  }

  it("runs the bundle unchanged, with the event and a request id", async () => {
    const echo = start(ECHO);
    const first = await echo.invoke({ a: [1, null, "x"] });
    expect(first).to.have.nested.property("result.requestId").that.is.a("string");
    expect(first).to.have.deep.nested.property("result.event", { a: [1, null, "x"] });
  });

  it("loads a CommonJS bundle by require, and an ES module by import", async () => {
    const code = "exports.handler = async () => typeof require;";
    for (const file of ["index.js", "index.cjs"]) {
      expect(await start(code, { file }).invoke({})).to.deep.equal({ result: "function" });
    }
    const module = "export const handler = async () => typeof import.meta.url;";
    expect(await start(module, { file: "index.mjs" }).invoke({})).to.deep.equal({ result: "string" });
  });

  it("has only its own environment variables, none of this process", async () => {
    process.env.SANDBOX_TEST_LEAK = "leaked";
    try {
      const { result } = {
        result: undefined,
        ...(await start(ENVIRONMENT, { variables: { A: "1" } }).invoke({})),
      };
      expect(result).to.deep.equal({ A: "1" });
    } finally {
      delete process.env.SANDBOX_TEST_LEAK;
    }
  });

  it("stays warm between invocations", async () => {
    const counter = start(COUNT);
    expect(await counter.invoke({})).to.deep.equal({ result: 1 });
    expect(await counter.invoke({})).to.deep.equal({ result: 2 });
  });

  it("reports an error that the handler throws, and takes the next call", async () => {
    const code =
      'export const handler = async (event) => { if (event.bad) throw new TypeError("bad event"); return "ok"; };';
    const fragile = start(code);
    expect(await fragile.invoke({ bad: true })).to.deep.equal({
      error: { errorType: "TypeError", errorMessage: "bad event" },
    });
    expect(await fragile.invoke({})).to.deep.equal({ result: "ok" });
  });

  it("ends a function at its timeout, even if it blocks its thread", async () => {
    const hang = start("export const handler = async () => { for (;;); };", { timeout: 0.3 });
    expect(await hang.invoke({})).to.deep.equal({
      error: { errorType: "Sandbox.Timedout", errorMessage: "Task timed out after 0.30 seconds" },
    });
    expect(hang.isUsable).to.equal(false);
  });

  it("gives the function the time that is left", async () => {
    const code = "export const handler = async (_, context) => context.getRemainingTimeInMillis();";
    const invocation = await start(code, { timeout: 3 }).invoke({});
    expect(invocation).to.have.property("result").that.is.within(1, 3000);
  });

  for (const [what, code] of [
    ["does not parse", "export const handler = async () => {"],
    ["throws while it is loaded", 'throw new Error("no configuration"); export const handler = 1;'],
    ["has no such handler", "export const another = async () => 1;"],
  ] as const) {
    it(`fails each call, but not this process, if the bundle ${what}`, async () => {
      const broken = start(code);
      // A bundle fails when it is loaded, so the failure may come before the first call.
      await new Promise((resolve) => setTimeout(resolve, 100));
      for (let i = 0; i < 2; i++) {
        expect(await broken.invoke({}))
          .to.have.nested.property("error.errorMessage")
          .that.is.a("string").and.not.empty;
      }
    });
  }
});
