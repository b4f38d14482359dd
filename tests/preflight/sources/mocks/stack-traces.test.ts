import { expect } from "chai";
import { withPlainStackTraces } from "../../../../preflight/sources/mocks/stack-traces.js";

describe("withPlainStackTraces", () => {
  it("keeps the frames of an error that has a message, and none of one that marks a place", async () => {
    const [error, mark] = await withPlainStackTraces(async () => [
      new Error("broken").stack,
      new Error().stack,
    ]);
    expect(error).to.match(/^Error: broken\n {4}at .*stack-traces\.test\.ts/);
    expect(mark).to.equal("Error");
  });

  it("maps the frames of an error that is read after the run", async () => {
    const make = () => new Error("broken");
    const [error, other] = [await withPlainStackTraces(async () => make()), make()];
    expect(error.stack?.split("\n")[1]).to.equal(other.stack?.split("\n")[1]);
  });

  it("puts back what wrote the traces before, also if the run fails", async () => {
    const before = Error.prepareStackTrace;
    const failure = await withPlainStackTraces(() => Promise.reject(new Error("broken"))).catch(String);
    expect(failure).to.equal("Error: broken");
    expect(Error.prepareStackTrace).to.equal(before);
  });

  it("leaves it to the outer of two runs, because the inner one may never end", async () => {
    const before = Error.prepareStackTrace;
    let end = () => {};
    let inner: Promise<unknown> = Promise.resolve();
    await withPlainStackTraces(async () => {
      inner = withPlainStackTraces(() => new Promise<void>((resolve) => (end = resolve)));
    });
    end();
    await inner;
    expect(Error.prepareStackTrace).to.equal(before);
  });
});
