import { expect } from "chai";
import { graphFromResources } from "../../../../preflight/graph/index.js";
import { topologyOf } from "../../../../preflight/report/build/topology/index.js";
import { isContainer } from "../../../../preflight/report/html/drawing/family.js";
import type { Box, Point } from "../../../../preflight/report/html/drawing/geometry.js";
import { layoutOf } from "../../../../preflight/report/html/drawing/layout.js";
import { linesOf } from "../../../../preflight/report/html/drawing/lines.js";
import type { Topology } from "../../../../preflight/report/model.js";
import { build, type Settings } from "../../../support/stacks.js";

const PEER = {
  vpcId: "vpc-0aaaaaaaaaaaaaaaa",
  cidrBlock: "10.99.0.0/16",
  routeTableIds: ["rtb-0aaaaaaaaaaaaaaaa"],
};
const STACKS: Readonly<Record<string, readonly [stack: string, settings: Settings]>> = {
  "the shipped dev": ["dev", {}],
  "the shipped prod": ["prod", {}],
  "prod with a database, an event pipeline and messages": [
    "prod",
    { function: { reservedConcurrency: 10 }, database: {}, logPipeline: {}, messageStore: {}, watching: {} },
  ],
  "prod with a peer, without NAT": [
    "prod",
    { vpc: { nat: "none" }, api: { sharing: { peers: { consumer: PEER } } }, endpoints: { s3: true } },
  ],
  "dev with an event pipeline and messages": ["dev", { logPipeline: {}, messageStore: {} }],
};

async function topology(stack: string, settings: Settings): Promise<Topology> {
  return topologyOf(graphFromResources((await build(stack, settings)).all));
}

/** Closely spaced points of an SVG path of absolute M, L, H, V and C. */
function pointsOn(path: string): Point[] {
  let at: Point = { x: 0, y: 0 };
  const found: Point[] = [];
  const go = (of: (t: number) => Point) => {
    for (let i = 0; i <= 40; i++) found.push(of(i / 40));
  };
  const straight = (to: Point) => {
    const from = at;
    go((t) => ({ x: from.x + (to.x - from.x) * t, y: from.y + (to.y - from.y) * t }));
    at = to;
  };
  for (const [, command, text = ""] of path.matchAll(/([MLHVC])([-\d. ]+)/g)) {
    const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = text.trim().split(/ +/).map(Number);
    if (command === "M") at = { x: a, y: b };
    else if (command === "L") straight({ x: a, y: b });
    else if (command === "H") straight({ x: a, y: at.y });
    else if (command === "V") straight({ x: at.x, y: a });
    else {
      const from = at;
      const bezier = (t: number, [p, q, r, s]: readonly [number, number, number, number]) =>
        (1 - t) ** 3 * p + 3 * (1 - t) ** 2 * t * q + 3 * (1 - t) * t ** 2 * r + t ** 3 * s;
      go((t) => ({ x: bezier(t, [from.x, a, c, e]), y: bezier(t, [from.y, b, d, f]) }));
      at = { x: e, y: f };
    }
  }
  return found;
}

const covers = ({ x, y, width, height }: Box, point: Point) =>
  point.x > x + 1 && point.x < x + width - 1 && point.y > y + 1 && point.y < y + height - 1;

describe("linesOf", () => {
  for (const [name, [stack, settings]] of Object.entries(STACKS)) {
    it(`draws no line of ${name} under a node, because the node would seem connected`, async () => {
      const layout = layoutOf(await topology(stack, settings));
      const nodes = layout.boxes.filter(({ node }) => !isContainer(node));
      const crossings = linesOf(layout).flatMap(({ edge, path }) => {
        const points = pointsOn(path);
        return nodes
          .filter(({ node }) => node.id !== edge.from && node.id !== edge.to)
          .filter((box) => points.some((point) => covers(box, point)))
          .map(({ node }) => `${edge.from} -> ${edge.to} under ${node.id}`.replace(/urn:\S+::/g, ""));
      });
      expect(crossings).to.deep.equal([]);
    });
  }

  it("draws lines from the callers of a function to it, and from a function to the database of its zone", async () => {
    const { nodes, edges } = await topology(
      ...(STACKS["prod with a database, an event pipeline and messages"] ?? ["prod", {}]),
    );
    const named = (id: string) => {
      const node = nodes.find((one) => one.id === id);
      const parent = nodes.find((one) => one.id === node?.parent);
      return parent?.kind === "subnet" ? `${node?.label} in ${parent.label}` : node?.label;
    };
    const lines = edges.map(({ from, to }) => `${named(from)} -> ${named(to)}`);
    expect(lines).to.include.members([
      "log-topic -> log-consumer-function",
      "log-schedule -> log-producer-function",
      "log-producer-function -> log-failures-dead-letters",
      "log-consumer-function -> log-failures-dead-letters",
      "fetcher-function in vpc-private-a -> database-proxy in vpc-isolated-a",
      "fetcher-function in vpc-private-b -> database-proxy in vpc-isolated-b",
    ]);
  });
});
