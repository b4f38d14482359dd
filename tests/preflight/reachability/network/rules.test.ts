import { expect } from "chai";
import {
  allow,
  isolatedStack,
  peeredStack,
  publicStack,
  REGION,
  type Stack,
  vpcStack,
} from "../../graph/fixtures.js";
import { ask, expectBlocked, expectReachable, expectUnknown, hops } from "../support.js";

const TCP = { ipProtocol: "tcp", fromPort: 443, toPort: 443 };
const ACL_ALL = { protocol: "-1", cidrBlock: "0.0.0.0/0", fromPort: 0, toPort: 0 };

describe("route choice", () => {
  const better = (destination: string, target: Record<string, string>) =>
    vpcStack().add("route", "better", {
      routeTableId: "private-table-a-id",
      destinationCidrBlock: destination,
      ...target,
    });

  it("takes the longest prefix, whatever the order of the routes", () => {
    const stack = better("1.1.1.0/24", { gatewayId: "igw-id" });
    expectBlocked(ask(stack, "fetcher", "1.1.1.1"), "igw", "IGW_PUBLIC_IP_ASSOCIATION_FOR_EGRESS");
    expectReachable(ask(stack, "fetcher", "9.9.9.9"), "nat");
  });

  it("takes a static route before one of a prefix list of the same length", () => {
    const stack = better("1.1.1.0/24", { natGatewayId: "nat-a-id" })
      .add("prefixList", "list", { entries: [{ cidr: "1.1.1.0/24" }, { cidr: "2.2.2.0/24" }] })
      .add("route", "by-list", {
        routeTableId: "private-table-a-id",
        destinationPrefixListId: "list-id",
        gatewayId: "igw-id",
      });
    expectReachable(ask(stack, "fetcher", "1.1.1.1"), "nat");
    expectBlocked(ask(stack, "fetcher", "2.2.2.2"), "igw", "IGW_PUBLIC_IP_ASSOCIATION_FOR_EGRESS");
  });

  it("uses the main table for a subnet without an association", () => {
    const stack = vpcStack().without("private-a-association", "private-b-association");
    expectBlocked(ask(stack, "fetcher", "internet"), "default route table of vpc", "NO_ROUTE_TO_DESTINATION");
    const main = stack.add("mainAssociation", "main", {
      vpcId: "vpc-id",
      routeTableId: "private-table-a-id",
    });
    expectReachable(ask(main, "fetcher", "internet"), "nat");
  });

  it("reads inline routes and those of a default route table that the stack takes over", () => {
    const stack = vpcStack()
      .without("private-a-association", "private-b-association")
      .with("vpc", { defaultRouteTableId: "rtb-default" })
      .add("defaultTable", "taken-over", {
        defaultRouteTableId: "rtb-default",
        routes: [{ cidrBlock: "0.0.0.0/0", natGatewayId: "nat-a-id" }],
      });
    expectReachable(ask(stack, "fetcher", "internet"), "nat");
  });

  it("keeps addresses of the VPC local, whatever the default route", () => {
    const verdict = ask(peeredStack(), "fetcher", "subnet:public-a");
    expectReachable(verdict, "local");
    expect(hops(verdict).join("\n")).to.contain("route 10.20.0.0/16 -> local");
  });

  it("does not know where a table that takes propagated routes sends private addresses", () => {
    const propagating = { propagatingVgws: ["vgw-1"] };
    const stack = vpcStack().with("private-table-a", propagating).with("private-table-b", propagating);
    expectUnknown(ask(stack, "fetcher", "192.168.5.5", 443), "vgw-1");
    expectReachable(ask(stack, "fetcher", "internet"), "nat");
  });

  it("takes two halves of the internet for the whole", () => {
    const half = (name: string, destinationCidrBlock: string) => (stack: Stack) =>
      stack.add("route", name, {
        routeTableId: "private-table-a-id",
        destinationCidrBlock,
        natGatewayId: "nat-a-id",
      });
    const one = half("low", "0.0.0.0/1")(vpcStack().without("private-route-a"));
    expectUnknown(ask(one, "fetcher", "internet"), "private-table-a");
    expectReachable(ask(half("high", "128.0.0.0/1")(one), "fetcher", "internet"), "nat");
  });
});

