import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { publishedRanges } from "../../../cli/lib/graphs.js";
import { formatCidr } from "../../../preflight/aws/cidr.js";
import { parsePublishedRanges, rangesOf } from "../../../preflight/aws/published-ranges.js";
import { graphFromResources, parsePlace, resourcesFromExport, trace } from "../../../preflight/index.js";

/** A list in AWS's format, with addresses for documentation. */
const listing = (...blocks: [prefix: string, region: string, service: string][]) => ({
  syncToken: "1",
  createDate: "2026-11-20-00-00-00",
  prefixes: blocks.map(([ip_prefix, region, service]) => ({
    ip_prefix,
    region,
    service,
    network_border_group: region,
  })),
});

const LIST = listing(
  ["203.0.113.0/25", "eu-west-1", "AMAZON"],
  ["203.0.113.0/26", "eu-west-1", "S3"],
  ["198.51.100.0/24", "us-east-1", "AMAZON"],
);

describe("parsePublishedRanges", () => {
  it("gives a listed service its own blocks, and others all of AWS's in the Region", () => {
    const ranges = parsePublishedRanges(LIST, "ip-ranges.json");
    const blocks = (service: string, region: string) =>
      rangesOf(ranges, service, region)?.map((cidr) => formatCidr(cidr));
    expect(ranges.date).to.equal("2026-11-20");
    expect(blocks("s3", "eu-west-1")).to.deep.equal(["203.0.113.0/26"]);
    expect(blocks("ssm", "eu-west-1")).to.deep.equal(["203.0.113.0/25"]);
    expect(blocks("constructor", "eu-west-1")).to.deep.equal(["203.0.113.0/25"]);
    expect(blocks("ssm", "us-east-1")).to.deep.equal(["198.51.100.0/24"]);
    expect(blocks("s3", "us-east-1"), "no S3 there in this list").to.equal(undefined);
  });

  for (const [what, json, reason] of [
    ["no list", { prefixes: [] }, /no "createDate"/],
    ["an empty list", listing(), /lists no addresses/],
    ["a date that is none", { createDate: "soon", prefixes: [] }, /"soon"/],
    ["an entry without a block", listing(["x", "eu-west-1", "S3"]), /an entry without .* \(x\)/],
  ] as const) {
    it(`refuses ${what}, and says where the list comes from`, () => {
      expect(() => parsePublishedRanges(json, "ip-ranges.json"))
        .to.throw(reason)
        .with.property("message")
        .that.includes("https://ip-ranges.amazonaws.com/ip-ranges.json");
    });
  }
});

describe("publishedRanges", () => {
  it("reads ip-ranges.json of the project, and does without", () => {
    const folder = mkdtempSync(join(tmpdir(), "ranges-"));
    expect(publishedRanges(folder)).to.equal(undefined);
    writeFileSync(join(folder, "ip-ranges.json"), JSON.stringify(LIST));
    expect([...(publishedRanges(folder)?.blocks.values() ?? [])].flat()).to.have.length(3);
  });
});

describe("a route that is more specific than a service's addresses", () => {
  const file = new URL("../verdict-cases/16-parts-of-a-service/export.json", import.meta.url);
  const resources = resourcesFromExport(JSON.parse(readFileSync(file, "utf8")));
  const ask = (blocks: [string, string, string][] | undefined, to = "ssm") => {
    const ranges = blocks && parsePublishedRanges(listing(...blocks), "ip-ranges.json");
    const graph = graphFromResources(resources, {}, ranges);
    return trace(graph, parsePlace("reader", graph), parsePlace(to, graph));
  };

  it("leaves the verdict open without the list", () => {
    expect(ask(undefined).status).to.equal("unknown");
  });

  it("leaves it open if a part of the published addresses is treated differently", () => {
    const verdict = ask([["198.51.100.0/23", "eu-west-1", "AMAZON"]]);
    expect(verdict.status).to.equal("unknown");
    expect(JSON.stringify(verdict)).to.include("as AWS published them on 2026-11-20");
  });

  it("is decided by the default route if no published address is in it", () => {
    expect(ask([["203.0.113.0/25", "eu-west-1", "AMAZON"]]).status).to.equal("reachable");
  });

  it("decides alone if every published address is in it", () => {
    const verdict = ask([
      ["198.51.100.0/25", "eu-west-1", "AMAZON"],
      ["198.51.100.64/26", "eu-west-1", "AMAZON"],
      ["198.51.100.128/25", "eu-west-1", "AMAZON"],
    ]);
    expect(verdict.status).to.equal("blocked");
  });

  it("is not decided by the addresses of another Region", () => {
    expect(ask([["203.0.113.0/25", "us-east-1", "AMAZON"]]).status).to.equal("unknown");
  });
});
