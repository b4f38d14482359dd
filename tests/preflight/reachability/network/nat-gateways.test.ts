import { REGION, vpcStack } from "../../graph/fixtures.js";
import { ask, expectBlocked, expectReachable } from "../support.js";

describe("throughNatGateway", () => {
  const regional = (properties: Record<string, unknown> = {}) =>
    vpcStack()
      .without("nat-b", "private-route-b")
      .lacking("nat-a", "subnetId", "allocationId")
      .with("nat-a", { availabilityMode: "regional", vpcId: "vpc-id", ...properties })
      .add("route", "private-route-b", {
        routeTableId: "private-table-b-id",
        destinationCidrBlock: "0.0.0.0/0",
        natGatewayId: "nat-a-id",
      });

  it("accepts a regional gateway without a subnet or an Elastic IP", () => {
    expectReachable(ask(regional(), "fetcher", "internet"), "nat");
    expectReachable(ask(regional().without("public-route"), "fetcher", "internet"), "nat");
  });

  it("requires an internet gateway and the AZ for a regional gateway", () => {
    expectBlocked(ask(regional().without("igw"), "fetcher", "internet"), "nat-a", "UNASSOCIATED_COMPONENT");
    const oneZone = regional({ availabilityZoneAddresses: [{ availabilityZone: `${REGION}a` }] });
    expectBlocked(ask(oneZone, "fetcher", "internet"), "nat-a", "REGIONAL_NGW_ROUTE_AZ_RESTRICTION");
  });

  it("blocks sources in other VPCs", () => {
    const stack = vpcStack()
      .add("vpc", "else", { cidrBlock: "10.40.0.0/16" })
      .with("public-a", { vpcId: "else-id" });
    expectBlocked(ask(stack, "fetcher", "internet"), "nat-a", "NGW_REQUIRES_SOURCE_IN_VPC");
  });
});
