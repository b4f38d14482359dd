import { expect } from "chai";
import type { PinnedIntent } from "../../../../preflight/intents.js";
import { proveIntents } from "../../../../preflight/reachability/index.js";
import { proofReports } from "../../../../preflight/report/build/proofs.js";
import { publicStack, type Stack, vpcStack } from "../../graph/fixtures.js";
import { graphOf } from "../support.js";

const pin = (
  from: string,
  must: PinnedIntent["must"],
  to: string,
  more: Partial<PinnedIntent> = {},
): PinnedIntent => ({
  from,
  to,
  must,
  reason: "a person said so",
  pinnedIn: "intents.yaml:3",
  ...more,
});

/** Outcomes of pinned intents, as a report has them. */
function proofsOf(stack: Stack, ...pins: PinnedIntent[]) {
  const graph = graphOf(stack);
  return proofReports(graph, proveIntents(graph, pins));
}

describe("proveIntents with pinned intents", () => {
  it("proves them first, with where they are pinned", () => {
    const [first, ...others] = proofsOf(
      vpcStack(),
      pin("fetcher", "reach", "ssm", { via: "interface-endpoint" }),
    );
    expect(first).to.include({ from: "fetcher", to: "ssm", ok: true, pinnedIn: "intents.yaml:3", port: 443 });
    expect(others.filter(({ pinnedIn }) => pinnedIn !== undefined)).to.deep.equal([]);
  });

  it("fails one that the configuration does not keep, whatever the components say", () => {
    const [proof] = proofsOf(publicStack(), pin("internet", "not-reach", "GET /messages"));
    expect(proof).to.include({ ok: false });
    expect(proof?.verdict.status).to.equal("reachable");
    expect(proofsOf(vpcStack(), pin("internet", "not-reach", "GET /messages"))[0]?.ok).to.equal(true);
    expect(proofsOf(vpcStack(), pin("internet", "reach", "GET /messages"))[0]?.ok).to.equal(false);
  });

  for (const must of ["reach", "not-reach"] as const) {
    for (const [from, to] of [
      ["internet", "orders-vpc"],
      ["peer:billing", "GET /messages"],
      ["internet", "DELETE /messages"],
      ["internet", "10.20.1.999"],
      ["isolated subnets", "GET /messages"],
    ] as const) {
      it(`fails must ${must} ${from} -> ${to}, because the stack has no such place`, () => {
        const [proof] = proofsOf(vpcStack(), pin(from, must, to));
        expect(proof).to.include({ from, to, ok: false });
        expect(proof?.verdict).to.include({ status: "blocked", code: "PLACE_NOT_IN_STACK" });
        expect(proof?.failure?.reason).to.match(/no such place|not an address/);
      });
    }
  }

  it("asks on the destination's own port, unless one is pinned", () => {
    const graph = graphOf(vpcStack());
    const [own, other] = proveIntents(graph, [
      pin("fetcher", "not-reach", "10.20.1.5:5432"),
      pin("fetcher", "not-reach", "ssm", { port: 80 }),
    ]);
    expect(own?.intent.port).to.equal(5432);
    expect(other?.intent.port).to.equal(80);
    expect(other?.ok).to.equal(true);
  });

  it("shows a claim once that a component makes too, with the component's way and fix", () => {
    const declared = {
      from: { kind: "internet" },
      to: { kind: "method", method: "GET", path: "/messages" },
      port: 443,
      must: "not-reach",
      reason: "the API is private",
      fix: "Set api.endpointType: PRIVATE.",
    };
    const stack = publicStack().add("component", "api-component", { intents: [declared] });
    const found = proofsOf(stack, pin("internet", "not-reach", "GET /messages"));
    expect(found).to.have.length(1);
    expect(found[0]).to.include({ reason: "a person said so", pinnedIn: "intents.yaml:3", ok: false });
    expect(found[0]?.failure?.fix).to.equal(declared.fix);
    const both = proofsOf(stack, pin("internet", "reach", "GET /messages"));
    expect(both.map(({ must, ok }) => [must, ok])).to.deep.equal([
      ["not-reach", false],
      ["reach", true],
    ]);
  });
});
