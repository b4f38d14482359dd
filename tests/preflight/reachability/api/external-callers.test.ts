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

describe("callFromExternal from an endpoint", () => {
  it("reaches an API whose policy names the endpoint", () => {
    expectReachable(ask(shared(WITH_ENDPOINT), ENDPOINT, METHOD), "interface-endpoint");
    expectReachable(ask(shared({ ...WITH_ENDPOINT, ...WITH_VPC, ...WITH_ACCOUNT }), ENDPOINT, METHOD));
  });

  it("is blocked if the policy names others", () => {
    expectBlocked(ask(shared({}), ENDPOINT, METHOD), "api", "API_POLICY_DENIES");
    expectBlocked(ask(shared(WITH_ENDPOINT), "vpce-00000000000000000", METHOD), "api", "API_POLICY_DENIES");
    expectBlocked(ask(shared(WITH_ACCOUNT), ENDPOINT, METHOD), "api", "API_POLICY_DENIES");
  });

  it("is unknown if the policy names a VPC", () => {
    expectUnknown(ask(shared(WITH_VPC), ENDPOINT, METHOD), "api");
  });

  it("returns the URL to call", () => {
    const verdict = ask(shared(WITH_ENDPOINT), `endpoint:${ENDPOINT}`, METHOD);
    expect(verdict.status === "reachable" && verdict.name).to.contain(ENDPOINT);
  });

  it("uses the custom domain name if the API's own names are disabled and its policy allows the call", () => {
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

describe("callFromExternal from a VPC", () => {
  it("reaches an API whose policy names the VPC", () => {
    expectReachable(ask(shared(WITH_VPC), VPC, METHOD), "interface-endpoint");
    expectReachable(ask(shared({ ...WITH_VPC, ...WITH_ACCOUNT }), `vpc:${VPC}`, METHOD));
  });

  it("is blocked if the policy does not name the VPC", () => {
    expectBlocked(ask(shared({}), VPC, METHOD), "api", "API_POLICY_DENIES");
    expectBlocked(ask(shared(WITH_ENDPOINT), VPC, METHOD), "api", "API_POLICY_DENIES");
  });

  it("is unknown for other destinations than methods", () => {
    expectUnknown(ask(vpcStack(), VPC, "ssm"), VPC);
  });
});

describe("callFromOutside of a shared API", () => {
  it("blocks the internet and a VPC without an endpoint", () => {
    const open = shared({ ...WITH_ENDPOINT, ...WITH_VPC, ...WITH_ACCOUNT });
    for (const from of ["internet", "vpc without execute-api"]) {
      expectBlocked(ask(open, from, METHOD), "api", "API_PRIVATE_REQUIRES_VPCE");
    }
    expectReachable(ask(open, "private subnets", METHOD), "interface-endpoint");
  });
});
