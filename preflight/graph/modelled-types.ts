/** A part of the model: the resource types that it reads, and what it leaves unknown on purpose. */
export interface ModelledArea {
  readonly area: string;
  /** Type tokens. A test compares them with those that the code asks for. */
  readonly types: readonly string[];
  /** What proofs judge by. */
  readonly judged: string;
  /** What stays unknown, and so proves nothing; with the reason. */
  readonly unknown: string;
}

/**
 * The resource types that the graph reads, by area. A resource of any other type is not judged, and every report says
 * so. The page docs/modelled.md is generated from this table.
 */
export const MODELLED_AREAS: readonly ModelledArea[] = [
  {
    area: "VPCs and subnets",
    types: [
      "aws:ec2/vpc:Vpc",
      "aws:ec2/defaultVpc:DefaultVpc",
      "aws:ec2/subnet:Subnet",
      "aws:ec2/defaultSubnet:DefaultSubnet",
      "aws:ec2/vpcIpv4CidrBlockAssociation:VpcIpv4CidrBlockAssociation",
      "aws:ec2/vpcIpv6CidrBlockAssociation:VpcIpv6CidrBlockAssociation",
      "aws:ec2/vpcBlockPublicAccessOptions:VpcBlockPublicAccessOptions",
      "aws:ec2/vpcBlockPublicAccessExclusion:VpcBlockPublicAccessExclusion",
    ],
    judged: "Blocks, zones, DNS attributes, Block Public Access",
    unknown:
      "What a default VPC's table, ACL and group hold: it is older than the stack. Block Public Access that the account sets elsewhere",
  },
  {
    area: "Routes",
    types: [
      "aws:ec2/routeTable:RouteTable",
      "aws:ec2/defaultRouteTable:DefaultRouteTable",
      "aws:ec2/route:Route",
      "aws:ec2/routeTableAssociation:RouteTableAssociation",
      "aws:ec2/mainRouteTableAssociation:MainRouteTableAssociation",
      "aws:ec2/vpnGateway:VpnGateway",
      "aws:ec2/vpnGatewayRoutePropagation:VpnGatewayRoutePropagation",
    ],
    judged: "Longest prefix, prefix lists, blackholes, main and associated tables",
    unknown:
      "Propagated routes, because BGP makes them and no resource holds them. Which addresses an AWS service has, unless a copy of AWS's list or the cidrBlocks of its gateway endpoint are in the stack",
  },
  {
    area: "Gateways",
    types: [
      "aws:ec2/internetGateway:InternetGateway",
      "aws:ec2/internetGatewayAttachment:InternetGatewayAttachment",
      "aws:ec2/egressOnlyInternetGateway:EgressOnlyInternetGateway",
      "aws:ec2/natGateway:NatGateway",
      "aws:ec2/eip:Eip",
      "aws:ec2/eipAssociation:EipAssociation",
      "aws:ec2transitgateway/transitGateway:TransitGateway",
      "aws:ec2transitgateway/vpcAttachment:VpcAttachment",
    ],
    judged:
      "The way to a transit gateway, by its attachment and the zones of that. Attachment, public and private NAT gateways, zonal and regional ones, NAT instances, elastic addresses",
    unknown:
      "Behind a transit gateway, its own route tables included, a VPN, a carrier or local gateway: their route tables and far ends are elsewhere",
  },
  {
    area: "Security groups and prefix lists",
    types: [
      "aws:ec2/securityGroup:SecurityGroup",
      "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
      "aws:ec2/networkInterfaceSecurityGroupAttachment:NetworkInterfaceSecurityGroupAttachment",
      "aws:ec2/securityGroupRule:SecurityGroupRule",
      "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
      "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
      "aws:ec2/managedPrefixList:ManagedPrefixList",
      "aws:ec2/managedPrefixListEntry:ManagedPrefixListEntry",
    ],
    judged: "Every rule, by block, group and prefix list; TCP",
    unknown:
      "Groups and lists outside the stack. A rule that only the outputs hold: it was added by hand, or it is a copy of a removed one",
  },
  {
    area: "Network ACLs",
    types: [
      "aws:ec2/networkAcl:NetworkAcl",
      "aws:ec2/defaultNetworkAcl:DefaultNetworkAcl",
      "aws:ec2/networkAclRule:NetworkAclRule",
      "aws:ec2/networkAclAssociation:NetworkAclAssociation",
    ],
    judged: "Both directions, with the answers on ephemeral ports",
    unknown: "ACLs outside the stack",
  },
  {
    area: "VPC endpoints",
    types: [
      "aws:ec2/vpcEndpoint:VpcEndpoint",
      "aws:ec2/vpcEndpointPolicy:VpcEndpointPolicy",
      "aws:ec2/vpcEndpointRouteTableAssociation:VpcEndpointRouteTableAssociation",
      "aws:ec2/vpcEndpointSubnetAssociation:VpcEndpointSubnetAssociation",
      "aws:ec2/securityGroupAssociation:SecurityGroupAssociation",
      "aws:vpc/endpointPrivateDns:EndpointPrivateDns",
    ],
    judged: "Interface and gateway endpoints: groups, tables, private DNS, policy",
    unknown: "Endpoint services of other accounts, and Gateway Load Balancers: their targets are elsewhere",
  },
  {
    area: "Peering",
    types: [
      "aws:ec2/vpcPeeringConnection:VpcPeeringConnection",
      "aws:ec2/vpcPeeringConnectionAccepter:VpcPeeringConnectionAccepter",
      "aws:ec2/peeringConnectionOptions:PeeringConnectionOptions",
    ],
    judged: "Routes both ways, groups of the peer, DNS over peering",
    unknown: "The other side's groups and ACLs if its VPC is not in the stack",
  },
  {
    area: "Names",
    types: [
      "aws:route53/zone:Zone",
      "aws:route53/zoneAssociation:ZoneAssociation",
      "aws:route53/record:Record",
      "aws:ec2/vpcDhcpOptions:VpcDhcpOptions",
      "aws:ec2/vpcDhcpOptionsAssociation:VpcDhcpOptionsAssociation",
      "aws:route53/resolverRule:ResolverRule",
      "aws:route53/resolverRuleAssociation:ResolverRuleAssociation",
      "aws:route53/profilesProfile:ProfilesProfile",
      "aws:route53/profilesAssociation:ProfilesAssociation",
      "aws:route53/profilesResourceAssociation:ProfilesResourceAssociation",
      "aws:route53/resolverFirewallRuleGroup:ResolverFirewallRuleGroup",
      "aws:route53/resolverFirewallRuleGroupAssociation:ResolverFirewallRuleGroupAssociation",
      "aws:route53/resolverFirewallRule:ResolverFirewallRule",
      "aws:route53/resolverFirewallDomainList:ResolverFirewallDomainList",
    ],
    judged:
      "Private DNS of endpoints, private hosted zones, aliases to endpoints and domain names; which of zones, Resolver rules and private DNS is most specific; DNS Firewall",
    unknown:
      "Names that servers outside the stack answer, by DHCP options or a rule that forwards, because their answers are not in the stack; shared zones, rules, lists and Profiles that the stack does not have",
  },
  {
    area: "Roles and policies",
    types: [
      "aws:iam/role:Role",
      "aws:iam/policy:Policy",
      "aws:iam/rolePolicy:RolePolicy",
      "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
      "aws:iam/policyAttachment:PolicyAttachment",
    ],
    judged: "Identity policies, boundaries, trust, resource policies, by AWS's evaluation logic",
    unknown:
      "Most AWS managed policies, because AWS changes them; policies of the organization and of sessions, because no stack holds them",
  },
  {
    area: "Functions",
    types: [
      "aws:lambda/function:Function",
      "aws:lambda/callbackFunction:CallbackFunction",
      "aws:lambda/alias:Alias",
      "aws:lambda/permission:Permission",
      "aws:lambda/functionUrl:FunctionUrl",
      "aws:lambda/eventSourceMapping:EventSourceMapping",
      "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig",
    ],
    judged: "Placement, role, permissions, URLs, event sources, destinations",
    unknown:
      "What the code does; the permissions that the provider adds along with a public URL; permissions that were added by hand, because a function's outputs lack them",
  },
  {
    area: "REST APIs",
    types: [
      "aws:apigateway/restApi:RestApi",
      "aws:apigateway/restApiPolicy:RestApiPolicy",
      "aws:apigateway/restApiPut:RestApiPut",
      "aws:apigateway/resource:Resource",
      "aws:apigateway/method:Method",
      "aws:apigateway/authorizer:Authorizer",
      "aws:apigateway/integration:Integration",
      "aws:apigateway/stage:Stage",
      "aws:apigateway/methodSettings:MethodSettings",
      "aws:apigateway/usagePlan:UsagePlan",
      "aws:apigateway/usagePlanKey:UsagePlanKey",
      "aws:apigateway/apiKey:ApiKey",
      "aws:apigateway/domainName:DomainName",
      "aws:apigatewayv2/domainName:DomainName",
      "aws:apigateway/basePathMapping:BasePathMapping",
      "aws:apigatewayv2/apiMapping:ApiMapping",
      "aws:apigateway/domainNameAccessAssociation:DomainNameAccessAssociation",
    ],
    judged: "Endpoint type, policy, methods, authorizers, integrations, keys, domain names",
    unknown:
      "Methods that only an OpenAPI body defines; which credentials the function of an authorizer accepts, and its policies; the web ACL, because its rules see the request's content",
  },
  {
    area: "HTTP APIs",
    types: [
      "aws:apigatewayv2/api:Api",
      "aws:apigatewayv2/route:Route",
      "aws:apigatewayv2/integration:Integration",
      "aws:apigatewayv2/stage:Stage",
    ],
    judged: "Routes, deployed stages, authorization, the function behind a route, domain names",
    unknown: "WebSocket APIs; what an authorizer decides; what is behind a VPC link or a URL",
  },
  {
    area: "Databases and caches",
    types: [
      "aws:rds/instance:Instance",
      "aws:rds/cluster:Cluster",
      "aws:rds/clusterInstance:ClusterInstance",
      "aws:rds/proxy:Proxy",
      "aws:rds/proxyTarget:ProxyTarget",
      "aws:rds/proxyDefaultTargetGroup:ProxyDefaultTargetGroup",
      "aws:rds/subnetGroup:SubnetGroup",
      "aws:elasticache/cluster:Cluster",
      "aws:elasticache/replicationGroup:ReplicationGroup",
      "aws:elasticache/subnetGroup:SubnetGroup",
      "aws:secretsmanager/secretRotation:SecretRotation",
    ],
    judged: "Placement, ports, the proxy's way to its cluster, IAM logins",
    unknown: "Users and grants inside the database",
  },
  {
    area: "File systems",
    types: [
      "aws:efs/fileSystem:FileSystem",
      "aws:efs/fileSystemPolicy:FileSystemPolicy",
      "aws:efs/mountTarget:MountTarget",
      "aws:efs/accessPoint:AccessPoint",
    ],
    judged:
      "The mount target in the zone of each of a function's subnets, its groups, the file system's policy and the role's permissions for the access point",
    unknown:
      "Owners and permissions of the files themselves; whether the name resolves in a VPC without DNS hostnames",
  },
  {
    area: "Instances and interfaces",
    types: [
      "aws:ec2/instance:Instance",
      "aws:ec2/networkInterface:NetworkInterface",
      "aws:ec2/networkInterfaceAttachment:NetworkInterfaceAttachment",
    ],
    judged:
      "Addresses, groups and placement; which instance has an interface, by an attachment or by the Auto Scaling group whose launch template names it",
    unknown:
      "Firewalls inside a host; whether a process listens. That a NAT instance forwards is assumed, and said, because no proof reads its user data or its image. Whose an address is that no resource is known to have",
  },
  {
    area: "Load balancers",
    types: [
      "aws:lb/loadBalancer:LoadBalancer",
      "aws:alb/loadBalancer:LoadBalancer",
      "aws:elasticloadbalancingv2/loadBalancer:LoadBalancer",
      "aws:applicationloadbalancing/loadBalancer:LoadBalancer",
      "aws:lb/listener:Listener",
      "aws:alb/listener:Listener",
      "aws:elasticloadbalancingv2/listener:Listener",
      "aws:applicationloadbalancing/listener:Listener",
      "aws:lb/listenerRule:ListenerRule",
      "aws:alb/listenerRule:ListenerRule",
      "aws:elasticloadbalancingv2/listenerRule:ListenerRule",
      "aws:applicationloadbalancing/listenerRule:ListenerRule",
      "aws:lb/targetGroup:TargetGroup",
      "aws:alb/targetGroup:TargetGroup",
      "aws:elasticloadbalancingv2/targetGroup:TargetGroup",
      "aws:applicationloadbalancing/targetGroup:TargetGroup",
      "aws:lb/targetGroupAttachment:TargetGroupAttachment",
      "aws:alb/targetGroupAttachment:TargetGroupAttachment",
      "aws:elasticloadbalancingv2/targetGroupAttachment:TargetGroupAttachment",
      "aws:applicationloadbalancing/targetGroupAttachment:TargetGroupAttachment",
      "aws:elb/loadBalancer:LoadBalancer",
      "aws:elasticloadbalancing/loadBalancer:LoadBalancer",
      "aws:elb/attachment:Attachment",
      "aws:ecs/service:Service",
      "aws:ecs/taskDefinition:TaskDefinition",
      "aws:autoscaling/group:Group",
      "aws:autoscaling/attachment:Attachment",
      "aws:autoscaling/trafficSourceAttachment:TrafficSourceAttachment",
      "aws:ec2/launchTemplate:LaunchTemplate",
    ],
    judged:
      "The scheme, the listener of a port, the rules and transforms between a caller and the method of an API behind an execute-api endpoint, target groups with what attachments, ECS services and scaling groups register in them, zones, client IP preservation, health checks that the network refuses, permissions of functions; the routes of the front door's NGINX, as long as its tasks have the configuration that the component wrote",
    unknown:
      "For anything but a method of an API: which rule of a listener applies, because that depends on the request. What a rule makes of a path that is not in its normal form (dot segments, doubled slashes, percent-encoded letters), because AWS does not say; web ACLs; Gateway Load Balancers, because their appliances decide; targets that another program registers",
  },
  {
    area: "Queues, topics, buckets, tables, keys, secrets, streams",
    types: [
      "aws:sqs/queue:Queue",
      "aws:sqs/queuePolicy:QueuePolicy",
      "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy",
      "aws:sns/topic:Topic",
      "aws:sns/topicPolicy:TopicPolicy",
      "aws:sns/topicSubscription:TopicSubscription",
      "aws:s3/bucket:Bucket",
      "aws:s3/bucketV2:BucketV2",
      "aws:s3/bucketPolicy:BucketPolicy",
      "aws:s3/bucketNotification:BucketNotification",
      "aws:s3/bucketAcl:BucketAcl",
      "aws:s3/bucketAclV2:BucketAclV2",
      "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
      "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
      "aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock",
      "aws:dynamodb/table:Table",
      "aws:dynamodb/resourcePolicy:ResourcePolicy",
      "aws:kms/key:Key",
      "aws:kms/alias:Alias",
      "aws:kms/keyPolicy:KeyPolicy",
      "aws:secretsmanager/secret:Secret",
      "aws:secretsmanager/secretPolicy:SecretPolicy",
      "aws:ssm/parameter:Parameter",
      "aws:kinesis/stream:Stream",
      "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream",
      "aws:cloudwatch/logGroup:LogGroup",
      "aws:cloudwatch/logSubscriptionFilter:LogSubscriptionFilter",
    ],
    judged: "Who may call them by policy, through which endpoint; where they hand messages on",
    unknown:
      "Grants of a KMS key and ACLs of objects, because they are no resources of the stack. Block Public Access of the account, if it is set elsewhere",
  },
  {
    area: "Events and triggers",
    types: [
      "aws:cloudwatch/eventBus:EventBus",
      "aws:cloudwatch/eventRule:EventRule",
      "aws:cloudwatch/eventTarget:EventTarget",
      "aws:cloudwatch/metricAlarm:MetricAlarm",
      "aws:cloudwatch/compositeAlarm:CompositeAlarm",
      "aws:scheduler/schedule:Schedule",
      "aws:pipes/pipe:Pipe",
      "aws:cognito/userPool:UserPool",
      "aws:iot/topicRule:TopicRule",
      "aws:ses/receiptRule:ReceiptRule",
      "aws:cfg/rule:Rule",
      "aws:sfn/stateMachine:StateMachine",
      "aws:appsync/dataSource:DataSource",
      "aws:codepipeline/pipeline:Pipeline",
    ],
    judged:
      "Whether they are on, and may hand their events to the functions, queues and topics that they name",
    unknown: "Whether an event's pattern or filter ever matches; receivers outside the stack",
  },
];

const MODELLED: ReadonlySet<string> = new Set(MODELLED_AREAS.flatMap(({ types }) => types));

/** Whether the graph reads resources of a type. */
export function isModelled(type: string): boolean {
  return MODELLED.has(type);
}