describe("security groups", () => {
  it("are stateful: the endpoint needs no egress rule and the function no ingress rule", () => {
    expectReachable(ask(isolatedStack(), "fetcher", "ssm"), "interface-endpoint");
  });

  it("name a group as source for its members only", () => {
    const stack = vpcStack().with("fetcher", {
      vpcConfig: { subnetIds: ["private-a-id"], securityGroupIds: ["api-group-id"] },
    });
    const out = stack.with("fetcher-out", { securityGroupId: "api-group-id" });
    expectBlocked(ask(out, "fetcher", "ssm"), "endpoint-group", "ENI_SG_RULES_MISMATCH");
  });

  it("may be several, whose rules add up", () => {
    const stack = vpcStack()
      .add("group", "empty-group", { vpcId: "vpc-id" })
      .with("fetcher", {
        vpcConfig: { subnetIds: ["private-a-id"], securityGroupIds: ["empty-group-id", "fetcher-group-id"] },
      });
    expectReachable(ask(stack, "fetcher", "ssm"));
  });

  it("are read in all three shapes", () => {
    const bare = isolatedStack().without("endpoint-from-fetcher");
    const separate = bare.add("groupRule", "rule", {
      type: "ingress",
      securityGroupId: "endpoint-group-id",
      sourceSecurityGroupId: "fetcher-group-id",
      protocol: "tcp",
      fromPort: 443,
      toPort: 443,
    });
    const inline = bare.with("endpoint-group", {
      ingress: [{ protocol: "tcp", fromPort: 443, toPort: 443, securityGroups: ["fetcher-group-id"] }],
    });
    for (const stack of [separate, inline])
      expectReachable(ask(stack, "fetcher", "ssm"), "interface-endpoint");
  });

  it("let a group's own members in by self", () => {
    const stack = isolatedStack()
      .with("ssm-endpoint", { securityGroupIds: ["fetcher-group-id"] })
      .with("fetcher-group", { ingress: [{ protocol: "-1", fromPort: 0, toPort: 0, self: true }] });
    expectReachable(ask(stack, "fetcher", "ssm"));
  });

  it("have no egress at all when nothing is written, for the provider removes AWS's default rule", () => {
    expectBlocked(
      ask(vpcStack().without("fetcher-out"), "fetcher", "internet"),
      "fetcher-group",
      "SG_HAS_NO_RULES",
    );
  });

  it("are AWS's default group, which lets members in and everything out, unless the stack takes it over", () => {
    const members = {
      vpcConfig: { subnetIds: ["private-a-id", "private-b-id"], securityGroupIds: ["sg-default"] },
    };
    const stack = isolatedStack()
      .with("vpc", { defaultSecurityGroupId: "sg-default" })
      .with("fetcher", members)
      .lacking("ssm-endpoint", "securityGroupIds");
    expectReachable(ask(stack, "fetcher", "ssm"), "interface-endpoint");
    const emptied = stack.add("defaultGroup", "locked", { vpcId: "vpc-id" });
    expectBlocked(ask(emptied, "fetcher", "ssm"), "locked", "SG_HAS_NO_RULES");
  });

  it("whose peer block covers part of the subnet are not certain to let it in", () => {
    const stack = vpcStack().with("api-from-vpc", { cidrIpv4: "10.20.10.0/25" });
    expectUnknown(ask(stack, "subnet:private-a", "GET /messages"), "api-from-vpc");
  });
});

