import { expect } from "chai";
import { DEFAULT_USAGE, forecastCost } from "../../../preflight/cost/index.js";
import { graphFromResources, type SourceResource } from "../../../preflight/graph/index.js";
import { parsePlace, trace } from "../../../preflight/reachability/index.js";
import { proofReports } from "../../../preflight/report/build/proofs.js";
import { topologyOf } from "../../../preflight/report/build/topology/index.js";
import { change, type Mutation, without } from "../../support/mutations.js";
import { build, pick, type Resources } from "../../support/stacks.js";

const TGW = "tgw-0123456789abcdef0";
const SETTINGS = {
  vpc: {
    cidrBlock: "10.20.0.0/16",
    availabilityZones: ["eu-west-1a", "eu-west-1b"],
    nat: "perAz",
    functionSubnets: true,
    transitGateway: { id: TGW, routes: ["10.50.0.0/16", "192.168.0.0/20"] },
  },
};
const OUT = "fetcher reach transit-gateway:443";

const failed = (resources: readonly SourceResource[]) =>
  proofReports(graphFromResources(resources))
    .filter(({ ok }) => !ok)
    .map(({ id }) => id);

describe("a stack attached to a transit gateway", () => {
  let resources: Resources;
  before(async () => {
    resources = await build("prod", SETTINGS);
  });

  it("attaches every zone's private subnet, and routes from every private table after that", () => {
    const attachment = resources.one("ec2transitgateway/vpcAttachment:VpcAttachment");
    const subnets = resources
      .ofType("ec2/subnet:Subnet")
      .filter(({ name }) => name.startsWith("vpc-private"))
      .map(({ id }) => id);
    expect(pick(attachment, "transitGatewayId", "subnetIds", "applianceModeSupport")).to.deep.equal({
      transitGatewayId: TGW,
      subnetIds: subnets,
      applianceModeSupport: "disable",
    });
    const routes = resources
      .ofType("ec2/route:Route")
      .filter(({ inputs }) => inputs.transitGatewayId === TGW);
    expect(routes).to.have.length(8);
    for (const route of routes) expect(route.dependencies, route.name).to.include(attachment.urn);
  });

  it("proves every intent, up to the transit gateway and from the networks behind it", () => {
    expect(failed(resources.all)).to.deep.equal([]);
    const ids = proofReports(graphFromResources(resources.all)).map(({ id }) => id);
    expect(ids).to.include.members([
      OUT,
      "transit-gateway not-reach fetcher:443",
      "transit-gateway not-reach ssm-endpoint:443",
      "transit-gateway not-reach execute-api-endpoint:443",
      "transit-gateway not-reach vpc-public-a:443",
    ]);
  });

  it("says that what lies behind the transit gateway is not known, and never yes", () => {
    const graph = graphFromResources(resources.all);
    const verdict = trace(graph, parsePlace("fetcher", graph), parsePlace("10.50.1.5", graph));
    expect(verdict.status).to.equal("unknown");
    expect(JSON.stringify(verdict)).to.contain("what lies behind it");
    expect(trace(graph, parsePlace("fetcher", graph), parsePlace("10.60.1.5", graph)).status).to.equal(
      "blocked",
    );
    expect(
      trace(graph, parsePlace("transit-gateway:transit-gateway", graph), parsePlace("GET /messages", graph))
        .status,
    ).to.equal("unknown");
  });

  const made =
    (type: string, name: string, properties: SourceResource["properties"]): Mutation =>
    (all) => [...all, { urn: `urn:pulumi:prod::p::${type}::${name}`, type, name, id: name, properties }];
  const tableOf = (name: string) => resources.one("ec2/routeTable:RouteTable", name).id;

  const mutations: Readonly<Record<string, { mutation: Mutation; fails: readonly string[] }>> = {
    "one table without a route": {
      mutation: without("transit-gateway-vpc-functions-b-10-50-0-0-16", ":Route"),
      fails: [OUT],
    },
    "a route that leads to NAT instead": {
      mutation: (all) =>
        change("transit-gateway-vpc-functions-a-192-168-0-0-20", ":Route", () => ({
          transitGatewayId: undefined,
          natGatewayId: resources.one("ec2/natGateway:NatGateway", "vpc-nat-a").id,
        }))(all),
      fails: [OUT],
    },
    "a more specific route elsewhere": {
      mutation: (all) =>
        made("aws:ec2/route:Route", "detour", {
          routeTableId: tableOf("vpc-functions-a"),
          destinationCidrBlock: "10.50.7.0/24",
          transitGatewayId: "tgw-0fedcba9876543210",
        })(all),
      fails: [OUT],
    },
    "an attachment without one zone": {
      mutation: (all) =>
        change("transit-gateway", ":VpcAttachment", () => ({
          subnetIds: [resources.one("ec2/subnet:Subnet", "vpc-private-a").id],
        }))(all),
      fails: [OUT],
    },
    "an attachment to another transit gateway": {
      mutation: change("transit-gateway", ":VpcAttachment", () => ({
        transitGatewayId: "tgw-0fedcba9876543210",
      })),
      fails: [
        OUT,
        // Whom the routes lead to is no longer the place that the intents are about.
      ],
    },
    "no attachment": {
      mutation: without("transit-gateway", ":VpcAttachment"),
      fails: [
        OUT,
        "transit-gateway not-reach fetcher:443",
        "transit-gateway not-reach ssm-endpoint:443",
        "transit-gateway not-reach execute-api-endpoint:443",
        "transit-gateway not-reach vpc-public-a:443",
        "transit-gateway not-reach vpc-public-b:443",
      ],
    },
    "the function's rule for one block": {
      mutation: without("fetcher-to-10-50-0-0-16", ":SecurityGroupEgressRule"),
      fails: [OUT],
    },
    "a rule that lets a network behind it call Parameter Store's endpoint": {
      mutation: (all) =>
        made("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "open", {
          securityGroupId: resources.one("ec2/securityGroup:SecurityGroup", "ssm-endpoint").id,
          ipProtocol: "tcp",
          fromPort: 443,
          toPort: 443,
          cidrIpv4: "192.168.4.0/24",
        })(all),
      fails: ["transit-gateway not-reach ssm-endpoint:443"],
    },
    "a route back from a public subnet": {
      mutation: (all) =>
        made("aws:ec2/route:Route", "back", {
          routeTableId: tableOf("vpc-public-a"),
          destinationCidrBlock: "10.50.0.0/16",
          transitGatewayId: TGW,
        })(all),
      fails: ["transit-gateway not-reach vpc-public-a:443"],
    },
  };
  for (const [what, { mutation, fails }] of Object.entries(mutations)) {
    it(`fails the proofs that ${what} breaks, and no other`, () => {
      expect(failed(mutation(resources.all))).to.have.members(fails);
    });
  }

  it("does not forbid the calls of a block that an endpoint lists", async () => {
    const endpoints = { executeApi: { allowFrom: ["privateSubnets", "10.50.0.0/16"] } };
    const open = await build("prod", { ...SETTINGS, endpoints });
    const ids = proofReports(graphFromResources(open.all)).map(({ id }) => id);
    expect(ids).not.to.include("transit-gateway not-reach execute-api-endpoint:443");
    expect(failed(open.all)).to.deep.equal([]);
  });

  it("is priced and drawn", () => {
    const graph = graphFromResources(resources.all);
    const lines = forecastCost(graph, DEFAULT_USAGE).lines.filter(
      ({ resource }) => resource.name === "transit-gateway",
    );
    expect(lines.map(({ fixedMonthlyUsd }) => fixedMonthlyUsd)).to.deep.equal([36.5, 0]);
    const { nodes } = topologyOf(graph);
    expect(nodes.map(({ detail }) => detail)).to.include.members([
      "transit gateway attachment",
      "behind the transit gateway: 10.50.0.0/16, 192.168.0.0/20",
    ]);
  });
});
