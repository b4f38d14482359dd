import { type Stack, vpcStack } from "../../graph/fixtures.js";
import { ask, expectBlocked, expectReachable, expectUnknown } from "../support.js";

describe("publicOwners", () => {
  const ADDRESS = "203.0.113.5:443";
  const web = (rule: Record<string, unknown> = { cidrBlocks: ["0.0.0.0/0"] }): Stack =>
    vpcStack()
      .add("group", "web", {
        vpcId: "vpc-id",
        ingress: [{ protocol: "tcp", fromPort: 443, toPort: 443, ...rule }],
      })
      .add("instance", "server", { subnetId: "public-a-id", vpcSecurityGroupIds: ["web-id"] })
      .add("networkInterface", "first", { subnetId: "public-a-id", securityGroups: ["web-id"] })
      .add("eip", "address", { publicIp: "203.0.113.5" });

  const heldBy = {
    "by the address itself": web().with("address", { instance: "server-id" }),
    "by the address, through a network interface": web().with("address", { networkInterface: "first-id" }),
    "by an association with an instance": web().add("eipAssociation", "held", {
      allocationId: "address-id",
      instanceId: "server-id",
    }),
    "by an association with the first interface of an instance": web()
      .with("server", { networkInterfaces: [{ deviceIndex: 0, networkInterfaceId: "first-id" }] })
      .add("eipAssociation", "held", { publicIp: "203.0.113.5", networkInterfaceId: "first-id" }),
    "by the public address of the instance": web()
      .without("address")
      .with("server", { publicIp: "203.0.113.5" }),
  };
  for (const [how, stack] of Object.entries(heldBy)) {
    it(`finds the interface that has an address ${how}`, () => {
      expectReachable(ask(stack, "internet", ADDRESS), "internet-gateway");
      expectBlocked(ask(stack, "internet", "203.0.113.5:22"), "web", "ENI_SG_RULES_MISMATCH");
      expectBlocked(ask(stack, "fetcher", "203.0.113.5:22"), "fetcher-group", "ENI_SG_RULES_MISMATCH");
    });
  }

  it("counts a group that a separate resource attaches to the interface", () => {
    const stack = web()
      .with("address", { instance: "server-id" })
      .with("server", { primaryNetworkInterfaceId: "eni-0a1b2c3d4e5f60718" })
      .add("group", "shell", {
        vpcId: "vpc-id",
        ingress: [{ protocol: "tcp", fromPort: 22, toPort: 22, cidrBlocks: ["0.0.0.0/0"] }],
      })
      .add("groupAttachment", "opens", {
        securityGroupId: "shell-id",
        networkInterfaceId: "eni-0a1b2c3d4e5f60718",
      });
    expectReachable(ask(stack, "internet", "203.0.113.5:22"), "internet-gateway");
    expectBlocked(ask(stack.without("opens"), "internet", "203.0.113.5:22"), "web", "ENI_SG_RULES_MISMATCH");
  });

  it("is unknown for an Elastic IP that no resource of the stack has", () => {
    expectUnknown(ask(web(), "internet", ADDRESS), "address");
  });

  it("lets nothing in at a NAT gateway's address", () => {
    const stack = vpcStack().with("eip-a", { publicIp: "203.0.113.20" });
    expectBlocked(ask(stack, "internet", "203.0.113.20:443"), "nat-a", "NAT_ACCEPTS_NO_CONNECTIONS");
  });

  it("compares the NAT gateway's address, and no group, with the rules behind a public address", () => {
    const open = (rule: Record<string, unknown>) =>
      web(rule)
        .with("address", { instance: "server-id" })
        .with("eip-a", { publicIp: "203.0.113.20" })
        .with("eip-b", { publicIp: "203.0.113.21" })
        .add("egress", "fetcher-to-web", {
          securityGroupId: "fetcher-group-id",
          cidrIpv4: "0.0.0.0/0",
          ipProtocol: "tcp",
          fromPort: 443,
          toPort: 443,
        });
    expectReachable(ask(open({ cidrBlocks: ["203.0.113.20/31"] }), "fetcher", ADDRESS), "nat");
    const refusing = [
      { cidrBlocks: ["203.0.113.20/32"] },
      { cidrBlocks: ["10.20.0.0/16"] },
      { securityGroups: ["fetcher-group-id"] },
    ];
    for (const rule of refusing) {
      expectBlocked(ask(open(rule), "fetcher", ADDRESS), "web", "ENI_SG_RULES_MISMATCH");
    }
  });

  it("counts the public address that a subnet gives to an instance", () => {
    const stack = web().with("public-a", { mapPublicIpOnLaunch: true });
    expectReachable(ask(stack, "internet", "server"), "internet-gateway");
    const refused = stack.with("server", { associatePublicIpAddress: false });
    expectBlocked(ask(refused, "internet", "server"), "server", "IGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS");
  });
});
