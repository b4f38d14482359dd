import { UNKNOWN } from "../../../../preflight/resources/unknown.js";
import { type Stack, vpcStack } from "../../graph/fixtures.js";
import { ask, expectBlocked, expectReachable, expectUnknown } from "../support.js";

const withServers = (...servers: unknown[]): Stack =>
  vpcStack()
    .add("dhcpOptions", "options", { domainNameServers: servers })
    .add("dhcpAssociation", "association", { vpcId: "vpc-id", dhcpOptionsId: "options-id" });

describe("nameSupport", () => {
  it("is unknown if hosts ask other name servers, but for the VPC's own resolver", () => {
    expectUnknown(ask(withServers("192.0.2.53"), "fetcher", "ssm"), "options");
    expectUnknown(ask(withServers("AmazonProvidedDNS", "192.0.2.53"), "fetcher", "ssm"), "options");
    expectUnknown(ask(withServers(UNKNOWN), "fetcher", "ssm"), "options");
    expectReachable(ask(withServers("AmazonProvidedDNS"), "fetcher", "ssm"), "interface-endpoint");
    expectReachable(ask(withServers("10.20.0.2"), "fetcher", "ssm"), "interface-endpoint");
  });

  it("judges addresses, whatever servers hosts ask", () => {
    expectReachable(ask(withServers("192.0.2.53"), "fetcher", "1.1.1.1"), "nat");
  });

  const firewall = (action: string, domains: readonly unknown[]) =>
    vpcStack()
      .add("firewallGroup", "names", {})
      .add("firewallAssociation", "names-here", {
        firewallRuleGroupId: "names-id",
        vpcId: "vpc-id",
        priority: 200,
      })
      .add("firewallList", "list", { domains })
      .add("firewallRule", "rule", {
        action,
        priority: 10,
        firewallRuleGroupId: "names-id",
        firewallDomainListId: "list-id",
      });

  it("blocks a name that DNS Firewall blocks, and no other", () => {
    const blocked = firewall("BLOCK", ["*.amazonaws.com."]);
    expectBlocked(ask(blocked, "fetcher", "ssm"), "rule", "DNS_FIREWALL_BLOCKS");
    expectReachable(ask(firewall("BLOCK", ["example.com"]), "fetcher", "ssm"), "interface-endpoint");
    expectReachable(ask(firewall("ALERT", ["*"]), "fetcher", "ssm"), "interface-endpoint");
  });

  it("is unknown if the stack does not have the list or the group", () => {
    expectUnknown(ask(firewall("BLOCK", ["*"]).without("list"), "fetcher", "ssm"), "rule");
    const outside = firewall("BLOCK", ["*"]).without("list", "rule", "names");
    expectUnknown(ask(outside, "fetcher", "ssm"), "names-here");
  });
});

describe("zoneDeciding", () => {
  const rule = (domainName: string, ruleType = "FORWARD") =>
    vpcStack()
      .add("resolverRule", "rule", { domainName, ruleType })
      .add("resolverAssociation", "rule-here", { resolverRuleId: "rule-id", vpcId: "vpc-id" });

  it("prefers private DNS to a rule for less, and a rule for the same name to private DNS", () => {
    expectReachable(ask(rule("."), "fetcher", "ssm"), "interface-endpoint");
    expectUnknown(ask(rule("ssm.eu-west-1.amazonaws.com."), "fetcher", "ssm"), "rule");
  });

  it("is unknown about a forwarded name without private DNS, and not about one that a system rule keeps", () => {
    expectUnknown(ask(rule("."), "subnet:private-a", "sns"), "rule");
    expectReachable(ask(rule("amazonaws.com", "SYSTEM"), "subnet:private-a", "sns"), "nat");
  });

  it("is unknown if the associated rule is not in the stack", () => {
    const outside = rule(".").without("rule");
    expectUnknown(ask(outside, "fetcher", "ssm"), "rule-here");
    const beside = outside.add("zoneAssociation", "a-zone-here", { zoneId: "Z0OUTSIDE", vpcId: "vpc-id" });
    expectUnknown(ask(beside, "fetcher", "ssm"), "rule-here");
    expectReachable(ask(beside.without("rule-here"), "fetcher", "ssm"), "interface-endpoint");
  });

  it("blocks a name that a private hosted zone covers without a record, unless private DNS is more specific", () => {
    const stack = vpcStack().add("zone", "aws-zone", { name: "amazonaws.com", vpcs: [{ vpcId: "vpc-id" }] });
    expectBlocked(ask(stack, "subnet:private-a", "sns"), "aws-zone", "HOSTED_ZONE_HIDES_NAME");
    expectReachable(ask(stack, "fetcher", "ssm"), "interface-endpoint");
  });

  it("follows the record of a zone to an endpoint without private DNS", () => {
    const stack = vpcStack()
      .with("ssm-endpoint", { privateDnsEnabled: false })
      .add("zone", "ssm-zone", { name: "ssm.eu-west-1.amazonaws.com", vpcs: [{ vpcId: "vpc-id" }] })
      .add("record", "ssm-record", {
        zoneId: "ssm-zone-id",
        name: "ssm.eu-west-1.amazonaws.com",
        type: "A",
        aliases: [{ name: "ssm-endpoint-id-0a1b2c3d.ssm.eu-west-1.vpce.amazonaws.com" }],
      });
    expectReachable(ask(stack, "fetcher", "ssm"), "interface-endpoint");
    expectUnknown(ask(stack.lacking("ssm-record", "aliases"), "fetcher", "ssm"), "ssm-record");
  });

  const profiled = (resourceArn: string) =>
    vpcStack()
      .add("profile", "shared", {})
      .add("profileAssociation", "shared-here", { profileId: "shared-id", resourceId: "vpc-id" })
      .add("profileResource", "shared-zone", { profileId: "shared-id", resourceArn })
      .add("zone", "aws-zone", { name: "amazonaws.com", arn: "arn:aws:route53:::hostedzone/Z1", vpcs: [] });

  it("reads the zones of a Profile, and is unknown about what else it holds", () => {
    const known = profiled("arn:aws:route53:::hostedzone/Z1");
    expectBlocked(ask(known, "subnet:private-a", "sns"), "aws-zone", "HOSTED_ZONE_HIDES_NAME");
    expectReachable(ask(known, "fetcher", "ssm"), "interface-endpoint");
    expectUnknown(ask(profiled("arn:aws:route53:::hostedzone/Z2"), "fetcher", "ssm"), "shared-here");
    expectUnknown(ask(known.without("shared"), "fetcher", "ssm"), "shared-here");
  });
});
