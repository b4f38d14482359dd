import { expect } from "chai";
import { peeredStack, type Stack, vpcStack } from "../../graph/fixtures.js";
import { ask, expectBlocked, expectReachable, expectUnknown, hops } from "../support.js";

describe("chooseRoutes", () => {
  const better = (destination: string, target: Record<string, string>) =>
    vpcStack()
      .with("dynamodb-endpoint", { cidrBlocks: ["192.0.2.0/24"] })
      .add("route", "better", {
        routeTableId: "private-table-a-id",
        destinationCidrBlock: destination,
        ...target,
      });

  it("leaves open whether an address is one of a service whose addresses are not known", () => {
    const stack = better("1.1.1.0/24", { gatewayId: "igw-id" }).lacking("dynamodb-endpoint", "cidrBlocks");
    expectUnknown(ask(stack, "fetcher", "1.1.1.1"), "private-table-a");
    expectReachable(ask(stack, "fetcher", "9.9.9.9"), "nat");
    const known = better("1.1.1.0/24", { gatewayId: "igw-id" });
    expectReachable(ask(known, "fetcher", "192.0.2.1"), "gateway-endpoint");
  });

  it("takes the longest prefix for any order of the routes", () => {
    const stack = better("1.1.1.0/24", { gatewayId: "igw-id" });
    expectBlocked(ask(stack, "fetcher", "1.1.1.1"), "igw", "IGW_PUBLIC_IP_ASSOCIATION_FOR_EGRESS");
    expectReachable(ask(stack, "fetcher", "9.9.9.9"), "nat");
  });

  it("prefers a static route to a prefix list of the same length", () => {
    const stack = better("1.1.1.0/24", { natGatewayId: "nat-a-id" })
      .add("prefixList", "list", { entries: [{ cidr: "1.1.1.0/24" }, { cidr: "2.2.2.0/24" }] })
      .add("route", "by-list", {
        routeTableId: "private-table-a-id",
        destinationPrefixListId: "list-id",
        gatewayId: "igw-id",
      });
    expectReachable(ask(stack, "fetcher", "1.1.1.1"), "nat");
    expectBlocked(ask(stack, "fetcher", "2.2.2.2"), "igw", "IGW_PUBLIC_IP_ASSOCIATION_FOR_EGRESS");
  });

  it("uses the main table for a subnet without an association", () => {
    const stack = vpcStack().without("private-a-association", "private-b-association");
    expectBlocked(ask(stack, "fetcher", "internet"), "default route table of vpc", "NO_ROUTE_TO_DESTINATION");
    const main = stack.add("mainAssociation", "main", {
      vpcId: "vpc-id",
      routeTableId: "private-table-a-id",
    });
    expectReachable(ask(main, "fetcher", "internet"), "nat");
  });

  it("reads inline routes and a default route table that the stack adopts", () => {
    const stack = vpcStack()
      .without("private-a-association", "private-b-association")
      .with("vpc", { defaultRouteTableId: "rtb-default" })
      .add("defaultTable", "taken-over", {
        defaultRouteTableId: "rtb-default",
        routes: [{ cidrBlock: "0.0.0.0/0", natGatewayId: "nat-a-id" }],
      });
    expectReachable(ask(stack, "fetcher", "internet"), "nat");
  });

  it("keeps addresses of the VPC local for any default route", () => {
    const verdict = ask(peeredStack(), "fetcher", "subnet:public-a");
    expectReachable(verdict, "local");
    expect(hops(verdict).join("\n")).to.contain("route 10.20.0.0/16 -> local");
  });

  it("is unknown for private addresses if the table has propagated routes", () => {
    const propagating = { propagatingVgws: ["vgw-1"] };
    const stack = vpcStack().with("private-table-a", propagating).with("private-table-b", propagating);
    expectUnknown(ask(stack, "fetcher", "192.168.5.5", 443), "vgw-1");
    expectReachable(ask(stack, "fetcher", "internet"), "nat");
  });

  it("combines two halves of the internet", () => {
    const half = (name: string, destinationCidrBlock: string) => (stack: Stack) =>
      stack.add("route", name, {
        routeTableId: "private-table-a-id",
        destinationCidrBlock,
        natGatewayId: "nat-a-id",
      });
    const one = half("low", "0.0.0.0/1")(vpcStack().without("private-route-a"));
    expectUnknown(ask(one, "fetcher", "internet"), "private-table-a");
    expectReachable(ask(half("high", "128.0.0.0/1")(one), "fetcher", "internet"), "nat");
  });
});
