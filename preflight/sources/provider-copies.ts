/** A property whose content other resources of the stack can also write, one entry or one document at a time. */
export interface ProviderCopy {
  readonly types: readonly string[];
  readonly properties: readonly string[];
  /** The resources that write the same content one by one. */
  readonly writtenBy: readonly string[];
  /** Whether the property is one document, which a separate resource replaces, instead of a list that grows. */
  readonly isWhole?: boolean;
}

const SECURITY_GROUPS = [
  "aws:ec2/securityGroup:SecurityGroup",
  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
];
const ROUTE_TABLES = ["aws:ec2/routeTable:RouteTable", "aws:ec2/defaultRouteTable:DefaultRouteTable"];
const NETWORK_ACLS = ["aws:ec2/networkAcl:NetworkAcl", "aws:ec2/defaultNetworkAcl:DefaultNetworkAcl"];
const ENDPOINTS = ["aws:ec2/vpcEndpoint:VpcEndpoint"];
const ROLES = ["aws:iam/role:Role"];

/**
 * Properties that the provider fills from separate resources: a group's rules, a table's routes, a role's policies.
 * Such a copy becomes stale: it still has the rule of a removed resource. So every source ignores it and only what the
 * program wrote counts.
 */
export const PROVIDER_COPIES: readonly ProviderCopy[] = [
  {
    types: SECURITY_GROUPS,
    properties: ["ingress", "egress"],
    writtenBy: [
      "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
      "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
      "aws:ec2/securityGroupRule:SecurityGroupRule",
    ],
  },
  { types: ROUTE_TABLES, properties: ["routes"], writtenBy: ["aws:ec2/route:Route"] },
  {
    types: ROUTE_TABLES,
    properties: ["propagatingVgws"],
    writtenBy: ["aws:ec2/vpnGatewayRoutePropagation:VpnGatewayRoutePropagation"],
  },
  {
    types: NETWORK_ACLS,
    properties: ["ingress", "egress"],
    writtenBy: ["aws:ec2/networkAclRule:NetworkAclRule"],
  },
  {
    types: NETWORK_ACLS,
    properties: ["subnetIds"],
    writtenBy: ["aws:ec2/networkAclAssociation:NetworkAclAssociation"],
  },
  {
    types: ["aws:ec2/managedPrefixList:ManagedPrefixList"],
    properties: ["entries"],
    writtenBy: ["aws:ec2/managedPrefixListEntry:ManagedPrefixListEntry"],
  },
  {
    types: ENDPOINTS,
    properties: ["routeTableIds"],
    writtenBy: ["aws:ec2/vpcEndpointRouteTableAssociation:VpcEndpointRouteTableAssociation"],
  },
  {
    types: ENDPOINTS,
    properties: ["policy"],
    writtenBy: ["aws:ec2/vpcEndpointPolicy:VpcEndpointPolicy"],
    isWhole: true,
  },
  { types: ROLES, properties: ["inlinePolicies"], writtenBy: ["aws:iam/rolePolicy:RolePolicy"] },
  {
    types: ROLES,
    properties: ["managedPolicyArns"],
    writtenBy: [
      "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
      "aws:iam/policyAttachment:PolicyAttachment",
    ],
  },
  {
    types: ["aws:apigateway/restApi:RestApi"],
    properties: ["policy"],
    writtenBy: ["aws:apigateway/restApiPolicy:RestApiPolicy"],
    isWhole: true,
  },
];

/** The rows of the table for a type. */
export function copiesOf(type: string): readonly ProviderCopy[] {
  return PROVIDER_COPIES.filter(({ types }) => types.includes(type));
}

/** A resource's properties without copies, which are the properties in the table that the program did not write. */
export function withoutCopies(
  type: string,
  properties: Readonly<Record<string, unknown>>,
  isWritten: (property: string, copy: ProviderCopy) => boolean,
): Record<string, unknown> {
  const rows = copiesOf(type);
  return Object.fromEntries(
    Object.entries(properties).filter(([name]) =>
      rows.every((row) => !row.properties.includes(name) || isWritten(name, row)),
    ),
  );
}
