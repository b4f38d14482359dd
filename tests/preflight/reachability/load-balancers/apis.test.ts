import { expect } from "chai";
import { parsePlace, proveIntents, trace, type Verdict } from "../../../../preflight/reachability/index.js";
import { UNKNOWN } from "../../../../preflight/resources/unknown.js";
import { ACCOUNT, allow, REGION, Stack, urnOf } from "../../graph/fixtures.js";
import { expectBlocked, expectReachable, expectUnknown, graphOf, hops } from "../support.js";
import { frontDoorStack, HOST, rewriting } from "./front-door.js";

const VIA = "GET /messages via front";

function ask(stack: Stack, from = "internet", to = VIA, port?: number): Verdict {
  const graph = graphOf(stack);
  return trace(graph, parsePlace(from, graph), parsePlace(to, graph), port);
}

describe("byAnyWay", () => {
  it("follows a request through the load balancer to the method, hop by hop", () => {
    const verdict = ask(frontDoorStack());
    expectReachable(verdict, "internet-gateway");
    const text = hops(verdict).join("\n");
    expect(text).to.include("front: listens on tcp 443");
    expect(text).to.include(
      `front: rule messages-rule takes GET /messages and sends it on with Host ${HOST} and path /live/messages`,
    );
    expect(text).to.include("apis: forwards to execute-api-endpoint on tcp 443");
    expect(text).to.match(/api-policy|api: .*allowed/);
  });

  it("finds the way through the load balancer for the plain method, and not for the direct one", () => {
    expectReachable(ask(frontDoorStack(), "internet", "GET /messages"));
    expectBlocked(
      ask(frontDoorStack(), "internet", "GET /messages directly"),
      "api",
      "API_PRIVATE_REQUIRES_VPCE",
    );
  });

  it("finds that the internet invokes the function behind the method", () => {
    expectReachable(ask(frontDoorStack(), "internet", "fetcher"));
    expectBlocked(
      ask(frontDoorStack().without("messages-rule"), "internet", "fetcher"),
      "fetcher",
      "IGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS",
    );
  });

  it("leads from every caller that the load balancer's groups let in, and from no other", () => {
    const inside = frontDoorStack()
      .with("front", { internal: true, subnets: ["private-a-id", "private-b-id"] })
      .without("front-from-internet", "front-from-internet-http")
      .add("ingress", "front-from-fetcher", {
        securityGroupId: "front-group-id",
        referencedSecurityGroupId: "fetcher-group-id",
        ipProtocol: "tcp",
        fromPort: 443,
        toPort: 443,
      });
    expectReachable(ask(inside, "fetcher"), "local");
    expectBlocked(ask(inside), "front", "IGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS");
    expectBlocked(ask(inside, "private subnets"), "front-group", "ENI_SG_RULES_MISMATCH");
  });

  const cases: readonly [string, (stack: Stack) => Stack, string, Parameters<typeof expectBlocked>[2]][] = [
    [
      "no listener on the port",
      (s) => s.without("https", "messages-rule", "no-api-header"),
      "front",
      "ELBV2_LISTENERS_MISMATCH",
    ],
    [
      "a listener without TLS",
      (s) => s.with("https", { protocol: "HTTP" }),
      "https",
      "ELBV2_LISTENER_WITHOUT_TLS",
    ],
    ["no rule", (s) => s.without("messages-rule"), "https", "ELBV2_NO_RULE_FOR_METHOD"],
    [
      "a rule before it that answers",
      (s) => s.with("no-api-header", { conditions: [{ pathPattern: { values: ["/*"] } }] }),
      "messages-rule",
      "ELBV2_RULE_LEADS_TO_OTHER_PATH",
    ],
    [
      "a rule for another path",
      (s) => s.with("messages-rule", { conditions: [{ pathPattern: { values: ["/pets"] } }] }),
      "messages-rule",
      "ELBV2_RULE_LEADS_TO_OTHER_PATH",
    ],
    [
      "the Host header of another API",
      (s) => s.with("messages-rule", rewriting(HOST.replace("api-id", "other1"), "^/", "/live/")),
      "messages-rule",
      "ELBV2_RULE_LEADS_TO_OTHER_API",
    ],
    [
      "the Host header of another Region",
      (s) => s.with("messages-rule", rewriting(HOST.replace(REGION, "us-east-1"), "^/", "/live/")),
      "messages-rule",
      "ELBV2_RULE_LEADS_TO_OTHER_API",
    ],
    [
      "another stage",
      (s) => s.with("messages-rule", rewriting(HOST, "^/", "/beta/")),
      "messages-rule",
      "ELBV2_RULE_LEADS_TO_OTHER_PATH",
    ],
    [
      "no stage",
      (s) => s.with("messages-rule", { transforms: rewriting(HOST, "^/", "/").transforms.slice(0, 1) }),
      "messages-rule",
      "ELBV2_RULE_LEADS_TO_OTHER_PATH",
    ],
    ["no target", (s) => s.without("target-a", "target-b"), "apis", "ELBV2_LISTENER_HAS_NO_TG"],
    [
      "a target group that speaks HTTP",
      (s) => s.with("apis", { protocol: "HTTP" }),
      "apis",
      "ELBV2_TARGET_PROTOCOL_MISMATCH",
    ],
    [
      "a closed group of the load balancer",
      (s) => s.without("front-to-api"),
      "front-group",
      "SG_HAS_NO_RULES",
    ],
    ["a closed group of the endpoint", (s) => s.without("api-from-front"), "api-group", "SG_HAS_NO_RULES"],
    [
      "an endpoint policy for another API",
      (s) =>
        s.with("execute-api-endpoint", {
          policy: allow("execute-api:Invoke", `arn:aws:execute-api:${REGION}:${ACCOUNT}:other1/*`, {
            Principal: "*",
          }),
        }),
      "execute-api-endpoint",
      "VPCE_POLICY_DENIES",
    ],
    [
      "an API that is not private",
      (s) => s.with("api", { endpointConfiguration: { types: "REGIONAL" } }),
      "api",
      "API_NOT_PRIVATE",
    ],
    ["no policy of the API", (s) => s.without("api-policy"), "api", "API_POLICY_MISSING"],
    [
      "a policy of the API for another endpoint",
      (s) =>
        s.with("api-policy", {
          policy: allow("execute-api:Invoke", "execute-api:/*", {
            Principal: "*",
            Condition: { StringEquals: { "aws:SourceVpce": "vpce-0123456789abcdef0" } },
          }),
        }),
      "api",
      "API_POLICY_DENIES",
    ],
    [
      "an internal load balancer",
      (s) => s.with("front", { internal: true }),
      "front",
      "IGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS",
    ],
    [
      "subnets without a route to the internet gateway",
      (s) => s.with("front", { subnets: ["private-a-id", "private-b-id"] }),
      "private-table-a",
      "NO_ROUTE_TO_DESTINATION",
    ],
    [
      "callers that the group does not let in",
      (s) => s.without("front-from-internet"),
      "front-group",
      "ENI_SG_RULES_MISMATCH",
    ],
  ];
  for (const [what, change, at, code] of cases) {
    it(`is blocked by ${what}`, () => expectBlocked(ask(change(frontDoorStack())), at, code));
  }

  it("is blocked by a target that is not the endpoint, and unknown if nobody knows whose the address is", () => {
    const web = frontDoorStack()
      .add("group", "web-group", {
        vpcId: "vpc-id",
        ingress: [{ protocol: "tcp", fromPort: 443, toPort: 443, cidrBlocks: ["10.20.0.0/16"] }],
      })
      .add("instance", "web", {
        subnetId: "private-a-id",
        vpcSecurityGroupIds: ["web-group-id"],
        privateIp: "10.20.10.9",
      })
      .with("front-to-api", { referencedSecurityGroupId: undefined, cidrIpv4: "10.20.0.0/16" })
      .with("target-a", { targetId: "10.20.10.9" })
      .without("target-b");
    expectBlocked(ask(web), "web", "ELBV2_TARGET_IS_NO_ENDPOINT");
    const stale = frontDoorStack()
      .with("front-to-api", { referencedSecurityGroupId: undefined, cidrIpv4: "10.20.0.0/16" })
      .with("target-a", { targetId: "10.20.10.77" });
    expectUnknown(ask(stale));
  });

  it("is open with a health check that expects 200, because the load balancer then sends to all targets, and says so", () => {
    const verdict = ask(
      frontDoorStack().with("apis", { healthCheck: { protocol: "HTTPS", matcher: "200-299" } }),
    );
    expectReachable(verdict);
    expect(hops(verdict).join("\n")).to.include("with no healthy target the load balancer sends to all");
    expect(hops(ask(frontDoorStack())).join("\n")).not.to.include("healthy");
  });

  it("is unknown if the caller's own header chooses the API, unless a policy refuses it", () => {
    const open = frontDoorStack().with("messages-rule", {
      transforms: rewriting(HOST, "^/", "/live/").transforms.slice(1),
    });
    expectUnknown(ask(open), "messages-rule");
    const elsewhere = frontDoorStack()
      .without("no-api-header")
      .with("messages-rule", rewriting(HOST.replace("api-id", "other1"), "^/", "/live/"));
    expectUnknown(ask(elsewhere), "messages-rule");
    expectBlocked(ask(elsewhere.without("api-policy")), "messages-rule", "ELBV2_RULE_LEADS_TO_OTHER_API");
  });

  it("is unknown if a rule has callers sign in", () => {
    const signIn = frontDoorStack().with("messages-rule", {
      actions: [
        { type: "authenticate-oidc", order: 1 },
        { type: "forward", targetGroupArn: "apis-id", order: 2 },
      ],
    });
    expectUnknown(ask(signIn), "messages-rule");
  });

  it("redirects on port 80, so nothing gets to the method there", () => {
    expectBlocked(ask(frontDoorStack(), "internet", VIA, 80), "http", "ELBV2_NO_RULE_FOR_METHOD");
    const clear = frontDoorStack().with("http", {
      defaultActions: [{ type: "forward", targetGroupArn: "apis-id" }],
    });
    expectUnknown(ask(clear, "internet", VIA, 80), "http");
  });

  it("follows targets and Host headers by what they come from before the endpoint and the API exist", () => {
    const preview = new Stack(
      frontDoorStack().resources.map((resource) => {
        if (resource.name === "target-a" || resource.name === "target-b")
          return {
            ...resource,
            properties: { ...resource.properties, targetId: UNKNOWN },
            propertyDependencies: { targetId: [urnOf("endpoint", "execute-api-endpoint")] },
          };
        if (resource.name === "messages-rule")
          return {
            ...resource,
            properties: { ...resource.properties, ...unknownHost() },
            propertyDependencies: { transforms: [urnOf("api", "api")] },
          };
        return resource;
      }),
    ).lacking("execute-api-endpoint", "subnetConfigurations");
    expectReachable(ask(preview));
    const withoutTrail = frontDoorStack().with("messages-rule", unknownHost());
    expectUnknown(ask(withoutTrail), "messages-rule");
  });
});

