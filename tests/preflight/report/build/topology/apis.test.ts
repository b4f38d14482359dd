import { expect } from "chai";
import { buildReport } from "../../../../../preflight/report/build/report.js";
import { trailOf } from "../../../../../preflight/report/html/places.js";
import { reportsSchema, SCHEMA_VERSION } from "../../../../../preflight/report/model.js";
import { terminalReport } from "../../../../../preflight/report/text/terminal.js";
import { consumerStack, privateDomainStack, storeStack } from "../../../graph/api-fixtures.js";
import type { Stack } from "../../../graph/fixtures.js";
import { graphOf } from "../../../reachability/support.js";

function reportOf(stack: Stack) {
  return buildReport(graphOf(stack), { project: "p", stack: "s", region: "eu-west-1", source: "deployed" });
}

const CALL = {
  from: { kind: "peer", name: "consumer" },
  to: { kind: "method", method: "GET", path: "/messages" },
  port: 443,
  must: "reach",
  reason: "the API is shared with it",
} as const;

describe("buildReport of an API product", () => {
  it("draws a peer outside the Region, with its block, and starts its proofs there", () => {
    const report = reportOf(consumerStack().add("component", "sharing", { intents: [CALL] }));
    const peer = report.topology.nodes.find(({ kind }) => kind === "peer");
    expect(peer).to.include({ label: "vpc-0c0ffee0", detail: "peer VPC, 10.99.0.0/16" });
    expect(peer?.parent).to.equal(undefined);
    const [proof] = report.proofs;
    if (proof === undefined || peer === undefined) throw new Error("no proof or no peer");
    expect(proof).to.include({ ok: true, from: "consumer" });
    const trail = trailOf(report.topology, proof);
    expect(trail.nodes[0]).to.equal(peer.id);
    expect(trail.edges).not.to.deep.equal([]);
    expect(report.stack.summary).to.contain("1 peer");
  });

  it("draws a domain name between the endpoint and the API", () => {
    const { topology, stack } = reportOf(privateDomainStack());
    const domain = topology.nodes.find(({ kind }) => kind === "domain-name");
    expect(domain).to.include({ label: "api.example.com", detail: "PRIVATE domain name" });
    const label = (id: string) => topology.nodes.find((node) => node.id === id)?.label;
    const lines = topology.edges.filter(({ from, to }) => [from, to].includes(domain?.id ?? ""));
    expect(lines.map(({ from, to }) => `${label(from)} -> ${label(to)}`)).to.include.members([
      "execute-api-endpoint -> api.example.com",
      "api.example.com -> api",
    ]);
    expect(stack.summary).to.contain("PRIVATE API, api.example.com");
  });

  it("draws a line from the API to the table that a method writes to", () => {
    const { edges } = reportOf(storeStack()).topology;
    expect(
      edges.filter(({ label }) => label === "acts on").map(({ to }) => to.split("::").at(-1)),
    ).to.deep.equal(["messages-table"]);
  });

  it("matches the published schema, and prints the proof in a terminal", () => {
    const report = reportOf(consumerStack().add("component", "sharing", { intents: [CALL] }));
    const reports = JSON.parse(JSON.stringify({ schemaVersion: SCHEMA_VERSION, reports: [report] }));
    expect(reportsSchema.safeParse(reports).success).to.equal(true);
    expect(terminalReport(report)).to.match(/must reach +consumer -> GET \/messages +ok +peering/);
  });
});
