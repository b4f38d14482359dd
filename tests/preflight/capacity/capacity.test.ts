import { expect } from "chai";
import fc from "fast-check";
import {
  forecastAddresses,
  forecastCapacity,
  hyperplaneInterfaces,
} from "../../../preflight/capacity/index.js";
import { LIMITS } from "../../../preflight/capacity/quotas.js";
import { type SourceResource, UNKNOWN } from "../../../preflight/graph/index.js";
import { tierOf } from "../../../preflight/reachability/index.js";
import { DEFAULT_USAGE, type Usage } from "../../../preflight/usage/usage.js";
import { graphOf, networkStack, resource } from "../cost/stack.js";

const capacity = (stack: readonly SourceResource[], usage: Partial<Usage> = {}) =>
  forecastCapacity(graphOf(...stack), { ...DEFAULT_USAGE, ...usage });

const lambda = (name: string, subnetIds: readonly string[], securityGroupIds: readonly string[]) =>
  resource("function", name, { vpcConfig: { subnetIds, securityGroupIds } });

describe("forecastAddresses", () => {
  it("subtracts AWS's five addresses, NAT gateways, endpoints and functions from a subnet's size", () => {
    const { subnets } = forecastAddresses(graphOf(...networkStack({ executeApi: true })));
    const of = (name: string) => subnets.find(({ subnet }) => subnet.name === name);
    expect(of("public-a")).to.include({ tier: "public", size: 256, natGateways: 1, used: 1, free: 250 });
    expect(of("private-a")).to.include({
      tier: "private",
      size: 256,
      endpoints: 2,
      functions: 1,
      used: 3,
      free: 248,
    });
  });

  it("counts a subnet as private if its default route leads to NAT, even if another leads to an internet gateway", () => {
    const narrow = resource("route", "narrow", {
      routeTableId: "table-private-a",
      destinationCidrBlock: "198.51.100.0/24",
      gatewayId: "igw-1",
    });
    const graph = graphOf(...networkStack(), narrow);
    const subnet = [...graph.subnets.values()].find(({ ref }) => ref.name === "private-a");
    const table = graph.routeTables.get(String(subnet?.routeTable));
    expect(table?.routes.map(({ target }) => target.kind)).to.include.members([
      "nat-gateway",
      "internet-gateway",
    ]);
    expect(subnet && tierOf(graph, subnet)).to.equal("private");
    const forecast = forecastAddresses(graph).subnets.find(({ subnet: { name } }) => name === "private-a");
    expect(forecast?.tier).to.equal("private");
  });

  it("sums the addresses by tier", () => {
    const { tiers } = forecastAddresses(graphOf(...networkStack()));
    expect(tiers).to.deep.equal([
      { tier: "public", subnets: 2, size: 512, used: 2, free: 500 },
      { tier: "private", subnets: 2, size: 512, used: 4, free: 498 },
    ]);
  });

  it("counts another resource's interface once in each of its subnets", () => {
    const proxy = resource("aws:rds/proxy:Proxy", "proxy", { vpcSubnetIds: ["private-a", "private-b"] });
    const { subnets } = forecastAddresses(graphOf(...networkStack(), proxy));
    expect(subnets.filter(({ others }) => others === 1).map(({ subnet }) => subnet.name)).to.deep.equal([
      "private-a",
      "private-b",
    ]);
  });

  it("reports undefined sizes, not zero, if the CIDR block is unknown", () => {
    const [subnet] = forecastAddresses(
      graphOf(
        resource("subnet", "s", { cidrBlock: UNKNOWN }, { propertyDependencies: { cidrBlock: ["urn:x"] } }),
      ),
    ).subnets;
    expect(subnet).to.include({ size: undefined, free: undefined });
  });

  it("keeps the sum of free and used addresses at the size less five, for any stack that fits", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 6 }),
        fc.constantFrom("none", "single", "perAz", "regional"),
        fc.boolean(),
        (zones, nat, ssm) => {
          for (const { size = 0, used, free = 0 } of forecastAddresses(
            graphOf(...networkStack({ zones, nat, ssm })),
          ).subnets) {
            expect(used + free).to.equal(size - 5);
          }
        },
      ),
    );
  });

  it("never reports fewer free addresses for more zones", () => {
    const free = (zones: number) =>
      forecastAddresses(graphOf(...networkStack({ zones }))).tiers.reduce((sum, tier) => sum + tier.free, 0);
    for (const zones of [1, 2, 3, 4, 5]) expect(free(zones + 1)).to.be.at.least(free(zones));
  });
});

