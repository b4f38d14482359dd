import { expect } from "chai";
import { consumerStack, privateDomainStack } from "../../graph/api-fixtures.js";
import { allow, peeredStack, type Stack } from "../../graph/fixtures.js";
import { breaks } from "../breaking.js";
import { ask, expectBlocked, expectReachable, hops } from "../support.js";

const METHOD = "GET /messages";
const FROM = "peer:consumer";

function closedAcl(stack: Stack): Stack {
  return stack.add("acl", "acl", { vpcId: "vpc-id", subnetIds: ["private-a-id"] });
}

describe("fromPeer", () => {
  breaks(
    "a VPC outside the stack",
    consumerStack,
    [FROM, METHOD],
    [
      [
        "when the connection is not accepted",
        (s) => s.with("consumer", { autoAccept: false }),
        "consumer",
        "BAD_STATE_ATTACHMENT",
      ],
      [
        "without a route in the peer's tables",
        (s) => s.without("from-consumer"),
        "consumer",
        "NO_ROUTE_TO_DESTINATION",
      ],
      [
        "when the peer's route is for part of the VPC",
        (s) => s.with("from-consumer", { destinationCidrBlock: "10.20.0.0/24" }),
        "consumer",
        "NO_ROUTE_TO_DESTINATION",
      ],
      [
        "without a route back",
        (s) => s.without("to-consumer-b"),
        "private-table-b",
        "NO_ROUTE_TO_DESTINATION",
      ],
      [
        "without any route back",
        (s) => s.without("to-consumer-a", "to-consumer-b"),
        "private-table-a",
        "NO_ROUTE_TO_DESTINATION",
      ],
      [
        "without a rule of the endpoint's group",
        (s) => s.without("api-from-consumer"),
        "api-group",
        "ENI_SG_RULES_MISMATCH",
      ],
      ["when the ACL lets nothing in", closedAcl, "acl", "SUBNET_ACL_RESTRICTION"],
      [
        "when the endpoint's policy allows another API only",
        (s) =>
          s.with("execute-api-endpoint", {
            policy: allow("execute-api:Invoke", "arn:aws:execute-api:*:*:other/*", { Principal: "*" }),
          }),
        "execute-api-endpoint",
        "VPCE_POLICY_DENIES",
      ],
      [
        "when the API's policy names another endpoint",
        (s) =>
          s.with("api-policy", {
            policy: allow("execute-api:Invoke", "execute-api:/*", {
              Principal: "*",
              Condition: { StringEquals: { "aws:SourceVpce": "vpce-0e15e" } },
            }),
          }),
        "api",
        "API_POLICY_DENIES",
      ],
      [
        "when the execute-api endpoint is disabled",
        (s) => s.with("api", { disableExecuteApiEndpoint: true }),
        "api",
        "API_EXECUTE_ENDPOINT_DISABLED",
      ],
    ],
  );

  const nameOf = (stack: Stack): string => {
    const verdict = ask(stack, FROM, METHOD);
    expectReachable(verdict, "peering");
    return verdict.status === "reachable" ? (verdict.name ?? "") : "";
  };

  it("uses the API's public name if a private hosted zone has it, and other names otherwise", () => {
    expect(nameOf(consumerStack())).to.equal("https://api-id.execute-api.eu-west-1.amazonaws.com/live");
    const alone = consumerStack().without("api-zone-consumer");
    expect(nameOf(alone)).to.equal(
      "https://api-id-execute-api-endpoint-id.execute-api.eu-west-1.amazonaws.com/live",
    );
    const neither = alone.with("api", { endpointConfiguration: { types: "PRIVATE" } });
    expect(nameOf(neither)).to.contain("with the header Host: api-id");
  });

  it("judges the stack's side only, and says so", () => {
    expect(hops(ask(consumerStack(), FROM, METHOD)).join("\n")).to.contain(
      "the peer's own security groups are not in the stack",
    );
  });

  it("calls by a private custom domain name if a hosted zone of it is associated", () => {
    const added = privateDomainStack().only(
      "domain",
      "mapping",
      "association",
      "domain-zone",
      "domain-record",
    );
    const stack = consumerStack().with("api", { disableExecuteApiEndpoint: true }).and(added);
    expectBlocked(ask(stack, FROM, METHOD), "domain", "API_NAME_NOT_RESOLVED");
    const known = stack.add("zoneAssociation", "known", { zoneId: "domain-zone-id", vpcId: "vpc-0c0ffee0" });
    expect(nameOf(known)).to.equal("https://api.example.com/messages");
  });

  it("is blocked at functions, other endpoints, subnets without a route and gateway endpoints", () => {
    const stack = consumerStack();
    expectBlocked(ask(stack, FROM, "fetcher"), "fetcher", "FUNCTION_HAS_NO_ADDRESS");
    expectBlocked(ask(stack, FROM, "endpoint:ssm-endpoint"), "endpoint-group", "ENI_SG_RULES_MISMATCH");
    expectBlocked(ask(stack, FROM, "subnet:public-a"), "public-table", "NO_ROUTE_TO_DESTINATION");
    expectBlocked(
      ask(stack, FROM, "endpoint:dynamodb-endpoint"),
      "consumer",
      "PCX_REQUIRES_ADDRESS_IN_VPC_CIDR",
    );
    expectReachable(ask(stack, FROM, "subnet:private-a"), "peering");
    expectBlocked(ask(stack, FROM, "10.40.0.1:443"), "consumer", "PCX_REQUIRES_ADDRESS_IN_VPC_CIDR");
  });

  breaks(
    "a peer as the destination",
    () => consumerStack(),
    ["fetcher", FROM],
    [
      ["without an egress rule", (s) => s.without("fetcher-out"), "fetcher-group", "SG_HAS_NO_RULES"],
      [
        "when the egress rule is for others",
        (s) => s.with("fetcher-out", { cidrIpv4: "10.20.0.0/16" }),
        "fetcher-group",
        "ENI_SG_RULES_MISMATCH",
      ],
      [
        "without a route of one subnet",
        (s) => s.without("to-consumer-b"),
        "private-table-b",
        "NO_ROUTE_TO_DESTINATION",
      ],
      [
        "without any route",
        (s) => s.without("to-consumer-a", "to-consumer-b"),
        "consumer",
        "NO_ROUTE_TO_DESTINATION",
      ],
      [
        "without a route back in the peer's tables",
        (s) => s.without("from-consumer"),
        "consumer",
        "NO_ROUTE_TO_DESTINATION",
      ],
      [
        "when the connection is not accepted",
        (s) => s.with("consumer", { autoAccept: false }),
        "consumer",
        "BAD_STATE_ATTACHMENT",
      ],
    ],
  );

  it("means the subnets of the VPC if that is in the stack", () => {
    const stack = peeredStack();
    expectBlocked(ask(stack, "peer:peering", METHOD), "api", "API_PRIVATE_REQUIRES_VPCE");
    const open = stack.add("ingress", "api-from-other", {
      securityGroupId: "api-group-id",
      cidrIpv4: "10.30.0.0/16",
      ipProtocol: "tcp",
      fromPort: 443,
      toPort: 443,
    });
    expectReachable(ask(open, "peer:peering", METHOD), "interface-endpoint");
    expectReachable(ask(open, "subnet:data-a", METHOD), "interface-endpoint");
    expectReachable(
      ask(stack.with("fetcher-to-data", { cidrIpv4: "10.30.0.0/16" }), "fetcher", "peer:peering", 5432),
      "peering",
    );
  });
});
