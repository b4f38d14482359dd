import { expect } from "chai";
import { type Trail, trailOf } from "../../../../preflight/report/html/places.js";
import type { ProofReport, Report } from "../../../../preflight/report/model.js";
import { brokenProd, reportOf } from "./support.js";

describe("trailOf", () => {
  it("leads from the function through its interfaces and the endpoint's to the service", async () => {
    const prod = await reportOf("prod");
    const trail = trailOf(prod.topology, proof(prod, "fetcher", "ssm"));
    expect(labels(prod, trail.nodes)).to.include.members(["fetcher-function", "ssm-endpoint", "ssm"]);
    expect(labels(prod, trail.nodes)).not.to.include("execute-api-endpoint");
    expect(trail.stops).to.deep.equal([]);
    expect(lines(prod, trail)).to.include.members(["fetcher-function > ssm-endpoint", "ssm-endpoint > ssm"]);
  });

  it("shows a group, route table or policy, which has no node, at the matching node of its component", async () => {
    const prod = await reportOf("prod");
    const [first, ...others] = trailOf(prod.topology, proof(prod, "fetcher", "dynamodb")).hops;
    expect(labels(prod, first ?? [])).to.deep.equal(["fetcher-function"]);
    expect(others.map((hop) => labels(prod, hop))).to.deep.include.members([
      ["vpc-vpc"],
      ["vpc-private-a"],
      ["dynamodb-endpoint"],
    ]);
    const call = trailOf(prod.topology, proof(prod, "vpc-private-a", "GET /messages"));
    expect(labels(prod, call.nodes)).to.include("api");
  });

  it("ends at the function's own node if the API invokes it, not at its network interfaces", async () => {
    const prod = await reportOf("prod");
    const { hops } = trailOf(prod.topology, proof(prod, "vpc-private-a", "GET /messages"));
    expect(hops.at(-1)).to.have.length(1);
    expect(hops.at(-1)?.[0]).not.to.include("#");
  });

  it("marks the blocker of a failed proof, and nothing behind it", async () => {
    const broken = await brokenProd();
    const trail = trailOf(broken.topology, proof(broken, "fetcher", "ssm"));
    expect(labels(broken, trail.stops)).to.deep.equal(["ssm-endpoint"]);
    expect(labels(broken, trail.nodes)).not.to.include("ssm");
  });

  it("returns the start and end of a call that is blocked before any line", async () => {
    const prod = await reportOf("prod");
    const { attempt, stops } = trailOf(prod.topology, proof(prod, "internet", "GET /messages"));
    expect(labels(prod, stops)).to.deep.equal(["api"]);
    expect(attempt?.from).to.equal("#internet");
    expect(attempt?.to).to.equal(stops[0]);
  });

  it("has nodes for every proof of the shipped stacks", async () => {
    for (const stack of ["dev", "prod"]) {
      const report = await reportOf(stack);
      for (const each of report.proofs) {
        const trail = trailOf(report.topology, each);
        expect(trail.nodes, each.id).not.to.deep.equal([]);
        if (each.verdict.status !== "reachable") expect(trail.stops, each.id).not.to.deep.equal([]);
      }
    }
  });

  it("marks the last node that a packet reached if the blocker is not drawn", async () => {
    const prod = await reportOf("prod");
    const [hop] = proof(prod, "fetcher", "dynamodb").verdict.path;
    const trail = trailOf(prod.topology, {
      ...proof(prod, "fetcher", "dynamodb"),
      verdict: {
        status: "blocked",
        at: { urn: "sg-0123", type: "", name: "sg-0123" },
        code: "ENI_SG_RULES_MISMATCH",
        reason: "no rule",
        fix: "add one",
        path: hop === undefined ? [] : [hop],
      },
    });
    expect(labels(prod, trail.stops)).to.deep.equal(["fetcher-function"]);
  });
});

function proof({ proofs }: Report, from: string, to: string): ProofReport {
  const found = proofs.find((each) => each.from === from && each.to === to);
  if (found === undefined) throw new Error(`no proof ${from} -> ${to}`);
  return found;
}

/** Each label once, because a reader sees several interfaces as one thing. */
function labels({ topology }: Report, ids: readonly string[]): string[] {
  return [...new Set(ids.map((id) => topology.nodes.find((node) => node.id === id)?.label ?? id))];
}

function lines(report: Report, { edges }: Trail): string[] {
  return edges.map(({ from, to }) => labels(report, [from, to]).join(" > "));
}
