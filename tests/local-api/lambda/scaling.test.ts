import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { ScaledFunction } from "../../../local-api/lambda/scaling.js";

const scaled = (code: string, timeout = 5) =>
  new ScaledFunction({ code, handler: "handler", timeout, variables: {} });

/** Each environment has its own name, and counts its invocations in progress. */
const NAMED = `
const name = Math.random();
let busy = 0;
export async function handler({ wait = 0 }) {
  busy += 1;
  await new Promise((resolve) => setTimeout(resolve, wait));
  const most = busy;
  busy -= 1;
  return { name, most };
}`;

function resultOf(invocation: object): { name?: number; most?: number } {
  if (!("result" in invocation)) throw new Error(JSON.stringify(invocation));
  return Object(invocation.result);
}

describe("ScaledFunction", () => {
  let lambda: ScaledFunction | undefined;
  afterEach(() => lambda?.stop());

  it("uses an idle environment again", async () => {
    lambda = scaled(NAMED);
    const first = resultOf(await lambda.invoke({}));
    expect(resultOf(await lambda.invoke({})).name).to.equal(first.name);
  });

  it("starts another environment if all are busy, because each takes one invocation at a time", async () => {
    const running = scaled(NAMED);
    lambda = running;
    const results = await Promise.all(Array.from({ length: 3 }, () => running.invoke({ wait: 300 })));
    expect(new Set(results.map((result) => resultOf(result).name)).size).to.equal(3);
    expect(results.map((result) => resultOf(result).most)).to.deep.equal([1, 1, 1]);
  });

  it("starts at most 10 environments, and lets other invocations wait", async () => {
    const running = scaled(NAMED);
    lambda = running;
    const results = await Promise.all(Array.from({ length: 25 }, () => running.invoke({ wait: 20 })));
    expect(new Set(results.map((result) => resultOf(result).name)).size).to.be.at.most(10);
    expect(results.every((result) => resultOf(result).most === 1)).to.equal(true);
  });

  it("replaces an environment after a timeout", async () => {
    lambda = scaled(NAMED, 0.5);
    const first = resultOf(await lambda.invoke({}));
    expect(await lambda.invoke({ wait: 60_000 })).to.deep.equal({
      error: { errorType: "Sandbox.Timedout", errorMessage: "Task timed out after 0.50 seconds" },
    });
    expect(resultOf(await lambda.invoke({})).name).not.to.equal(first.name);
  });

  it("replaces an environment after a crash", async () => {
    lambda = scaled("export async function handler() { process.exit(3); }");
    for (let i = 0; i < 2; i++) {
      expect(await lambda.invoke({})).to.have.nested.property("error.errorType", "Runtime.ExitError");
    }
  });

  it("logs an error that the handler throws", async () => {
    lambda = scaled("export async function handler() { throw new RangeError('too far'); }");
    expect(await lambda.invoke({})).to.deep.equal({
      error: { errorType: "RangeError", errorMessage: "too far" },
    });
    await new Promise((resolve) => setTimeout(resolve, 100)); // the output arrives on a separate stream
    expect(lambda.logs().join("")).to.include("Invoke Error RangeError: too far");
  });

  it("removes its files and ends waiting invocations if it is stopped", async () => {
    // A separate folder for temporary files, because tests in other processes make such folders at the same time.
    const folder = mkdtempSync(join(tmpdir(), "scaling-"));
    const before = process.env.TMPDIR;
    process.env.TMPDIR = folder;
    try {
      const running = scaled(NAMED);
      const calls = Promise.all(Array.from({ length: 12 }, () => running.invoke({ wait: 60_000 })));
      while (readdirSync(folder).length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
      await running.stop();
      for (const call of await calls) expect(call).to.have.property("error");
      expect(readdirSync(folder)).to.deep.equal([]);
      expect(await running.invoke({})).to.have.nested.property("error.errorType", "Sandbox.Stopped");
    } finally {
      if (before === undefined) delete process.env.TMPDIR;
      else process.env.TMPDIR = before;
      rmSync(folder, { recursive: true });
    }
  });
});
