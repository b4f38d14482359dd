import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { ScaledFunction } from "../../../local-api/lambda/scaling.js";

const scaled = (code: string, timeout = 5) =>
  new ScaledFunction({ code, handler: "handler", timeout, variables: {} });

/** Each environment has a name of its own; an invocation that is under way says so. */
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

/** Other tests' folders may be among them; so only what is new counts. */

describe("A function's environments", () => {
  let lambda: ScaledFunction | undefined;
  afterEach(() => lambda?.stop());

  it("are used again", async () => {
    lambda = scaled(NAMED);
    const first = resultOf(await lambda.invoke({}));
    expect(resultOf(await lambda.invoke({})).name).to.equal(first.name);
  });

  it("take one invocation at a time; another environment takes the next", async () => {
    const running = scaled(NAMED);
    lambda = running;
    const results = await Promise.all(Array.from({ length: 3 }, () => running.invoke({ wait: 300 })));
    expect(new Set(results.map((result) => resultOf(result).name)).size).to.equal(3);
    expect(results.map((result) => resultOf(result).most)).to.deep.equal([1, 1, 1]);
  });

  it("are so many and no more: the rest wait", async () => {
    const running = scaled(NAMED);
    lambda = running;
    const results = await Promise.all(Array.from({ length: 25 }, () => running.invoke({ wait: 20 })));
    expect(new Set(results.map((result) => resultOf(result).name)).size).to.be.at.most(10);
    expect(results.every((result) => resultOf(result).most === 1)).to.equal(true);
  });

  it("are replaced when one ran out of time", async () => {
    lambda = scaled(NAMED, 0.5);
    const first = resultOf(await lambda.invoke({}));
    expect(await lambda.invoke({ wait: 60_000 })).to.deep.equal({
      error: { errorType: "Sandbox.Timedout", errorMessage: "Task timed out after 0.50 seconds" },
    });
    expect(resultOf(await lambda.invoke({})).name).not.to.equal(first.name);
  });

  it("are replaced when one broke", async () => {
    lambda = scaled("export async function handler() { process.exit(3); }");
    for (let i = 0; i < 2; i++) {
      expect(await lambda.invoke({})).to.have.nested.property("error.errorType", "Runtime.ExitError");
    }
  });

  it("print what an invocation threw", async () => {
    lambda = scaled("export async function handler() { throw new RangeError('too far'); }");
    expect(await lambda.invoke({})).to.deep.equal({
      error: { errorType: "RangeError", errorMessage: "too far" },
    });
    await new Promise((resolve) => setTimeout(resolve, 100)); // its output comes by another way
    expect(lambda.logs().join("")).to.include("Invoke Error RangeError: too far");
  });

  it("leave nothing behind, and nobody waiting, when they are stopped", async () => {
    // A folder for temporary files of its own: tests in other processes make such folders at the same time.
    const folder = mkdtempSync(join(tmpdir(), "scaling-"));
    const before = process.env.TMPDIR;
    process.env.TMPDIR = folder;
    try {
      const running = scaled(NAMED);
      const calls = Promise.all(Array.from({ length: 12 }, () => running.invoke({ wait: 60_000 })));
      await new Promise((resolve) => setTimeout(resolve, 300));
      expect(readdirSync(folder)).not.to.deep.equal([]);
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
