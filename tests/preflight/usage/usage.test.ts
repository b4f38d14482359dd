import { readFileSync } from "node:fs";
import { expect } from "chai";
import { DEFAULT_USAGE, parseUsage, unknownResources } from "../../../preflight/usage/usage.js";

const mistakes = (text: string) =>
  parseUsage(text).mistakes?.map(({ key, value, fix }) => `${key}: ${value}. ${fix}`);

describe("parseUsage", () => {
  it("returns the defaults for an empty file", () => {
    for (const text of ["", "# nothing\n", "{}"]) expect(parseUsage(text).usage).to.deep.equal(DEFAULT_USAGE);
  });

  it("returns the defaults for the sample, which lists every key", () => {
    const sample = new URL("../../../preflight/usage/usage.sample.yaml", import.meta.url);
    const text = readFileSync(sample, "utf8");
    expect(parseUsage(text).usage).to.deep.equal(DEFAULT_USAGE);
    for (const key of Object.keys(DEFAULT_USAGE)) expect(text).to.match(new RegExp(`^${key}: `, "m"));
  });

  it("overrides the values that the file names", () => {
    const { usage } = parseUsage(
      "requestsPerMonth: 5000000\nresources:\n  rotation: {requestsPerMonth: 30}\n",
    );
    expect(usage).to.deep.include({ requestsPerMonth: 5_000_000, averageDurationMs: 50 });
    expect(usage?.resources.rotation).to.deep.equal({ requestsPerMonth: 30 });
  });

  it("reports every mistake at once, each with its fix", () => {
    const text =
      "requestPerMonth: 1\naverageDurationMs: fast\ntraceShare: 5\nresources: {fetcher: {memory: 1}}\n";
    expect(mistakes(text)).to.have.members([
      "usage.requestPerMonth: 1. There is no such key. Did you mean requestsPerMonth?",
      'usage.averageDurationMs: "fast". Write a number of milliseconds, 0 or more.',
      "usage.traceShare: 5. Write a share from 0 to 1.",
      "usage.resources.fetcher.memory: 1. There is no such key. Known here: requestsPerMonth, averageDurationMs, gb.",
    ]);
  });

  it("reports text that is not YAML, and YAML that is not a map", () => {
    expect(mistakes("requestsPerMonth: [1")?.[0]).to.include("It is not YAML");
    expect(mistakes("requestsPerMonth: *none")?.[0]).to.include("It is not YAML: Unresolved alias");
    expect(mistakes("requestsPerMonth: 1\nrequestsPerMonth: 2\n")?.[0]).to.include("must be unique");
    expect(mistakes("- 1")?.[0]).to.equal("usage: [1]. Write a map of keys with values.");
  });

  it("rejects more data out to the internet than through NAT", () => {
    expect(mistakes("natGb: 1\ninternetOutGb: 2\n")?.[0]).to.include(
      "usage.internetOutGb: 2. It is part of natGb",
    );
  });

  it("rejects more data out to the internet than through NAT beside other mistakes", () => {
    expect(mistakes("natGb: 1\ninternetOutGb: 2\ntraceShare: 5\n")).to.have.length(2);
    expect(mistakes("internetOutGb: 2\nrequestPerMonth: 1\n")).to.have.length(2);
  });
});

describe("unknownResources", () => {
  const { usage = DEFAULT_USAGE } = parseUsage(
    "resources:\n  rotaton: {gb: 1}\n  rotation: {gb: 1}\n  a.b: {}\n",
  );

  it("are the names that no stack has, with the nearest one", () => {
    expect(
      unknownResources(usage, ["rotation", "fetcher"]).map(({ key, fix }) => `${key}: ${fix}`),
    ).to.deep.equal([
      "usage.resources.rotaton: There is no such resource. Did you mean rotation?",
      'usage.resources["a.b"]: There is no such resource. Known here: rotation, fetcher.',
    ]);
  });

  it("are none without resources in the usage", () => {
    expect(unknownResources(DEFAULT_USAGE, [])).to.deep.equal([]);
  });
});
