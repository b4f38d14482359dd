import { expect } from "chai";
import { consumerStack } from "../../graph/api-fixtures.js";
import { isolatedStack, type Stack, vpcStack } from "../../graph/fixtures.js";
import { ask, ban, expectReachable } from "../support.js";

/** A load balancer `front` with a listener on port 80 that invokes the function. */
function withFront(stack: Stack, subnets: readonly string[], internal: boolean, from = "0.0.0.0/0"): Stack {
  return stack
    .add("group", "front-group", {
      vpcId: "vpc-id",
      ingress: [{ protocol: "tcp", fromPort: 80, toPort: 80, cidrBlocks: [from] }],
      egress: [{ protocol: "tcp", fromPort: 8080, toPort: 8080, cidrBlocks: ["10.20.0.0/16"] }],
    })
    .add("loadBalancer", "front", { subnets, internal, securityGroups: ["front-group-id"] })
    .add("targetGroup", "functions", { targetType: "lambda", arn: "functions-id" })
    .add("registration", "function-target", { targetGroupArn: "functions-id", targetId: "fetcher-id" })
    .add("listener", "http", {
      loadBalancerArn: "front-id",
      port: 80,
      defaultActions: [{ type: "forward", targetGroupArn: "functions-id" }],
    })
    .add("permission", "front-permission", {
      action: "lambda:InvokeFunction",
      function: "fetcher-id",
      principal: "elasticloadbalancing.amazonaws.com",
      sourceArn: "functions-id",
    });
}

describe("byLoadBalancers", () => {
  const nodes = (...subnets: readonly string[]) => withFront(vpcStack(), subnets, false);

  it("breaks a ban by the one node that is open, in any order of the nodes", () => {
    expect(ban(nodes("private-a-id", "private-b-id"), "internet", "fetcher", 80)).to.equal("holds");
    expect(ban(nodes("private-a-id", "public-b-id"), "internet", "fetcher", 80)).to.equal("reachable");
    expect(ban(nodes("public-b-id", "private-a-id"), "internet", "fetcher", 80)).to.equal("reachable");
  });

  it("keeps a requirement from holding if one node is blocked, and says where", () => {
    expectReachable(ask(nodes("public-a-id", "public-b-id"), "internet", "fetcher"));
    const verdict = ask(nodes("private-a-id", "public-b-id"), "internet", "fetcher");
    expect(verdict.status).to.equal("blocked");
  });

  it("leads a peer by its own way to the internet", () => {
    const front = (internal: boolean) =>
      withFront(
        consumerStack(),
        internal ? ["private-a-id", "private-b-id"] : ["public-a-id", "public-b-id"],
        internal,
      );
    expect(ban(front(false), "peer:consumer", "fetcher", 80)).to.equal("reachable");
    expect(ban(front(true), "peer:consumer", "fetcher", 80)).to.equal("reachable");
    expect(ban(consumerStack(), "peer:consumer", "fetcher", 80)).to.equal("holds");
    expect(ban(front(false), "peer:consumer", "front", 80)).to.equal("reachable");
    expect(ban(front(false), "peer:consumer", "front", 443)).to.equal("holds");
  });

  it("leads hosts without a way out to the private addresses of an internet-facing one", () => {
    const front = withFront(isolatedStack(), ["public-a-id", "public-b-id"], false);
    expect(ban(front, "private subnets", "fetcher", 80)).to.equal("reachable");
    expect(ban(front, "private subnets", "front", 80)).to.equal("reachable");
  });

  it("leads hosts to the public addresses of one that lets in those alone", () => {
    const natOnly = withFront(vpcStack(), ["public-a-id", "public-b-id"], false, "52.0.0.0/6")
      .add("instance", "web", { subnetId: "private-a-id", vpcSecurityGroupIds: ["web-group-id"] })
      .add("group", "web-group", {
        vpcId: "vpc-id",
        ingress: [{ protocol: "tcp", fromPort: 8080, toPort: 8080, securityGroups: ["front-group-id"] }],
      })
      .add("targetGroup", "web-targets", {
        targetType: "instance",
        protocol: "HTTP",
        port: 8080,
        vpcId: "vpc-id",
      })
      .add("registration", "web-target", { targetGroupArn: "web-targets-id", targetId: "web-id" })
      .with("http", { defaultActions: [{ type: "forward", targetGroupArn: "web-targets-id" }] });
    expect(ban(natOnly, "private subnets", "web", 8080)).not.to.equal("holds");
  });

  it("may lead hosts behind a transit gateway to the function", () => {
    const attached = vpcStack()
      .add("transitGatewayAttachment", "tgw", {
        vpcId: "vpc-id",
        transitGatewayId: "tgw-1",
        subnetIds: ["private-a-id", "private-b-id"],
      })
      .add("route", "to-tgw-a", {
        routeTableId: "private-table-a-id",
        destinationCidrBlock: "10.50.0.0/16",
        transitGatewayId: "tgw-1",
      })
      .add("route", "to-tgw-b", {
        routeTableId: "private-table-b-id",
        destinationCidrBlock: "10.50.0.0/16",
        transitGatewayId: "tgw-1",
      });
    expect(ban(attached, "tgw", "fetcher", 80)).to.equal("holds");
    const open = withFront(attached, ["private-a-id", "private-b-id"], true, "10.50.0.0/16");
    expect(ban(open, "tgw", "fetcher", 80)).to.equal("unknown");
    const closed = withFront(attached, ["private-a-id", "private-b-id"], true, "10.60.0.0/16");
    expect(ban(closed, "tgw", "fetcher", 80)).to.equal("holds");
  });
});
