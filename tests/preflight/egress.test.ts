import { expect } from "chai";
import { alternatives, DEFAULT_USAGE } from "../../preflight/cost/index.js";
import { graphFromResources, type SourceResource } from "../../preflight/graph/index.js";
import { proofReports } from "../../preflight/report/build/proofs.js";
import type { ProofReport } from "../../preflight/report/model.js";
import { change, type Mutation, without } from "../support/mutations.js";
import { build, type Settings } from "../support/stacks.js";

// Each way out of the VPC is proved, and each proof fails after the one change that concerns it.

const INTERNET = "fetcher reach internet:443";
const OVER_IPV6 = "fetcher reach internet over IPv6:443";
const PUBLISH = "log-producer reach sns:443";

const vpc = (nat: string, ipv6: boolean) => ({
  cidrBlock: "10.20.0.0/16",
  availabilityZones: 2,
  nat,
  ipv6,
});

const proofsOf = (resources: readonly SourceResource[]) => proofReports(graphFromResources(resources));

const resourcesOf = async (settings: Settings): Promise<readonly SourceResource[]> =>
  (await build("prod", settings)).all;

const told = ({ id, verdict, failure }: ProofReport) =>
  `${id}: ${verdict.status === "blocked" ? verdict.code : verdict.status} ${failure?.reason ?? ""}`;

interface Broken {
  readonly breaks: string;
  readonly mutation: Mutation;
  readonly fails: readonly (readonly [proof: string, code: string, names: string])[];
}

function eachFails(stack: string, settings: Settings, cases: readonly Broken[]): void {
  describe(stack, () => {
    it("keeps every proof", async () => {
      const failed = proofsOf(await resourcesOf(settings)).filter(({ ok }) => !ok);
      expect(failed.map(told)).to.deep.equal([]);
    });

    for (const { breaks, mutation, fails } of cases) {
      it(`fails only what concerns ${breaks}`, async () => {
        const resources = await resourcesOf(settings);
        const changed = mutation(resources);
        expect(changed, "the change must apply").not.to.deep.equal(resources);
        const failed = proofsOf(changed).filter(({ ok }) => !ok);
        expect(failed.map(({ id }) => id)).to.have.members(fails.map(([id]) => id));
        for (const [id, code, names] of fails) {
          const proof = failed.find((each) => each.id === id);
          const text = proof === undefined ? "" : told(proof);
          expect(text).to.match(new RegExp(`: ${code} `));
          expect(text).to.contain(names);
        }
      });
    }
  });
}

const dualStackOff = change("fetcher-function", "/function:Function", ({ vpcConfig }) => ({
  vpcConfig: { ...Object(vpcConfig), ipv6AllowedForDualStack: false },
}));

describe("function.internetAccess", () => {
  eachFails("through NAT and over IPv6", { vpc: vpc("perAz", true), function: { internetAccess: true } }, [
    {
      breaks: "the rule for IPv4",
      mutation: without("fetcher-to-internet", ":SecurityGroupEgressRule"),
      fails: [[INTERNET, "unknown", "over IPv4"]],
    },
    {
      breaks: "the rule for IPv6",
      mutation: without("fetcher-to-internet-ipv6", ":SecurityGroupEgressRule"),
      fails: [[OVER_IPV6, "ENI_SG_RULES_MISMATCH", "fetcher-function"]],
    },
    {
      breaks: "one zone's route to its NAT gateway",
      mutation: without("vpc-private-b-internet", ":Route"),
      fails: [[INTERNET, "unknown", "vpc-private-b"]],
    },
    {
      breaks: "one zone's route to the egress-only internet gateway",
      mutation: without("vpc-private-b-internet-ipv6", ":Route"),
      fails: [[OVER_IPV6, "NO_ROUTE_TO_DESTINATION", "vpc-private-b"]],
    },
    {
      breaks: "the function's IPv6 addresses",
      mutation: dualStackOff,
      fails: [[OVER_IPV6, "NO_SOURCE_OR_DESTINATION", "fetcher-function"]],
    },
    {
      breaks: "the public subnet's route to the internet gateway, which NAT needs",
      mutation: without("vpc-public-a-internet", ":Route"),
      fails: [[INTERNET, "unknown", "vpc-nat-a"]],
    },
  ]);

  eachFails("over IPv6 alone", { vpc: vpc("none", true), function: { internetAccess: true } }, [
    {
      breaks: "the egress-only internet gateway",
      mutation: without("vpc-eigw", ":EgressOnlyInternetGateway"),
      fails: [[OVER_IPV6, "unknown", "not in the stack"]],
    },
  ]);

  eachFails("off", { vpc: vpc("perAz", true) }, [
    {
      breaks: "the security group, by a rule that nobody configured",
      mutation: (resources) => [...resources, strayRule(resources, { cidrIpv4: "0.0.0.0/0" })],
      fails: [["fetcher not-reach internet:443", "reachable", "open"]],
    },
    {
      breaks: "the security group, by a rule for IPv6",
      mutation: (resources) => [...resources, strayRule(resources, { cidrIpv6: "::/0" })],
      fails: [["fetcher not-reach internet:443", "reachable", "open"]],
    },
  ]);

  it("makes a network without NAT one that does not work", async () => {
    const worksWithoutNat = async (internetAccess: boolean) => {
      const settings = { vpc: vpc("perAz", false), function: { internetAccess } };
      const graph = graphFromResources(await resourcesOf(settings));
      const none = alternatives(graph, DEFAULT_USAGE).find(
        ({ nat, broken }) => nat === "none" && broken.length === 0,
      );
      return none !== undefined;
    };
    expect(await worksWithoutNat(true)).to.equal(false);
    expect(await worksWithoutNat(false)).to.equal(true);
  });

  it("names the key that opens it", async () => {
    const graph = graphFromResources(await resourcesOf({ vpc: vpc("perAz", false) }));
    const closed = proofReports(graph).find(({ id }) => id === "fetcher not-reach internet:443");
    expect(closed?.verdict.status === "blocked" && closed.verdict.fix).to.contain(
      "In the configuration: function.internetAccess: true.",
    );
  });
});

