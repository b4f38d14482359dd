import { expect } from "chai";
import fc from "fast-check";
import { edgeOf } from "../../../../preflight/report/html/drawing/family.js";
import type { Box } from "../../../../preflight/report/html/drawing/geometry.js";
import { type Layout, layoutOf } from "../../../../preflight/report/html/drawing/layout.js";
import { linesOf } from "../../../../preflight/report/html/drawing/lines.js";
import type { Topology, TopologyKind, TopologyNode } from "../../../../preflight/report/model.js";
import { reportOf } from "./support.js";

describe("layoutOf", () => {
  it("keeps children in parents and siblings apart, for the shipped stacks", async () => {
    for (const stack of ["prod", "dev"]) inOrder((await reportOf(stack)).topology);
  });

  it("keeps children in parents and siblings apart, for any topology", () => {
    fc.assert(
      fc.property(topologies(), (topology) => {
        inOrder(topology);
      }),
      { numRuns: 150 },
    );
  });

  it("places every node once and every line, with finite coordinates inside the drawing", () => {
    fc.assert(
      fc.property(topologies(), (topology) => {
        const layout = layoutOf(topology);
        expect(layout.boxes.map(({ node }) => node.id).sort()).to.deep.equal(
          topology.nodes.map(({ id }) => id).sort(),
        );
        const lines = linesOf(layout);
        expect(lines).to.have.length(topology.edges.length);
        for (const { path, end } of lines) {
          expect(path).to.match(/^M[-\d. MLHVC]+$/);
          expect(end.x).to.be.within(0, layout.width);
          expect(end.y).to.be.within(0, layout.height);
        }
      }),
      { numRuns: 150 },
    );
  });

  it("returns the same layout for the same topology", async () => {
    const { topology } = await reportOf("prod");
    expect(linesOf(layoutOf(topology))).to.deep.equal(linesOf(layoutOf(structuredClone(topology))));
  });

  it("places zones below each other, tiers beside each other, and gateways on the VPC's border", async () => {
    const layout = layoutOf((await reportOf("prod")).topology);
    const [publicA, privateA, publicB] = ["vpc-public-a", "vpc-private-a", "vpc-public-b"].map((l) =>
      named(layout, l),
    );
    expect(publicA?.x).to.equal(publicB?.x);
    expect(publicA?.y).to.equal(privateA?.y);
    expect(publicA?.x).to.be.lessThan(privateA?.x ?? 0);
    expect(publicA?.y).to.be.lessThan(publicB?.y ?? 0);
    const [vpc, igw, dynamodb] = ["vpc-vpc", "vpc-igw", "dynamodb-endpoint"].map((l) => named(layout, l));
    expect((igw?.x ?? 0) + (igw?.width ?? 0) / 2).to.equal(vpc?.x);
    expect((dynamodb?.x ?? 0) + (dynamodb?.width ?? 0) / 2).to.equal((vpc?.x ?? 0) + (vpc?.width ?? 0));
  });

  it("places nodes with a missing parent, and nodes that are their own child", () => {
    const nodes: TopologyNode[] = [
      { id: "a", kind: "vpc", label: "a", parent: "b" },
      { id: "b", kind: "vpc", label: "b", parent: "a" },
      { id: "c", kind: "function", label: "c", parent: "gone" },
    ];
    expect(() => layoutOf({ nodes, edges: [] })).not.to.throw();
  });
});

function named({ boxes }: Layout, label: string): Box | undefined {
  return boxes.find(({ node }) => node.label === label);
}

