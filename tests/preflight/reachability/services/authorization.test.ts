import { expect } from "chai";
import { trace } from "../../../../preflight/reachability/index.js";
import { allow, vpcStack } from "../../graph/fixtures.js";
import { ask, expectBlocked, expectReachable, expectUnknown, graphOf, hops } from "../support.js";

describe("servicePolicies", () => {
  it("judges the role if the question names an action", () => {
    const question = (action: string) => ask(vpcStack().lacking("ssm-endpoint", "policy"), "fetcher", action);
    expectReachable(question("ssm:GetParametersByPath"), "interface-endpoint");
    expectBlocked(question("ssm:PutParameter"), "fetcher-role", "IDENTITY_POLICY_DENIES");
  });

  it("needs any action that the role allows if the question names none, and lists those", () => {
    expectBlocked(
      ask(vpcStack().without("fetcher-policy"), "fetcher", "ssm"),
      "fetcher-role",
      "IDENTITY_POLICY_DENIES",
    );
    const names = ["GetParameter", "GetParameters", "PutParameter", "DeleteParameter", "SendCommand", "Odd"];
    const many = names.map((name) => `ssm:${name}`);
    const stack = vpcStack().lacking("ssm-endpoint", "policy");
    const verdict = ask(stack.with("fetcher-policy", { policy: allow(many, "*") }), "fetcher", "ssm");
    expectReachable(verdict);
    expect(hops(verdict).at(-1)).to.equal(
      `fetcher-role: may call ssm in eu-west-1: ${many.slice(0, 5).join(", ")} and 1 more`,
    );
  });

  it("takes a wildcard for the actions that exist, so that a deny of all of them leaves none", () => {
    const policy = JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        { Effect: "Allow", Action: "ssm:Put*", Resource: "*" },
        { Effect: "Deny", Action: "ssm:*Parameter", Resource: "*" },
      ],
    });
    const stack = vpcStack().lacking("ssm-endpoint", "policy").with("fetcher-policy", { policy });
    expectBlocked(ask(stack, "fetcher", "ssm"), "fetcher-role", "IDENTITY_POLICY_DENIES");
  });

  it("is unknown for the signed call of a host outside the stack", () => {
    const graph = graphOf(vpcStack());
    const from = { kind: "vpc-without-endpoint", service: "execute-api" } as const;
    const publish = { kind: "service", service: "sns", action: "sns:Publish" } as const;
    expectUnknown(trace(graph, from, publish), "VPC without execute-api");
    expectReachable(trace(graph, from, { kind: "service", service: "sns" }));
  });

  it("judges the network alone if the place says so, or the caller is no function", () => {
    const graph = graphOf(vpcStack().without("fetcher-policy"));
    const to = { kind: "service", service: "ssm", networkOnly: true } as const;
    const verdict = trace(graph, { kind: "function", name: "fetcher" }, to);
    expectReachable(verdict, "interface-endpoint");
    expect(hops(verdict).join()).to.contain("the caller's own permissions are not judged");
  });

  it("judges no role for services that take calls without a permission", () => {
    const stack = vpcStack().without("fetcher-policy");
    for (const service of ["sts", "cognito-idp", "email-smtp"])
      expectReachable(ask(stack, "fetcher", service));
  });

  it("judges the endpoint policy on sample requests of the role", () => {
    const wildcard = vpcStack().with("fetcher-policy", { policy: allow("ssm:Get*", "*") });
    expectReachable(ask(wildcard, "fetcher", "ssm"));
    const other = vpcStack().with("fetcher-policy", { policy: allow("ssm:PutParameter", "*") });
    expectBlocked(ask(other, "fetcher", "ssm"), "ssm-endpoint", "VPCE_POLICY_DENIES");
  });
});
