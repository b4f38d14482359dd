import { expect } from "chai";
import fc from "fast-check";
import { addressesOf } from "../../../../preflight/aws/address-sets.js";
import { formatCidr, parseCidr } from "../../../../preflight/aws/cidr.js";
import { parsePlace, trace } from "../../../../preflight/reachability/index.js";
import { chooseRoutes } from "../../../../preflight/reachability/network/route-tables.js";
import { peeredStack, resource, Stack, vpcStack } from "../../graph/fixtures.js";
import { graphOf } from "../support.js";

const QUESTIONS = [
  ["fetcher", "ssm"],
  ["fetcher", "dynamodb"],
  ["fetcher", "internet"],
  ["fetcher", "10.20.1.5:443"],
  ["fetcher", "database"],
  ["private subnets", "GET /messages"],
  ["internet", "GET /messages"],
] as const;

function answers(stack: Stack): unknown[] {
  const graph = graphOf(stack);
  return QUESTIONS.map(([from, to]) => trace(graph, parsePlace(from, graph), parsePlace(to, graph)));
}

/** CIDR blocks from a small space, so that they overlap and repeat. */
const block = fc
  .record({
    third: fc.integer({ min: 0, max: 3 }),
    fourth: fc.integer({ min: 0, max: 255 }),
    prefix: fc.integer({ min: 0, max: 32 }),
  })
  .map(({ third, fourth, prefix }) => {
    const cidr = parseCidr(`11.0.${third}.${fourth}/${prefix}`);
    return cidr === undefined ? "11.0.0.0/8" : formatCidr(cidr);
  })
  .map((text) => (text.includes("/") ? text : `${text}/32`));

describe("trace and chooseRoutes", () => {
  it("choose the same route as a search through every route", () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(block, { maxLength: 10 }),
        fc.integer({ min: 0, max: 1023 }),
        (blocks, offset) => {
          const stack = blocks.reduce(
            (each, destination, i) =>
              each.add("route", `r${i}`, {
                routeTableId: "t-id",
                destinationCidrBlock: destination,
                natGatewayId: `nat-${i}`,
              }),
            new Stack([]).add("vpc", "v", { cidrBlock: "10.0.0.0/16" }).add("table", "t", { vpcId: "v-id" }),
          );
          const graph = graphOf(stack);
          const [table] = [...graph.routeTables.values()].filter(({ ref }) => ref.name === "t");
          const address = parseCidr(`11.0.${offset >> 8}.${offset & 255}`);
          if (table === undefined || address === undefined) throw new Error("the fixture is wrong");
          const [chosen] = chooseRoutes(graph, table, addressesOf(address), []);

          const matching = blocks
            .map((text, i) => ({ i, cidr: parseCidr(text) }))
            .filter(
              ({ cidr }) => cidr !== undefined && cidr.first <= address.first && address.last <= cidr.last,
            );
          const longest = matching.reduce((best, { cidr }) => Math.max(best, cidr?.prefix ?? -1), -1);
          const expected = matching.find(({ cidr }) => cidr?.prefix === longest);
          expect(chosen?.route?.ref.name).to.equal(expected === undefined ? undefined : `r${expected.i}`);
        },
      ),
    );
  });

  it("return the same verdicts for any order of the resources", () => {
    const stack = peeredStack();
    const expected = answers(stack);
    fc.assert(
      fc.property(
        fc.shuffledSubarray([...stack.resources], { minLength: stack.resources.length }),
        (shuffled) => {
          expect(answers(new Stack(shuffled))).to.deep.equal(expected);
        },
      ),
      { numRuns: 30 },
    );
  });

  it("keep a destination reachable if an allow rule is added", () => {
    const rule = fc.record({
      type: fc.constantFrom("ingress" as const, "egress" as const),
      group: fc.constantFrom("fetcher-group-id", "endpoint-group-id", "api-group-id", "data-group-id"),
      block: fc.oneof(block, fc.constantFrom("0.0.0.0/0", "10.20.0.0/16", "10.20.10.0/25")),
      from: fc.integer({ min: 0, max: 65535 }),
      span: fc.integer({ min: 0, max: 1000 }),
    });
    const base = answers(peeredStack());
    fc.assert(
      fc.property(fc.array(rule, { minLength: 1, maxLength: 5 }), (rules) => {
        const added = rules.map(({ type, group, block, from, span }, i) =>
          resource(type, `added-${i}`, {
            securityGroupId: group,
            cidrIpv4: block,
            ipProtocol: "tcp",
            fromPort: from,
            toPort: Math.min(from + span, 65535),
          }),
        );
        const after = answers(new Stack([...peeredStack().resources, ...added]));
        for (const [i, before] of base.entries()) {
          if (JSON.stringify(before).includes('"status":"reachable"')) {
            expect(after[i]).to.have.property("status", "reachable");
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  it("never throw, and never open a ban, if any one resource is missing", () => {
    for (const { name } of vpcStack().resources) {
      const graph = graphOf(vpcStack().without(name));
      const verdict = trace(
        graph,
        { kind: "internet" },
        { kind: "method", method: "GET", path: "/messages" },
      );
      if (name !== "api") expect(verdict.status, name).to.equal("blocked");
      trace(graph, { kind: "function", name: "fetcher" }, { kind: "service", service: "ssm" });
      trace(
        graph,
        { kind: "subnets", tier: "private" },
        { kind: "method", method: "GET", path: "/messages" },
      );
    }
  });

  it("answer hundreds of questions a second on 1,000 subnets and 10,000 rules", () => {
    const subnets = Array.from({ length: 1000 }, (_, i) => [
      resource("subnet", `s${i}`, {
        vpcId: "vpc-id",
        cidrBlock: `10.20.${64 + (i >> 4)}.${(i & 15) * 16}/28`,
      }),
      resource("table", `t${i}`, { vpcId: "vpc-id" }),
      resource("association", `a${i}`, { subnetId: `s${i}-id`, routeTableId: `t${i}-id` }),
    ]);
    const rules = Array.from({ length: 10_000 }, (_, i) =>
      resource("ingress", `rule${i}`, {
        securityGroupId: "api-group-id",
        cidrIpv4: `11.${i >> 8}.${i & 255}.0/24`,
        ipProtocol: "tcp",
        fromPort: 443,
        toPort: 443,
      }),
    );
    const graph = graphOf(new Stack([...vpcStack().resources, ...subnets.flat(), ...rules]));
    const start = performance.now();
    for (let i = 0; i < 100; i++) {
      trace(graph, { kind: "function", name: "fetcher" }, { kind: "service", service: "ssm" });
      trace(graph, { kind: "subnet", name: `s${i}` }, { kind: "method", method: "GET", path: "/messages" });
    }
    // 200 questions. The limit is ten times the usual time, because the machine may be busy.
    expect(performance.now() - start).to.be.below(2000);
  });
});