describe("network ACLs", () => {
  const acl = (...rules: readonly Record<string, unknown>[]) =>
    rules.reduce<Stack>(
      (stack, rule, i) => stack.add("aclRule", `rule-${i}`, { networkAclId: "acl-id", ...ACL_ALL, ...rule }),
      vpcStack().add("acl", "acl", { vpcId: "vpc-id", subnetIds: ["private-a-id"] }),
    );
  const OUT = { egress: true, ruleNumber: 100, ruleAction: "allow" };
  const IN = { egress: false, ruleNumber: 100, ruleAction: "allow" };
  const EPHEMERAL = { protocol: "tcp", fromPort: 1024, toPort: 65535 };

  it("need the answers allowed on ephemeral ports", () => {
    expectReachable(ask(acl(OUT, { ...IN, ...EPHEMERAL }), "fetcher", "internet"));
    const only443 = { ...IN, protocol: "tcp", fromPort: 443, toPort: 443 };
    expectBlocked(ask(acl(OUT, only443), "fetcher", "internet"), "acl", "SUBNET_ACL_RESTRICTION");
  });

  it("need all of 1024-65535, for any of it may be used", () => {
    const linux = { ...IN, protocol: "tcp", fromPort: 32768, toPort: 65535 };
    expectBlocked(ask(acl(OUT, linux), "fetcher", "internet"), "acl", "SUBNET_ACL_RESTRICTION");
    const rest = { ...IN, ruleNumber: 110, protocol: "6", fromPort: 1024, toPort: 32767 };
    expectReachable(ask(acl(OUT, linux, rest), "fetcher", "internet"));
  });

  it("go by number: the first rule that matches decides", () => {
    const deny = { egress: true, ruleAction: "deny" };
    expectReachable(ask(acl(OUT, IN, { ...deny, ruleNumber: 200 }), "fetcher", "internet"));
    expectBlocked(
      ask(acl(OUT, IN, { ...deny, ruleNumber: 50 }), "fetcher", "internet"),
      "acl",
      "SUBNET_ACL_RESTRICTION",
    );
  });

  it("do not apply inside a subnet", () => {
    const stack = acl()
      .with("ssm-endpoint", { subnetIds: ["private-a-id"] })
      .with("fetcher", {
        vpcConfig: { subnetIds: ["private-a-id"], securityGroupIds: ["fetcher-group-id"] },
      });
    expectReachable(ask(stack, "fetcher", "ssm"), "interface-endpoint");
    expectBlocked(ask(stack, "fetcher", "internet"), "acl", "SUBNET_ACL_RESTRICTION");
  });

  it("apply to the endpoint's subnet when it is another one", () => {
    const stack = acl(OUT).with("ssm-endpoint", { subnetIds: ["private-a-id"] });
    const elsewhere = stack.with("fetcher", {
      vpcConfig: { subnetIds: ["private-b-id"], securityGroupIds: ["fetcher-group-id"] },
    });
    expectBlocked(ask(elsewhere, "fetcher", "ssm"), "acl", "SUBNET_ACL_RESTRICTION");
  });

  it("deny everything when new, and allow everything when AWS made them with the VPC", () => {
    expectReachable(ask(vpcStack(), "fetcher", "internet"));
    expectBlocked(ask(acl(), "fetcher", "internet"), "acl", "SUBNET_ACL_RESTRICTION");
  });

  it("deny everything when the stack takes the default one over without a rule", () => {
    const stack = vpcStack()
      .with("vpc", { defaultNetworkAclId: "acl-default" })
      .add("defaultAcl", "taken-over", { defaultNetworkAclId: "acl-default" });
    expectBlocked(ask(stack, "fetcher", "internet"), "taken-over", "SUBNET_ACL_RESTRICTION");
  });

  it("are associated by a resource of their own too", () => {
    const stack = vpcStack()
      .add("acl", "acl", { vpcId: "vpc-id" })
      .add("aclAssociation", "association", { networkAclId: "acl-id", subnetId: "private-a-id" });
    expectBlocked(ask(stack, "fetcher", "internet"), "acl", "SUBNET_ACL_RESTRICTION");
  });
});

describe("names", () => {
  it("lead to the endpoint in the whole VPC, so there is no fallback through NAT", () => {
    expectBlocked(
      ask(vpcStack().without("endpoint-from-fetcher"), "fetcher", "ssm"),
      "endpoint-group",
      "SG_HAS_NO_RULES",
    );
  });

  it("lead through NAT when the endpoint has no private DNS, and the verdict says what was passed over", () => {
    const verdict = ask(vpcStack().with("ssm-endpoint", { privateDnsEnabled: false }), "fetcher", "ssm");
    expectReachable(verdict, "nat");
    expect(verdict).to.have.nested.property("passedOver.code", "VPCE_PRIVATE_DNS_DISABLED");
  });

  it("lead through NAT when the VPC has no enableDnsHostnames, for private DNS then has no effect", () => {
    const verdict = ask(vpcStack().with("vpc", { enableDnsHostnames: false }), "fetcher", "ssm");
    expectReachable(verdict, "nat");
    expect(verdict).to.have.nested.property("passedOver.at.name", "vpc");
  });

  it("do not resolve at all without enableDnsSupport, though addresses are still reached", () => {
    const stack = vpcStack().with("vpc", { enableDnsSupport: false });
    expectBlocked(ask(stack, "fetcher", "sns"), "vpc", "VPC_DNS_SUPPORT_DISABLED");
    expectReachable(ask(stack, "fetcher", "1.1.1.1"), "nat");
  });
});

