import { expect } from "chai";
import { vpcStack } from "../../graph/fixtures.js";
import { ask, expectBlocked, expectReachable } from "../support.js";

describe("resolveServiceName", () => {
  it("resolves to the endpoint in the whole VPC, without a fallback through NAT", () => {
    expectBlocked(
      ask(vpcStack().without("endpoint-from-fetcher"), "fetcher", "ssm"),
      "endpoint-group",
      "SG_HAS_NO_RULES",
    );
  });

  it("leads through NAT if the endpoint has no private DNS, and the verdict says so", () => {
    const verdict = ask(vpcStack().with("ssm-endpoint", { privateDnsEnabled: false }), "fetcher", "ssm");
    expectReachable(verdict, "nat");
    expect(verdict).to.have.nested.property("passedOver.code", "VPCE_PRIVATE_DNS_DISABLED");
  });

  it("leads through NAT if enableDnsHostnames is off, because private DNS then has no effect", () => {
    const verdict = ask(vpcStack().with("vpc", { enableDnsHostnames: false }), "fetcher", "ssm");
    expectReachable(verdict, "nat");
    expect(verdict).to.have.nested.property("passedOver.at.name", "vpc");
  });

  it("blocks names but not addresses if enableDnsSupport is off", () => {
    const stack = vpcStack().with("vpc", { enableDnsSupport: false });
    expectBlocked(ask(stack, "fetcher", "sns"), "vpc", "VPC_DNS_SUPPORT_DISABLED");
    expectReachable(ask(stack, "fetcher", "1.1.1.1"), "nat");
  });
});
