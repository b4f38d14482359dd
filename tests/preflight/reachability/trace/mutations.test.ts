import {
  allow,
  isolatedStack,
  peeredStack,
  publicStack,
  type Stack,
  vpcStack,
} from "../../graph/fixtures.js";
import { breaks } from "../breaking.js";

const DENY_OUT = { networkAclId: "acl-id", egress: true, protocol: "tcp", cidrBlock: "0.0.0.0/0" };
const ALL = { protocol: "-1", cidrBlock: "0.0.0.0/0", fromPort: 0, toPort: 0 };

function withAcl(subnets: readonly string[], ...without: readonly string[]) {
  return (stack: Stack): Stack => {
    const whole = stack
      .add("acl", "acl", { vpcId: "vpc-id", subnetIds: subnets.map((name) => `${name}-id`) })
      .add("aclRule", "acl-in", {
        networkAclId: "acl-id",
        egress: false,
        ruleNumber: 100,
        ruleAction: "allow",
        ...ALL,
      })
      .add("aclRule", "acl-out", {
        networkAclId: "acl-id",
        egress: true,
        ruleNumber: 100,
        ruleAction: "allow",
        ...ALL,
      });
    return whole.without(...without);
  };
}

describe("trace in a stack with one mutation", () => {
  breaks(
    "interface endpoint",
    isolatedStack,
    ["fetcher", "ssm"],
    [
      [
        "without the function's egress rule",
        (s) => s.without("fetcher-out"),
        "fetcher-group",
        "SG_HAS_NO_RULES",
      ],
      [
        "when the egress rule is for another port",
        (s) => s.with("fetcher-out", { fromPort: 80, toPort: 80 }),
        "fetcher-group",
        "ENI_SG_RULES_MISMATCH",
      ],
      [
        "without the endpoint's ingress rule",
        (s) => s.without("endpoint-from-fetcher"),
        "endpoint-group",
        "SG_HAS_NO_RULES",
      ],
      [
        "when the endpoint allows another group only",
        (s) => s.with("endpoint-from-fetcher", { referencedSecurityGroupId: "api-group-id" }),
        "endpoint-group",
        "ENI_SG_RULES_MISMATCH",
      ],
      [
        "without enableDnsSupport",
        (s) => s.with("vpc", { enableDnsSupport: false }),
        "vpc",
        "VPC_DNS_SUPPORT_DISABLED",
      ],
      [
        "without enableDnsHostnames",
        (s) => s.with("vpc", { enableDnsHostnames: false }),
        "vpc",
        "VPC_DNS_HOSTNAMES_DISABLED",
      ],
      [
        "without private DNS",
        (s) => s.with("ssm-endpoint", { privateDnsEnabled: false }),
        "ssm-endpoint",
        "VPCE_PRIVATE_DNS_DISABLED",
      ],
      [
        "when the endpoint has no subnet",
        (s) => s.with("ssm-endpoint", { subnetIds: [] }),
        "ssm-endpoint",
        "VPCE_NO_NETWORK_INTERFACE",
      ],
      [
        "when the endpoint's policy is for another path",
        (s) =>
          s.with("ssm-endpoint", {
            policy: allow("ssm:GetParametersByPath", "arn:aws:ssm:*:*:parameter/else", { Principal: "*" }),
          }),
        "ssm-endpoint",
        "VPCE_POLICY_DENIES",
      ],
      [
        "when the endpoint's policy allows another service only",
        (s) => s.with("ssm-endpoint", { policy: allow("s3:*", "*", { Principal: "*" }) }),
        "ssm-endpoint",
        "VPCE_POLICY_DENIES",
      ],
      ["when the ACL lets nothing out", withAcl(["private-a"], "acl-out"), "acl", "SUBNET_ACL_RESTRICTION"],
      ["when the ACL lets no answers in", withAcl(["private-a"], "acl-in"), "acl", "SUBNET_ACL_RESTRICTION"],
    ],
  );

  breaks(
    "gateway endpoint",
    isolatedStack,
    ["fetcher", "dynamodb"],
    [
      [
        "when one table lacks it",
        (s) => s.with("dynamodb-endpoint", { routeTableIds: ["private-table-a-id"] }),
        "dynamodb-endpoint",
        "VPCE_NOT_IN_ROUTE_TABLE",
      ],
      [
        "when its policy allows another table only",
        (s) =>
          s.with("dynamodb-endpoint", {
            policy: allow("dynamodb:*", "arn:aws:dynamodb:*:*:table/else", { Principal: "*" }),
          }),
        "dynamodb-endpoint",
        "VPCE_POLICY_DENIES",
      ],
      [
        "when the egress rule leaves the prefix list out",
        (s) => s.with("fetcher-out", { cidrIpv4: "10.20.0.0/16" }),
        "fetcher-group",
        "ENI_SG_RULES_MISMATCH",
      ],
      [
        "without the endpoint",
        (s) => s.without("dynamodb-endpoint"),
        "private-table-a",
        "NO_ROUTE_TO_DESTINATION",
      ],
    ],
  );

  breaks(
    "NAT gateway",
    vpcStack,
    ["fetcher", "internet"],
    [
      [
        "without the route in one AZ",
        (s) => s.without("private-route-b"),
        "private-table-b",
        "NO_ROUTE_TO_DESTINATION",
      ],
      [
        "when a subnet uses the main table",
        (s) => s.without("private-b-association"),
        "default route table of vpc",
        "NO_ROUTE_TO_DESTINATION",
      ],
      [
        "when the NAT gateway has no Elastic IP",
        (s) => s.lacking("nat-a", "allocationId"),
        "nat-a",
        "BAD_STATE",
      ],
      [
        "when the NAT gateway is private",
        (s) => s.with("nat-a", { connectivityType: "private" }),
        "nat-a",
        "IGW_PUBLIC_IP_ASSOCIATION_FOR_EGRESS",
      ],
      [
        "without the public route",
        (s) => s.without("public-route"),
        "public-table",
        "NO_ROUTE_TO_DESTINATION",
      ],
      [
        "when the NAT gateway is in a private subnet",
        (s) => s.with("nat-a", { subnetId: "private-a-id" }),
        "private-table-a",
        "NO_ROUTE_TO_DESTINATION",
      ],
      [
        "when the internet gateway is attached to nothing",
        (s) => s.lacking("igw", "vpcId"),
        "igw",
        "UNASSOCIATED_COMPONENT",
      ],
      [
        "when the function is in the public subnets",
        (s) =>
          s.with("fetcher", {
            vpcConfig: { subnetIds: ["public-a-id"], securityGroupIds: ["fetcher-group-id"] },
          }),
        "igw",
        "IGW_PUBLIC_IP_ASSOCIATION_FOR_EGRESS",
      ],
      [
        "when the route is a blackhole",
        (s) => s.with("private-route-a", { state: "blackhole" }),
        "private-table-a",
        "BAD_STATE_ROUTE",
      ],
      [
        "when the ACL of the NAT's subnet lets nothing in",
        withAcl(["public-a"], "acl-in"),
        "acl",
        "SUBNET_ACL_RESTRICTION",
      ],
      [
        "when the ACL of the NAT's subnet lets nothing out",
        withAcl(["public-a"], "acl-out"),
        "acl",
        "SUBNET_ACL_RESTRICTION",
      ],
      [
        "when an ACL rule with a lower number denies the port",
        (s) =>
          withAcl(["private-a"])(s).add("aclRule", "acl-deny", {
            ...DENY_OUT,
            ruleNumber: 90,
            ruleAction: "deny",
            fromPort: 443,
            toPort: 443,
          }),
        "acl",
        "SUBNET_ACL_RESTRICTION",
      ],
      [
        "when Block Public Access is on",
        (s) => s.add("blockPublicAccess", "bpa", { internetGatewayBlockMode: "block-bidirectional" }),
        "bpa",
        "VPC_BLOCK_PUBLIC_ACCESS_ENABLED",
      ],
    ],
  );

  breaks(
    "private API",
    vpcStack,
    ["private subnets", "GET /messages"],
    [
      ["without the resource policy", (s) => s.without("api-policy"), "api", "API_POLICY_MISSING"],
      [
        "when the resource policy is for another endpoint",
        (s) =>
          s.with("api-policy", {
            policy: allow("execute-api:Invoke", "execute-api:/*", {
              Principal: "*",
              Condition: { StringEquals: { "aws:SourceVpce": "vpce-else" } },
            }),
          }),
        "api",
        "API_POLICY_DENIES",
      ],
      [
        "when the endpoint's policy does not allow it",
        (s) =>
          s.with("execute-api-endpoint", {
            policy: allow("execute-api:Invoke", "arn:aws:execute-api:*:*:else/*", { Principal: "*" }),
          }),
        "execute-api-endpoint",
        "VPCE_POLICY_DENIES",
      ],
      [
        "without the endpoint's ingress rule",
        (s) => s.without("api-from-vpc"),
        "api-group",
        "SG_HAS_NO_RULES",
      ],
      ["without the endpoint", (s) => s.without("execute-api-endpoint"), "api", "API_PRIVATE_REQUIRES_VPCE"],
      [
        "without enableDnsHostnames",
        (s) => s.with("vpc", { enableDnsHostnames: false }),
        "vpc",
        "VPC_DNS_HOSTNAMES_DISABLED",
      ],
      ["without the method", (s) => s.without("get-messages"), "api", "API_METHOD_NOT_FOUND"],
      [
        "without the integration",
        (s) => s.without("get-messages-integration"),
        "get-messages",
        "API_INTEGRATION_MISSING",
      ],
      ["without the stage", (s) => s.without("stage"), "api", "API_NOT_DEPLOYED"],
      [
        "without the function's permission",
        (s) => s.without("invoke"),
        "fetcher",
        "LAMBDA_PERMISSION_MISSING",
      ],
      [
        "when the permission is for another method",
        (s) =>
          s.with("invoke", {
            sourceArn: "arn:aws:execute-api:eu-west-1:123456789012:api-id/*/POST/messages",
          }),
        "fetcher",
        "LAMBDA_PERMISSION_MISSING",
      ],
      [
        "when the permission is for an alias that the method does not invoke",
        (s) => s.with("invoke", { qualifier: "live" }),
        "fetcher",
        "LAMBDA_PERMISSION_MISSING",
      ],
    ],
  );

  breaks(
    "public API",
    publicStack,
    ["internet", "GET /messages"],
    [
      [
        "when it becomes private",
        (s) => s.with("api", { endpointConfiguration: { types: "PRIVATE" } }),
        "api",
        "API_PRIVATE_REQUIRES_VPCE",
      ],
      [
        "when its execute-api endpoint is disabled",
        (s) => s.with("api", { disableExecuteApiEndpoint: true }),
        "api",
        "API_EXECUTE_ENDPOINT_DISABLED",
      ],
      [
        "when the method requires a signature",
        (s) => s.with("get-messages", { authorization: "AWS_IAM" }),
        "get-messages",
        "API_METHOD_REQUIRES_AUTHORIZATION",
      ],
      [
        "when a resource policy allows a VPC endpoint only",
        (s) =>
          s.with("api", {
            policy: allow("execute-api:Invoke", "execute-api:/*", {
              Principal: "*",
              Condition: { StringEquals: { "aws:SourceVpce": "execute-api-endpoint-id" } },
            }),
          }),
        "api",
        "API_POLICY_DENIES",
      ],
    ],
  );

  breaks(
    "peering",
    peeredStack,
    ["fetcher", "database"],
    [
      ["without the route there", (s) => s.without("there-b"), "private-table-b", "NO_ROUTE_TO_DESTINATION"],
      ["without the route back", (s) => s.without("back"), "data-table", "NO_ROUTE_TO_DESTINATION"],
      [
        "when the connection is not accepted",
        (s) => s.with("peering", { autoAccept: false }),
        "peering",
        "BAD_STATE_ATTACHMENT",
      ],
      [
        "without the database's ingress rule",
        (s) => s.with("data-group", { ingress: [] }),
        "data-group",
        "SG_HAS_NO_RULES",
      ],
      [
        "without the function's egress rule",
        (s) => s.without("fetcher-to-data"),
        "fetcher-group",
        "ENI_SG_RULES_MISMATCH",
      ],
    ],
  );
});
