import { vpcStack } from "../../graph/fixtures.js";
import { ask, expectBlocked, expectReachable } from "../support.js";

const TCP = { ipProtocol: "tcp", fromPort: 443, toPort: 443 };

describe("throughEgressOnlyInternetGateway", () => {
  const dual = () =>
    vpcStack()
      .with("vpc", { ipv6CidrBlock: "2001:db8::/56" })
      .with("private-a", { ipv6CidrBlock: "2001:db8:0:a::/64" })
      .with("fetcher", {
        vpcConfig: {
          subnetIds: ["private-a-id"],
          securityGroupIds: ["fetcher-group-id"],
          ipv6AllowedForDualStack: true,
        },
      })
      .add("egress", "out-ipv6", { securityGroupId: "fetcher-group-id", cidrIpv6: "::/0", ...TCP })
      .add("eigw", "eigw", { vpcId: "vpc-id" })
      .add("route", "ipv6-route", {
        routeTableId: "private-table-a-id",
        destinationIpv6CidrBlock: "::/0",
        egressOnlyGatewayId: "eigw-id",
      });

  it("reaches IPv6 addresses", () => {
    expectReachable(ask(dual(), "fetcher", "2606:4700::1111"), "egress-only-internet-gateway");
  });

  it("requires a route, a rule and a function with IPv6", () => {
    const to = "2606:4700::1111";
    expectBlocked(
      ask(dual().without("ipv6-route"), "fetcher", to),
      "private-table-a",
      "NO_ROUTE_TO_DESTINATION",
    );
    expectBlocked(ask(dual().without("out-ipv6"), "fetcher", to), "fetcher-group", "ENI_SG_RULES_MISMATCH");
    const ipv4Only = dual().with("fetcher", {
      vpcConfig: { subnetIds: ["private-a-id"], securityGroupIds: ["fetcher-group-id"] },
    });
    expectBlocked(ask(ipv4Only, "fetcher", to), "fetcher", "NO_SOURCE_OR_DESTINATION");
  });
});
