import { readdirSync, readFileSync } from "node:fs";
import { expect } from "chai";
import { coverageOf } from "../../../preflight/graph/coverage.js";
import { graphFromResources, resourcesFromExport } from "../../../preflight/graph/index.js";
import { isModelled, MODELLED_AREAS } from "../../../preflight/graph/modelled-types.js";

const TOKEN = /"(aws:[A-Za-z0-9]+\/[A-Za-z0-9]+:[A-Za-z0-9]+)"/g;

/** The type tokens in the code that builds the graph and judges it. */
function askedFor(): Set<string> {
  const files = ["graph", "reachability"].flatMap((folder) =>
    readdirSync(`preflight/${folder}`, { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts") && !file.endsWith("modelled-types.ts"))
      .map((file) => readFileSync(`preflight/${folder}/${file}`, "utf8")),
  );
  return new Set(files.flatMap((text) => [...text.matchAll(TOKEN)].map(([, token = ""]) => token)));
}

describe("MODELLED_AREAS", () => {
  const types = MODELLED_AREAS.flatMap((area) => area.types);

  it("lists every type that the graph's builders and the verdicts ask for, and no other", () => {
    expect([...types].sort(), "see preflight/graph/modelled-types.ts").to.deep.equal([...askedFor()].sort());
  });

  it("lists each type once", () => {
    expect(new Set(types).size).to.equal(types.length);
  });
});

describe("coverageOf", () => {
  const of = (type: string, name: string, custom: boolean) => ({
    urn: `urn:pulumi:s::p::${type}::${name}`,
    type,
    custom,
    ...(custom && { id: name }),
  });

  it("counts resources of every provider, and neither components nor providers nor the stack", () => {
    const resources = [
      of("pulumi:pulumi:Stack", "stack", false),
      of("pulumi:providers:aws", "default", true),
      of("awsx:ec2:Vpc", "vpc", false),
      of("aws:ec2/vpc:Vpc", "vpc", true),
      of("aws:glue/job:Job", "one", true),
      of("aws:glue/job:Job", "two", true),
      of("random:index/randomId:RandomId", "id", true),
    ];
    const graph = graphFromResources(resourcesFromExport({ version: 3, deployment: { resources } }));
    expect(coverageOf(graph)).to.deep.equal({
      judged: 1,
      resources: 4,
      notModelled: [
        { type: "aws:glue/job:Job", count: 2 },
        { type: "random:index/randomId:RandomId", count: 1 },
      ],
    });
  });

  it("does not take an object's own properties for types", () => {
    for (const name of ["constructor", "__proto__", "toString"]) expect(isModelled(name)).to.equal(false);
  });
});
