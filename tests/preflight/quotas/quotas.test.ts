import { expect } from "chai";
import { exceededQuotas, refusedQuotas } from "../../../policy/policies/quotas.js";
import { AWS_LIMITS, type LimitName } from "../../../preflight/aws/limits.js";
import { quotasOf } from "../../../preflight/quotas/index.js";
import { buildReport } from "../../../preflight/report/build/report.js";
import { renderHtml } from "../../../preflight/report/html/index.js";
import { markdownReport } from "../../../preflight/report/text/markdown.js";
import { terminalReport, verdictLine } from "../../../preflight/report/text/terminal.js";
import { allow, resource, type ShortType, Stack, urnOf, vpcStack } from "../graph/fixtures.js";
import { graphOf } from "../reachability/support.js";

type Properties = Parameters<typeof resource>[2];

const VPC = { vpcId: "vpc-id" };
const many = (count: number, type: ShortType, properties: (index: number) => Properties): Stack =>
  new Stack(Array.from({ length: count }, (_, i) => resource(type, `more-${type}-${i}`, properties(i))));
const repeated = (count: number, text: string) => Array<string>(count).fill(text);
const block = (i: number) => `10.${100 + (i >> 8)}.${i & 255}.0/24`;

/** For each limit: a stack that uses a number of it, besides what the fixture's network does. */
const STACKS: Readonly<Record<LimitName, (count: number) => Stack>> = {
  elasticAddresses: (count) => many(count, "eip", () => ({ domain: "vpc" })),
  // The first is the VPC's own.
  vpcBlocks: (count) =>
    vpc().and(many(count - 1, "secondaryBlock", (i) => ({ ...VPC, cidrBlock: `10.${100 + i}.0.0/16` }))),
  vpcs: (count) => many(count, "vpc", (i) => ({ cidrBlock: `10.${i}.0.0/16` })),
  subnets: (count) => vpc().and(many(count, "subnet", (i) => ({ ...VPC, cidrBlock: block(i) }))),
  // AWS makes the main table with the VPC.
  routeTables: (count) => vpc().and(many(count - 1, "table", () => VPC)),
  routes: (count) =>
    vpc()
      .add("table", "table", VPC)
      .and(
        many(count, "route", (i) => ({
          routeTableId: "table-id",
          destinationCidrBlock: block(i),
          gatewayId: "igw-1",
        })),
      ),
  natGateways: (count) =>
    vpc()
      .add("subnet", "public", { ...VPC, cidrBlock: block(0), availabilityZone: "eu-west-1a" })
      .and(many(count, "nat", () => ({ subnetId: "public-id" }))),
  securityGroups: (count) => vpc().and(many(count, "group", () => VPC)),
  securityGroupRules: (count) =>
    vpc()
      .add("group", "group", VPC)
      .and(
        many(count, "ingress", (i) => ({
          securityGroupId: "group-id",
          ipProtocol: "tcp",
          fromPort: 443,
          toPort: 443,
          cidrIpv4: block(i),
        })),
      ),
  groupsOfInterface: (count) =>
    new Stack([]).add("networkInterface", "interface", { securityGroups: repeated(count, "sg-1") }),
  networkAclRules: (count) =>
    vpc()
      .add("acl", "acl", VPC)
      .and(
        many(count, "aclRule", (i) => ({
          networkAclId: "acl-id",
          ruleNumber: i + 1,
          egress: false,
          protocol: "tcp",
          ruleAction: "allow",
          cidrBlock: block(i),
          fromPort: 443,
          toPort: 443,
        })),
      ),
  peerings: (count) => vpc().and(many(count, "peering", (i) => ({ ...VPC, peerVpcId: `vpc-other-${i}` }))),
  interfaceEndpoints: (count) =>
    vpc().and(
      many(count, "endpoint", () => ({
        ...VPC,
        vpcEndpointType: "Interface",
        serviceName: "com.amazonaws.eu-west-1.ssm",
      })),
    ),
  gatewayEndpoints: (count) =>
    vpc().and(
      many(count, "endpoint", () => ({
        ...VPC,
        vpcEndpointType: "Gateway",
        serviceName: "com.amazonaws.eu-west-1.s3",
      })),
    ),
  layers: (count) =>
    new Stack([]).add("function", "lambda", {
      layers: repeated(count, "arn:aws:lambda:eu-west-1:123456789012:layer:x:1"),
    }),
  variables: (count) =>
    new Stack([]).add("function", "lambda", {
      environment: { variables: { A: "x".repeat(count - '{"A":""}'.length) } },
    }),
  apiPolicy: (count) => new Stack([]).add("api", "api", { policy: policyOf(count) }),
  apiResources: (count) =>
    new Stack([])
      .add("api", "api")
      .and(many(count, "apiResource", (i) => ({ restApi: "api-id", pathPart: `p${i}` }))),
  usagePlans: (count) => many(count, "plan", () => ({})),
  apiKeys: (count) => many(count, "key", () => ({})),
  publicDomainNames: (count) =>
    many(count, "domain", (i) => ({
      domainName: `a${i}.example.com`,
      endpointConfiguration: { types: "REGIONAL" },
    })),
  privateDomainNames: (count) =>
    many(count, "domain", (i) => ({
      domainName: `a${i}.example.com`,
      endpointConfiguration: { types: "PRIVATE" },
    })),
  multiLevelMappings: (count) =>
    new Stack([])
      .add("api", "api")
      .add("domain", "domain", { domainName: "a.example.com", endpointConfiguration: { types: "REGIONAL" } })
      .and(
        many(count, "newerMapping", (i) => ({
          domainName: "a.example.com",
          apiId: "api-id",
          stage: "v1",
          apiMappingKey: `a/${i}`,
        })),
      ),
  eventPattern: (count) =>
    new Stack([]).add("rule", "rule", {
      eventPattern: JSON.stringify({ source: ["x".repeat(count - '{"source":[""]}'.length)] }),
    }),
  targets: (count) =>
    new Stack([])
      .add("rule", "rule", { name: "rule" })
      .and(many(count, "target", (i) => ({ rule: "rule", arn: `arn:aws:sqs:eu-west-1:123456789012:q${i}` }))),
  trustPolicy: (count) => new Stack([]).add("role", "role", { assumeRolePolicy: policyOf(count) }),
  managedPolicies: (count) =>
    new Stack([])
      .add("role", "role", { name: "role" })
      .and(many(count, "attachment", (i) => ({ role: "role", policyArn: `arn:aws:iam::aws:policy/P${i}` }))),
  listenerRules: (count) =>
    new Stack([])
      .add("loadBalancer", "balancer", { loadBalancerType: "application" })
      .add("listener", "listener", {
        arn: "arn:listener",
        loadBalancerArn: "balancer-id",
        port: 443,
        defaultActions: [{ type: "fixed-response" }],
      })
      .and(
        many(count, "listenerRule", (i) => ({
          listenerArn: "arn:listener",
          priority: i + 1,
          actions: [{ type: "fixed-response" }],
        })),
      ),
  zoneVpcs: (count) =>
    new Stack([]).add("zone", "zone", {
      name: "example.com",
      vpcs: Array.from({ length: count }, (_, i) => ({ vpcId: `vpc-${i}` })),
    }),
  // These two are judged with the policies: a refused policy (least-privilege/refused-policies.ts).
  endpointPolicy: () => new Stack([]),
  inlinePolicies: () => new Stack([]),
};

