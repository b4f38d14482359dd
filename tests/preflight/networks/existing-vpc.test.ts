import { expect } from "chai";
import { synthesizeProgram } from "../../../cli/lib/program.js";
import { forecastAddresses } from "../../../preflight/capacity/addresses.js";
import { alternatives, DEFAULT_USAGE, forecastCost } from "../../../preflight/cost/index.js";
import { coverageOf } from "../../../preflight/graph/coverage.js";
import { type Graph, graphFromResources, resourcesFromExport } from "../../../preflight/graph/index.js";
import { trace } from "../../../preflight/reachability/index.js";
import { proofReports } from "../../../preflight/report/build/proofs.js";
import { buildReport } from "../../../preflight/report/build/report.js";
import { renderHtml } from "../../../preflight/report/html/index.js";
import { reportsSchema, SCHEMA_VERSION } from "../../../preflight/report/model.js";
import { markdownReport } from "../../../preflight/report/text/markdown.js";
import { terminalReport } from "../../../preflight/report/text/terminal.js";
import { isRecord } from "../../../preflight/resources/read.js";
import { viewStack } from "../../../preflight/sources/policy-engine/stack-view.js";
import type { StackFile } from "../../../preflight/sources/stack-files.js";
import { engineResources } from "../../policy/support.js";
import {
  allowAll,
  type Described,
  describedVpc,
  EXISTING,
  existingStackFile,
  withEndpoint,
} from "../../support/existing-vpc.js";
import { exportOf } from "../../support/stack-export.js";
import { type Settings, stackFile } from "../../support/stacks.js";

async function prove(described: Described | undefined, settings: Settings = {}) {
  const { resources } = await synthesizeProgram(existingStackFile(described, settings));
  const proofs = proofReports(graphFromResources(resources));
  return { resources, proofs, failed: proofs.filter(({ ok }) => !ok).map(({ id }) => id) };
}

