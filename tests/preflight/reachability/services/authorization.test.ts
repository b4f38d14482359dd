import { allow, vpcStack } from "../../graph/fixtures.js";
import { ask, expectBlocked, expectReachable } from "../support.js";

describe("servicePolicies", () => {
  it("judges the role if the question names an action", () => {
    const question = (action: string) => ask(vpcStack().lacking("ssm-endpoint", "policy"), "fetcher", action);
    expectReachable(question("ssm:GetParametersByPath"), "interface-endpoint");
    expectBlocked(question("ssm:PutParameter"), "fetcher-role", "IDENTITY_POLICY_DENIES");
  });

  it("does not judge the role if the question names no action", () => {
    expectReachable(ask(vpcStack().without("fetcher-policy"), "fetcher", "ssm"));
  });

  it("judges the endpoint policy on sample requests of the role", () => {
    const wildcard = vpcStack().with("fetcher-policy", { policy: allow("ssm:Get*", "*") });
    expectReachable(ask(wildcard, "fetcher", "ssm"));
    const other = vpcStack().with("fetcher-policy", { policy: allow("ssm:PutParameter", "*") });
    expectBlocked(ask(other, "fetcher", "ssm"), "ssm-endpoint", "VPCE_POLICY_DENIES");
  });
});
