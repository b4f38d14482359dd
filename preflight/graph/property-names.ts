import type { Properties } from "./read.js";

/**
 * Properties that other resources of the stack can say as well: a group's rules, a table's routes, a role's
 * policies. The provider copies what it finds of them into the outputs, and such a copy grows old: it still has the
 * rule of a resource that is gone. So only what the program wrote counts.
 */
const SHARED = new Map<string, readonly string[]>(
  Object.entries({
    "aws:apigateway/restApi:RestApi": ["policy"],
    "aws:ec2/defaultNetworkAcl:DefaultNetworkAcl": ["ingress", "egress", "subnetIds"],
    "aws:ec2/defaultRouteTable:DefaultRouteTable": ["routes"],
    "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": ["ingress", "egress"],
    "aws:ec2/networkAcl:NetworkAcl": ["ingress", "egress", "subnetIds"],
    "aws:ec2/routeTable:RouteTable": ["routes"],
    "aws:ec2/securityGroup:SecurityGroup": ["ingress", "egress"],
    "aws:ec2/vpcEndpoint:VpcEndpoint": ["policy", "routeTableIds"],
    "aws:iam/role:Role": ["inlinePolicies", "managedPolicyArns"],
  }),
);

/**
 * Pulumi's Terraform bridge makes a list's name plural unless the provider says otherwise, as the released one does
 * for rules and other builds of it do not.
 */
const RELEASED = new Map([
  ["ingresses", "ingress"],
  ["egresses", "egress"],
]);

/**
 * A deployed resource's properties: inputs overlaid with outputs, but for the shared ones.
 * @param isRead whether the stack only reads the resource, which then has no inputs of its own
 */
export function deployedProperties(
  type: string,
  inputs: Properties,
  outputs: Properties,
  isRead: boolean,
): Properties {
  const shared = SHARED.get(type);
  if (shared === undefined) return { ...inputs, ...outputs };
  const [written, found] = [released(inputs), released(outputs)];
  // Without inputs there is nothing to hold the outputs against.
  if (isRead || Object.keys(written).length === 0) return { ...written, ...found };
  const copies = shared.filter((name) => !(name in written));
  const kept = Object.entries({ ...written, ...found }).filter(([name]) => !copies.includes(name));
  return Object.fromEntries(kept);
}

export function released<T>(bag: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(bag).map(([name, value]) => [RELEASED.get(name) ?? name, value]));
}
