import { expect } from "chai";
import { forecastAddresses } from "../../preflight/capacity/index.js";
import { forecastCost } from "../../preflight/cost/forecast.js";
import { topologyOf } from "../../preflight/report/build/topology/index.js";
import { DEFAULT_USAGE, type Usage } from "../../preflight/usage/usage.js";
import type { Stack } from "./graph/fixtures.js";
import { frontDoorStack } from "./reachability/load-balancers/front-door.js";
import { graphOf } from "./reachability/support.js";

const linesOf = (stack: Stack, usage: Partial<Usage> = {}, region = "us-east-1") =>
  forecastCost(graphOf(stack), { ...DEFAULT_USAGE, ...usage }, region).lines;

const unitsOf = (stack: Stack, usage: Partial<Usage> = {}) =>
  linesOf(stack, usage)
    .filter(({ what }) => what.startsWith("capacity units"))
    .reduce((sum, { usageMonthlyUsd = 0 }) => sum + usageMonthlyUsd, 0) /
  (0.008 * 730);

/** A second of requests in a month of 730 hours. */
const perSecond = (requests: number): Partial<Usage> => ({ requestsPerMonth: requests * 730 * 3600 });

describe("the price of a load balancer", () => {
  it("is $16.43 a month in us-east-1 and $18.40 in eu-west-1, and an address in each public subnet", () => {
    const hours = (region: string) =>
      linesOf(frontDoorStack(), {}, region).find(({ what }) => what === "Application Load Balancer")
        ?.fixedMonthlyUsd;
    expect(hours("us-east-1")).to.be.closeTo(16.425, 1e-6);
    expect(hours("eu-west-1")).to.be.closeTo(18.396, 1e-6);
  });

  it("has the capacity units of the dimension that needs most: connections, bytes, or rules beyond ten", () => {
    expect(unitsOf(frontDoorStack(), { ...perSecond(50), requestKb: 0, responseKb: 0 })).to.be.closeTo(
      2,
      1e-6,
    );
    const large = { ...perSecond(1), requestKb: 512, responseKb: 512 };
    expect(unitsOf(frontDoorStack(), large)).to.be.closeTo(3600 / 1024, 1e-6);
    const rules = Array.from({ length: 70 }, (_, i) => i).reduce(
      (stack, i) =>
        stack.add("listenerRule", `more-${i}`, {
          listenerArn: "https-id",
          priority: 1000 + i,
          conditions: [{ pathPattern: { values: [`/${i}`] } }],
          actions: [{ type: "fixed-response", fixedResponse: { statusCode: "404" } }],
        }),
      frontDoorStack(),
    );
    expect(unitsOf(rules, { ...perSecond(100), requestKb: 0, responseKb: 0 })).to.be.closeTo(6.2, 1e-6);
  });

  it("counts a gigabyte to functions as two and a half, and takes what a usage file says", () => {
    const lambda = frontDoorStack().with("apis", { targetType: "lambda" });
    const large = { ...perSecond(1), requestKb: 512, responseKb: 512 };
    expect(unitsOf(lambda, large)).to.be.closeTo((3600 / 1024) * 2.5, 1e-6);
    expect(unitsOf(frontDoorStack(), { ...large, capacityUnits: 7 })).to.be.closeTo(7, 1e-6);
  });
});

describe("the addresses of a load balancer", () => {
  it("are eight in each of its subnets, which AWS wants free for it", () => {
    const of = (name: string) =>
      forecastAddresses(graphOf(frontDoorStack())).subnets.find(({ subnet }) => subnet.name === name)?.others;
    expect([of("public-a"), of("public-b"), of("private-a")]).to.deep.equal([8, 8, 0]);
  });
});

describe("the drawing of a load balancer", () => {
  it("has it in its subnets, called from the internet, with a line to each target", () => {
    const { nodes, edges } = topologyOf(graphOf(frontDoorStack()));
    const id = (name: string, subnet: string) =>
      nodes.find(({ label, parent }) => label === name && parent?.endsWith(`::${subnet}`))?.id ?? "";
    const has = (from: string, to: string) => edges.some((edge) => edge.from === from && edge.to === to);
    const front = id("front", "public-a");
    expect(front).not.to.equal("");
    expect(has("#internet", front)).to.equal(true);
    expect(has(front, id("execute-api-endpoint", "private-a"))).to.equal(true);
    expect(has(front, id("execute-api-endpoint", "private-b"))).to.equal(true);
  });

  it("leads to a function, and an internal one is not called from the internet", () => {
    const stack = frontDoorStack()
      .with("front", { internal: true })
      .with("apis", { targetType: "lambda" })
      .with("target-a", { targetId: "fetcher-id" })
      .without("target-b");
    const { nodes, edges } = topologyOf(graphOf(stack));
    const front = nodes.find(({ label }) => label === "front")?.id ?? "";
    const fetcher = nodes.find(
      ({ label, detail }) => label === "fetcher" && detail === "Lambda function",
    )?.id;
    expect(edges.some(({ from, to }) => from === front && to === fetcher)).to.equal(true);
    expect(edges.some(({ from, to }) => from === "#internet" && to === front)).to.equal(false);
  });
});
