import { expect } from "chai";
import { graphFromResources, type SourceResource } from "../../../preflight/graph/index.js";
import { proofReports } from "../../../preflight/report/build/proofs.js";
import { change, type Mutation, without } from "../../support/mutations.js";
import { build, propertyOf, type Resources } from "../../support/stacks.js";

const VPC = {
  cidrBlock: "10.20.0.0/16",
  availabilityZones: ["eu-west-1a", "eu-west-1b"],
  nat: "perAz",
  secondaryCidrBlocks: ["100.64.0.0/16"],
  functionSubnets: { cidrBlock: "100.64.0.0/16" },
};

const failed = (resources: readonly SourceResource[]) =>
  proofReports(graphFromResources(resources))
    .filter(({ ok }) => !ok)
    .map(({ id }) => id);

describe("a stack with subnets of functions in a secondary block", () => {
  let resources: Resources;
  before(async () => {
    resources = await build("prod", { vpc: VPC });
  });
  const idsOf = (prefix: string) =>
    resources
      .ofType("ec2/subnet:Subnet")
      .filter(({ name }) => name.startsWith(prefix))
      .map(({ id }) => id);
  const tableOf = (name: string) => resources.one("ec2/routeTable:RouteTable", name).id ?? "";

  it("places functions there, and endpoints in the private subnets", () => {
    const lambda = resources.one("lambda/function:Function", "fetcher-function");
    expect(propertyOf(lambda, "vpcConfig.subnetIds")).to.deep.equal(idsOf("vpc-functions"));
    const endpoint = resources.one("ec2/vpcEndpoint:VpcEndpoint", "ssm-endpoint");
    expect(propertyOf(endpoint, "subnetIds")).to.deep.equal(idsOf("vpc-private"));
  });

  it("lets both tiers call the private API, because privateSubnets means both", () => {
    const sources = resources
      .ofType("vpc/securityGroupIngressRule:SecurityGroupIngressRule")
      .filter(({ name }) => name.startsWith("execute-api-from-"))
      .map(({ inputs }) => inputs.cidrIpv4);
    expect(sources).to.include.members(["10.20.0.0/20", "10.20.32.0/20", "100.64.0.0/19", "100.64.32.0/19"]);
    const callers = proofReports(graphFromResources(resources.all)).map(({ id }) => id);
    expect(callers).to.include("vpc-functions-a reach GET /messages:443");
    expect(callers).to.include("internet not-reach vpc-functions-b:443");
  });

  it("proves every intent", () => {
    expect(failed(resources.all)).to.deep.equal([]);
  });

  const mutations: Readonly<Record<string, { mutation: Mutation; fails: readonly string[] }>> = {
    "a route table of functions without the gateway endpoint": {
      mutation: (all) =>
        change("dynamodb-endpoint", ":VpcEndpoint", () => ({
          routeTableIds: ["vpc-private-a", "vpc-private-b", "vpc-functions-b"].map(tableOf),
        }))(all),
      fails: ["fetcher reach dynamodb:443"],
    },
    "a subnet of functions without its route table": {
      mutation: without("vpc-functions-a", ":RouteTableAssociation"),
      fails: ["fetcher reach dynamodb:443"],
    },
    "the rule for calls from a subnet of functions": {
      mutation: without("execute-api-from-functions-b", ":SecurityGroupIngressRule"),
      fails: ["vpc-functions-b reach GET /messages:443"],
    },
    "the function's rule at the endpoint": {
      mutation: without("ssm-from-fetcher", ":SecurityGroupIngressRule"),
      fails: ["fetcher reach ssm:443"],
    },
    "public addresses and a route to the internet gateway in a subnet of functions": {
      mutation: (all) => {
        const gatewayId = resources.one("ec2/internetGateway:InternetGateway").id;
        const open = change("vpc-functions-a-internet", ":Route", () => ({
          natGatewayId: undefined,
          gatewayId,
        }));
        return change("vpc-functions-a", ":Subnet", () => ({ mapPublicIpOnLaunch: true }))(open(all));
      },
      fails: ["internet not-reach vpc-functions-a:443"],
    },
  };
  for (const [what, { mutation, fails }] of Object.entries(mutations)) {
    it(`fails the proofs that ${what} breaks, and no other`, () => {
      expect(failed(mutation(resources.all))).to.have.members(fails);
    });
  }
});
