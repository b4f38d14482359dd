import { expect } from "chai";
import type { Exceptions } from "../../../../preflight/intents.js";
import { trace } from "../../../../preflight/reachability/index.js";
import { privateDomainStack } from "../../graph/api-fixtures.js";
import { type Stack, vpcStack } from "../../graph/fixtures.js";
import { ask, expectBlocked, expectReachable, expectUnknown, graphOf } from "../support.js";

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

describe("callFromForeignEndpoint", () => {
  const OTHER = { kind: "foreign-endpoint", account: "other" } as const;
  const METHOD_PLACE = { kind: "method", method: "GET", path: "/messages" } as const;
  const none: Exceptions = { vpcEndpoints: [], vpcs: [], accounts: [] };
  const from = (stack: Stack, except = none) => trace(graphOf(stack), { ...OTHER, except }, METHOD_PLACE);

  it("is blocked by a policy that admits the stack's endpoint only", () => {
    expectBlocked(from(shared({})), "api", "API_POLICY_DENIES");
  });

  it("names the endpoint that the policy admits", () => {
    const verdict = from(shared(WITH_ENDPOINT));
    expectReachable(verdict, "interface-endpoint");
    expect(verdict.path[0]?.at.name).to.equal(ENDPOINT);
  });

  it("is blocked if all whom the policy admits are exceptions", () => {
    const open = shared({ ...WITH_ENDPOINT, ...WITH_VPC });
    expectBlocked(from(open, { ...none, vpcEndpoints: [ENDPOINT], vpcs: [VPC] }), "api", "API_POLICY_DENIES");
    expectReachable(from(open, { ...none, vpcEndpoints: [ENDPOINT] }));
    expectReachable(from(open, { ...none, vpcs: [VPC] }));
  });

  it("is unknown if patterns of the policy overlap, so that no example stands for every endpoint", () => {
    const keys = { "aws:SourceVpce": "vpce-0a*" };
    const statement = { Principal: "*", Action: "execute-api:Invoke", Resource: "execute-api:/*" };
    const stack = vpcStack().with("api-policy", {
      policy: JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          {
            ...statement,
            Effect: "Allow",
            Condition: { StringLike: keys, StringNotLike: { "aws:SourceVpce": "*0a" } },
          },
          { ...statement, Effect: "Deny", Condition: { StringNotLike: { "aws:SourceVpce": "*1a" } } },
        ],
      }),
    });
    expectUnknown(from(stack), "api-policy");
  });

  it("needs the policy of the domain name and that of the API, for the same caller", () => {
    const stack = privateDomainStack();
    expectBlocked(from(stack), "domain", "API_DOMAIN_NAME_POLICY_DENIES");
    const policy = (condition?: object) => ({
      policy: JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Allow",
            Principal: "*",
            Action: "execute-api:Invoke",
            Resource: "execute-api:/*",
            ...(condition !== undefined && { Condition: condition }),
          },
        ],
      }),
    });
    const only = (id: string) => policy({ StringEquals: { "aws:SourceVpce": id } });
    expectReachable(from(stack.with("domain", policy()).with("api-policy", policy())));
    expectBlocked(from(stack.with("domain", policy())), "api", "API_POLICY_DENIES");
    const two = (api: string) => stack.with("domain", only(ENDPOINT)).with("api-policy", only(api));
    expectReachable(from(two(ENDPOINT)));
    expectBlocked(from(two("vpce-0fedcba9876543210")), "domain", "API_DOMAIN_NAME_POLICY_DENIES");
  });

  it("reaches an API on the internet", () => {
    const stack = vpcStack()
      .with("api", { endpointConfiguration: { types: "REGIONAL" } })
      .without("api-policy");
    expectReachable(from(stack));
  });

  it("is unknown for other destinations than methods", () => {
    expectUnknown(ask(vpcStack(), "another VPC", "ssm"), "another VPC");
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
