import { expect } from "chai";
import fc from "fast-check";
import { totalsOf } from "../../../preflight/cost/charges.js";
import { forecastCost } from "../../../preflight/cost/forecast.js";
import { type SourceResource, UNKNOWN } from "../../../preflight/graph/index.js";
import { DEFAULT_USAGE, type Usage } from "../../../preflight/usage/usage.js";
import { graphOf, interfaceEndpoint, networkStack, resource } from "./stack.js";

const forecast = (resources: readonly SourceResource[], usage: Partial<Usage> = {}, region = "us-east-1") =>
  forecastCost(graphOf(...resources), { ...DEFAULT_USAGE, ...usage }, region);

const fixedOf = (resources: readonly SourceResource[], what: string, region?: string) =>
  forecast(resources, {}, region)
    .lines.filter((line) => line.what.startsWith(what))
    .reduce((sum, { fixedMonthlyUsd = 0 }) => sum + fixedMonthlyUsd, 0);

describe("forecastCost of a network", () => {
  it("charges 2 x $32.85 for a NAT gateway in each of two AZs, and $3.65 for each of 2 addresses", () => {
    const stack = networkStack({ nat: "perAz", ssm: false });
    expect(fixedOf(stack, "NAT gateway")).to.be.closeTo(65.7, 1e-9);
    expect(fixedOf(stack, "public IPv4 address")).to.be.closeTo(7.3, 1e-9);
    expect(forecast(stack).totals.fixedMonthlyUsd).to.be.closeTo(73, 1e-9);
  });

  it("charges a regional NAT gateway and an address for each AZ that routes to it", () => {
    const stack = networkStack({ nat: "regional", ssm: false, zones: 3 });
    expect(fixedOf(stack, "regional NAT gateway in 3 AZs")).to.be.closeTo(3 * 32.85, 1e-9);
    expect(fixedOf(stack, "public IPv4 address")).to.be.closeTo(3 * 3.65, 1e-9);
  });

  it("charges $3.07 for a t4g.nano, $0.64 for its disk and $3.65 for its address, and nothing for data", () => {
    const line = (what: string) => lines.find((one) => one.what.startsWith(what))?.fixedMonthlyUsd;
    const forecast = forecastCost(graphOf(...networkStack({ nat: "instance", ssm: false, zones: 1 })), {
      ...DEFAULT_USAGE,
      natGb: 500,
    });
    const { lines } = forecast;
    expect(line("instance t4g.nano")).to.be.closeTo(3.066, 1e-9);
    expect(line("disk of 8 GB")).to.be.closeTo(0.64, 1e-9);
    expect(line("public IPv4 address")).to.be.closeTo(3.65, 1e-9);
    const ofNat = lines.filter(({ resource }) => /group-a|eip-a/.test(resource.name));
    expect(ofNat.reduce((sum, { monthlyUsd = 0 }) => sum + monthlyUsd, 0)).to.be.closeTo(7.356, 1e-9);
  });

  it("has no price for a group of another instance type, or with another disk", () => {
    for (const change of [
      { instanceType: "m8g.large" },
      { blockDeviceMappings: [{ ebs: { volumeType: "io2", volumeSize: 8 } }] },
    ]) {
      const stack = networkStack({ nat: "instance" }).map((one) =>
        one.name === "template-a" ? { ...one, properties: { ...one.properties, ...change } } : one,
      );
      const { notPriced } = forecastCost(graphOf(...stack), DEFAULT_USAGE);
      expect(notPriced.map(({ type }) => type)).to.deep.equal(["aws:autoscaling/group:Group"]);
    }
  });

  it("charges 2 x $7.30 for an interface endpoint in two AZs, or eu-west-1's own price in eu-west-1", () => {
    const stack = networkStack({ nat: "none" });
    expect(fixedOf(stack, "interface endpoint")).to.be.closeTo(14.6, 1e-9);
    expect(fixedOf(stack, "interface endpoint", "eu-west-1")).to.be.closeTo(16.06, 1e-9);
  });

  it("charges nothing for a gateway endpoint, and does not report it as not priced", () => {
    const gateway = resource("endpoint", "s3", {
      vpcId: "vpc",
      serviceName: "com.amazonaws.us-east-1.s3",
      vpcEndpointType: "Gateway",
    });
    const { lines, notPriced } = forecast([gateway]);
    expect([lines, notPriced]).to.deep.equal([[], []]);
  });

  it("charges flow logs for their delivery to a bucket, and for Parquet", () => {
    const log = (inputs: object) => resource("flowLog", "logs", { vpcId: "vpc", ...inputs });
    const cost = (inputs: object) => forecast([log(inputs)], { flowLogsGb: 10 }).totals.monthlyUsd;
    const bucket = { logDestinationType: "s3", logDestination: "arn:aws:s3:::logs" };
    expect(cost({ logDestinationType: "cloud-watch-logs" })).to.equal(0);
    expect(cost(bucket)).to.be.closeTo(2.5, 1e-9);
    expect(cost({ ...bucket, destinationOptions: { fileFormat: "parquet" } })).to.be.closeTo(2.85, 1e-9);
  });

  it("charges parameter reads to the endpoint or, if there is none, to NAT", () => {
    const gb = (8 * 1_000_000) / 1024 / 1024;
    const data = (ssm: boolean, what: string) =>
      forecast(networkStack({ ssm }))
        .lines.filter((line) => line.what === what)
        .map((line) => line.quantity);
    expect(data(true, "data through the endpoint")[0]).to.be.closeTo(gb, 1e-9);
    expect(data(true, "data through the NAT gateway")).to.deep.equal([0, 0]);
    expect(data(false, "data through the NAT gateway")[0]).to.be.closeTo(gb / 2, 1e-9);
  });

  it("charges half of the data of one NAT gateway for two AZs as cross-zone data, on both sides", () => {
    const { lines } = forecast(networkStack({ nat: "single" }), { natGb: 100 });
    const crossing = lines.find(({ product }) => product === "data transfer between Availability Zones");
    expect(crossing?.monthlyUsd).to.be.closeTo(100 * 0.5 * 2 * 0.01, 1e-9);
    const perAz = forecast(networkStack({ nat: "perAz" }), { natGb: 100 });
    expect(perAz.lines.map(({ product }) => product)).not.to.include(
      "data transfer between Availability Zones",
    );
  });

  it("counts one read for each environment and cache time, whatever the number of requests", () => {
    const usage = { cacheSeconds: 60, environments: 2, requestsPerMonth: 1e9 };
    const { lines } = forecast([resource("parameter", "secret", { type: "SecureString" })], usage);
    expect(lines[0]?.quantity).to.be.closeTo((2 * 730 * 3600) / 60, 1e-6);
    expect(lines[0]?.perMillionRequestsUsd).to.equal(0);
  });
});

