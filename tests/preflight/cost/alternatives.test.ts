import { expect } from "chai";
import { alternatives } from "../../../preflight/cost/alternatives.js";
import { forecastCost } from "../../../preflight/cost/forecast.js";
import type { SourceResource } from "../../../preflight/graph/index.js";
import { DEFAULT_USAGE, type Usage } from "../../../preflight/usage/usage.js";
import { graphOf, interfaceEndpoint, networkStack, resource } from "./stack.js";

const of = (stack: readonly SourceResource[], usage: Partial<Usage> = {}) => {
  const graph = graphOf(...stack);
  const all = { ...DEFAULT_USAGE, ...usage };
  const forecast = forecastCost(graph, all);
  return { forecast, found: alternatives(graph, all, forecast) };
};

const NAT = ["none", "single", "perAz", "regional", "instance"] as const;

describe("alternatives", () => {
  for (const nat of NAT) {
    for (const ssm of [true, false]) {
      for (const zones of [2, 3]) {
        it(`prices the stack's own network like the forecast: NAT ${nat}, ssm endpoint ${ssm}, ${zones} AZs`, () => {
          const usage = { natGb: 120, internetOutGb: 40, resources: { "ssm-endpoint": { gb: 7 } } };
          const { found, forecast } = of(
            networkStack({ nat, ssm, zones, executeApi: true }),
            nat === "none" ? {} : usage,
          );
          const current = found.filter(({ isCurrent }) => isCurrent);
          expect(current).to.have.length(1);
          expect(current[0]).to.deep.include({ nat, endpoints: ssm ? ["ssm"] : [] });
          for (const figure of ["fixedMonthlyUsd", "perMillionRequestsUsd", "monthlyUsd"] as const) {
            expect(current[0]?.totals[figure], figure).to.be.closeTo(forecast.totals[figure], 1e-6);
          }
        });
      }
    }
  }

  it("prices another network like the forecast of a stack with that network", () => {
    const { found } = of(networkStack({ nat: "perAz", ssm: true }), { natGb: 50 });
    for (const nat of NAT.slice(1)) {
      for (const ssm of [true, false]) {
        const there = of(networkStack({ nat, ssm }), { natGb: 50 }).forecast.totals;
        const here = found.find((one) => one.nat === nat && one.endpoints.includes("ssm") === ssm)?.totals;
        expect(here?.monthlyUsd, `${nat} ${ssm}`).to.be.closeTo(there.monthlyUsd, 1e-6);
        expect(here?.fixedMonthlyUsd, `${nat} ${ssm}`).to.be.closeTo(there.fixedMonthlyUsd, 1e-6);
      }
    }
  });

  it("returns ten networks, and marks the one without a path to SSM as broken", () => {
    const { found } = of(networkStack());
    expect(found).to.have.length(10);
    expect(
      found
        .filter(({ broken }) => broken.length > 0)
        .map(({ nat, endpoints, broken }) => [nat, endpoints, broken]),
    ).to.deep.equal([["none", [], ["fetcher cannot reach ssm: no interface endpoint and no NAT gateway"]]]);
  });

  it("prices the stack's own NAT instances: their type, and one in each zone", () => {
    for (const instance of [{ instanceType: "t4g.small" }, { perAz: true }]) {
      const { found, forecast } = of(networkStack({ nat: "instance", zones: 3, instance }), {
        natGb: 120,
        internetOutGb: 40,
      });
      const current = found.find(({ isCurrent }) => isCurrent);
      expect(current?.nat).to.equal("instance");
      expect(current?.totals.monthlyUsd).to.be.closeTo(forecast.totals.monthlyUsd, 1e-6);
      expect(current?.totals.fixedMonthlyUsd).to.be.closeTo(forecast.totals.fixedMonthlyUsd, 1e-6);
    }
  });

  it("says of a NAT instance what its price leaves out", () => {
    const { found } = of(networkStack({ nat: "instance" }));
    const current = found.find(({ isCurrent }) => isCurrent);
    expect(current?.remarks.join(" ")).to.contain("sustains 32 Mbit/s").and.to.contain("no way out");
  });

  it("marks networks without NAT as broken if a function needs the internet", () => {
    const { found } = of(networkStack(), { natGb: 1 });
    const none = found.find(({ nat, endpoints }) => nat === "none" && endpoints.includes("ssm"));
    expect(none?.broken).to.deep.equal(["fetcher cannot reach the internet: no NAT gateway"]);
  });

  it("keeps the endpoint of a private API, because its callers use it", () => {
    const stack = networkStack({ nat: "none", executeApi: true });
    const { found } = of(stack);
    const least = found.find(({ nat, endpoints }) => nat === "none" && endpoints.length === 0);
    expect(least?.totals.fixedMonthlyUsd).to.be.closeTo(14.6, 1e-9);
  });

  it("replaces every other endpoint of the functions by NAT as well", () => {
    const stack = [...networkStack(), interfaceEndpoint("secretsmanager", ["private-a", "private-b"])];
    const without = of(stack).found.find(({ nat, endpoints }) => nat === "none" && endpoints.length === 0);
    expect(without?.broken).to.have.length(2);
  });

  it("reports the stack's own network with the mode `other` if it fits no mode", () => {
    const stack = networkStack({ zones: 3, nat: "single" });
    const second = resource("nat", "nat-b", { subnetId: "public-b" });
    const { found, forecast } = of([...stack, second]);
    expect(found[0]).to.deep.include({ nat: "other", isCurrent: true, totals: forecast.totals });
    expect(found.slice(1).some(({ isCurrent }) => isCurrent)).to.equal(false);
  });

  it("returns nothing for a function outside any VPC", () => {
    expect(of([resource("function", "fetcher")]).found).to.deep.equal([]);
  });
});