describe("hyperplaneInterfaces", () => {
  const count = (...functions: SourceResource[]) =>
    hyperplaneInterfaces(graphOf(...networkStack(), ...functions)).interfaces.length;
  const both = ["private-a", "private-b"];

  it("counts one interface for each subnet and set of groups, whatever the order of the groups", () => {
    expect(count()).to.equal(2);
    expect(count(lambda("same", both, ["fetcher-group"]))).to.equal(2);
    expect(count(lambda("x", both, ["g1", "g2"]), lambda("y", both, ["g2", "g1"]))).to.equal(4);
  });

  it("adds interfaces for other groups, only in the subnets that the function uses", () => {
    expect(count(lambda("other", ["private-a"], ["other-group"]))).to.equal(3);
  });

  it("reports a function with unknown subnets instead of counting its interfaces", () => {
    const unknown = resource(
      "function",
      "late",
      { vpcConfig: UNKNOWN },
      { propertyDependencies: { vpcConfig: ["urn:x"] } },
    );
    const found = hyperplaneInterfaces(graphOf(...networkStack(), unknown));
    expect(found.unknown.map(({ name }) => name)).to.deep.equal(["late"]);
    expect(forecastAddresses(graphOf(...networkStack(), unknown)).subnets[0]?.atLeast).to.equal(true);
  });
});

