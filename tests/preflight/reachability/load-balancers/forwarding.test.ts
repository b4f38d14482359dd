import { expect } from "chai";
import { UNKNOWN } from "../../../../preflight/resources/unknown.js";
import { type Stack, vpcStack } from "../../graph/fixtures.js";
import { ask, expectBlocked, expectReachable, expectUnknown, hops } from "../support.js";

/** The network with an internal load balancer `orders`, whose one target is the instance `web`. */
function balancedStack(): Stack {
  return vpcStack()
    .add("group", "balancer-group", {
      vpcId: "vpc-id",
      ingress: [{ protocol: "tcp", fromPort: 443, toPort: 443, securityGroups: ["fetcher-group-id"] }],
      egress: [{ protocol: "tcp", fromPort: 8080, toPort: 8080, cidrBlocks: ["10.20.0.0/16"] }],
    })
    .add("group", "web-group", {
      vpcId: "vpc-id",
      ingress: [{ protocol: "tcp", fromPort: 8080, toPort: 8080, securityGroups: ["balancer-group-id"] }],
    })
    .add("instance", "web", {
      subnetId: "private-a-id",
      vpcSecurityGroupIds: ["web-group-id"],
      privateIp: "10.20.10.20",
    })
    .add("loadBalancer", "orders", {
      loadBalancerType: "application",
      internal: true,
      subnets: ["private-a-id", "private-b-id"],
      securityGroups: ["balancer-group-id"],
      dnsName: "internal-orders-1.eu-west-1.elb.amazonaws.com",
    })
    .add("targetGroup", "web-targets", { targetType: "ip", protocol: "HTTP", port: 8080, vpcId: "vpc-id" })
    .add("registration", "web-target", { targetGroupArn: "web-targets-id", targetId: "10.20.10.20" })
    .add("listener", "https", {
      loadBalancerArn: "orders-id",
      port: 443,
      protocol: "HTTPS",
      defaultActions: [{ type: "forward", targetGroupArn: "web-targets-id" }],
    });
}

describe("beyond", () => {
  it("follows a load balancer to its target, and says each step", () => {
    const verdict = ask(balancedStack(), "fetcher", "orders", 443);
    expectReachable(verdict, "local");
    expect(hops(verdict)).to.include("orders: listens on tcp 443");
    expect(hops(verdict)).to.include("web-targets: forwards to web on tcp 8080");
  });

  it("finds a load balancer by its DNS name", () => {
    expectReachable(ask(balancedStack(), "fetcher", "internal-orders-1.eu-west-1.elb.amazonaws.com", 443));
  });

  it("blocks a port without a listener, and is unknown if a listener's port is", () => {
    const stack = balancedStack().with("https", { port: 8443 });
    expectBlocked(ask(stack, "fetcher", "orders", 443), "orders", "ELBV2_LISTENERS_MISMATCH");
    expectUnknown(ask(balancedStack().with("https", { port: UNKNOWN }), "fetcher", "orders", 443), "https");
  });

  it("blocks if the load balancer may not send to the target, or the target refuses it", () => {
    const silent = balancedStack().with("balancer-group", { egress: [] });
    expectBlocked(ask(silent, "fetcher", "orders", 443), "balancer-group", "SG_HAS_NO_RULES");
    const closed = balancedStack().with("web-group", { ingress: [] });
    expectBlocked(ask(closed, "fetcher", "orders", 443), "web-group", "SG_HAS_NO_RULES");
  });

  it("needs no target for a fixed response", () => {
    const stack = balancedStack().with("https", { defaultActions: [{ type: "fixed-response" }] });
    expectReachable(ask(stack.without("web-target"), "fetcher", "orders", 443));
  });

  it("blocks a target group without targets, and is unknown if a registration may be for it", () => {
    const empty = balancedStack().without("web-target");
    expectBlocked(ask(empty, "fetcher", "orders", 443), "web-targets", "ELBV2_LISTENER_HAS_NO_TG");
    const doubtful = balancedStack().with("web-target", { targetGroupArn: UNKNOWN });
    expectUnknown(ask(doubtful, "fetcher", "orders", 443), "web-targets");
  });

  it("is unknown if rules lead to different answers", () => {
    const stack = balancedStack().add("listenerRule", "elsewhere", {
      listenerArn: "https-id",
      actions: [{ type: "forward", targetGroupArn: "targetgroup/of-another-stack" }],
    });
    expectUnknown(ask(stack, "fetcher", "orders", 443), "https");
  });

  it("ignores a target group of the weight 0", () => {
    const stack = balancedStack()
      .add("targetGroup", "empty", { targetType: "ip", protocol: "HTTP", port: 80, vpcId: "vpc-id" })
      .with("https", {
        defaultActions: [
          {
            type: "forward",
            forward: {
              targetGroups: [
                { arn: "web-targets-id", weight: 1 },
                { arn: "empty-id", weight: 0 },
              ],
            },
          },
        ],
      });
    expectReachable(ask(stack, "fetcher", "orders", 443));
  });

  it("leaves a target that fails its health checks out if another one passes", () => {
    const stack = balancedStack()
      .add("group", "closed-group", { vpcId: "vpc-id" })
      .add("instance", "refusing", {
        subnetId: "private-b-id",
        vpcSecurityGroupIds: ["closed-group-id"],
        privateIp: "10.20.11.20",
      })
      .add("registration", "refusing-target", { targetGroupArn: "web-targets-id", targetId: "10.20.11.20" });
    expectReachable(ask(stack, "fetcher", "orders", 443));
    const checked = stack.with("web-targets", { healthCheck: { port: "9000" } });
    expectUnknown(ask(checked, "fetcher", "orders", 443), "web-targets");
  });

  it("judges a network load balancer by no group, unless it has one", () => {
    const stack = balancedStack()
      .with("orders", { loadBalancerType: "network", securityGroups: [] })
      .with("https", { protocol: "TCP" })
      .with("web-targets", { protocol: "TCP" })
      .with("web-group", {
        ingress: [{ protocol: "tcp", fromPort: 8080, toPort: 8080, cidrBlocks: ["10.20.10.0/23"] }],
      });
    expectReachable(ask(stack, "fetcher", "orders", 443));
    const grouped = stack.with("orders", { securityGroups: ["web-group-id"] });
    expectBlocked(ask(grouped, "fetcher", "orders", 443), "web-group", "ENI_SG_RULES_MISMATCH");
  });

  it("is unknown behind a Gateway Load Balancer", () => {
    const stack = balancedStack().with("orders", { loadBalancerType: "gateway", securityGroups: [] });
    expectUnknown(ask(stack, "fetcher", "orders", 443), "orders");
  });
});
