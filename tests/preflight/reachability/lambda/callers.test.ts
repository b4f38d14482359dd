import { ACCOUNT, allow, isolatedStack, REGION, type Stack, vpcStack } from "../../graph/fixtures.js";
import { ask, expectBlocked, expectReachable, expectUnknown } from "../support.js";

const OTHER = `arn:aws:lambda:${REGION}:${ACCOUNT}:function:other-id`;

const withOther = (stack: Stack) =>
  stack.add("function", "other", { name: "other-id", arn: OTHER, role: `arn:aws:iam::${ACCOUNT}:role/x` });
const mayInvoke = (stack: Stack, resource = OTHER) =>
  stack.with("fetcher-policy", { policy: allow("lambda:InvokeFunction", resource) });

describe("byInvoking", () => {
  it("needs the network's way to the Lambda API, and the role", () => {
    expectReachable(ask(mayInvoke(withOther(vpcStack())), "fetcher", "other"), "nat");
    expectBlocked(ask(withOther(vpcStack()), "fetcher", "other"), "other", "FUNCTION_HAS_NO_ADDRESS");
    const shut = mayInvoke(withOther(isolatedStack()));
    expectBlocked(ask(shut, "fetcher", "other"), "other", "FUNCTION_HAS_NO_ADDRESS");
  });

  it("goes by an alias that the role may invoke", () => {
    const alias = withOther(vpcStack()).add("alias", "live", {
      name: "live",
      functionName: "other-id",
      arn: `${OTHER}:live`,
    });
    expectReachable(ask(mayInvoke(alias, `${OTHER}:live`), "fetcher", "other"));
    expectBlocked(
      ask(mayInvoke(alias, `${OTHER}:test`), "fetcher", "other"),
      "other",
      "FUNCTION_HAS_NO_ADDRESS",
    );
  });

  it("is unknown if a permission of the function names a role", () => {
    const granted = withOther(vpcStack()).add("permission", "grant", {
      action: "lambda:InvokeFunction",
      function: "other-id",
      principal: `arn:aws:iam::${ACCOUNT}:role/fetcher-role-id`,
    });
    expectUnknown(ask(granted, "fetcher", "other"), "grant");
  });
});

describe("byUrls", () => {
  const open = withOther(vpcStack())
    .add("functionUrl", "url", { functionName: "other-id", authorizationType: "NONE" })
    .add("permission", "use-url", {
      action: "lambda:InvokeFunctionUrl",
      function: "other-id",
      principal: "*",
    })
    .add("permission", "use-function", {
      action: "lambda:InvokeFunction",
      function: "other-id",
      principal: "*",
      invokedViaFunctionUrl: true,
    });

  it("needs a way to the internet", () => {
    expectReachable(ask(open, "fetcher", "other"), "nat");
    expectReachable(ask(open, "private-a", "other"), "nat");
    const shut = open.without("private-route-a", "private-route-b");
    expectBlocked(ask(shut, "private-a", "other"), "other", "FUNCTION_HAS_NO_ADDRESS");
  });

  it("needs the role if the URL wants signed requests", () => {
    const signed = open.with("url", { authorizationType: "AWS_IAM" }).without("use-url", "use-function");
    expectBlocked(ask(signed, "fetcher", "other"), "other", "FUNCTION_HAS_NO_ADDRESS");
    const actions = ["lambda:InvokeFunctionUrl", "lambda:InvokeFunction"];
    const allowed = signed.with("fetcher-policy", { policy: allow(actions, OTHER) });
    expectReachable(ask(allowed, "fetcher", "other"), "nat");
    expectBlocked(ask(allowed, "private-a", "other"), "other", "FUNCTION_HAS_NO_ADDRESS");
  });
});
