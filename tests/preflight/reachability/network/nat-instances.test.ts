import { UNKNOWN } from "../../../../preflight/graph/index.js";
import { type Stack, vpcStack } from "../../graph/fixtures.js";
import { breaks } from "../breaking.js";
import { ask, expectBlocked, expectReachable, expectUnknown } from "../support.js";

/** NAT instances in place of NAT gateways, by a network interface with an Elastic IP and an Auto Scaling group of one. */
function natInstances(): Stack {
  let stack = vpcStack()
    .without("nat-a", "nat-b")
    .add("group", "nat-group", {
      vpcId: "vpc-id",
      ingress: [{ protocol: "-1", fromPort: 0, toPort: 0, cidrBlocks: ["10.20.0.0/16"] }],
      egress: [{ protocol: "-1", fromPort: 0, toPort: 0, cidrBlocks: ["0.0.0.0/0"] }],
    });
  for (const zone of ["a", "b"]) {
    stack = stack
      .add("networkInterface", `forwarder-${zone}`, {
        subnetId: `public-${zone}-id`,
        securityGroups: ["nat-group-id"],
        sourceDestCheck: false,
      })
      .add("launchTemplate", `template-${zone}`, {
        latestVersion: 3,
        defaultVersion: 1,
        networkInterfaces: [{ deviceIndex: 0, networkInterfaceId: `forwarder-${zone}-id` }],
      })
      .add("scalingGroup", `group-${zone}`, {
        minSize: 1,
        maxSize: 1,
        desiredCapacity: 1,
        availabilityZones: [`eu-west-1${zone}`],
        launchTemplate: { id: `template-${zone}-id`, version: "3" },
      })
      .with(`eip-${zone}`, { networkInterface: `forwarder-${zone}-id` })
      .with(`private-route-${zone}`, {
        natGatewayId: undefined,
        networkInterfaceId: `forwarder-${zone}-id`,
      });
  }
  return stack.add("egress", "fetcher-to-internet", {
    securityGroupId: "fetcher-group-id",
    cidrIpv4: "0.0.0.0/0",
    ipProtocol: "-1",
  });
}

breaks(
  "NAT instance",
  natInstances,
  ["fetcher", "internet"],
  [
    [
      "if its source/destination check is on",
      (stack) => stack.lacking("forwarder-a", "sourceDestCheck"),
      "forwarder-a",
      "ENI_SOURCE_DEST_CHECK_RESTRICTION",
    ],
    [
      "if its group lets nothing in",
      (stack) => stack.with("nat-group", { ingress: [] }),
      "nat-group",
      "SG_HAS_NO_RULES",
    ],
    [
      "if its group lets nothing out",
      (stack) => stack.with("nat-group", { egress: [] }),
      "nat-group",
      "SG_HAS_NO_RULES",
    ],
    [
      "if its subnet has no route to an internet gateway",
      (stack) => stack.without("public-route"),
      "public-table",
      "NO_ROUTE_TO_DESTINATION",
    ],
    [
      "if its subnet's route leads back to it",
      (stack) => stack.with("public-route", { gatewayId: undefined, networkInterfaceId: "forwarder-a-id" }),
      "public-table",
      "NO_ROUTE_TO_DESTINATION",
    ],
    [
      "if its interface has no public address, because its group's instance has no other interface",
      (stack) => stack.with("eip-a", { networkInterface: undefined }),
      "igw",
      "IGW_PUBLIC_IP_ASSOCIATION_FOR_EGRESS",
    ],
    [
      "if its group wants no instance",
      (stack) => stack.with("group-a", { minSize: 0, desiredCapacity: 0 }),
      "forwarder-a",
      "BAD_STATE",
    ],
    [
      "if its group may have no instance",
      (stack) => stack.with("group-a", { maxSize: 0 }),
      "forwarder-a",
      "BAD_STATE",
    ],
    [
      "if its group starts instances in another zone than the interface's",
      (stack) => stack.with("group-a", { availabilityZones: ["eu-west-1b"] }),
      "forwarder-a",
      "BAD_STATE",
    ],
  ],
);

describe("throughInstance", () => {
  it("finds the instance by the id of its first network interface", () => {
    const stack = natInstances()
      .add("instance", "server", {
        subnetId: "public-a-id",
        vpcSecurityGroupIds: ["nat-group-id"],
        sourceDestCheck: false,
        publicIp: "203.0.113.9",
        primaryNetworkInterfaceId: "eni-0a1b2c3d4e5f60718",
      })
      .with("private-route-a", { networkInterfaceId: "eni-0a1b2c3d4e5f60718" });
    expectReachable(ask(stack, "fetcher", "internet"), "nat");
    const without = stack.with("server", { publicIp: "", associatePublicIpAddress: false });
    expectBlocked(ask(without, "fetcher", "internet"), "igw", "IGW_PUBLIC_IP_ASSOCIATION_FOR_EGRESS");
  });

  it("is unknown for an interface without a public address whose instance may have another interface", () => {
    const stack = natInstances()
      .without("group-a", "template-a")
      .add("instance", "server")
      .add("interfaceAttachment", "second", {
        instanceId: "server-id",
        networkInterfaceId: "forwarder-a-id",
        deviceIndex: 1,
      });
    expectReachable(ask(stack, "fetcher", "internet"), "nat");
    expectUnknown(
      ask(stack.with("eip-a", { networkInterface: undefined }), "fetcher", "internet"),
      "forwarder-a",
    );
  });

  it("is unknown if nothing says which instance has the interface", () => {
    const without = natInstances().without("group-a");
    expectUnknown(ask(without, "fetcher", "internet"), "forwarder-a");
    const refreshed = without.with("forwarder-a", { attachments: [{ instance: "i-0a1b2c3d4e5f60718" }] });
    expectReachable(ask(refreshed, "fetcher", "internet"), "nat");
  });

  it("is unknown if the group's instance is of another version of the launch template", () => {
    const pinned = natInstances().with("group-a", {
      launchTemplate: { id: "template-a-id", version: "2" },
    });
    expectUnknown(ask(pinned, "fetcher", "internet"), "group-a");
    for (const version of ["$Default", undefined]) {
      const stack = natInstances().with("group-a", { launchTemplate: { id: "template-a-id", version } });
      expectUnknown(ask(stack, "fetcher", "internet"), "group-a");
      expectReachable(ask(stack.with("template-a", { defaultVersion: 3 }), "fetcher", "internet"), "nat");
    }
    const latest = natInstances().with("group-a", {
      launchTemplate: { id: "template-a-id", version: "$Latest" },
    });
    expectReachable(ask(latest, "fetcher", "internet"), "nat");
  });

  it("is unknown if the number of instances is not known", () => {
    const stack = natInstances().with("group-a", { desiredCapacity: UNKNOWN });
    expectUnknown(ask(stack, "fetcher", "internet"), "group-a");
  });

  it("is unknown for an interface that is not in the stack", () => {
    const stack = natInstances().with("private-route-a", { networkInterfaceId: "eni-elsewhere" });
    expectUnknown(ask(stack, "fetcher", "internet"), "eni-elsewhere");
  });

  it("counts a subnet with a NAT instance as private", () => {
    expectReachable(ask(natInstances(), "private subnets", "internet"), "nat");
  });
});
