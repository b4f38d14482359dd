import { expect } from "chai";
import { isolatedStack, vpcStack } from "../../graph/fixtures.js";
import { ask, expectBlocked, expectReachable } from "../support.js";

describe("callService through a gateway endpoint", () => {
  it("prefers the endpoint to the default route, and goes through NAT without it", () => {
    expectReachable(ask(vpcStack(), "fetcher", "dynamodb"), "gateway-endpoint");
    const verdict = ask(vpcStack().with("dynamodb-endpoint", { routeTableIds: [] }), "fetcher", "dynamodb");
    expectReachable(verdict, "nat");
    expect(verdict).to.have.nested.property("passedOver.code", "VPCE_NOT_IN_ROUTE_TABLE");
  });

  it("accepts an egress rule on the prefix list, which allows nothing else", () => {
    const stack = vpcStack()
      .lacking("fetcher-out", "cidrIpv4")
      .with("fetcher-out", { prefixListId: "pl-dynamodb" });
    expectReachable(ask(stack, "fetcher", "dynamodb"), "gateway-endpoint");
    expectBlocked(ask(stack, "fetcher", "internet"), "fetcher-group", "ENI_SG_RULES_MISMATCH");
    expectBlocked(ask(stack, "fetcher", "ssm"), "fetcher-group", "ENI_SG_RULES_MISMATCH");
  });

  it("reads route table associations from separate resources", () => {
    const stack = isolatedStack().lacking("dynamodb-endpoint", "routeTableIds");
    const associated = ["a", "b"].reduce(
      (each, zone) =>
        each.add("endpointTable", `into-${zone}`, {
          vpcEndpointId: "dynamodb-endpoint-id",
          routeTableId: `private-table-${zone}-id`,
        }),
      stack,
    );
    expectReachable(ask(associated, "fetcher", "dynamodb"), "gateway-endpoint");
  });

  it("follows a separate endpoint policy", () => {
    const stack = vpcStack().add("endpointPolicy", "closed", {
      vpcEndpointId: "dynamodb-endpoint-id",
      policy: JSON.stringify({
        Version: "2012-10-17",
        Statement: [{ Effect: "Deny", Principal: "*", Action: "*", Resource: "*" }],
      }),
    });
    expectBlocked(ask(stack, "fetcher", "dynamodb"), "dynamodb-endpoint", "VPCE_POLICY_DENIES");
  });
});
