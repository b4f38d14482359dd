import { expect } from "chai";
import { privateDomainStack } from "../../graph/api-fixtures.js";
import { type Stack, vpcStack } from "../../graph/fixtures.js";
import { ask, expectBlocked, expectReachable, expectUnknown } from "../support.js";

const METHOD = "GET /messages";
const ENDPOINT = "vpce-0123456789abcdef0";
const VPC = "vpc-0123456789abcdef0";

function shared(conditions: Record<string, readonly string[]>, stack = vpcStack()): Stack {
  const statement = { Principal: "*", Action: "execute-api:Invoke", Resource: "execute-api:/*" };
  const keys = { "aws:SourceVpce": ["execute-api-endpoint-id"], ...conditions };
  return stack.with("api-policy", {
    policy: JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        { ...statement, Effect: "Allow" },
        { ...statement, Effect: "Deny", Condition: { StringNotEquals: keys } },
      ],
    }),
  });
}

const WITH_ENDPOINT = { "aws:SourceVpce": ["execute-api-endpoint-id", ENDPOINT] };
const WITH_VPC = { "aws:SourceVpc": [VPC] };
const WITH_ACCOUNT = { "aws:PrincipalAccount": ["444455556666"] };

describe("somebody else's endpoint", () => {
  it("is let in where the API's policy names it", () => {
    expectReachable(ask(shared(WITH_ENDPOINT), ENDPOINT, METHOD), "interface-endpoint");
    expectReachable(ask(shared({ ...WITH_ENDPOINT, ...WITH_VPC, ...WITH_ACCOUNT }), ENDPOINT, METHOD));
  });

  it("is refused where the policy names others", () => {
    expectBlocked(ask(shared({}), ENDPOINT, METHOD), "api", "API_POLICY_DENIES");
    expectBlocked(ask(shared(WITH_ENDPOINT), "vpce-00000000000000000", METHOD), "api", "API_POLICY_DENIES");
    expectBlocked(ask(shared(WITH_ACCOUNT), ENDPOINT, METHOD), "api", "API_POLICY_DENIES");
  });

  it("may or may not be in a VPC that the policy names", () => {
    expectUnknown(ask(shared(WITH_VPC), ENDPOINT, METHOD), "api");
  });

  it("is told how to call", () => {
    const verdict = ask(shared(WITH_ENDPOINT), `endpoint:${ENDPOINT}`, METHOD);
    expect(verdict.status === "reachable" && verdict.name).to.contain(ENDPOINT);
  });

  it("calls by the custom domain name where the API's own names are off, if its policy says so too", () => {
    const stack = shared(WITH_ENDPOINT, privateDomainStack());
    expectBlocked(ask(stack, ENDPOINT, METHOD), "domain", "API_DOMAIN_NAME_POLICY_DENIES");
    const open = stack.with("domain", {
      policy: JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          { Effect: "Allow", Principal: "*", Action: "execute-api:Invoke", Resource: "execute-api:/*" },
        ],
      }),
    });
    expectReachable(ask(open, ENDPOINT, METHOD));
    expectBlocked(ask(open.without("mapping"), ENDPOINT, METHOD), "api", "API_EXECUTE_ENDPOINT_DISABLED");
  });
});

describe("somebody else's VPC", () => {
  it("is let in, by any endpoint of its own, where the API's policy names it", () => {
    expectReachable(ask(shared(WITH_VPC), VPC, METHOD), "interface-endpoint");
    expectReachable(ask(shared({ ...WITH_VPC, ...WITH_ACCOUNT }), `vpc:${VPC}`, METHOD));
  });

  it("is refused otherwise", () => {
    expectBlocked(ask(shared({}), VPC, METHOD), "api", "API_POLICY_DENIES");
    expectBlocked(ask(shared(WITH_ENDPOINT), VPC, METHOD), "api", "API_POLICY_DENIES");
  });

  it("is asked about an API's methods only", () => {
    expectUnknown(ask(vpcStack(), VPC, "ssm"), VPC);
  });
});

describe("sharing", () => {
  it("opens nothing to the internet, to a VPC without an endpoint or to unsigned calls of an account", () => {
    const open = shared({ ...WITH_ENDPOINT, ...WITH_VPC, ...WITH_ACCOUNT });
    for (const from of ["internet", "vpc without execute-api"]) {
      expectBlocked(ask(open, from, METHOD), "api", "API_PRIVATE_REQUIRES_VPCE");
    }
    expectReachable(ask(open, "private subnets", METHOD), "interface-endpoint");
  });
});
