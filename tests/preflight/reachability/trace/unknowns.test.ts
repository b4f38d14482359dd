import { UNKNOWN } from "../../../../preflight/graph/index.js";
import { isolatedStack, Stack, urnOf, vpcStack } from "../../graph/fixtures.js";
import { ask, expectBlocked, expectReachable, expectUnknown } from "../support.js";

/** The stack as a preview has it: without ids, and with unknown references whose dependencies are known. */
function preview(stack: Stack): Stack {
  const urns = new Map(stack.resources.flatMap(({ id, urn }) => (id === undefined ? [] : [[id, urn]])));
  const sourcesOf = (value: unknown): string[] => {
    if (typeof value === "string") return [urns.get(value) ?? []].flat();
    if (Array.isArray(value)) return value.flatMap(sourcesOf);
    return typeof value === "object" && value !== null ? Object.values(value).flatMap(sourcesOf) : [];
  };
  const hide = (value: unknown): unknown => {
    if (typeof value === "string") return urns.has(value) ? UNKNOWN : value;
    if (Array.isArray(value)) return value.map(hide);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, hide(inner)]));
  };
  return new Stack(
    stack.resources.map(({ id: _, ...resource }) => ({
      ...resource,
      properties: Object.fromEntries(
        Object.entries(resource.properties).map(([key, value]) => [key, hide(value)]),
      ),
      propertyDependencies: Object.fromEntries(
        Object.entries(resource.properties).map(([key, value]) => [key, sourcesOf(value)]),
      ),
    })),
  );
}

describe("trace with unknown values", () => {
  it("resolves an unknown value by the resources that it depends on", () => {
    expectReachable(ask(preview(vpcStack()), "fetcher", "internet"), "nat");
    expectReachable(ask(preview(isolatedStack()), "fetcher", "ssm"), "interface-endpoint");
    expectReachable(ask(preview(vpcStack()), "fetcher", "dynamodb"), "gateway-endpoint");
  });

  it("resolves an unknown prefix list by the endpoint that it depends on", () => {
    const rule = vpcStack().resources.find(({ name }) => name === "fetcher-out");
    const known = preview(vpcStack().without("fetcher-out"));
    if (rule === undefined) throw new Error("no rule");
    const { cidrIpv4: _, ...properties } = rule.properties;
    const byList = new Stack([
      ...known.resources,
      {
        ...rule,
        properties: { ...properties, securityGroupId: UNKNOWN, prefixListId: UNKNOWN },
        propertyDependencies: {
          securityGroupId: [urnOf("group", "fetcher-group")],
          prefixListId: [urnOf("endpoint", "dynamodb-endpoint")],
        },
      },
    ]);
    expectReachable(ask(byList, "fetcher", "dynamodb"), "gateway-endpoint");
    expectBlocked(ask(byList, "fetcher", "internet"), "fetcher-group", "ENI_SG_RULES_MISMATCH");
  });

  it("blocks at preview too", () => {
    const broken = preview(isolatedStack().without("endpoint-from-fetcher"));
    expectBlocked(ask(broken, "fetcher", "ssm"), "endpoint-group", "SG_HAS_NO_RULES");
  });

  it("is unknown if the rule that allows is unknown", () => {
    const hidden = vpcStack().with("fetcher-out", { cidrIpv4: UNKNOWN });
    expectUnknown(ask(hidden, "fetcher", "internet"), "fetcher-out");
  });

  it("blocks if a certain block follows an unknown rule", () => {
    const hidden = isolatedStack()
      .with("fetcher-out", { cidrIpv4: UNKNOWN })
      .without("endpoint-from-fetcher");
    expectBlocked(ask(hidden, "fetcher", "ssm"), "endpoint-group", "SG_HAS_NO_RULES");
  });

  it("ignores an unknown rule if another rule allows the packet", () => {
    const stack = vpcStack().add("egress", "more", {
      securityGroupId: "fetcher-group-id",
      cidrIpv4: UNKNOWN,
      ipProtocol: "tcp",
      fromPort: 443,
      toPort: 443,
    });
    expectReachable(ask(stack, "fetcher", "internet"), "nat");
  });

  it("is unknown if a group, a subnet, a VPC or a role is not in the stack", () => {
    const vpcConfig = { subnetIds: ["private-a-id"], securityGroupIds: ["sg-elsewhere"] };
    expectUnknown(ask(vpcStack().with("fetcher", { vpcConfig }), "fetcher", "internet"), "sg-elsewhere");
    const away = { subnetIds: ["subnet-elsewhere"], securityGroupIds: ["fetcher-group-id"] };
    expectUnknown(
      ask(vpcStack().with("fetcher", { vpcConfig: away }), "fetcher", "internet"),
      "subnet-elsewhere",
    );
    expectUnknown(ask(vpcStack().without("vpc"), "fetcher", "ssm"), "vpc-id");
    const role = vpcStack().without("fetcher-role", "fetcher-policy");
    expectUnknown(ask(role, "fetcher", "ssm:GetParametersByPath"));
  });

  it("is unknown if a gateway is not in the stack", () => {
    const stack = vpcStack().with("private-route-a", { natGatewayId: "nat-elsewhere" });
    expectUnknown(ask(stack, "fetcher", "internet"), "nat-elsewhere");
    const transit = vpcStack().with("private-route-a", {
      natGatewayId: undefined,
      transitGatewayId: "tgw-1",
    });
    expectUnknown(ask(transit, "fetcher", "internet"), "tgw-1");
  });

  it("is unknown for an address that no resource has if every check before it passes", () => {
    expectUnknown(ask(vpcStack(), "fetcher", "10.20.1.5:443"), "10.20.1.5");
    expectBlocked(ask(vpcStack(), "fetcher", "10.20.1.5:5432"), "fetcher-group", "ENI_SG_RULES_MISMATCH");
  });

  it("is unknown if a policy is secret", () => {
    const secret = vpcStack().resources.map((each) =>
      each.name === "ssm-endpoint"
        ? { ...each, properties: { ...each.properties, policy: UNKNOWN }, propertyDependencies: {} }
        : each,
    );
    expectUnknown(ask(new Stack(secret), "fetcher", "ssm"), "ssm-endpoint");
  });

  it("is unknown for a rule list that depends on a resource, and empty for one that the provider computes", () => {
    const found = vpcStack().resources.find(({ name }) => name === "fetcher-group");
    if (found === undefined) throw new Error("no group");
    const { id: _, ...group } = found;
    const rest = preview(vpcStack()).without("fetcher-group", "fetcher-out");
    const computed = new Stack([
      ...rest.resources,
      {
        ...group,
        properties: { ...group.properties, egress: UNKNOWN },
        propertyDependencies: { vpcId: [urnOf("vpc", "vpc")] },
      },
    ]);
    expectBlocked(ask(computed, "fetcher", "internet"), "fetcher-group", "SG_HAS_NO_RULES");
    const given = new Stack([
      ...rest.resources,
      {
        ...group,
        properties: { ...group.properties, egress: UNKNOWN },
        propertyDependencies: { egress: [urnOf("vpc", "vpc")] },
      },
    ]);
    expectUnknown(ask(given, "fetcher", "internet"), "fetcher-group");
  });
});