describe("forecastCost of an API and a function", () => {
  it("charges $0.20 a million requests and the gigabyte-seconds for Lambda on arm64", () => {
    const lambda = resource("function", "fetcher", { memorySize: 512, architectures: ["arm64"] });
    const { totals } = forecast([lambda], { averageDurationMs: 100 });
    expect(totals.perMillionRequestsUsd).to.be.closeTo(0.2 + 0.5 * 0.1 * 1e6 * 0.0000133334, 1e-9);
    expect(totals.monthlyUsd).to.be.closeTo(totals.perMillionRequestsUsd, 1e-9);
  });

  it("charges $3.50 a million API requests, for the tenth million too", () => {
    const requests = (requestsPerMonth: number) =>
      forecast([resource("api", "api")], { requestsPerMonth }).lines.find(({ what }) => what === "requests");
    expect(requests(1e6)).to.include({ fixedMonthlyUsd: 0, perMillionRequestsUsd: 3.5, monthlyUsd: 3.5 });
    expect(requests(1e7)?.monthlyUsd).to.be.closeTo(35, 1e-9);
  });

  it("charges no data out to the internet for a private API", () => {
    const whats = (types: string) =>
      forecast([resource("api", "api", { endpointConfiguration: { types } })]).lines.map(({ what }) => what);
    expect(whats("REGIONAL")).to.include("responses to the internet");
    expect(whats("PRIVATE")).to.deep.equal(["requests"]);
  });

  it("charges a trace once, even if the stage and the functions all record it", () => {
    const traced = [
      resource("stage", "stage", { xrayTracingEnabled: true }),
      resource("function", "one", { tracingConfig: { mode: "Active" } }),
      resource("function", "two", { tracingConfig: { mode: "Active" } }),
    ];
    expect(forecast(traced).lines.filter(({ what }) => what === "traces")).to.have.length(1);
    expect(forecast(traced.slice(1)).lines.filter(({ what }) => what === "traces")).to.have.length(1);
  });

  it("ignores the API's requests for a function with its own invocations in the usage", () => {
    const usage = { resources: { rotation: { requestsPerMonth: 1_000_000 } } };
    const { totals } = forecast([resource("function", "rotation")], usage);
    expect(totals.perMillionRequestsUsd).to.equal(0);
    expect(totals.monthlyUsd).to.be.greaterThan(0.2);
  });

  it("charges a flow log's group for the flow log's data, over the whole retention", () => {
    const group = resource("logs", "flow", {
      name: "/aws/vpc/x",
      arn: "arn:aws:logs:x",
      retentionInDays: 365,
    });
    const flowLog = resource("flowLog", "flow", { logDestination: "arn:aws:logs:x" });
    const { lines } = forecast([group, flowLog], { flowLogsGb: 10 });
    expect(lines.map(({ quantity }) => quantity)).to.deep.equal([10, 120]);
  });
});