function inOrder(topology: Topology): void {
  const layout = layoutOf(topology);
  const boxes = new Map(layout.boxes.map((box) => [box.node.id, box]));
  const siblings = new Map<string | undefined, Box[]>();
  for (const box of layout.boxes) {
    const parent = layout.family.parentOf(box.node)?.id;
    siblings.set(parent, [...(siblings.get(parent) ?? []), box]);
    const outer = parent === undefined ? undefined : boxes.get(parent);
    // Gateways stand half outside, so the check is that they touch.
    if (outer === undefined || (edgeOf(box.node) !== undefined && outer.node.kind === "vpc")) continue;
    expect(isInside(box, outer), `${box.node.id} in ${outer.node.id}`).to.equal(true);
  }
  for (const group of siblings.values()) {
    for (const [i, a] of group.entries()) {
      for (const b of group.slice(i + 1))
        expect(overlap(a, b), `${a.node.id} on ${b.node.id}`).to.equal(false);
    }
  }
}

const EPSILON = 0.01;

function isInside(inner: Box, outer: Box): boolean {
  return (
    inner.x >= outer.x - EPSILON &&
    inner.y >= outer.y - EPSILON &&
    inner.x + inner.width <= outer.x + outer.width + EPSILON &&
    inner.y + inner.height <= outer.y + outer.height + EPSILON
  );
}

function overlap(a: Box, b: Box): boolean {
  return (
    a.x + EPSILON < b.x + b.width &&
    b.x + EPSILON < a.x + a.width &&
    a.y + EPSILON < b.y + b.height &&
    b.y + EPSILON < a.y + a.height
  );
}

const IN_SUBNET: readonly TopologyKind[] = ["nat-gateway", "interface-endpoint", "function", "database"];
const IN_VPC: readonly TopologyKind[] = [
  "internet-gateway",
  "egress-only-internet-gateway",
  "gateway-endpoint",
  "nat-gateway",
  "interface-endpoint",
];
const IN_REGION: readonly TopologyKind[] = [
  "function",
  "api",
  "service",
  "queue",
  "topic",
  "table",
  "peering",
];

/** Regions with any mix of VPCs, zones, subnets and their nodes, with lines between any two nodes. */
function topologies(): fc.Arbitrary<Topology> {
  const some = (kinds: readonly TopologyKind[]) => fc.array(fc.constantFrom(...kinds), { maxLength: 4 });
  const subnet = fc.record({
    tier: fc.constantFrom("public", "private", "isolated", undefined),
    inside: some(IN_SUBNET),
  });
  const zone = fc.array(subnet, { maxLength: 4 });
  const vpc = fc.record({ zones: fc.array(zone, { maxLength: 3 }), inside: some(IN_VPC) });
  const region = fc.record({
    vpcs: fc.array(vpc, { maxLength: 3 }),
    inside: some(IN_REGION),
    loose: fc.array(zone, { maxLength: 1 }),
  });
  return region.chain((shape) => {
    const nodes: TopologyNode[] = [{ id: "#internet", kind: "internet", label: "internet" }];
    const add = (node: Omit<TopologyNode, "id" | "label">): string => {
      const id = `${node.kind}-${nodes.length}`;
      nodes.push({ ...node, id, label: id });
      return id;
    };
    const parent = add({ kind: "region" });
    const addZone = (subnets: (typeof shape)["loose"][number], around: string) => {
      const zoneId = add({ kind: "zone", parent: around });
      for (const { tier, inside } of subnets) {
        const subnetId = add({ kind: "subnet", parent: zoneId, tier });
        for (const kind of inside) add({ kind, parent: subnetId, detail: kind });
      }
    };
    for (const { zones, inside } of shape.vpcs) {
      const vpcId = add({ kind: "vpc", parent });
      for (const subnets of zones) addZone(subnets, vpcId);
      for (const kind of inside) add({ kind, parent: vpcId });
    }
    for (const subnets of shape.loose) addZone(subnets, parent);
    for (const kind of shape.inside) add({ kind, parent });
    const index = fc.nat({ max: nodes.length - 1 });
    return fc.array(fc.tuple(index, index), { maxLength: 12 }).map((pairs) => ({
      nodes,
      edges: pairs
        .filter(([from, to]) => from !== to)
        .map(([from, to]) => ({ from: nodes[from]?.id ?? "", to: nodes[to]?.id ?? "" })),
    }));
  });
}
