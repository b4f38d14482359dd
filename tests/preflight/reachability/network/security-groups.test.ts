import { isolatedStack, vpcStack } from "../../graph/fixtures.js";
import { ask, expectBlocked, expectReachable, expectUnknown } from "../support.js";

describe("egressAllowed and ingressAllowed", () => {
  it("need no rule for the answers", () => {
    expectReachable(ask(isolatedStack(), "fetcher", "ssm"), "interface-endpoint");
  });

  it("match a group reference for its members only", () => {
    const stack = vpcStack().with("fetcher", {
      vpcConfig: { subnetIds: ["private-a-id"], securityGroupIds: ["api-group-id"] },
    });
    const out = stack.with("fetcher-out", { securityGroupId: "api-group-id" });
    expectBlocked(ask(out, "fetcher", "ssm"), "endpoint-group", "ENI_SG_RULES_MISMATCH");
  });

  it("add up the rules of several groups", () => {
    const stack = vpcStack()
      .add("group", "empty-group", { vpcId: "vpc-id" })
      .with("fetcher", {
        vpcConfig: { subnetIds: ["private-a-id"], securityGroupIds: ["empty-group-id", "fetcher-group-id"] },
      });
    expectReachable(ask(stack, "fetcher", "ssm"));
  });

  it("read rules in all three forms", () => {
    const bare = isolatedStack().without("endpoint-from-fetcher");
    const separate = bare.add("groupRule", "rule", {
      type: "ingress",
      securityGroupId: "endpoint-group-id",
      sourceSecurityGroupId: "fetcher-group-id",
      protocol: "tcp",
      fromPort: 443,
      toPort: 443,
    });
    const inline = bare.with("endpoint-group", {
      ingress: [{ protocol: "tcp", fromPort: 443, toPort: 443, securityGroups: ["fetcher-group-id"] }],
    });
    for (const stack of [separate, inline])
      expectReachable(ask(stack, "fetcher", "ssm"), "interface-endpoint");
  });

  it("match the group's own members by self", () => {
    const stack = isolatedStack()
      .with("ssm-endpoint", { securityGroupIds: ["fetcher-group-id"] })
      .with("fetcher-group", { ingress: [{ protocol: "-1", fromPort: 0, toPort: 0, self: true }] });
    expectReachable(ask(stack, "fetcher", "ssm"));
  });

  it("block egress without a rule, because the provider removes AWS's default rule", () => {
    expectBlocked(
      ask(vpcStack().without("fetcher-out"), "fetcher", "internet"),
      "fetcher-group",
      "SG_HAS_NO_RULES",
    );
  });

  it("use the rules of AWS's default group unless the stack adopts it", () => {
    const members = {
      vpcConfig: { subnetIds: ["private-a-id", "private-b-id"], securityGroupIds: ["sg-default"] },
    };
    const stack = isolatedStack()
      .with("vpc", { defaultSecurityGroupId: "sg-default" })
      .with("fetcher", members)
      .lacking("ssm-endpoint", "securityGroupIds");
    expectReachable(ask(stack, "fetcher", "ssm"), "interface-endpoint");
    const emptied = stack.add("defaultGroup", "locked", { vpcId: "vpc-id" });
    expectBlocked(ask(emptied, "fetcher", "ssm"), "locked", "SG_HAS_NO_RULES");
  });

  it("are unknown if the block of a rule covers part of the subnet", () => {
    const stack = vpcStack().with("api-from-vpc", { cidrIpv4: "10.20.10.0/25" });
    expectUnknown(ask(stack, "subnet:private-a", "GET /messages"), "api-from-vpc");
  });
});
