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

describe("callFromVpc of a private API", () => {
  it("returns the public name if private DNS is on", () => {
    expect(nameOf(vpcStack())).to.equal("https://api-id.execute-api.eu-west-1.amazonaws.com/live");
  });

  it("returns the name of API and endpoint if private DNS is off and they are associated", () => {
    const off = vpcStack().with("execute-api-endpoint", { privateDnsEnabled: false });
    expect(nameOf(off)).to.equal(
      "https://api-id-execute-api-endpoint-id.execute-api.eu-west-1.amazonaws.com/live",
    );
  });

  it("returns the endpoint's own name with a header otherwise", () => {
    const off = vpcStack()
      .with("execute-api-endpoint", { privateDnsEnabled: false })
      .with("api", { endpointConfiguration: { types: "PRIVATE" } });
    expect(nameOf(off)).to.contain("Host: api-id.execute-api.eu-west-1.amazonaws.com");
  });

  it("blocks the internet, another VPC and a function outside any VPC", () => {
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

  it("follows a policy on addresses that allows all, none or part of the subnet", () => {
    const policy = (block: string) => vpcStack().with("api-policy", { policy: fromAddresses(block) });
    expectReachable(ask(policy("10.20.0.0/16"), "private subnets", METHOD));
    expectBlocked(ask(policy("10.99.0.0/16"), "private subnets", METHOD), "api", "API_POLICY_DENIES");
    expectUnknown(ask(policy("10.20.10.0/25"), "subnet:private-a", METHOD), "api-policy");
  });

  it("blocks other ports than 443", () => {
    const open = vpcStack().with("api-from-vpc", { fromPort: 0, toPort: 65535 });
    expectBlocked(ask(open, "private subnets", METHOD, 8443), "api", "API_PORT_RESTRICTION");
  });

  it("is unknown for a host if the method requires authorization", () => {
    const signed = vpcStack().with("get-messages", { authorization: "AWS_IAM" });
    expectUnknown(ask(signed, "private subnets", METHOD), "get-messages");
    // In one account the API's policy is enough for a caller who signs.
    expectReachable(ask(signed, "fetcher", METHOD), "interface-endpoint");
  });
});

describe("callFromVpc of a public API", () => {
  it("blocks if private DNS of an execute-api endpoint takes the name", () => {
    expectBlocked(
      ask(regional(vpcStack()), "fetcher", METHOD),
      "execute-api-endpoint",
      "API_PRIVATE_DNS_SHADOWS_PUBLIC_API",
    );
  });

  it("reaches the API through NAT otherwise", () => {
    const off = regional(vpcStack()).with("execute-api-endpoint", { privateDnsEnabled: false });
    expectReachable(ask(off, "fetcher", METHOD), "nat");
    expectReachable(ask(regional(vpcStack()).without("execute-api-endpoint"), "fetcher", METHOD), "nat");
  });

  it("is unknown for the internet if the policy allows some addresses only", () => {
    const office = regional(vpcStack()).with("api", {
      policy: allow("execute-api:Invoke", "execute-api:/*", {
        Principal: "*",
        Condition: { IpAddress: { "aws:SourceIp": "203.0.113.0/24" } },
      }),
    });
    expectUnknown(ask(office, "internet", METHOD), "api");
  });

  it("matches path parameters, greedy parameters and the method ANY", () => {
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
