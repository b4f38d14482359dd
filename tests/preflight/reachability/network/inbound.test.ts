import { vpcStack } from "../../graph/fixtures.js";
import { ask, expectBlocked, expectReachable, expectUnknown } from "../support.js";

describe("internetToInterface", () => {
  const server = (properties: Record<string, unknown> = {}) =>
    vpcStack()
      .add("group", "web", {
        vpcId: "vpc-id",
        ingress: [{ protocol: "tcp", fromPort: 443, toPort: 443, cidrBlocks: ["0.0.0.0/0"] }],
      })
      .add("instance", "server", {
        subnetId: "public-a-id",
        vpcSecurityGroupIds: ["web-id"],
        associatePublicIpAddress: true,
        ...properties,
      });

  it("requires a public address, a route and an open group", () => {
    expectReachable(ask(server(), "internet", "server"), "internet-gateway");
    expectBlocked(ask(server(), "internet", "server", 22), "web", "ENI_SG_RULES_MISMATCH");
    expectBlocked(
      ask(server({ associatePublicIpAddress: false }), "internet", "server"),
      "server",
      "IGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS",
    );
    expectBlocked(
      ask(server({ subnetId: "private-a-id" }), "internet", "server"),
      "private-table-a",
      "NO_ROUTE_TO_DESTINATION",
    );
  });

  it("is unknown if the gateway's own route table sends the packets to an appliance first", () => {
    const redirecting = server()
      .add("table", "edge", { vpcId: "vpc-id" })
      .add("association", "edge-association", { routeTableId: "edge-id", gatewayId: "igw-id" })
      .add("route", "inspect", {
        routeTableId: "edge-id",
        destinationCidrBlock: "10.20.0.0/24",
        networkInterfaceId: "eni-appliance",
      });
    expectUnknown(ask(redirecting, "internet", "server"), "inspect");
    expectReachable(ask(redirecting.without("inspect"), "internet", "server"), "internet-gateway");
  });

  it("blocks private addresses", () => {
    expectBlocked(
      ask(vpcStack(), "internet", "10.20.10.5:443"),
      "10.20.10.5",
      "IGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS",
    );
  });
});