function unknownHost() {
  const [host, url] = rewriting("", "^/", "/live/").transforms;
  return {
    transforms: [{ ...host, hostHeaderRewriteConfig: { rewrite: { regex: "^.*$", replace: UNKNOWN } } }, url],
  };
}

describe("a load balancer as the origin of a question", () => {
  const other = (stack: Stack) =>
    stack
      .add("apiResource", "admin", { restApi: "api-id", parentId: "api-root", pathPart: "admin" })
      .add("method", "get-admin", {
        restApi: "api-id",
        resourceId: "admin-id",
        httpMethod: "GET",
        authorization: "NONE",
      });

  it("reaches the paths of its rules and no other method, whoever calls it", () => {
    expectReachable(ask(frontDoorStack(), "front", "GET /messages"));
    expectBlocked(
      ask(other(frontDoorStack()), "front", "GET /admin"),
      "messages-rule",
      "ELBV2_RULE_LEADS_TO_OTHER_PATH",
    );
    const everything = other(frontDoorStack()).with("messages-rule", {
      conditions: [{ pathPattern: { values: ["/*"] } }],
    });
    const verdict = ask(everything, "front", "GET /admin");
    expect(verdict.status === "blocked" && verdict.code === "ELBV2_RULE_LEADS_TO_OTHER_PATH").to.equal(false);
  });

  it("reaches no other API, unless a rule or a header leads there and the endpoint's policy allows it", () => {
    expectBlocked(
      ask(frontDoorStack(), "front", "another API"),
      "messages-rule",
      "ELBV2_RULE_LEADS_TO_OTHER_API",
    );
    expectUnknown(ask(frontDoorStack().without("no-api-header"), "front", "another API"), "messages-rule");
    const elsewhere = frontDoorStack().with(
      "messages-rule",
      rewriting(HOST.replace("api-id", "other1"), "^/", "/live/"),
    );
    expectReachable(ask(elsewhere, "front", "another API"));
    expectReachable(ask(elsewhere, "internet", "another API"));
    const closed = elsewhere.with("execute-api-endpoint", {
      policy: allow("execute-api:Invoke", `arn:aws:execute-api:${REGION}:${ACCOUNT}:api-id/*`, {
        Principal: "*",
      }),
    });
    expectBlocked(ask(closed, "front", "another API"), "execute-api-endpoint", "VPCE_POLICY_DENIES");
  });

  it("takes an API for its own if an intent names its id", () => {
    const elsewhere = frontDoorStack().with(
      "messages-rule",
      rewriting(HOST.replace("api-id", "other1"), "^/", "/live/"),
    );
    const intent = (besides: readonly string[]) => ({
      from: { kind: "resource", name: "front" },
      to: { kind: "other-api", besides },
      port: 443,
      must: "not-reach",
      reason: "test",
    });
    const holds = (besides: readonly string[]) => {
      const component = {
        urn: "urn:pulumi:test::lambda-networking::lambda-networking:api:FrontDoor::front-door",
        type: "lambda-networking:api:FrontDoor",
        name: "front-door",
        properties: { intents: [intent(besides)] },
      };
      const [proof] = proveIntents(graphOf(elsewhere.and(new Stack([component]))));
      return proof?.ok;
    };
    expect([holds(["other1"]), holds([])]).to.deep.equal([true, false]);
  });

  it("reaches nothing else in the network", () => {
    for (const place of ["private subnets", "ssm-endpoint", "fetcher", "internet"]) {
      const verdict = ask(frontDoorStack(), "front", place);
      expect(verdict.status, place).to.equal("blocked");
    }
  });
});
