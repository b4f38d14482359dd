import { expect } from "chai";
import { graphFromResources, resourcesFromExport } from "../../preflight/graph/index.js";
import { proofReports } from "../../preflight/report/build/proofs.js";
import { buildReport } from "../../preflight/report/build/report.js";
import { renderHtml } from "../../preflight/report/html/index.js";
import { markdownReport } from "../../preflight/report/text/markdown.js";
import { terminalReport } from "../../preflight/report/text/terminal.js";
import { exportOf } from "../support/stack-export.js";
import { synthesisOf } from "../support/stacks.js";

// What an operator changed by hand in a deployed prod, as the outputs show it after `pulumi refresh`. The inputs are
// still those of the program. The failed proofs must name the resource that was changed.

type Bag = Record<string, unknown>;

interface Change {
  readonly does: string;
  readonly name: string;
  readonly type: string;
  readonly outputs: (outputs: Bag) => Bag;
  readonly fails: readonly (readonly [proof: string, names: string])[];
}

const REACH_SSM = "fetcher reach ssm:443";
const REACH_DYNAMODB = "fetcher reach dynamodb:443";
const INTERNET = "fetcher not-reach internet:443";
const FROM_A = "vpc-private-a reach GET /messages:443";
const FROM_B = "vpc-private-b reach GET /messages:443";

const rule = (more: Bag) => ({ protocol: "-1", fromPort: 0, toPort: 0, self: false, ...more });
const everything = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: "*", Action: "execute-api:Invoke", Resource: "*" }],
});
const denyAll = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Deny", Action: "*", Resource: "*", Principal: "*" }],
});
const denyOf = (action: string) =>
  JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Deny", Action: action, Resource: "*" }] });

const changes: readonly Change[] = [
  {
    does: "adds a rule that lets everything out",
    name: "fetcher-function",
    type: ":SecurityGroup",
    outputs: () => ({ egress: [rule({ cidrBlocks: ["0.0.0.0/0"] })] }),
    fails: [[INTERNET, "all traffic to 0.0.0.0/0"]],
  },
  {
    does: "adds a rule for half of all addresses and one port",
    name: "fetcher-function",
    type: ":SecurityGroup",
    outputs: () => ({
      egress: [rule({ protocol: "6", fromPort: 443, toPort: 443, cidrBlocks: ["0.0.0.0/1"] })],
    }),
    fails: [[INTERNET, "tcp 443 to 0.0.0.0/1"]],
  },
  {
    does: "puts a denial into the function's role",
    name: "fetcher-role",
    type: ":Role",
    outputs: () => ({ inlinePolicies: [{ name: "incident", policy: denyOf("ssm:*") }] }),
    fails: [[REACH_SSM, "an inline policy"]],
  },
  {
    does: "attaches a policy that is not in the stack",
    name: "fetcher-role",
    type: ":Role",
    outputs: () => ({ managedPolicyArns: ["arn:aws:iam::111122223333:policy/by-hand"] }),
    fails: [[REACH_SSM, "policy/by-hand"]],
  },
  {
    does: "turns the endpoint's private DNS off",
    name: "ssm-endpoint",
    type: ":VpcEndpoint",
    outputs: () => ({ privateDnsEnabled: false }),
    fails: [[REACH_SSM, "ssm-endpoint"]],
  },
  {
    does: "takes the endpoint out of every subnet",
    name: "ssm-endpoint",
    type: ":VpcEndpoint",
    outputs: () => ({ subnetIds: [], subnetConfigurations: [] }),
    fails: [[REACH_SSM, "ssm-endpoint"]],
  },
  {
    does: "replaces the endpoint's policy",
    name: "ssm-endpoint",
    type: ":VpcEndpoint",
    outputs: () => ({ policy: denyAll }),
    fails: [[REACH_SSM, "ssm-endpoint"]],
  },
  {
    does: "turns the VPC's DNS support off",
    name: "vpc-vpc",
    type: ":Vpc",
    outputs: () => ({ enableDnsSupport: false }),
    fails: [
      [REACH_SSM, "vpc-vpc"],
      [REACH_DYNAMODB, "vpc-vpc"],
      [FROM_A, "vpc-vpc"],
      [FROM_B, "vpc-vpc"],
    ],
  },
  {
    does: "takes the gateway endpoint out of the route tables",
    name: "dynamodb-endpoint",
    type: ":VpcEndpoint",
    outputs: () => ({ routeTableIds: [] }),
    fails: [[REACH_DYNAMODB, "dynamodb"]],
  },
  {
    does: "opens the API's policy, which the RestApiPolicy no longer shows",
    name: "api",
    type: "/restApi:RestApi",
    outputs: () => ({ policy: everything }),
    fails: [
      [FROM_A, "the outputs of api hold a policy"],
      ["another VPC not-reach GET /messages:443", "the outputs of api hold a policy"],
      ["another account's VPC not-reach GET /messages:443", "the outputs of api hold a policy"],
    ],
  },
  {
    does: "opens the private API to every endpoint",
    name: "api-policy",
    type: ":RestApiPolicy",
    outputs: () => ({ policy: everything }),
    fails: [
      ["another VPC not-reach GET /messages:443", "api"],
      ["another account's VPC not-reach GET /messages:443", "api"],
    ],
  },
];

