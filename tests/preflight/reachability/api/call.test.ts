import { expect } from "chai";
import { allow, peeredStack, type Stack, vpcStack } from "../../graph/fixtures.js";
import { ask, expectBlocked, expectReachable, expectUnknown } from "../support.js";

const METHOD = "GET /messages";

function nameOf(stack: Stack): string {
  const verdict = ask(stack, "private subnets", METHOD);
  expectReachable(verdict, "interface-endpoint");
  return verdict.status === "reachable" ? (verdict.name ?? "") : "";
}

function fromAddresses(...blocks: readonly string[]): string {
  return allow("execute-api:Invoke", "execute-api:/*", {
    Principal: "*",
    Condition: { IpAddress: { "aws:VpcSourceIp": blocks } },
  });
}

function regional(stack: Stack): Stack {
  return stack.with("api", { endpointConfiguration: { types: "REGIONAL" } }).without("api-policy");
}

describe("a private API", () => {
  it("is called by its public name with private DNS on", () => {
    expect(nameOf(vpcStack())).to.equal("https://api-id.execute-api.eu-west-1.amazonaws.com/live");
  });

  it("is called by the name of API and endpoint with private DNS off, when they are associated", () => {
    const off = vpcStack().with("execute-api-endpoint", { privateDnsEnabled: false });
    expect(nameOf(off)).to.equal(
      "https://api-id-execute-api-endpoint-id.execute-api.eu-west-1.amazonaws.com/live",
    );
  });

  it("is called by the endpoint's own name with a header otherwise", () => {
    const off = vpcStack()
      .with("execute-api-endpoint", { privateDnsEnabled: false })
      .with("api", { endpointConfiguration: { types: "PRIVATE" } });
    expect(nameOf(off)).to.contain("Host: api-id.execute-api.eu-west-1.amazonaws.com");
  });

  it("is out of reach of the internet, of another VPC and of a function outside any VPC", () => {
    const outside = vpcStack().lacking("fetcher", "vpcConfig");
    for (const [stack, from] of [
      [vpcStack(), "internet"],
      [vpcStack(), "vpc without execute-api"],
      [peeredStack(), "subnet:data-a"],
      [outside, "fetcher"],
    ] as const) {
      expectBlocked(ask(stack, from, METHOD), "api", "API_PRIVATE_REQUIRES_VPCE");
    }
  });

  it("may go by the caller's address: all of the subnet, none of it, or part of it", () => {
    const policy = (block: string) => vpcStack().with("api-policy", { policy: fromAddresses(block) });
    expectReachable(ask(policy("10.20.0.0/16"), "private subnets", METHOD));
    expectBlocked(ask(policy("10.99.0.0/16"), "private subnets", METHOD), "api", "API_POLICY_DENIES");
    expectUnknown(ask(policy("10.20.10.0/25"), "subnet:private-a", METHOD), "api-policy");
  });

  it("listens on port 443 only", () => {
    const open = vpcStack().with("api-from-vpc", { fromPort: 0, toPort: 65535 });
    expectBlocked(ask(open, "private subnets", METHOD, 8443), "api", "API_PORT_RESTRICTION");
  });

  it("whose caller must be authorised is not known to answer a host", () => {
    const signed = vpcStack().with("get-messages", { authorization: "AWS_IAM" });
    expectUnknown(ask(signed, "private subnets", METHOD), "get-messages");
    // In one account the API's policy is enough for a caller who signs.
    expectReachable(ask(signed, "fetcher", METHOD), "interface-endpoint");
  });
});

describe("a public API", () => {
  it("answers 403 in a VPC whose execute-api endpoint has private DNS", () => {
    expectBlocked(
      ask(regional(vpcStack()), "fetcher", METHOD),
      "execute-api-endpoint",
      "API_PRIVATE_DNS_SHADOWS_PUBLIC_API",
    );
  });

  it("is reached through NAT otherwise", () => {
    const off = regional(vpcStack()).with("execute-api-endpoint", { privateDnsEnabled: false });
    expectReachable(ask(off, "fetcher", METHOD), "nat");
    expectReachable(ask(regional(vpcStack()).without("execute-api-endpoint"), "fetcher", METHOD), "nat");
  });

  it("that lets in some addresses only is neither open nor closed to the internet", () => {
    const office = regional(vpcStack()).with("api", {
      policy: allow("execute-api:Invoke", "execute-api:/*", {
        Principal: "*",
        Condition: { IpAddress: { "aws:SourceIp": "203.0.113.0/24" } },
      }),
    });
    expectUnknown(ask(office, "internet", METHOD), "api");
  });

  it("matches path parameters, greedy ones and the method ANY", () => {
    const stack = (pathPart: string, httpMethod = "GET") =>
      regional(vpcStack())
        .with("messages", { pathPart })
        .with("get-messages", { httpMethod })
        .with("get-messages-integration", { httpMethod })
        .with("invoke", { sourceArn: "arn:aws:execute-api:eu-west-1:123456789012:api-id/*" });
    expectReachable(ask(stack("{id}"), "internet", "GET /7"));
    expectBlocked(ask(stack("{id}"), "internet", "GET /7/parts"), "api", "API_METHOD_NOT_FOUND");
    expectReachable(ask(stack("{proxy+}"), "internet", "GET /7/parts"));
    expectReachable(ask(stack("messages", "ANY"), "internet", "DELETE /messages"));
  });
});

describe("the integration", () => {
  const alias = () =>
    vpcStack()
      .add("alias", "live", {
        name: "live",
        functionName: "fetcher-id",
        invokeArn: "arn:of:the:alias",
        arn: "arn:aws:lambda:eu-west-1:123456789012:function:fetcher-id:live",
      })
      .with("get-messages-integration", { uri: "arn:of:the:alias" });

  it("of an alias needs the permission on the alias", () => {
    expectBlocked(ask(alias(), "private subnets", METHOD), "fetcher", "LAMBDA_PERMISSION_MISSING");
    expectReachable(ask(alias().with("invoke", { qualifier: "live" }), "private subnets", METHOD));
  });

  it("may be asked for by itself", () => {
    expectReachable(ask(vpcStack(), METHOD, "fetcher"));
    expectBlocked(
      ask(vpcStack().without("invoke"), METHOD, "fetcher"),
      "fetcher",
      "LAMBDA_PERMISSION_MISSING",
    );
  });

  it("whose permission is for a function that is not in the stack is not known", () => {
    expectUnknown(ask(vpcStack().without("fetcher"), "private subnets", METHOD));
  });
});
