import { expect } from "chai";
import fc from "fast-check";
import { parseConfig } from "../../config/index.js";
import { inMode } from "./example.js";

function issuesOf(raw: Readonly<Record<string, unknown>>): readonly (readonly [string, string])[] {
  return (parseConfig(inMode(raw)).issues ?? []).map(({ key, fix }) => [key, fix]);
}

describe("parseConfig: function.environment", () => {
  it("rejects environment variables that the program or Lambda sets", () => {
    for (const name of [
      "PARAMETER_PATH",
      "DATABASE_HOST",
      "ALLOW_ORIGIN",
      "NODE_OPTIONS",
      "AWS_REGION",
      "1A",
    ]) {
      const issues = issuesOf({ function: { environment: { [name]: "x" } } });
      expect(
        issues.map(([key]) => key),
        name,
      ).to.deep.equal([`function.environment.${name}`]);
    }
    expect(issuesOf({ function: { environment: { LOG_LEVEL: "debug" } } })).to.deep.equal([]);
  });

  it("rejects environment variables of more than 4 KB in total", () => {
    const [[key, fix] = []] = issuesOf({ function: { environment: { A: "x".repeat(4096) } } });
    expect([key, fix?.includes("4096 bytes")]).to.deep.equal(["function.environment", true]);
  });
});

describe("parseConfig: function.codeSigning", () => {
  it("rejects code signing without function.codeBucket", () => {
    expect(issuesOf({ function: { codeSigning: {} } })).to.deep.equal([
      [
        "function.codeSigning",
        "AWS Signer signs what lies in a bucket. Set function.codeBucket: true as well.",
      ],
    ]);
    expect(issuesOf({ function: { codeSigning: {}, codeBucket: true } })).to.deep.equal([]);
  });
});

describe("parseConfig: reserved concurrency", () => {
  it("rejects reservations that leave less than 100 unreserved, in the function and in the log pipeline", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 100, max: 3000 }),
        fc.option(fc.integer({ min: 0, max: 1500 }), { nil: undefined }),
        fc.option(fc.integer({ min: 0, max: 1500 }), { nil: undefined }),
        (accountConcurrency, reserved, each) => {
          const issues = issuesOf({
            function: {
              accountConcurrency,
              ...(reserved !== undefined && { reservedConcurrency: reserved }),
            },
            logPipeline: { ...(each !== undefined && { reservedConcurrency: each }) },
          });
          const isTooMuch = (reserved ?? 0) + 2 * (each ?? 0) > accountConcurrency - 100;
          const key = `${reserved === undefined ? "logPipeline" : "function"}.reservedConcurrency`;
          expect(issues.map(([of]) => of)).to.deep.equal(isTooMuch ? [key] : []);
        },
      ),
    );
  });

  it("reports the requested concurrency and the available concurrency", () => {
    const raw = { function: { reservedConcurrency: 500 }, logPipeline: { reservedConcurrency: 201 } };
    expect(issuesOf(raw)).to.deep.equal([
      [
        "function.reservedConcurrency",
        "logPipeline.reservedConcurrency (201) is for each of two functions, so 902 are asked for. Of the account's 1000 Lambda keeps 100 unreserved, so 900 are left. Reserve less or, with a larger quota, write it as function.accountConcurrency.",
      ],
    ]);
  });

  it("rejects provisioned concurrency above the reserved concurrency", () => {
    const raw = { function: { reservedConcurrency: 5, provisionedConcurrency: 6 } };
    expect(issuesOf(raw).map(([key]) => key)).to.deep.equal(["function.provisionedConcurrency"]);
  });
});