function strayRule(
  resources: readonly SourceResource[],
  to: Readonly<Record<string, string>>,
): SourceResource {
  const group = resources.find(
    ({ name, type }) => name === "fetcher-function" && type.endsWith(":SecurityGroup"),
  );
  if (group === undefined) throw new Error("the stack has no group of the function");
  const properties = { securityGroupId: group.id, ipProtocol: "tcp", fromPort: 443, toPort: 443, ...to };
  return {
    urn: `${group.urn}-stray`,
    type: "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
    name: "stray",
    properties,
    id: "sgr-0123456789abcdef0",
  };
}

const variables = (edit: (variables: Record<string, unknown>) => Record<string, unknown>) =>
  change("log-producer-function", "/function:Function", ({ environment }) => {
    const own: { variables: Record<string, unknown> } = Object(environment);
    return { environment: { variables: edit({ ...own.variables }) } };
  });

describe("logPipeline.via: ipv6", () => {
  eachFails(
    "in a VPC without NAT and without an endpoint of SNS",
    { vpc: vpc("none", true), logPipeline: { via: "ipv6" } },
    [
      {
        breaks: "the variable that makes the SDK call the dual-stack name",
        mutation: variables(({ AWS_USE_DUALSTACK_ENDPOINT: _, ...rest }) => rest),
        fails: [[PUBLISH, "DUAL_STACK_NAME_NOT_USED", "log-producer-function"]],
      },
      {
        breaks: "the variable's value",
        mutation: variables((all) => ({ ...all, AWS_USE_DUALSTACK_ENDPOINT: "1" })),
        fails: [[PUBLISH, "DUAL_STACK_NAME_NOT_USED", "log-producer-function"]],
      },
      {
        breaks: "one zone's route to the egress-only internet gateway",
        mutation: without("vpc-private-b-internet-ipv6", ":Route"),
        fails: [[PUBLISH, "NO_ROUTE_TO_DESTINATION", "vpc-private-b"]],
      },
      {
        breaks: "the rule for IPv6",
        mutation: without("log-producer-to-sns", ":SecurityGroupEgressRule"),
        fails: [[PUBLISH, "SG_HAS_NO_RULES", "log-producer-function"]],
      },
      {
        breaks: "the producer's IPv6 addresses",
        mutation: change("log-producer-function", "/function:Function", ({ vpcConfig }) => ({
          vpcConfig: { ...Object(vpcConfig), ipv6AllowedForDualStack: false },
        })),
        fails: [[PUBLISH, "NO_SOURCE_OR_DESTINATION", "log-producer-function"]],
      },
      {
        breaks: "the egress-only internet gateway",
        mutation: without("vpc-eigw", ":EgressOnlyInternetGateway"),
        fails: [[PUBLISH, "unknown", "not in the stack"]],
      },
    ],
  );

  it("makes no endpoint, and pays for none", async () => {
    const resources = await build("prod", { vpc: vpc("none", true), logPipeline: { via: "ipv6" } });
    const services = resources.ofType("ec2/vpcEndpoint:VpcEndpoint").map(({ name }) => name);
    expect(services).not.to.include("sns-endpoint");
  });
});
