/** A property whose content other resources of the stack can also write, one entry or one document at a time. */
export interface ProviderCopy {
  readonly types: readonly string[];
  readonly properties: readonly string[];
  /** The resources that write the same content one by one. */
  readonly writtenBy: readonly string[];
  /** Whether the property is one document, which a separate resource replaces, instead of a list that grows. */
  readonly isWhole?: boolean;
  /** Whether a policy pack keeps it, because AWS may have written it, as it writes a key's policy. */
  readonly isKeptAtPreview?: boolean;
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
 * Such a copy becomes stale: it still has the rule of a removed resource. So it is no property of the resource. A stack
 * export passes it on as `found`, because after `pulumi refresh` it also has what an operator changed by hand.
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
    properties: ["subnetIds"],
    writtenBy: ["aws:ec2/vpcEndpointSubnetAssociation:VpcEndpointSubnetAssociation"],
  },
  {
    types: ENDPOINTS,
    properties: ["securityGroupIds"],
    writtenBy: ["aws:ec2/securityGroupAssociation:SecurityGroupAssociation"],
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
  policyOf("aws:sqs/queue:Queue", "aws:sqs/queuePolicy:QueuePolicy"),
  policyOf("aws:sns/topic:Topic", "aws:sns/topicPolicy:TopicPolicy"),
  policyOf("aws:s3/bucket:Bucket", "aws:s3/bucketPolicy:BucketPolicy"),
  policyOf("aws:s3/bucketV2:BucketV2", "aws:s3/bucketPolicy:BucketPolicy"),
  policyOf("aws:kms/key:Key", "aws:kms/keyPolicy:KeyPolicy"),
  policyOf("aws:secretsmanager/secret:Secret", "aws:secretsmanager/secretPolicy:SecretPolicy"),
];

function policyOf(type: string, writer: string): ProviderCopy {
  return { types: [type], properties: ["policy"], writtenBy: [writer], isWhole: true, isKeptAtPreview: true };
}

/** The rows of the table for a type. */
export function copiesOf(type: string): readonly ProviderCopy[] {
  return PROVIDER_COPIES.filter(({ types }) => types.includes(type));
}

/** A resource's properties divided into its own and copies, which the program did not write. */
export function withoutCopies(
  type: string,
  properties: Readonly<Record<string, unknown>>,
  isWritten: (property: string, copy: ProviderCopy) => boolean,
): { readonly own: Record<string, unknown>; readonly copies: Record<string, unknown> } {
  const rows = copiesOf(type);
  const isOwn = (name: string) => rows.every((row) => !row.properties.includes(name) || isWritten(name, row));
  const all = Object.entries(properties);
  return {
    own: Object.fromEntries(all.filter(([name]) => isOwn(name))),
    copies: Object.fromEntries(all.filter(([name]) => !isOwn(name))),
  };
}
