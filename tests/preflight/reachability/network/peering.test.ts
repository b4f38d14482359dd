import { peeredStack, type Stack } from "../../graph/fixtures.js";
import { ask, expectBlocked, expectReachable, expectUnknown } from "../support.js";

describe("throughPeering", () => {
  it("reaches a database, and its address if that is known", () => {
    expectReachable(ask(peeredStack(), "fetcher", "database"), "peering");
    expectUnknown(ask(peeredStack(), "fetcher", "10.30.0.7:5432"), "10.30.0.7");
    const known = peeredStack().with("database", { privateIp: "10.30.0.7" });
    expectReachable(ask(known, "fetcher", "10.30.0.7:5432"), "peering");
  });

  it("finds the interface with an address in the VPC that the route leads to, if blocks overlap", () => {
    const twin = peeredStack()
      .with("database", { privateIp: "10.30.0.7" })
      .add("vpc", "a-twin-vpc", { cidrBlock: "10.30.0.0/16" })
      .add("subnet", "a-twin", { vpcId: "a-twin-vpc-id", cidrBlock: "10.30.0.0/24" });
    expectReachable(ask(twin, "fetcher", "10.30.0.7:5432"), "peering");
  });

  it("reads the acceptance from a separate resource", () => {
    const asked = peeredStack().with("peering", { autoAccept: false });
    expectBlocked(ask(asked, "fetcher", "database"), "peering", "BAD_STATE_ATTACHMENT");
    const accepted = asked.add("peeringAccepter", "yes", {
      vpcPeeringConnectionId: "peering-id",
      autoAccept: true,
    });
    expectReachable(ask(accepted, "fetcher", "database"), "peering");
  });

  it("blocks a path through two connections", () => {
    const third = peeredStack()
      .add("vpc", "third-vpc", { cidrBlock: "10.40.0.0/16" })
      .add("subnet", "third-a", {
        vpcId: "third-vpc-id",
        cidrBlock: "10.40.0.0/24",
        availabilityZone: "eu-west-1a",
      })
      .add("peering", "second-peering", {
        vpcId: "other-vpc-id",
        peerVpcId: "third-vpc-id",
        autoAccept: true,
      })
      .add("egress", "to-third", {
        securityGroupId: "fetcher-group-id",
        cidrIpv4: "10.40.0.0/16",
        ipProtocol: "-1",
      });
    const over = (stack: Stack, zone: string) =>
      stack.add("route", `over-${zone}`, {
        routeTableId: `private-table-${zone}-id`,
        destinationCidrBlock: "10.40.0.0/16",
        vpcPeeringConnectionId: "peering-id",
      });
    expectBlocked(ask(third, "fetcher", "subnet:third-a"), "private-table-a", "DISCONNECTED_VPCS");
    const routed = over(over(third, "a"), "b");
    expectBlocked(ask(routed, "fetcher", "subnet:third-a"), "peering", "PCX_REQUIRES_ADDRESS_IN_VPC_CIDR");
  });

  it("blocks a path to the internet through the other VPC", () => {
    const stack = peeredStack().with("private-route-a", {
      natGatewayId: undefined,
      vpcPeeringConnectionId: "peering-id",
    });
    expectBlocked(ask(stack, "fetcher", "internet"), "peering", "PCX_REQUIRES_ADDRESS_IN_VPC_CIDR");
  });

  it("is unknown beyond the connection if the other VPC is not in the stack", () => {
    const stack = peeredStack()
      .without(
        "other-vpc",
        "data-a",
        "data-table",
        "data-association",
        "back",
        "data-group",
        "database",
        "data-subnets",
      )
      .with("peering", { peerVpcId: "vpc-0elsewhere" });
    expectUnknown(ask(stack, "fetcher", "10.30.0.7:5432"), "vpc-0elsewhere");
    const closed = stack.without("fetcher-to-data");
    expectBlocked(ask(closed, "fetcher", "10.30.0.7:5432"), "fetcher-group", "ENI_SG_RULES_MISMATCH");
  });

  it("matches a group reference across the connection", () => {
    const byGroup = peeredStack().with("data-group", {
      ingress: [
        { protocol: "tcp", fromPort: 5432, toPort: 5432, securityGroups: ["123456789012/fetcher-group-id"] },
      ],
    });
    expectReachable(ask(byGroup, "fetcher", "database"), "peering");
  });

  it("uses the private address of a public database only if DNS resolution is on", () => {
    const open = peeredStack().with("database", { publiclyAccessible: true });
    expectBlocked(ask(open, "fetcher", "database"), "fetcher-group", "ENI_SG_RULES_MISMATCH");
    const resolved = open.with("peering", { accepter: { allowRemoteVpcDnsResolution: true } });
    expectReachable(ask(resolved, "fetcher", "database"), "peering");
  });
});