describe("a stack in an existing VPC", () => {
  it("makes no VPC, subnet, route table, route or gateway", async () => {
    const { resources } = await prove(describedVpc());
    const made = new Set(resources.map(({ type }) => type));
    for (const type of [
      "vpc:Vpc",
      "subnet:Subnet",
      "routeTable:RouteTable",
      "route:Route",
      "natGateway:NatGateway",
      "networkAcl:NetworkAcl",
    ]) {
      expect([...made].filter((one) => one.endsWith(`/${type}`))).to.deep.equal([]);
    }
  });

  it("proves every intent from what AWS says of the VPC", async () => {
    const { proofs, failed } = await prove(describedVpc());
    expect(failed).to.deep.equal([]);
    expect(proofs.map(({ id }) => id)).to.include.members([
      "fetcher reach ssm:443",
      "fetcher reach dynamodb:443",
      "vpc-private-a reach GET /messages:443",
      "internet not-reach vpc-private-b:443",
    ]);
  });

  it("says in every format what the proofs assume of the owner's VPC, and of no other", async () => {
    const report = async (file: StackFile) => {
      const { project, stack, region, resources } = await synthesizeProgram(file);
      return buildReport(graphFromResources(resources), { project, stack, region, source: "synthesis" });
    };
    const own = await report(stackFile("prod"));
    expect(own.assumed).to.deep.equal([]);
    for (const text of [terminalReport(own), markdownReport(own), renderHtml([own])])
      expect(text).not.to.match(/^ +assumed|\*\*Assumed|>Assumed of/m);
    const others = await report(existingStackFile(describedVpc()));
    const [assumed] = others.assumed;
    expect(others.assumed.map(({ vpc }) => vpc.id)).to.deep.equal([EXISTING.id]);
    expect(assumed?.facts[0]).to.match(
      /^no private hosted zones of its owner for .*execute-api\.eu-west-1\.amazonaws\.com.*ssm\.eu-west-1\.amazonaws\.com/,
    );
    const formats = [terminalReport(others), markdownReport(others), renderHtml([others])];
    for (const text of formats) {
      const words = text.replace(/\s+/g, " ");
      for (const part of [
        `of ${EXISTING.id}, which is not the stack`,
        "no Resolver rules for these names, no DNS firewall that blocks them, VPC Block Public Access off",
        `aws route53 list-hosted-zones-by-vpc --vpc-id ${EXISTING.id} --vpc-region eu-west-1`,
        `aws route53resolver list-firewall-rule-group-associations --vpc-id ${EXISTING.id}`,
        "aws ec2 describe-vpc-block-public-access-options",
      ])
        expect(words).to.contain(part);
    }
    expect(reportsSchema.safeParse({ schemaVersion: SCHEMA_VERSION, reports: [others] }).success).to.equal(
      true,
    );
  });

  it("proves nothing without it, and says how to ask", async () => {
    const error = await prove(undefined).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(String(error)).to.contain("Save what AWS says of it as Pulumi.prod.vpc.json");
  });

  const NAT = { vpc: { existing: { ...EXISTING, nat: true } }, endpoints: { ssm: false, dynamodb: false } };
  const OWNERS = {
    vpc: { existing: { ...EXISTING, endpoints: { ssm: "vpce-00000000000000001" } } },
    endpoints: { dynamodb: false },
  };
  const byNat = () => describedVpc();
  const byEndpoint = () => withEndpoint(describedVpc(), "ssm");

  it("proves the way through the owner's NAT", async () => {
    const { proofs, failed } = await prove(byNat(), NAT);
    expect(failed).to.deep.equal([]);
    expect(proofs.find(({ id }) => id === "fetcher reach ssm:443")?.verdict).to.deep.include({ via: "nat" });
  });

  it("proves the way through the owner's endpoint, and makes neither an endpoint nor a rule for it", async () => {
    const { resources, failed } = await prove(byEndpoint(), OWNERS);
    expect(failed).to.deep.equal([]);
    const names = resources.map(({ name }) => name);
    expect(names).not.to.include.members(["ssm-endpoint"]);
    expect(names.filter((name) => name.startsWith("ssm-from"))).to.deep.equal([]);
    const rule = resources.find(({ name }) => name === "fetcher-to-ssm");
    expect(rule?.properties.referencedSecurityGroupId).to.equal("sg-00000000000000001");
  });

  it("calls the private API through the owner's endpoint, whose policy it leaves alone", async () => {
    const existing = { ...EXISTING, endpoints: { "execute-api": "vpce-00000000000000001" } };
    const { resources, failed } = await prove(withEndpoint(describedVpc(), "execute-api"), {
      vpc: { existing },
    });
    expect(failed).to.deep.equal([]);
    const api = resources.find(({ type }) => type.endsWith("restApi:RestApi"));
    expect(JSON.stringify(api?.properties.endpointConfiguration)).to.contain("vpce-00000000000000001");
    expect(resources.filter(({ type }) => type.endsWith(":VpcEndpointPolicy"))).to.deep.equal([]);
  });

  it("gives the same verdicts at a first preview, after an update and from an export", async () => {
    const file = existingStackFile(byEndpoint(), OWNERS);
    const verdicts = (graph: Graph) =>
      proofReports(graph).map(({ id, ok, verdict }) => [
        id,
        ok,
        verdict.status,
        verdict.path.map(({ at }) => at.urn),
      ]);
    const deployed = await synthesizeProgram(file);
    const expected = verdicts(graphFromResources(deployed.resources));
    const { resources } = await synthesizeProgram(file, { preview: true });
    expect(verdicts(viewStack(engineResources(resources, true)).graph)).to.deep.equal(expected);
    expect(verdicts(viewStack(engineResources(deployed.resources, false)).graph)).to.deep.equal(expected);
    const json: unknown = JSON.parse(JSON.stringify(exportOf(deployed)));
    expect(verdicts(graphFromResources(resourcesFromExport(json)))).to.deep.equal(expected);
  });

  it("takes what an export has of a resource that the program reads, once", () => {
    const component = { name: "vpc", type: "lambda-networking:network:ExistingVpc", isComponent: true };
    const acl = { type: "aws:ec2/networkAcl:NetworkAcl", id: "acl-1", name: "acl-1", properties: {} };
    const described = [
      { ...component, urn: "urn:pulumi:prod::p::x::vpc", properties: { existing: [acl] } },
      { ...acl, urn: `urn:pulumi:prod::p::${acl.type}::vpc-acl-1`, isRead: true },
    ];
    const acls = (resources: typeof described) =>
      [...graphFromResources(resources).networkAcls.values()].map(({ ref }) => ref.name);
    expect(acls(described)).to.deep.equal(["acl-1"]);
    expect(acls(described.slice(0, 1))).to.deep.equal(["acl-1"]);
  });

  it("has the owner pay for what is the owner's, and counts the addresses that AWS says are left", async () => {
    const { resources } = await synthesizeProgram(existingStackFile(byNat(), NAT));
    const graph = graphFromResources(resources);
    const cost = forecastCost(graph, DEFAULT_USAGE);
    expect(cost.lines.map(({ resource }) => resource.type)).not.to.include("aws:ec2/natGateway:NatGateway");
    expect(alternatives(graph, DEFAULT_USAGE)).to.deep.equal([]);
    const subnets = forecastAddresses(graph).subnets.map(({ subnet, free }) => [subnet.name, free]);
    // 200 are left, of which the function's interface and the API's endpoint take two.
    expect(subnets).to.deep.include(["vpc-private-a", 198]);
    expect(coverageOf(graph).resources).to.equal(
      resources.filter(({ isComponent, type }) => !isComponent && !type.startsWith("pulumi:")).length,
    );
  });

  /** Replaces items of one of AWS's lists. */
  const edit =
    (key: string, change: (item: Record<string, unknown>) => Record<string, unknown> | undefined) =>
    (vpc: Described): Described => ({
      ...vpc,
      [key]: records(vpc[key]).flatMap((item) => change(item) ?? []),
    });
  const deny443 = {
    ...allowAll(true, 50),
    RuleAction: "deny",
    Protocol: "6",
    PortRange: { From: 443, To: 443 },
  };
  const denyAnswers = {
    ...allowAll(false, 50),
    RuleAction: "deny",
    Protocol: "6",
    PortRange: { From: 1024, To: 65535 },
  };
  const withEntry = (entry: object) =>
    edit("NetworkAcls", (acl) => ({ ...acl, Entries: [...records(acl.Entries), entry] }));
  const SSM = "fetcher reach ssm:443";
  const DYNAMODB = "fetcher reach dynamodb:443";

  for (const { what, vpc, settings, fails } of [
    {
      what: "a private subnet's route to NAT is gone",
      vpc: edit("RouteTables", (one) =>
        one.RouteTableId === "rtb-0000000000000000a" ? { ...one, Routes: [] } : one,
      )(byNat()),
      settings: NAT,
      fails: [SSM],
    },
    {
      what: "the main table, which one subnet falls back to, has no route to NAT",
      vpc: edit("RouteTables", (one) =>
        one.RouteTableId === "rtb-00000000000000001" ? { ...one, Routes: [] } : one,
      )(byNat()),
      settings: NAT,
      fails: [SSM],
    },
    {
      what: "the NAT gateway is deleted",
      vpc: edit("NatGateways", (nat) => ({ ...nat, State: "deleted" }))(byNat()),
      settings: NAT,
      fails: [SSM],
    },
    {
      what: "the NAT gateway is private",
      vpc: edit("NatGateways", (nat) => ({ ...nat, ConnectivityType: "private" }))(byNat()),
      settings: NAT,
      fails: [SSM],
    },
    {
      what: "the NAT gateway's own subnet has no route to the internet",
      vpc: edit("RouteTables", (one) =>
        one.RouteTableId === "rtb-000000000000000aa" ? { ...one, Routes: [] } : one,
      )(byNat()),
      settings: NAT,
      fails: [SSM],
    },
    {
      what: "the internet gateway is attached to no VPC",
      vpc: edit("InternetGateways", (one) => ({ ...one, Attachments: [] }))(byNat()),
      settings: NAT,
      fails: [SSM],
    },
    {
      what: "the route leads to a transit gateway instead",
      vpc: edit("RouteTables", (one) =>
        one.RouteTableId === "rtb-0000000000000000a"
          ? {
              ...one,
              Routes: [
                { DestinationCidrBlock: "0.0.0.0/0", TransitGatewayId: "tgw-0a1b2c3d", State: "active" },
              ],
            }
          : one,
      )(byNat()),
      settings: NAT,
      fails: [SSM],
    },
    { what: "a network ACL denies the calls", vpc: withEntry(deny443)(byNat()), settings: NAT, fails: [SSM] },
    {
      what: "a network ACL denies the answers",
      vpc: withEntry(denyAnswers)(byNat()),
      settings: NAT,
      fails: [SSM],
    },
    {
      what: "other name servers answer",
      vpc: edit("DhcpOptions", (one) => ({
        ...one,
        DhcpConfigurations: [{ Key: "domain-name-servers", Values: [{ Value: "10.8.0.2" }] }],
      }))(byEndpoint()),
      settings: OWNERS,
      fails: [SSM],
    },
    {
      what: "the owner's endpoint lets another block in only",
      vpc: withEndpoint(describedVpc(), "ssm", "10.8.0.0/16"),
      settings: OWNERS,
      fails: [SSM],
    },
    {
      what: "the owner's endpoint has a policy for another service's calls",
      vpc: edit("VpcEndpoints", (one) => ({
        ...one,
        PolicyDocument: JSON.stringify({
          Statement: [{ Effect: "Allow", Principal: "*", Action: "ssm:PutParameter", Resource: "*" }],
        }),
      }))(byEndpoint()),
      settings: OWNERS,
      fails: [SSM],
    },
    {
      what: "DNS host names are off",
      vpc: { ...byEndpoint(), EnableDnsHostnames: { Value: false } },
      settings: { ...OWNERS, endpoints: { dynamodb: false, executeApi: { privateDns: false } } },
      fails: [SSM],
    },
    {
      what: "an endpoint of the owner, which the stack does not use, takes the name",
      vpc: withEndpoint(describedVpc(), "ssm", "10.8.0.0/16"),
      settings: NAT,
      fails: [SSM],
    },
  ] satisfies readonly { what: string; vpc: Described; settings: Settings; fails: string[] }[]) {
    it(`fails the proofs if ${what}`, async () => {
      const { failed } = await prove(vpc, settings);
      expect(failed.filter((id) => id === SSM || id === DYNAMODB)).to.have.members(fails);
    });
  }

  it("finds private subnets that the internet reaches", async () => {
    const open = edit("RouteTables", (one) =>
      one.RouteTableId === "rtb-0000000000000000a"
        ? {
            ...one,
            Routes: [
              { DestinationCidrBlock: "0.0.0.0/0", GatewayId: "igw-00000000000000001", State: "active" },
            ],
          }
        : one,
    );
    const assigning = edit("Subnets", (one) => ({ ...one, MapPublicIpOnLaunch: true }));
    const { failed } = await prove(assigning(open(describedVpc())));
    expect(failed).to.include("internet not-reach vpc-private-a:443");
  });

  it("does not say yes in a VPC that is only shared with the account, whose endpoints AWS does not show", async () => {
    const { resources } = await prove(byNat(), NAT);
    const ask = (all: typeof resources) =>
      trace(
        graphFromResources(all),
        { kind: "function", name: "fetcher" },
        { kind: "service", service: "ssm", networkOnly: true },
      );
    expect(ask(resources).status).to.equal("reachable");
    const shared = resources.map((one) => ({
      ...one,
      properties: {
        ...one.properties,
        existing: records(one.properties.existing).map((item) =>
          item.type === "aws:ec2/vpc:Vpc" && isRecord(item.properties)
            ? { ...item, properties: { ...item.properties, endpointsComplete: false } }
            : item,
        ),
      },
    }));
    const verdict = ask(shared);
    expect(verdict.status).to.equal("unknown");
    expect(JSON.stringify(verdict)).to.contain("has an endpoint for ssm");
  });

  it("asks for the one of several gateway endpoints", async () => {
    const { VpcEndpoints } = withEndpoint(describedVpc(), "s3");
    const [one] = records(VpcEndpoints);
    const several = ["vpce-00000000000000002", "vpce-00000000000000003"].map((VpcEndpointId) => ({
      ...one,
      VpcEndpointId,
      VpcEndpointType: "Gateway",
      RouteTableIds: [],
    }));
    const error = await prove({ ...describedVpc(), VpcEndpoints: several }).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(String(error)).to.contain("has several gateway endpoints for s3. Write the id of the one");
  });

  for (const { what, vpc, settings, says } of [
    {
      what: "an endpoint for the service that has the names already",
      vpc: byEndpoint(),
      settings: {},
      says: "Write vpc.existing.endpoints.ssm: vpce-00000000000000001, or endpoints.ssm.privateDns: false.",
    },
    {
      what: "an endpoint for SNS that has the names, which the event pipeline's own would want",
      vpc: withEndpoint(describedVpc(), "sns"),
      settings: { logPipeline: {}, function: { reservedConcurrency: 10 } },
      says: "Write vpc.existing.endpoints.sns: vpce-00000000000000001.",
    },
    {
      what: "a gateway endpoint in the same route tables",
      vpc: edit("VpcEndpoints", (one) => ({
        ...one,
        VpcEndpointType: "Gateway",
        PrivateDnsEnabled: false,
        SubnetIds: [],
        RouteTableIds: ["rtb-0000000000000000a"],
        PrefixListId: "pl-12345678",
      }))(withEndpoint(describedVpc(), "dynamodb")),
      settings: {},
      says: "Write vpc.existing.endpoints.dynamodb: vpce-00000000000000001, or endpoints.dynamodb: false.",
    },
    {
      what: "no DNS host names",
      vpc: { ...describedVpc(), EnableDnsHostnames: { Value: false } },
      settings: {},
      says: "enableDnsHostnames of vpc-00000000000000001 is off",
    },
    {
      what: "the subnet in another zone",
      vpc: describedVpc(),
      settings: {
        vpc: { existing: { ...EXISTING, subnets: { "eu-west-1b": "subnet-0000000000000000a" } } },
      },
      says: "Write it as eu-west-1a: subnet-0000000000000000a.",
    },
    {
      what: "no such subnet",
      vpc: describedVpc(),
      settings: { vpc: { existing: { ...EXISTING, subnets: { "eu-west-1b": "subnet-0000000000000dead" } } } },
      says: 'vpc.existing.subnets: "subnet-0000000000000dead"',
    },
    {
      what: "an endpoint of another service under its name",
      vpc: byEndpoint(),
      settings: { vpc: { existing: { ...EXISTING, endpoints: { kms: "vpce-00000000000000001" } } } },
      says: "It is an endpoint for com.amazonaws.eu-west-1.ssm.",
    },
  ] satisfies readonly { what: string; vpc: Described; settings: Settings; says: string }[]) {
    it(`refuses, before any resource, a VPC with ${what}`, async () => {
      const error = await prove(vpc, settings).then(
        () => undefined,
        (reason: unknown) => reason,
      );
      expect(String(error)).to.contain(says);
    });
  }

  it("does not take its own endpoints, which an update finds, for the owner's", async () => {
    const tags = [
      { Key: "project", Value: "lambda-networking" },
      { Key: "stack", Value: "prod" },
    ];
    const own = edit("VpcEndpoints", (one) => ({ ...one, Tags: tags }))(byEndpoint());
    expect((await prove(own)).failed).to.deep.equal([]);
  });

  it("refuses a file that lacks a list, because what is not listed would count as not there", async () => {
    const { VpcEndpoints: _, ...less } = describedVpc();
    const error = await prove(less).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(String(error)).to.contain("Pulumi.prod.vpc.json lacks VpcEndpoints.");
  });
});

function records(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.filter(isRecord).map((item) => ({ ...item })) : [];
}