const BY_POLICIES: ReadonlySet<string> = new Set(["endpointPolicy", "inlinePolicies"]);

function vpc(): Stack {
  return new Stack([]).add("vpc", "vpc", { cidrBlock: "10.0.0.0/8" });
}

function policyOf(size: number): string {
  const empty = allow("execute-api:Invoke", [""], { Principal: "*" });
  return allow("execute-api:Invoke", ["x".repeat(size - empty.length)], { Principal: "*" });
}

const isLimit = (name: string): name is LimitName => name in AWS_LIMITS;
const LIMITS = Object.keys(AWS_LIMITS)
  .filter(isLimit)
  .filter((name) => !BY_POLICIES.has(name));

const stateOf = (name: LimitName, count: number) => {
  const { what } = AWS_LIMITS[name];
  const found = quotasOf(graphOf(STACKS[name](count))).find((quota) => quota.what === what);
  return [found?.used, found?.state];
};

describe("quotasOf", () => {
  for (const name of LIMITS) {
    const { limit, most, what } = AWS_LIMITS[name];
    it(`counts ${what}, and tells what AWS may have raised from what it never does`, () => {
      expect(stateOf(name, limit), "at the limit").to.deep.equal([limit, "near"]);
      const above = limit + 1;
      expect(stateOf(name, above), "above").to.deep.equal([above, most === limit ? "refused" : "over"]);
      if (most !== undefined) expect(stateOf(name, most + 1)).to.deep.equal([most + 1, "refused"]);
    });
  }

  it("counts the rules of a group for each direction and address family apart", () => {
    const rule = (type: "ingress" | "egress", more: (i: number) => object, count: number, start = 0) =>
      new Stack(
        Array.from({ length: count }, (_, i) =>
          resource(type, `${type}-${start + i}`, {
            securityGroupId: "group-id",
            ipProtocol: "tcp",
            fromPort: 443,
            toPort: 443,
            ...more(i),
          }),
        ),
      );
    const stack = vpc()
      .add("group", "group", VPC)
      .and(rule("ingress", (i) => ({ cidrIpv4: block(i) }), 40))
      .and(rule("ingress", (i) => ({ cidrIpv6: `2001:db8:${i}::/48` }), 40, 100))
      .and(rule("egress", (i) => ({ cidrIpv4: block(i) }), 40))
      .and(rule("ingress", () => ({ referencedSecurityGroupId: "sg-other" }), 10, 200));
    const found = quotasOf(graphOf(stack)).find(({ what }) => what === AWS_LIMITS.securityGroupRules.what);
    expect([found?.used, found?.state]).to.deep.equal([50, "near"]);
  });

  it("does not count what is in another Region", () => {
    const far = { region: "us-east-1" };
    const stack = many(4, "eip", () => ({ region: "eu-west-1" })).and(
      new Stack([1, 2, 3].map((i) => resource("eip", `far-${i}`, far))),
    );
    const found = quotasOf(graphOf(stack)).find(({ what }) => what === AWS_LIMITS.elasticAddresses.what);
    expect(found?.used).to.equal(4);
  });

  it("names the fullest of each kind, and every other one that is near", () => {
    const groups = [58, 3, 61].reduce(
      (stack, count, at) =>
        stack.add("group", `group-${at}`, VPC).and(
          new Stack(
            Array.from({ length: count }, (_, i) =>
              resource("ingress", `rule-${at}-${i}`, {
                securityGroupId: `group-${at}-id`,
                ipProtocol: "tcp",
                fromPort: 443,
                toPort: 443,
                cidrIpv4: block(i),
              }),
            ),
          ),
        ),
      vpc(),
    );
    const named = quotasOf(graphOf(groups))
      .filter(({ what }) => what === AWS_LIMITS.securityGroupRules.what)
      .map(({ of, state }) => [of?.name, state]);
    expect(named).to.deep.equal([
      ["group-2", "over"],
      ["group-0", "near"],
    ]);
  });

  it("counts a large stack in time that grows with its size", () => {
    const least = (count: number) => {
      const graph = graphOf(STACKS.securityGroupRules(count).and(STACKS.apiKeys(count)));
      return Math.min(
        ...[1, 2, 3].map(() => {
          const begin = process.cpuUsage();
          quotasOf(graph);
          const { user, system } = process.cpuUsage(begin);
          return (user + system) / 1000;
        }),
      );
    };
    least(500);
    const few = Math.max(least(500), 2);
    // 16 if it is linear, 256 if each is compared with each.
    expect(least(8_000) / few).to.be.below(80);
  });
});