describe("forecastCapacity", () => {
  const parameter = resource("parameter", "greeting", { type: "String" });
  const item = (forecast: ReturnType<typeof capacity>, what: string) =>
    forecast.items.find((one) => one.what.startsWith(what));

  it("reports Parameter Store as the first limit without a cache, at 40 requests a second", () => {
    const forecast = capacity([...networkStack(), parameter], { averageDurationMs: 500 });
    expect(forecast.firstToRunOut).to.deep.equal({
      what: "Parameter Store calls",
      atRequestsPerSecond: 40,
      atConcurrency: 20,
    });
    expect(forecast.fits).to.equal(true);
  });

  it("reports that the traffic does not fit if a limit is exceeded", () => {
    const forecast = capacity([...networkStack(), parameter], { peakRequestsPerSecond: 41 });
    expect(item(forecast, "Parameter Store")).to.include({ used: 41, limit: 40, headroom: -1 });
    expect(forecast.fits).to.equal(false);
  });

  it("reports Lambda's concurrency as the first limit with a cache, at 1,000 divided by the duration", () => {
    const usage = { cacheSeconds: 60, averageDurationMs: 250, peakRequestsPerSecond: 400 };
    const forecast = capacity([...networkStack(), parameter], usage);
    expect(forecast.firstToRunOut).to.deep.equal({
      what: "Lambda concurrency",
      atRequestsPerSecond: 4000,
      atConcurrency: 1000,
    });
    expect(item(forecast, "Lambda concurrency")).to.include({ used: 100, headroom: 900 });
    // 100 environments, each of which reads once a minute
    expect(item(forecast, "Parameter Store")?.used).to.be.closeTo(100 / 60, 1e-9);
  });

  /** A function whose component declares the interval of an environment's reads, for a cache of the given time. */
  const cached = (seconds: number, more: object = {}, name = "fetcher"): SourceResource[] => {
    const declaredReads = { ssm: { averageInterval: seconds * 0.65, shortestInterval: seconds * 0.5 } };
    const component = resource("component", name, { declaredReads });
    return [component, resource("function", name, { ...more }, { parent: component.urn })];
  };

  it("counts the reads of environments that started together, within half of the function's cache time", () => {
    const usage = { averageDurationMs: 1000, peakRequestsPerSecond: 900 };
    const forecast = capacity([...cached(60), parameter], usage);
    expect(item(forecast, "Parameter Store calls")).to.include({ used: 30, limit: 40 });
    expect(forecast.firstToRunOut).to.include({ what: "Lambda concurrency", atConcurrency: 1000 });
    const off = capacity([...cached(0), parameter], usage);
    expect(item(off, "Parameter Store calls")?.used).to.equal(900);
  });

  it("uses the function that reads most often, and ignores a declaration that is still unknown", () => {
    const usage = { averageDurationMs: 1000, peakRequestsPerSecond: 900 };
    const unknown = resource("component", "unknown", { declaredReads: UNKNOWN });
    const stack = [
      ...cached(60),
      ...cached(20, {}, "often"),
      unknown,
      resource("function", "unknown", {}, { parent: unknown.urn }),
      parameter,
    ];
    // Three functions with up to 900 environments each, which all read within 10 seconds.
    expect(item(capacity(stack, usage), "Parameter Store calls")?.used).to.equal((3 * 900) / 10);
  });

  it("prefers the cache time of the usage to that of the function", () => {
    const stack = [...cached(60), parameter];
    expect(item(capacity(stack, { cacheSeconds: 0 }), "Parameter Store calls")?.used).to.equal(10);
  });

  it("allows a cold burst half of the calls that the quota allows until the timeout", () => {
    const stack = [...cached(60, { timeout: 10 }), parameter];
    const burst = (burstRequests: number) =>
      item(capacity(stack, { burstRequests }), "Parameter Store calls of a cold burst");
    expect(burst(200)).to.include({ used: 200, limit: 200, headroom: 0, atRequestsPerSecond: undefined });
    expect(burst(201)?.headroom).to.equal(-1);
    const long = [...cached(60, { timeout: 900 }), parameter];
    expect(item(capacity(long), "Parameter Store calls of a cold burst")?.limit).to.equal((40 * 29) / 2);
  });

  it("counts one call for ten parameters, and allows 100 calls with the higher setting", () => {
    expect(
      capacity([...networkStack(), parameter], { parameterPages: 4 }).firstToRunOut?.atRequestsPerSecond,
    ).to.equal(10);
    const higher = capacity([...networkStack(), parameter], { parameterThroughput: "higher" });
    expect(higher.firstToRunOut?.atRequestsPerSecond).to.equal(100);
  });

  it("limits each environment to ten requests a second, even if requests are short", () => {
    const forecast = capacity([resource("function", "fetcher")], { averageDurationMs: 5 });
    expect(forecast.firstToRunOut).to.deep.include({ atRequestsPerSecond: 10_000 });
  });

  it("reports a function's reserved concurrency as a limit", () => {
    const reserved = resource("function", "fetcher", { reservedConcurrentExecutions: 10 });
    const none = resource("function", "other", { reservedConcurrentExecutions: -1 });
    const forecast = capacity([reserved, none], { averageDurationMs: 1000 });
    expect(forecast.firstToRunOut).to.deep.equal({
      what: "reserved concurrency of fetcher",
      atRequestsPerSecond: 10,
      atConcurrency: 20,
    });
  });

  it("reports NAT's ports to one destination if the functions' calls go through NAT", () => {
    const connections = (nat: "single" | "perAz" | "regional", ssm = false) =>
      capacity(networkStack({ nat, ssm }), { averageDurationMs: 1000 })
        .items.filter(({ what }) => what.startsWith("connections of nat"))
        .map(({ limit, used, atConcurrency }) => [limit, used, atConcurrency]);
    expect(connections("single")).to.deep.equal([[55_000, 10, 55_000]]);
    expect(connections("perAz")).to.deep.equal([
      [55_000, 5, 110_000],
      [55_000, 5, 110_000],
    ]);
    expect(connections("regional")).to.deep.equal([[110_000, 10, 110_000]]);
    expect(connections("single", true)).to.deep.equal([[55_000, 0, undefined]]);
  });

  it("reports a subnet's limit at 65,000 connections for each address", () => {
    const forecast = capacity(networkStack({ zones: 1, nat: "none" }), { averageDurationMs: 1000 });
    // 256 less five, less the ssm endpoint's one
    expect(item(forecast, "addresses in private-a")?.atConcurrency).to.equal(250 * 65_000);
  });

  it("leaves out VPC limits for a function outside a VPC, and SSM limits for one that does not read", () => {
    const whats = capacity([resource("function", "fetcher"), resource("api", "api")]).items.map(
      ({ what }) => what,
    );
    expect(whats).to.deep.equal(["API request rate", "API burst", "Lambda concurrency"]);
  });

  it("names AWS's page for every limit, and reaches the limit at the reported rate", () => {
    for (const { what, source } of Object.values(LIMITS))
      expect(source, what).to.match(/^https:\/\/docs\.aws\.amazon\.com\//);
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 3000 }),
        fc.integer({ min: 1, max: 5 }),
        (averageDurationMs, parameterPages) => {
          const stack = [...networkStack({ ssm: false }), parameter];
          const first = capacity(stack, { averageDurationMs, parameterPages }).firstToRunOut;
          const at = capacity(stack, {
            averageDurationMs,
            parameterPages,
            peakRequestsPerSecond: first?.atRequestsPerSecond ?? 0,
          });
          expect(item(at, first?.what ?? "")?.headroom).to.be.closeTo(0, 1e-6);
        },
      ),
    );
  });
});