describe("forecastCost of unknown values", () => {
  it("lists an unknown type once with its resources, and marks the total incomplete", () => {
    const { notPriced, totals } = forecast([
      resource("aws:ec2/instance:Instance", "one"),
      resource("aws:ec2/instance:Instance", "two"),
    ]);
    expect(notPriced.map(({ type, resources }) => [type, resources.map(({ name }) => name)])).to.deep.equal([
      ["aws:ec2/instance:Instance", ["one", "two"]],
    ]);
    expect(totals).to.include({ monthlyUsd: 0, complete: false });
  });

  it("leaves the figures of an unknown price undefined, and marks the total incomplete", () => {
    const stage = resource("stage", "stage", { cacheClusterEnabled: true, cacheClusterSize: "99" });
    const { lines, totals, notes } = forecast([stage]);
    expect(lines[0]).to.include({
      fixedMonthlyUsd: undefined,
      monthlyUsd: undefined,
      unitPriceUsd: undefined,
    });
    expect(totals.complete).to.equal(false);
    expect(notes).to.include("No price is known for cache of 99 GB of stage.");
  });

  it("reports a lower bound for an endpoint with unknown subnets", () => {
    const endpoint = {
      ...interfaceEndpoint("ssm", []),
      properties: { vpcEndpointType: "Interface", subnetIds: UNKNOWN },
    };
    const { lines, totals } = forecast([
      { ...endpoint, propertyDependencies: { subnetIds: ["urn:somewhere"] } },
    ]);
    expect(lines[0]).to.include({ atLeast: true, fixedMonthlyUsd: 7.3 });
    expect(totals.complete).to.equal(false);
  });

  it("notes that a region without prices has those of us-east-1", () => {
    const { notes, totals } = forecast([resource("eip", "eip")], {}, "ap-south-2");
    expect(totals.fixedMonthlyUsd).to.be.closeTo(3.65, 1e-9);
    expect(notes).to.include("Without a price for ap-south-2, and priced as us-east-1: public IPv4 address.");
  });

  it("neither prices nor lists components and free types", () => {
    const vpc = resource("component", "vpc", {}, { id: undefined });
    const foreign = resource("some:network:Component", "outer", {}, { id: undefined });
    const { lines, notPriced, totals } = forecast([
      vpc,
      foreign,
      resource("aws:iam/role:Role", "role", {}, { parent: foreign.urn }),
      resource("subnet", "subnet", {}, { parent: vpc.urn }),
      resource("component", "without children", {}, { id: undefined }),
      resource("pulumi:providers:aws", "default"),
    ]);
    expect([lines, notPriced]).to.deep.equal([[], []]);
    expect(totals.complete).to.equal(true);
  });

  it("lists a resource of another provider that only looks like a component", () => {
    const { notPriced } = forecast([resource("aws-native:ec2:NatGateway", "nat")]);
    expect(notPriced.map(({ type }) => type)).to.deep.equal(["aws-native:ec2:NatGateway"]);
  });
});

const anyResource = fc
  .tuple(
    fc.constantFrom(
      "eip",
      "api",
      "function",
      "parameter",
      "table_",
      "logs",
      "aws:kms/key:Key",
      "aws:sqs/queue:Queue",
      "aws:x/y:Z",
      "subnet",
    ),
    fc.constantFrom(
      {},
      { memorySize: 1024 },
      { tier: "Advanced" },
      { type: "SecureString" },
      { billingMode: "PAY_PER_REQUEST" },
    ),
  )
  .map(([type, properties]) => ({ type, properties }));

const anyStack = fc
  .array(anyResource, { maxLength: 12 })
  .map((items) => items.map(({ type, properties }, i) => resource(type, `r${i}`, properties)));

describe("forecastCost of any stack", () => {
  it("never falls if a resource is added", () => {
    fc.assert(
      fc.property(anyStack, anyResource, (stack, { type, properties }) => {
        const less = forecast(stack).totals;
        const more = forecast([...stack, resource(type, "one-more", properties)]).totals;
        expect(more.monthlyUsd).to.be.at.least(less.monthlyUsd - 1e-9);
        expect(more.fixedMonthlyUsd).to.be.at.least(less.fixedMonthlyUsd - 1e-9);
        if (!less.complete) expect(more.complete).to.equal(false);
      }),
    );
  });

  it("totals the sums of its lines, and never falls if traffic grows", () => {
    fc.assert(
      fc.property(
        anyStack,
        fc.integer({ min: 0, max: 1e10 }),
        fc.integer({ min: 0, max: 1e9 }),
        (stack, some, more) => {
          const { lines, totals } = forecast(stack, { requestsPerMonth: some });
          const { fixedMonthlyUsd, monthlyUsd, perMillionRequestsUsd } = totalsOf(lines);
          expect(totals).to.include({ fixedMonthlyUsd, monthlyUsd, perMillionRequestsUsd });
          for (const line of lines) {
            expect(line.monthlyUsd).to.be.closeTo(
              (line.fixedMonthlyUsd ?? 0) + (line.usageMonthlyUsd ?? 0),
              1e-6,
            );
          }
          const busier = forecast(stack, { requestsPerMonth: some + more }).totals;
          expect(busier.monthlyUsd).to.be.at.least(totals.monthlyUsd - 1e-6);
          expect(busier.fixedMonthlyUsd).to.equal(totals.fixedMonthlyUsd);
        },
      ),
    );
  });

  it("returns the same result for the same resources in any order", () => {
    const stack = networkStack({ executeApi: true });
    expect(forecast([...stack].reverse())).to.deep.equal(forecast(stack));
  });
});
