import { UNKNOWN } from "../../../../preflight/graph/index.js";
import { ACCOUNT, allow, publicStack, REGION, type Stack, vpcStack } from "../../graph/fixtures.js";
import { ask, expectBlocked, expectReachable, expectUnknown } from "../support.js";

const everyone = (action: string, more: Record<string, unknown> = {}) => ({
  action: `lambda:${action}`,
  function: "fetcher-id",
  principal: "*",
  ...more,
});

/** A function whose URL is open to everybody. */
function open(): Stack {
  return vpcStack()
    .add("functionUrl", "url", { functionName: "fetcher-id", authorizationType: "NONE" })
    .add("permission", "use-url", everyone("InvokeFunctionUrl", { functionUrlAuthType: "NONE" }))
    .add("permission", "use-function", everyone("InvokeFunction", { invokedViaFunctionUrl: true }));
}

const NO_WAY = "IGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS";

describe("internetToFunction", () => {
  it("reaches a URL without authorization that both permissions open", () => {
    expectReachable(ask(open(), "internet", "fetcher"), "public-network");
  });

  it("is unknown without either permission, because the provider may have added it", () => {
    for (const missing of ["use-url", "use-function"]) {
      expectUnknown(ask(open().without(missing), "internet", "fetcher"), "url");
    }
  });

  it("is unknown if the permissions are for another alias than the URL", () => {
    expectUnknown(ask(open().with("url", { qualifier: "live" }), "internet", "fetcher"), "url");
  });

  it("blocks an unsigned call of a URL with IAM authorization", () => {
    const signed = open().with("url", { authorizationType: "AWS_IAM" }).without("use-url", "use-function");
    expectBlocked(ask(signed, "internet", "fetcher"), "fetcher", "API_METHOD_REQUIRES_AUTHORIZATION");
  });

  it("is unknown if it is not known whose URL it is", () => {
    expectUnknown(ask(open().with("url", { functionName: UNKNOWN }), "internet", "fetcher"), "url");
  });

  it("goes by a public API, and not by a private one", () => {
    expectReachable(ask(publicStack(), "internet", "fetcher"), "public-network");
    expectBlocked(ask(vpcStack(), "internet", "fetcher"), "fetcher", NO_WAY);
    expectBlocked(
      ask(publicStack().without("invoke"), "internet", "fetcher"),
      "fetcher",
      "LAMBDA_PERMISSION_MISSING",
    );
    expectBlocked(
      ask(publicStack().with("get-messages", { authorization: "AWS_IAM" }), "internet", "fetcher"),
      "get-messages",
      "API_METHOD_REQUIRES_AUTHORIZATION",
    );
  });

  it("goes by a topic that everybody may publish to", () => {
    const arn = `arn:aws:sns:${REGION}:${ACCOUNT}:news`;
    const topic = (principal: unknown) =>
      vpcStack()
        .add("topic", "news", {
          name: "news",
          arn,
          policy: allow("sns:Publish", arn, { Principal: principal }),
        })
        .add("subscription", "news-to-fetcher", {
          topic: arn,
          protocol: "lambda",
          endpoint: `arn:aws:lambda:${REGION}:${ACCOUNT}:function:fetcher-id`,
        })
        .add("permission", "news-invokes", {
          action: "lambda:InvokeFunction",
          function: "fetcher-id",
          principal: "sns.amazonaws.com",
          sourceArn: arn,
        });
    expectReachable(ask(topic("*"), "internet", "fetcher"));
    const own = topic({ AWS: `arn:aws:iam::${ACCOUNT}:root` });
    expectBlocked(ask(own, "internet", "fetcher"), "fetcher", NO_WAY);
    expectBlocked(ask(topic("*").without("news-invokes"), "internet", "fetcher"), "fetcher", NO_WAY);
  });

  it("is unknown if a permission lets in what is not judged", () => {
    const withPermission = (properties: Record<string, unknown>) =>
      vpcStack().add("permission", "door", {
        action: "lambda:InvokeFunction",
        function: "fetcher-id",
        ...properties,
      });
    const doors = [
      { principal: "*" },
      { principal: UNKNOWN },
      { principal: "cloudfront.amazonaws.com" },
      { principal: "apigateway.amazonaws.com" },
      {
        principal: "apigateway.amazonaws.com",
        sourceArn: `arn:aws:execute-api:${REGION}:${ACCOUNT}:elsewhere/*`,
      },
    ];
    for (const door of doors) expectUnknown(ask(withPermission(door), "internet", "fetcher"), "door");
    const closed = [
      { principal: "events.amazonaws.com" },
      { principal: "*", principalOrgId: "o-abcdefghij" },
      { principal: "*", sourceArn: `arn:aws:sns:${REGION}:${ACCOUNT}:news` },
      { principal: "210987654321" },
    ];
    for (const door of closed)
      expectBlocked(ask(withPermission(door), "internet", "fetcher"), "fetcher", NO_WAY);
  });
});
