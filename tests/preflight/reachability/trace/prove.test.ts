import { expect } from "chai";
import type { Intent } from "../../../../preflight/graph/index.js";
import { proveIntents } from "../../../../preflight/reachability/index.js";
import { type Stack, vpcStack } from "../../graph/fixtures.js";
import { graphOf } from "../support.js";

const FETCHER = { kind: "function", name: "fetcher" } as const;
const SSM = { kind: "service", service: "ssm" } as const;
const INTERNET = { kind: "internet" } as const;
const METHOD = { kind: "method", method: "GET", path: "/messages" } as const;

const INTENTS: readonly Intent[] = [
  {
    from: FETCHER,
    to: SSM,
    port: 443,
    must: "reach",
    via: "interface-endpoint",
    reason: "reads its parameters",
  },
  { from: INTERNET, to: METHOD, port: 443, must: "not-reach", reason: "the API is private" },
  {
    from: { kind: "subnets", tier: "private", vpc: "vpc" },
    to: METHOD,
    port: 443,
    must: "reach",
    reason: "callers are in the private subnets",
  },
];

function withIntents(stack: Stack, intents: readonly Intent[] = INTENTS): Stack {
  return stack.add("component", "messages-component", { intents });
}

function failures(stack: Stack): string[] {
  return proveIntents(graphOf(stack)).flatMap(({ failure }) =>
    failure === undefined ? [] : [failure.reason],
  );
}

describe("proveIntents", () => {
  it("proves the intents in the outputs of components", () => {
    const proofs = proveIntents(graphOf(withIntents(vpcStack())));
    expect(proofs.map(({ ok }) => ok)).to.deep.equal([true, true, true]);
  });

  it("refutes an intent whose packet takes another path than the declared one, and says why", () => {
    const detour = withIntents(vpcStack().with("ssm-endpoint", { privateDnsEnabled: false }));
    const [proof] = proveIntents(graphOf(detour));
    expect(proof?.ok).to.equal(false);
    expect(proof?.failure?.reason)
      .to.contain("goes by nat, not by interface endpoint")
      .and.contain("private DNS");
    expect(proof?.failure?.fix).to.contain("privateDnsEnabled: true");
  });

  it("refutes a ban if one of several paths is open", () => {
    const ban: Intent = { from: FETCHER, to: INTERNET, port: 443, must: "not-reach", reason: "no way out" };
    const half = withIntents(vpcStack().without("private-route-a"), [ban]);
    expect(failures(half)[0]).to.contain("open, by nat");
    const closed = withIntents(vpcStack().without("private-route-a", "private-route-b"), [ban]);
    expect(failures(closed)).to.deep.equal([]);
  });

  it("does not prove a ban if a path is unknown", () => {
    const ban: Intent = { from: FETCHER, to: INTERNET, port: 443, must: "not-reach", reason: "no way out" };
    const unsure = vpcStack()
      .without("private-route-a")
      .with("private-route-b", { natGatewayId: "nat-elsewhere" });
    expect(failures(withIntents(unsure, [ban]))[0]).to.contain("not known");
  });

  it("does not prove an intent about a resource that the stack does not have", () => {
    const ban: Intent = {
      from: { kind: "function", name: "nobody" },
      to: INTERNET,
      port: 443,
      must: "not-reach",
      reason: "no way out",
    };
    expect(failures(withIntents(vpcStack(), [ban]))[0]).to.contain("nobody is not in the stack");
  });

  it("proves what a component of any project declares", () => {
    const ban = { from: FETCHER, to: INTERNET, port: 443, must: "not-reach", reason: "no way out" };
    const stack = vpcStack().add("otherComponent", "consumer", { intents: [ban] });
    expect(graphOf(stack).intents).to.deep.equal([ban]);
  });

  it("reads the intents of stacks that were deployed before the reason had its name", () => {
    const { reason, ...ban } = {
      from: FETCHER,
      to: INTERNET,
      port: 443,
      must: "not-reach",
      reason: "no way out",
    };
    const stack = vpcStack().add("component", "older", { intents: [{ ...ban, why: reason }] });
    expect(graphOf(stack).intents).to.deep.equal([{ ...ban, reason }]);
  });

  it("takes an older version's intent of what the network offers as one of the network only", () => {
    const intent = {
      from: { kind: "function", name: "fetcher" },
      to: { kind: "service", service: "dynamodb" },
      port: 443,
      must: "reach",
    };
    const prove = (reason: string) =>
      proveIntents(graphOf(vpcStack().add("component", "older", { intents: [{ ...intent, reason }] }))).map(
        ({ intent: { to } }) => "networkOnly" in to,
      );
    expect(prove("the network offers dynamodb to its functions")).to.include(true);
    expect(prove("it keeps the orders there")).not.to.include(true);
  });

  it("takes a cloud resource's property of the same name for no intent", () => {
    const stack = vpcStack().add("bot", "bot", { intents: [{ intentName: "order", from: "x" }] });
    expect(graphOf(stack).intents).to.deep.equal([]);
  });

  it("throws on a malformed intent", () => {
    const bad = vpcStack().add("component", "bad", { intents: [{ from: "fetcher" }] });
    expect(() => graphOf(bad)).to.throw("not an intent");
  });
});
