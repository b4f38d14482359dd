import { readFileSync } from "node:fs";
import { expect } from "chai";
import { DEFAULT_USAGE, parseUsage } from "../../../preflight/usage/usage.js";

const mistakes = (text: string) =>
  parseUsage(text).mistakes?.map(({ key, value, fix }) => `${key}: ${value}. ${fix}`);

describe("a usage file", () => {
  it("may be empty, and is then the defaults", () => {
    for (const text of ["", "# nothing\n", "{}"]) expect(parseUsage(text).usage).to.deep.equal(DEFAULT_USAGE);
  });

  it("has a sample that shows the defaults, every one of them", () => {
    const sample = new URL("../../../preflight/usage/usage.sample.yaml", import.meta.url);
    const text = readFileSync(sample, "utf8");
    expect(parseUsage(text).usage).to.deep.equal(DEFAULT_USAGE);
    for (const key of Object.keys(DEFAULT_USAGE)) expect(text).to.match(new RegExp(`^${key}: `, "m"));
  });

  it("overrides what it names", () => {
    const { usage } = parseUsage(
      "requestsPerMonth: 5000000\nresources:\n  rotation: {requestsPerMonth: 30}\n",
    );
    expect(usage).to.deep.include({ requestsPerMonth: 5_000_000, averageDurationMs: 50 });
    expect(usage?.resources.rotation).to.deep.equal({ requestsPerMonth: 30 });
  });

  it("names every mistake at once, each with its fix", () => {
    const text =
      "requestPerMonth: 1\naverageDurationMs: fast\ntraceShare: 5\nresources: {fetcher: {memory: 1}}\n";
    expect(mistakes(text)).to.have.members([
      "usage.requestPerMonth: 1. There is no such key. Did you mean requestsPerMonth?",
      'usage.averageDurationMs: "fast". Write a number of milliseconds, 0 or more.',
      "usage.traceShare: 5. Write a share from 0 to 1.",
      "usage.resources.fetcher.memory: 1. There is no such key. Known here: requestsPerMonth, averageDurationMs, gb.",
    ]);
  });

  it("says what is no YAML, and what is no map", () => {
    expect(mistakes("requestsPerMonth: [1")?.[0]).to.include("It is not YAML");
    expect(mistakes("requestsPerMonth: 1\nrequestsPerMonth: 2\n")?.[0]).to.include("must be unique");
    expect(mistakes("- 1")?.[0]).to.equal("usage: [1]. Write a map of keys with values.");
  });

  it("takes no more out to the internet than goes through NAT", () => {
    expect(mistakes("natGb: 1\ninternetOutGb: 2\n")?.[0]).to.include(
      "usage.internetOutGb: 2. It is part of natGb",
    );
  });
});
