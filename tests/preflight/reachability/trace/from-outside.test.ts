import { expect } from "chai";
import { publicStack, vpcStack } from "../../graph/fixtures.js";
import { ask, expectBlocked, expectReachable } from "../support.js";

describe("fromFunctionOutsideVpc and noListener", () => {
  it("reach public addresses and no private address from outside any VPC", () => {
    expectReachable(ask(publicStack(), "fetcher", "ssm"), "public-network");
    expectReachable(ask(publicStack(), "fetcher", "internet"), "public-network");
    expectBlocked(ask(publicStack(), "fetcher", "10.20.10.5:443"), "fetcher", "FUNCTION_OUTSIDE_VPC");
  });

  it("block connections to a function", () => {
    const two = vpcStack().add("function", "other", { name: "other-id", role: "fetcher-role-id" });
    expectBlocked(ask(two, "fetcher", "other"), "other", "FUNCTION_HAS_NO_ADDRESS");
    expectBlocked(ask(two, "internet", "fetcher"), "fetcher", "IGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS");
  });

  it("require every subnet of a function to work", () => {
    const verdict = ask(vpcStack().without("private-route-b"), "fetcher", "internet");
    expectBlocked(verdict, "private-table-b", "NO_ROUTE_TO_DESTINATION");
    expect(verdict).to.have.property("reason").that.contains("private-b");
  });
});
