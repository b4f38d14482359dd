import { expect } from "chai";
import { DEFAULT_USAGE, forecastCost, unusedResources } from "../../../preflight/cost/index.js";
import { graphFromResources, type SourceResource, UNKNOWN } from "../../../preflight/graph/index.js";
import { proveIntents } from "../../../preflight/reachability/index.js";
import { buildReport } from "../../../preflight/report/build/report.js";
import { markdownReport, renderHtml, terminalReport } from "../../../preflight/report/index.js";
import { change, type Mutation, without } from "../../support/mutations.js";
import { build, type Settings } from "../../support/stacks.js";

const VPC = { cidrBlock: "10.20.0.0/16", availabilityZones: 2 };

async function resourcesOf(settings: Settings): Promise<readonly SourceResource[]> {
  return (await build("prod", settings)).all;
}

function unusedIn(resources: readonly SourceResource[]) {
  const graph = graphFromResources(resources);
  return unusedResources(graph, proveIntents(graph), forecastCost(graph, DEFAULT_USAGE));
}

const namesIn = (resources: readonly SourceResource[]) =>
  unusedIn(resources).flatMap(({ resources: refs }) => refs.map(({ name }) => name));

const idOf = (resources: readonly SourceResource[], type: string, name: string): string => {
  const found = resources.find((each) => each.type.endsWith(type) && each.name === name);
  if (found?.id === undefined) throw new Error(`the stack has no ${type} ${name}`);
  return found.id;
};

/** Without what the engine tells about where values come from. */
const untold =
  (name: string): Mutation =>
  (resources) =>
    resources.map((each) => (each.name === name ? { ...each, propertyDependencies: {} } : each));

const also =
  (type: string, properties: (resources: readonly SourceResource[]) => Record<string, unknown>): Mutation =>
  (resources) => [
    ...resources,
    {
      urn: "urn:pulumi:prod::p::other",
      type,
      name: "other",
      id: "other-0123",
      properties: properties(resources),
    },
  ];

const rule = (to: Record<string, unknown>) =>
  also("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule", (resources) => ({
    securityGroupId: idOf(resources, ":SecurityGroup", "fetcher-function"),
    ipProtocol: "tcp",
    fromPort: 8443,
    toPort: 8443,
    ...to,
  }));

describe("unusedResources: NAT gateways", () => {
  const closed: Settings = { vpc: { ...VPC, nat: "perAz" }, function: { internetAccess: false } };
  const GATEWAYS = ["vpc-nat-a", "vpc-nat-b"];

  it("names those that no security group lets anything out through, with price and change", async () => {
    expect(unusedIn(await resourcesOf(closed))).to.deep.include.members([]);
    const [found, ...rest] = unusedIn(await resourcesOf(closed));
    expect(rest).to.deep.equal([]);
    expect(found?.resources.map(({ name }) => name)).to.have.members(GATEWAYS);
    // In eu-west-1 $0.048 an hour for each gateway and $0.005 for each address.
    expect(found?.fixedMonthlyUsd).to.be.closeTo(2 * 730 * (0.048 + 0.005), 0.001);
    expect(found?.fix).to.equal(
      "In the configuration: vpc.nat: none, or function.internetAccess: true, which uses it.",
    );
  });

  for (const nat of ["single", "regional", "instance"] as const) {
    it(`names one of kind ${nat}`, async () => {
      expect(namesIn(await resourcesOf({ ...closed, vpc: { ...VPC, nat } }))).to.have.length(1);
    });
  }

  for (const [title, settings] of [
    ["internet access", { vpc: { ...VPC, nat: "perAz" }, function: { internetAccess: true } }],
    ["reads of parameters through NAT", { ...closed, endpoints: { ssm: false } }],
    ["messages to SNS through NAT", { ...closed, logPipeline: {} }],
  ] as const) {
    it(`names none with ${title}`, async () => {
      expect(namesIn(await resourcesOf(settings))).to.deep.equal([]);
    });
  }

  // What may use it, or of which that is not known: never "unused".
  const OPENED: readonly (readonly [string, Mutation])[] = [
    ["a rule for some public addresses", rule({ cidrIpv4: "203.0.113.0/24" })],
    ["a rule for private addresses of others, which NAT carries too", rule({ cidrIpv4: "10.99.0.0/16" })],
    ["a rule whose block is not known", rule({ cidrIpv4: UNKNOWN })],
    [
      "a rule for a prefix list without a route to its endpoint",
      rule({ prefixListId: "pl-0123456789abcdef0" }),
    ],
    ["a rule for a group that is not known", rule({ referencedSecurityGroupId: UNKNOWN })],
    [
      "a function with groups that are not known",
      (resources) =>
        untold("fetcher-function")(
          change("fetcher-function", "/function:Function", ({ vpcConfig }) => ({
            vpcConfig: { ...Object(vpcConfig), securityGroupIds: UNKNOWN },
          }))(resources),
        ),
    ],
    [
      "a function in subnets that are not known, with a group that is open",
      (resources) =>
        rule({ cidrIpv4: "0.0.0.0/0" })(
          change("fetcher-function", "/function:Function", ({ vpcConfig }) => ({
            vpcConfig: { ...Object(vpcConfig), subnetIds: UNKNOWN },
          }))(resources),
        ),
    ],
    [
      "a resource in the subnets whose connections are not modelled",
      also("aws:batch/computeEnvironment:ComputeEnvironment", (resources) => ({
        computeResources: { subnets: [idOf(resources, "/subnet:Subnet", "vpc-private-a")] },
      })),
    ],
    [
      "a function whose place is not known",
      also("aws:lambda/function:Function", () => ({ vpcConfig: UNKNOWN, role: "r" })),
    ],
    [
      "a component that does not show what it is made of",
      also("awsx:ecs:FargateService", (resources) => ({
        networkConfiguration: { subnets: [idOf(resources, "/subnet:Subnet", "vpc-private-a")] },
      })),
    ],
    [
      "a transit gateway that may bring other VPCs' traffic",
      also("aws:ec2transitgateway/vpcAttachment:VpcAttachment", (resources) => ({
        subnetIds: [idOf(resources, "/subnet:Subnet", "vpc-private-a")],
      })),
    ],
    [
      "no function in the VPC, which other stacks may use",
      (resources) =>
        change("fetcher-function", "/function:Function", () => ({ vpcConfig: undefined }))(resources),
    ],
  ];
  for (const [title, mutation] of OPENED) {
    it(`does not name a gateway with ${title}`, async () => {
      const names = namesIn(mutation(await resourcesOf(closed)));
      expect(names.filter((name) => name === "vpc-nat-a")).to.deep.equal([]);
    });
  }

  it("says nothing of a gateway beside a route whose target is not known", async () => {
    const mutation = change("vpc-private-b-internet", ":Route", () => ({ natGatewayId: UNKNOWN }));
    const resources = untold("vpc-private-b-internet")(mutation(await resourcesOf(closed)));
    expect(namesIn(resources)).to.deep.equal([]);
  });

  it("says nothing of a gateway that no subnet routes to, which routes of another stack may", async () => {
    expect(namesIn(without("vpc-private-a-internet", ":Route")(await resourcesOf(closed)))).to.deep.equal([
      "vpc-nat-b",
    ]);
  });

  it("is one line in the terminal, in Markdown and on the page", async () => {
    const report = buildReport(graphFromResources(await resourcesOf(closed)), {
      project: "p",
      stack: "prod",
      region: "eu-west-1",
      source: "synthesis",
    });
    const line = "NAT gateway vpc-nat-a, vpc-nat-b: $77.38 a month, and no security group";
    expect(terminalReport(report)).to.match(/unused +NAT gateway vpc-nat-a, vpc-nat-b: \$77\.38 a month/);
    expect(markdownReport(report)).to.contain("**unused:** NAT gateway vpc-nat-a");
    expect(renderHtml([report])).to.contain(line);
    expect(report.cost.unused[0]).to.include({ what: "NAT gateway" });
  });
});