function reportOf(exported: string) {
  const graph = graphFromResources(resourcesFromExport(JSON.parse(exported)));
  return buildReport(graph, { project: "p", stack: "prod", region: "eu-west-1", source: "deployed" });
}

describe("proofs of a deployed prod that was changed by hand", () => {
  let exported: string;
  let proofs: readonly string[];

  const failed = (text: string) =>
    proofReports(graphFromResources(resourcesFromExport(JSON.parse(text)))).filter(({ ok }) => !ok);

  before(async () => {
    exported = JSON.stringify(exportOf(await synthesisOf("prod")));
    expect(failed(exported)).to.deep.equal([]);
    proofs = proofReports(graphFromResources(resourcesFromExport(JSON.parse(exported)))).map(({ id }) => id);
  });

  it("are shown with everything that no resource explains, whether or not a proof depends on it", () => {
    const changed: { deployment: { resources: { urn: string; outputs: Bag }[] } } = JSON.parse(exported);
    const byHand: Record<string, Bag> = {
      "::fetcher-function": {
        ingress: [rule({ protocol: "tcp", fromPort: 22, toPort: 22, cidrBlocks: ["10.0.0.0/8"] })],
      },
      "::vpc-private-a": { routes: [{ cidrBlock: "198.51.100.0/24", gatewayId: "igw-1" }] },
      "::fetcher-role": { managedPolicyArns: ["arn:aws:iam::aws:policy/AdministratorAccess"] },
    };
    for (const resource of changed.deployment.resources)
      for (const [end, outputs] of Object.entries(byHand))
        if (resource.urn.endsWith(end)) resource.outputs = { ...resource.outputs, ...outputs };
    const report = reportOf(JSON.stringify(changed));
    expect(report.byHand.map(({ resource, what }) => `${resource.name}: ${what}`)).to.deep.equal([
      "fetcher-function: ingress rule (tcp 22 from 10.0.0.0/8)",
      "vpc-private-a: route 198.51.100.0/24 -> igw-1",
      "fetcher-role: policy arn:aws:iam::aws:policy/AdministratorAccess",
    ]);
    for (const text of [terminalReport(report), markdownReport(report), renderHtml([report])]) {
      expect(text.replace(/\s+/g, " ")).to.contain("ingress rule (tcp 22 from 10.0.0.0/8)");
    }
    expect(reportOf(exported).byHand).to.deep.equal([]);
    expect(terminalReport(reportOf(exported))).not.to.contain("by hand");
  });

  for (const { does, name, type, outputs, fails } of changes) {
    it(`fail if an operator ${does} (${name})`, () => {
      const broken: { deployment: { resources: { urn: string; type: string; outputs: Bag }[] } } =
        JSON.parse(exported);
      const found = broken.deployment.resources.filter(
        (each) => each.urn.endsWith(`::${name}`) && each.type.endsWith(type),
      );
      expect(found, `${type} ${name}`).to.have.length(1);
      for (const each of found) each.outputs = { ...each.outputs, ...outputs(each.outputs) };
      const now = failed(JSON.stringify(broken));
      expect(
        now.map(({ id }) => id),
        proofs.join("\n"),
      ).to.include.members(fails.map(([proof]) => proof));
      for (const [proof, names] of fails)
        expect(JSON.stringify(now.find(({ id }) => id === proof))).to.contain(names);
    });
  }
});