describe("gateway endpoints", () => {
  it("are taken before the default route, and their lack leads through NAT", () => {
    expectReachable(ask(vpcStack(), "fetcher", "dynamodb"), "gateway-endpoint");
    const verdict = ask(vpcStack().with("dynamodb-endpoint", { routeTableIds: [] }), "fetcher", "dynamodb");
    expectReachable(verdict, "nat");
    expect(verdict).to.have.nested.property("passedOver.code", "VPCE_NOT_IN_ROUTE_TABLE");
  });

  it("are let through by an egress rule on their prefix list, which is good for nothing else", () => {
    const stack = vpcStack()
      .lacking("fetcher-out", "cidrIpv4")
      .with("fetcher-out", { prefixListId: "pl-dynamodb" });
    expectReachable(ask(stack, "fetcher", "dynamodb"), "gateway-endpoint");
    expectBlocked(ask(stack, "fetcher", "internet"), "fetcher-group", "ENI_SG_RULES_MISMATCH");
    expectBlocked(ask(stack, "fetcher", "ssm"), "fetcher-group", "ENI_SG_RULES_MISMATCH");
  });

  it("are put into tables by a resource of their own too", () => {
    const stack = isolatedStack().lacking("dynamodb-endpoint", "routeTableIds");
    const associated = ["a", "b"].reduce(
      (each, zone) =>
        each.add("endpointTable", `into-${zone}`, {
          vpcEndpointId: "dynamodb-endpoint-id",
          routeTableId: `private-table-${zone}-id`,
        }),
      stack,
    );
    expectReachable(ask(associated, "fetcher", "dynamodb"), "gateway-endpoint");
  });

  it("go by the separate policy when there is one", () => {
    const stack = vpcStack().add("endpointPolicy", "closed", {
      vpcEndpointId: "dynamodb-endpoint-id",
      policy: JSON.stringify({
        Version: "2012-10-17",
        Statement: [{ Effect: "Deny", Principal: "*", Action: "*", Resource: "*" }],
      }),
    });
    expectBlocked(ask(stack, "fetcher", "dynamodb"), "dynamodb-endpoint", "VPCE_POLICY_DENIES");
  });
});

describe("NAT gateways", () => {
  const regional = (properties: Record<string, unknown> = {}) =>
    vpcStack()
      .without("nat-b", "private-route-b")
      .lacking("nat-a", "subnetId", "allocationId")
      .with("nat-a", { availabilityMode: "regional", vpcId: "vpc-id", ...properties })
      .add("route", "private-route-b", {
        routeTableId: "private-table-b-id",
        destinationCidrBlock: "0.0.0.0/0",
        natGatewayId: "nat-a-id",
      });

  it("may be regional, without a subnet or an Elastic IP", () => {
    expectReachable(ask(regional(), "fetcher", "internet"), "nat");
    expectReachable(ask(regional().without("public-route"), "fetcher", "internet"), "nat");
  });

  it("that are regional still need an internet gateway, and cover the AZs they are given", () => {
    expectBlocked(ask(regional().without("igw"), "fetcher", "internet"), "nat-a", "UNASSOCIATED_COMPONENT");
    const oneZone = regional({ availabilityZoneAddresses: [{ availabilityZone: `${REGION}a` }] });
    expectBlocked(ask(oneZone, "fetcher", "internet"), "nat-a", "REGIONAL_NGW_ROUTE_AZ_RESTRICTION");
  });

  it("serve their own VPC only", () => {
    const stack = vpcStack()
      .add("vpc", "else", { cidrBlock: "10.40.0.0/16" })
      .with("public-a", { vpcId: "else-id" });
    expectBlocked(ask(stack, "fetcher", "internet"), "nat-a", "NGW_REQUIRES_SOURCE_IN_VPC");
  });
});

describe("IPv6", () => {
  const dual = () =>
    vpcStack()
      .with("vpc", { ipv6CidrBlock: "2001:db8::/56" })
      .with("private-a", { ipv6CidrBlock: "2001:db8:0:a::/64" })
      .with("fetcher", {
        vpcConfig: {
          subnetIds: ["private-a-id"],
          securityGroupIds: ["fetcher-group-id"],
          ipv6AllowedForDualStack: true,
        },
      })
      .add("egress", "out-ipv6", { securityGroupId: "fetcher-group-id", cidrIpv6: "::/0", ...TCP })
      .add("eigw", "eigw", { vpcId: "vpc-id" })
      .add("route", "ipv6-route", {
        routeTableId: "private-table-a-id",
        destinationIpv6CidrBlock: "::/0",
        egressOnlyGatewayId: "eigw-id",
      });

  it("goes out through the egress-only internet gateway", () => {
    expectReachable(ask(dual(), "fetcher", "2606:4700::1111"), "egress-only-internet-gateway");
  });

  it("needs a route, a rule and a function that may use it", () => {
    const to = "2606:4700::1111";
    expectBlocked(
      ask(dual().without("ipv6-route"), "fetcher", to),
      "private-table-a",
      "NO_ROUTE_TO_DESTINATION",
    );
    expectBlocked(ask(dual().without("out-ipv6"), "fetcher", to), "fetcher-group", "ENI_SG_RULES_MISMATCH");
    const ipv4Only = dual().with("fetcher", {
      vpcConfig: { subnetIds: ["private-a-id"], securityGroupIds: ["fetcher-group-id"] },
    });
    expectBlocked(ask(ipv4Only, "fetcher", to), "fetcher", "NO_SOURCE_OR_DESTINATION");
  });
});

