import { expect } from "chai";
import fc from "fast-check";
import {
  type AclRule,
  type Flow,
  type FlowEnd,
  MOST_RULES,
  planNetworkAcls,
} from "../../../../components/network/vpc/network-acls.js";
import type { Tier } from "../../../../components/network/vpc/subnet-plan.js";

const BLOCKS = new Map<Tier, readonly string[]>([
  ["private", ["10.0.0.0/20", "10.0.32.0/20"]],
  ["public", ["10.0.16.0/22", "10.0.48.0/22"]],
  ["isolated", ["10.0.20.0/22", "10.0.52.0/22"]],
]);
const VPC = ["10.0.0.0/16"];
const INTERNET = { cidrBlock: "0.0.0.0/0" };
const PARTNER = { cidrBlock: "172.20.0.0/16" };

const plan = (flows: readonly Flow[], blocks = BLOCKS) => planNetworkAcls({ flows, blocks, vpcBlocks: VPC });

/** An address as a number, by arithmetic of this test's own. */
const number = (address: string) => address.split(".").reduce((sum, octet) => sum * 256 + Number(octet), 0);

/** Whether one of the rules allows a packet. It compares the bits of the prefix, and knows nothing of the planner. */
function allows(rules: readonly AclRule[], address: string, port: number): boolean {
  return rules.some(({ cidrBlock, fromPort, toPort }) => {
    const [base = "", prefix] = cidrBlock.split("/");
    const size = 2 ** (32 - Number(prefix));
    const isInside = Math.floor(number(address) / size) === Math.floor(number(base) / size);
    return isInside && port >= fromPort && port <= toPort;
  });
}

/** Addresses of an end: the first usable of each block. */
const addressesOf = (end: FlowEnd): string[] =>
  (typeof end === "string" ? (BLOCKS.get(end) ?? []) : [end.cidrBlock]).map((block) =>
    block === "0.0.0.0/0" ? "93.184.215.14" : block.replace(/\.0\/\d+$/, ".9"),
  );

const end = fc.constantFrom<FlowEnd>("private", "public", "isolated", INTERNET, PARTNER);
const flow: fc.Arbitrary<Flow> = fc.record(
  {
    from: end,
    to: end,
    port: fc.constantFrom(80, 443, 2049, 5432, 8080),
    through: fc.constantFrom<Tier>("public", "private"),
  },
  { requiredKeys: ["from", "to", "port"] },
);

describe("planNetworkAcls", () => {
  it("lets every flow through with its answers, at each tier on its way", () =>
    fc.assert(
      fc.property(
        fc.array(flow, { maxLength: 6 }),
        fc.integer({ min: 1024, max: 65535 }),
        (flows, ephemeral) => {
          const acls = plan(flows);
          for (const { from, to, port, through } of flows) {
            for (const source of addressesOf(from)) {
              for (const destination of addressesOf(to)) {
                const leaving = [from, through].filter((tier) => typeof tier === "string");
                const entering = [to, through].filter((tier) => typeof tier === "string");
                for (const tier of leaving) {
                  const acl = acls.get(tier);
                  expect(allows(acl?.egress ?? [], destination, port), `${tier} sends`).to.equal(true);
                  expect(allows(acl?.ingress ?? [], destination, ephemeral), `${tier} is answered`).to.equal(
                    true,
                  );
                }
                for (const tier of entering) {
                  const acl = acls.get(tier);
                  expect(allows(acl?.ingress ?? [], source, port), `${tier} receives`).to.equal(true);
                  expect(allows(acl?.egress ?? [], source, ephemeral), `${tier} answers`).to.equal(true);
                }
              }
            }
          }
        },
      ),
    ));

  it("denies what no flow needs", () =>
    fc.assert(
      fc.property(
        fc.array(flow, { maxLength: 6 }),
        fc.constantFrom<Tier>("private", "public", "isolated"),
        fc.constantFrom("10.0.0.9", "10.0.16.9", "10.0.20.9", "172.20.0.9", "93.184.215.14"),
        // Ports below 1024 are never an answer's.
        fc.constantFrom(22, 53, 80, 443, 1023),
        (flows, tier, address, port) => {
          const isOf = (one: FlowEnd) => addressesOf(one).includes(address) || one === INTERNET;
          const needs = (direction: "ingress" | "egress") =>
            flows.some((one) => {
              const [here, there] = direction === "ingress" ? [one.to, one.from] : [one.from, one.to];
              return one.port === port && (here === tier || one.through === tier) && isOf(there);
            });
          const acl = plan(flows).get(tier);
          for (const direction of ["ingress", "egress"] as const) {
            const allowed = allows(acl?.[direction] ?? [], address, port);
            if (allowed) expect(needs(direction), `${tier} ${direction} ${address}:${port}`).to.equal(true);
          }
        },
      ),
      { numRuns: 500 },
    ));

  it("denies everything in a tier that no flow passes", () => {
    const acls = plan([{ from: "private", to: "private", port: 443 }]);
    expect(acls.get("public")).to.deep.equal({ ingress: [], egress: [] });
    expect(acls.get("isolated")).to.deep.equal({ ingress: [], egress: [] });
  });

  it("keeps the numbers of the other rules when a flow is added", () => {
    const before: Flow[] = [{ from: "private", to: INTERNET, port: 443, through: "public" }];
    const after: Flow[] = [{ from: PARTNER, to: "private", port: 443 }, ...before];
    for (const direction of ["ingress", "egress"] as const) {
      const kept = plan(before).get("private")?.[direction] ?? [];
      expect(plan(after).get("private")?.[direction]).to.include.deep.members([...kept]);
    }
  });

  it("uses numbers that AWS takes, each once, and needs no rule twice", () =>
    fc.assert(
      fc.property(fc.array(flow, { maxLength: 12 }), (flows) => {
        for (const { ingress, egress } of plan(flows).values()) {
          for (const rules of [ingress, egress]) {
            const numbers = rules.map(({ ruleNo }) => ruleNo);
            expect(new Set(numbers).size).to.equal(numbers.length);
            for (const ruleNo of numbers) expect(ruleNo).to.be.within(1, 32_766);
            const texts = rules.map(
              ({ cidrBlock, fromPort, toPort }) => `${cidrBlock} ${fromPort}-${toPort}`,
            );
            expect(new Set(texts).size).to.equal(texts.length);
          }
        }
      }),
    ));

  it("names the VPC's blocks instead of each subnet's, if AWS would not take as many rules", () => {
    const many = Array.from({ length: 12 }, (_, i) => `10.0.${i * 16}.0/20`);
    const blocks = new Map<Tier, readonly string[]>([["private", many]]);
    const { ingress, egress } =
      plan([{ from: "private", to: "private", port: 443 }], blocks).get("private") ?? {};
    for (const rules of [ingress ?? [], egress ?? []]) {
      expect(rules.length).to.be.within(1, MOST_RULES);
      for (const address of ["10.0.0.9", "10.0.176.9"]) expect(allows(rules, address, 443)).to.equal(true);
    }
  });
});