describe("unusedResources: interface endpoints", () => {
  const of = (service: string, more: object = {}): Settings => ({
    vpc: VPC,
    endpoints: { others: { [service]: { allowFrom: [], ...more } } },
  });

  it("names an endpoint of a service that the function's role may not call", async () => {
    const [found] = unusedIn(await resourcesOf(of("secretsmanager")));
    expect(found?.resources.map(({ name }) => name)).to.deep.equal(["secretsmanager-endpoint"]);
    expect(found?.fixedMonthlyUsd).to.be.closeTo(2 * 730 * 0.011, 0.001);
    expect(found?.fix).to.equal("In the configuration: remove endpoints.others.secretsmanager.");
  });

  it("names neither the endpoint that reads parameters nor the API's, which intents need", async () => {
    expect(namesIn(await resourcesOf({ vpc: VPC }))).to.deep.equal([]);
  });

  it("names none that hosts of the subnets may call", async () => {
    const settings = of("secretsmanager", { allowFrom: ["privateSubnets"] });
    expect(namesIn(await resourcesOf(settings))).to.deep.equal([]);
  });

  it("names none of a service that may be called without a role", async () => {
    expect(namesIn(await resourcesOf(of("sts")))).to.deep.equal([]);
  });

  it("names none that the function's role may call", async () => {
    const allow = change("fetcher-permissions", ":RolePolicy", ({ policy }) => ({
      policy: String(policy).replace(
        '"Statement":[',
        '"Statement":[{"Effect":"Allow","Action":"secretsmanager:GetSecretValue","Resource":"*"},',
      ),
    }));
    expect(namesIn(allow(await resourcesOf(of("secretsmanager"))))).to.deep.equal([]);
  });

  it("names none if the role's policy is not known", async () => {
    const unknown = change("fetcher-permissions", ":RolePolicy", () => ({ policy: UNKNOWN }));
    expect(namesIn(unknown(await resourcesOf(of("secretsmanager"))))).to.deep.equal([]);
  });

  it("names none whose group admits a group that another stack may use", async () => {
    const foreign = also("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", (resources) => ({
      securityGroupId: idOf(resources, ":SecurityGroup", "secretsmanager-endpoint"),
      ipProtocol: "tcp",
      fromPort: 443,
      toPort: 443,
      referencedSecurityGroupId: "sg-0123456789abcdef0",
    }));
    expect(namesIn(foreign(await resourcesOf(of("secretsmanager"))))).to.deep.equal([]);
  });

  it("names one that nothing may connect to", async () => {
    const closed = without("fetcher-to-sts", ":SecurityGroupEgressRule");
    expect(namesIn(closed(await resourcesOf(of("sts"))))).to.deep.equal(["sts-endpoint"]);
  });
});