describe("quotas in the report", () => {
  const reportOf = (stack: Stack) =>
    buildReport(graphOf(stack), {
      project: "orders",
      stack: "test",
      region: "eu-west-1",
      source: "deployed",
    });
  const words = (text: string) => text.replace(/\s+/g, " ");

  it("are not mentioned while none is near", () => {
    const report = reportOf(vpcStack());
    expect(report.quotas).not.to.have.length(0);
    expect(report.quotas.filter(({ state }) => state !== "ok")).to.deep.equal([]);
    for (const text of [terminalReport(report), markdownReport(report), renderHtml([report])]) {
      expect(text).not.to.match(/near a quota|over a quota|\*\*Quotas|Quotas<\/h3>/);
    }
  });

  it("are advice if AWS may have raised them, with what to ask for", () => {
    const report = reportOf(vpcStack().and(many(6, "eip", () => ({ domain: "vpc" }))));
    expect(words(terminalReport(report))).to.match(
      /over a quota: \d of 5 Elastic IP addresses in a Region\. AWS refuses the rest in the middle of an update, unless the account's quota is higher/,
    );
    expect(markdownReport(report)).to.contain("**over:**").and.contain("(https://docs.aws.amazon.com/vpc/");
    expect(renderHtml([report]))
      .to.contain("Quotas</h3>")
      .and.contain("if you ask");
    expect(verdictLine([report])).not.to.contain("AWS would refuse");
  });

  it("fail if AWS allows nobody that much", () => {
    const stack = vpcStack().and(
      many(126, "peering", (i) => ({ vpcId: "vpc-id", peerVpcId: `vpc-other-${i}` })),
    );
    const report = reportOf(stack);
    expect(words(terminalReport(report))).to.contain(
      "FAIL over a limit: 126 of 50 peering connections of a VPC (vpc). AWS allows 125 at most",
    );
    expect(markdownReport(report)).to.contain("AWS would refuse what is over 1 limit");
    expect(verdictLine([report])).to.contain("AWS would refuse what is over 1 limit");
  });
});

describe("policies on quotas", () => {
  it("refuse what AWS never raises, and advise on the rest, at the resource", () => {
    const stack = vpc()
      .and(many(126, "peering", (i) => ({ ...VPC, peerVpcId: `vpc-other-${i}` })))
      .and(STACKS.elasticAddresses(6));
    const graph = graphOf(stack);
    const [refused, ...others] = refusedQuotas(graph);
    expect(others).to.deep.equal([]);
    expect(refused?.urn).to.equal(urnOf("vpc", "vpc"));
    expect(refused?.message)
      .to.contain("126 of 50 peering connections")
      .and.contain("https://docs.aws.amazon.com/");
    expect(exceededQuotas(graph).map(({ urn, message }) => [urn, message.slice(0, 23)])).to.deep.equal([
      [undefined, "6 of 5 Elastic IP addre"],
    ]);
  });
});