describe("functions", () => {
  it("outside any VPC reach what is public, and nothing private", () => {
    expectReachable(ask(publicStack(), "fetcher", "ssm"), "public-network");
    expectReachable(ask(publicStack(), "fetcher", "internet"), "public-network");
    expectBlocked(ask(publicStack(), "fetcher", "10.20.10.5:443"), "fetcher", "FUNCTION_OUTSIDE_VPC");
  });

  it("accept no connections", () => {
    const two = vpcStack().add("function", "other", { name: "other-id", role: "fetcher-role-id" });
    expectBlocked(ask(two, "fetcher", "other"), "other", "FUNCTION_HAS_NO_ADDRESS");
    expectBlocked(ask(two, "internet", "fetcher"), "fetcher", "IGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS");
  });

  it("with a function URL without authorization are open to the internet", () => {
    const open = vpcStack().add("functionUrl", "url", {
      functionName: "fetcher-id",
      authorizationType: "NONE",
    });
    expectReachable(ask(open, "internet", "fetcher"));
    const signed = open.with("url", { authorizationType: "AWS_IAM" });
    expectBlocked(ask(signed, "internet", "fetcher"), "fetcher", "API_METHOD_REQUIRES_AUTHORIZATION");
  });

  it("need every one of their subnets to work", () => {
    const verdict = ask(vpcStack().without("private-route-b"), "fetcher", "internet");
    expectBlocked(verdict, "private-table-b", "NO_ROUTE_TO_DESTINATION");
    expect(verdict).to.have.property("why").that.contains("private-b");
  });
});

describe("the internet", () => {
  const server = (properties: Record<string, unknown> = {}) =>
    vpcStack()
      .add("group", "web", {
        vpcId: "vpc-id",
        ingress: [{ protocol: "tcp", fromPort: 443, toPort: 443, cidrBlocks: ["0.0.0.0/0"] }],
      })
      .add("instance", "server", {
        subnetId: "public-a-id",
        vpcSecurityGroupIds: ["web-id"],
        associatePublicIpAddress: true,
        ...properties,
      });

  it("reaches what has a public address, a route and an open group", () => {
    expectReachable(ask(server(), "internet", "server"), "internet-gateway");
    expectBlocked(ask(server(), "internet", "server", 22), "web", "ENI_SG_RULES_MISMATCH");
    expectBlocked(
      ask(server({ associatePublicIpAddress: false }), "internet", "server"),
      "server",
      "IGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS",
    );
    expectBlocked(
      ask(server({ subnetId: "private-a-id" }), "internet", "server"),
      "private-table-a",
      "NO_ROUTE_TO_DESTINATION",
    );
  });

  it("reaches no private address", () => {
    expectBlocked(
      ask(vpcStack(), "internet", "10.20.10.5:443"),
      "10.20.10.5",
      "IGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS",
    );
  });
});

describe("permissions on the way", () => {
  it("count when the question names an action", () => {
    const question = (action: string) => ask(vpcStack().lacking("ssm-endpoint", "policy"), "fetcher", action);
    expectReachable(question("ssm:GetParametersByPath"), "interface-endpoint");
    expectBlocked(question("ssm:PutParameter"), "fetcher-role", "IDENTITY_POLICY_DENIES");
  });

  it("are not asked for when it names none", () => {
    expectReachable(ask(vpcStack().without("fetcher-policy"), "fetcher", "ssm"));
  });

  it("of the endpoint are judged by what the role is there to do", () => {
    const wildcard = vpcStack().with("fetcher-policy", { policy: allow("ssm:Get*", "*") });
    expectReachable(ask(wildcard, "fetcher", "ssm"));
    const other = vpcStack().with("fetcher-policy", { policy: allow("ssm:PutParameter", "*") });
    expectBlocked(ask(other, "fetcher", "ssm"), "ssm-endpoint", "VPCE_POLICY_DENIES");
  });
});
