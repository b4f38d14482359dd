import { type Stack, vpcStack } from "../../graph/fixtures.js";
import { ask, expectBlocked, expectReachable, expectUnknown } from "../support.js";

const ACL_ALL = { protocol: "-1", cidrBlock: "0.0.0.0/0", fromPort: 0, toPort: 0 };

describe("networkAcl", () => {
  const acl = (...rules: readonly Record<string, unknown>[]) =>
    rules.reduce<Stack>(
      (stack, rule, i) => stack.add("aclRule", `rule-${i}`, { networkAclId: "acl-id", ...ACL_ALL, ...rule }),
      vpcStack().add("acl", "acl", { vpcId: "vpc-id", subnetIds: ["private-a-id"] }),
    );
  const OUT = { egress: true, ruleNumber: 100, ruleAction: "allow" };
  const IN = { egress: false, ruleNumber: 100, ruleAction: "allow" };
  const EPHEMERAL = { protocol: "tcp", fromPort: 1024, toPort: 65535 };

  it("blocks if the answers on ephemeral ports are denied", () => {
    expectReachable(ask(acl(OUT, { ...IN, ...EPHEMERAL }), "fetcher", "internet"));
    const only443 = { ...IN, protocol: "tcp", fromPort: 443, toPort: 443 };
    expectBlocked(ask(acl(OUT, only443), "fetcher", "internet"), "acl", "SUBNET_ACL_RESTRICTION");
  });

  it("leaves open whether connections work if answers on a part of the ports 1024-65535 are denied", () => {
    const linux = { ...IN, protocol: "tcp", fromPort: 32768, toPort: 65535 };
    expectUnknown(ask(acl(OUT, linux), "fetcher", "internet"), "acl");
    const rest = { ...IN, ruleNumber: 110, protocol: "6", fromPort: 1024, toPort: 32767 };
    expectReachable(ask(acl(OUT, linux, rest), "fetcher", "internet"));
  });

  it("allows answers if only single ports are denied, as AWS recommends for malicious programs", () => {
    const remoteDesktop = {
      ruleNumber: 50,
      ruleAction: "deny",
      protocol: "tcp",
      fromPort: 3389,
      toPort: 3389,
    };
    const stack = acl(OUT, IN, { ...remoteDesktop, egress: false });
    expectReachable(ask(stack, "fetcher", "internet"));
    const web = { ...remoteDesktop, egress: true, fromPort: 443, toPort: 443 };
    expectBlocked(ask(acl(OUT, IN, web), "fetcher", "internet"), "acl", "SUBNET_ACL_RESTRICTION");
  });

  it("follows the rule with the lowest number that matches", () => {
    const deny = { egress: true, ruleAction: "deny" };
    expectReachable(ask(acl(OUT, IN, { ...deny, ruleNumber: 200 }), "fetcher", "internet"));
    expectBlocked(
      ask(acl(OUT, IN, { ...deny, ruleNumber: 50 }), "fetcher", "internet"),
      "acl",
      "SUBNET_ACL_RESTRICTION",
    );
  });

  it("does not apply inside a subnet", () => {
    const stack = acl()
      .with("ssm-endpoint", { subnetIds: ["private-a-id"] })
      .with("fetcher", {
        vpcConfig: { subnetIds: ["private-a-id"], securityGroupIds: ["fetcher-group-id"] },
      });
    expectReachable(ask(stack, "fetcher", "ssm"), "interface-endpoint");
    expectBlocked(ask(stack, "fetcher", "internet"), "acl", "SUBNET_ACL_RESTRICTION");
  });

  it("applies to the endpoint's subnet if that is another one", () => {
    const stack = acl(OUT).with("ssm-endpoint", { subnetIds: ["private-a-id"] });
    const elsewhere = stack.with("fetcher", {
      vpcConfig: { subnetIds: ["private-b-id"], securityGroupIds: ["fetcher-group-id"] },
    });
    expectBlocked(ask(elsewhere, "fetcher", "ssm"), "acl", "SUBNET_ACL_RESTRICTION");
  });

  it("denies everything if it is new, and allows everything if AWS created it with the VPC", () => {
    expectReachable(ask(vpcStack(), "fetcher", "internet"));
    expectBlocked(ask(acl(), "fetcher", "internet"), "acl", "SUBNET_ACL_RESTRICTION");
  });

  it("denies everything if the stack adopts the default ACL without a rule", () => {
    const stack = vpcStack()
      .with("vpc", { defaultNetworkAclId: "acl-default" })
      .add("defaultAcl", "taken-over", { defaultNetworkAclId: "acl-default" });
    expectBlocked(ask(stack, "fetcher", "internet"), "taken-over", "SUBNET_ACL_RESTRICTION");
  });

  it("reads associations from separate resources", () => {
    const stack = vpcStack()
      .add("acl", "acl", { vpcId: "vpc-id" })
      .add("aclAssociation", "association", { networkAclId: "acl-id", subnetId: "private-a-id" });
    expectBlocked(ask(stack, "fetcher", "internet"), "acl", "SUBNET_ACL_RESTRICTION");
  });
});
