import type { SourceResource } from "../../../preflight/graph/index.js";

type Properties = Record<string, unknown>;

export const REGION = "eu-west-1";
export const ACCOUNT = "123456789012";

const TYPES = {
  vpc: "aws:ec2/vpc:Vpc",
  subnet: "aws:ec2/subnet:Subnet",
  secondaryBlock: "aws:ec2/vpcIpv4CidrBlockAssociation:VpcIpv4CidrBlockAssociation",
  transitGatewayAttachment: "aws:ec2transitgateway/vpcAttachment:VpcAttachment",
  igw: "aws:ec2/internetGateway:InternetGateway",
  eigw: "aws:ec2/egressOnlyInternetGateway:EgressOnlyInternetGateway",
  nat: "aws:ec2/natGateway:NatGateway",
  eip: "aws:ec2/eip:Eip",
  eipAssociation: "aws:ec2/eipAssociation:EipAssociation",
  networkInterface: "aws:ec2/networkInterface:NetworkInterface",
  interfaceAttachment: "aws:ec2/networkInterfaceAttachment:NetworkInterfaceAttachment",
  launchTemplate: "aws:ec2/launchTemplate:LaunchTemplate",
  scalingGroup: "aws:autoscaling/group:Group",
  groupAttachment: "aws:ec2/networkInterfaceSecurityGroupAttachment:NetworkInterfaceSecurityGroupAttachment",
  table: "aws:ec2/routeTable:RouteTable",
  route: "aws:ec2/route:Route",
  association: "aws:ec2/routeTableAssociation:RouteTableAssociation",
  mainAssociation: "aws:ec2/mainRouteTableAssociation:MainRouteTableAssociation",
  group: "aws:ec2/securityGroup:SecurityGroup",
  ingress: "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
  egress: "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
  groupRule: "aws:ec2/securityGroupRule:SecurityGroupRule",
  defaultGroup: "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
  acl: "aws:ec2/networkAcl:NetworkAcl",
  aclRule: "aws:ec2/networkAclRule:NetworkAclRule",
  aclAssociation: "aws:ec2/networkAclAssociation:NetworkAclAssociation",
  defaultAcl: "aws:ec2/defaultNetworkAcl:DefaultNetworkAcl",
  defaultTable: "aws:ec2/defaultRouteTable:DefaultRouteTable",
  endpoint: "aws:ec2/vpcEndpoint:VpcEndpoint",
  endpointPolicy: "aws:ec2/vpcEndpointPolicy:VpcEndpointPolicy",
  endpointTable: "aws:ec2/vpcEndpointRouteTableAssociation:VpcEndpointRouteTableAssociation",
  endpointSubnet: "aws:ec2/vpcEndpointSubnetAssociation:VpcEndpointSubnetAssociation",
  prefixList: "aws:ec2/managedPrefixList:ManagedPrefixList",
  peering: "aws:ec2/vpcPeeringConnection:VpcPeeringConnection",
  peeringAccepter: "aws:ec2/vpcPeeringConnectionAccepter:VpcPeeringConnectionAccepter",
  role: "aws:iam/role:Role",
  instanceProfile: "aws:iam/instanceProfile:InstanceProfile",
  rolePolicy: "aws:iam/rolePolicy:RolePolicy",
  attachment: "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
  function: "aws:lambda/function:Function",
  alias: "aws:lambda/alias:Alias",
  permission: "aws:lambda/permission:Permission",
  functionUrl: "aws:lambda/functionUrl:FunctionUrl",
  api: "aws:apigateway/restApi:RestApi",
  apiPolicy: "aws:apigateway/restApiPolicy:RestApiPolicy",
  apiResource: "aws:apigateway/resource:Resource",
  method: "aws:apigateway/method:Method",
  integration: "aws:apigateway/integration:Integration",
  deployment: "aws:apigateway/deployment:Deployment",
  stage: "aws:apigateway/stage:Stage",
  methodSettings: "aws:apigateway/methodSettings:MethodSettings",
  domain: "aws:apigateway/domainName:DomainName",
  mapping: "aws:apigateway/basePathMapping:BasePathMapping",
  newerDomain: "aws:apigatewayv2/domainName:DomainName",
  httpApi: "aws:apigatewayv2/api:Api",
  httpRoute: "aws:apigatewayv2/route:Route",
  httpIntegration: "aws:apigatewayv2/integration:Integration",
  httpStage: "aws:apigatewayv2/stage:Stage",
  newerMapping: "aws:apigatewayv2/apiMapping:ApiMapping",
  accessAssociation: "aws:apigateway/domainNameAccessAssociation:DomainNameAccessAssociation",
  plan: "aws:apigateway/usagePlan:UsagePlan",
  key: "aws:apigateway/apiKey:ApiKey",
  planKey: "aws:apigateway/usagePlanKey:UsagePlanKey",
  loadBalancer: "aws:lb/loadBalancer:LoadBalancer",
  listener: "aws:lb/listener:Listener",
  listenerRule: "aws:lb/listenerRule:ListenerRule",
  targetGroup: "aws:lb/targetGroup:TargetGroup",
  registration: "aws:lb/targetGroupAttachment:TargetGroupAttachment",
  dhcpOptions: "aws:ec2/vpcDhcpOptions:VpcDhcpOptions",
  dhcpAssociation: "aws:ec2/vpcDhcpOptionsAssociation:VpcDhcpOptionsAssociation",
  resolverRule: "aws:route53/resolverRule:ResolverRule",
  resolverAssociation: "aws:route53/resolverRuleAssociation:ResolverRuleAssociation",
  profile: "aws:route53/profilesProfile:ProfilesProfile",
  profileAssociation: "aws:route53/profilesAssociation:ProfilesAssociation",
  profileResource: "aws:route53/profilesResourceAssociation:ProfilesResourceAssociation",
  firewallGroup: "aws:route53/resolverFirewallRuleGroup:ResolverFirewallRuleGroup",
  firewallAssociation:
    "aws:route53/resolverFirewallRuleGroupAssociation:ResolverFirewallRuleGroupAssociation",
  firewallRule: "aws:route53/resolverFirewallRule:ResolverFirewallRule",
  firewallList: "aws:route53/resolverFirewallDomainList:ResolverFirewallDomainList",
  zone: "aws:route53/zone:Zone",
  zoneAssociation: "aws:route53/zoneAssociation:ZoneAssociation",
  record: "aws:route53/record:Record",
  dynamoTable: "aws:dynamodb/table:Table",
  database: "aws:rds/instance:Instance",
  subnetGroup: "aws:rds/subnetGroup:SubnetGroup",
  instance: "aws:ec2/instance:Instance",
  topic: "aws:sns/topic:Topic",
  subscription: "aws:sns/topicSubscription:TopicSubscription",
  queue: "aws:sqs/queue:Queue",
  queuePolicy: "aws:sqs/queuePolicy:QueuePolicy",
  sourceMapping: "aws:lambda/eventSourceMapping:EventSourceMapping",
  rule: "aws:cloudwatch/eventRule:EventRule",
  target: "aws:cloudwatch/eventTarget:EventTarget",
  component: "lambda-networking:function:Function",
  otherComponent: "orders:queue:Consumer",
  bot: "aws:lex/bot:Bot",
  blockPublicAccess: "aws:ec2/vpcBlockPublicAccessOptions:VpcBlockPublicAccessOptions",
} as const;

export type ShortType = keyof typeof TYPES;

export function urnOf(type: ShortType, name: string): string {
  return `urn:pulumi:test::lambda-networking::${TYPES[type]}::${name}`;
}

/** A resource in the engine's form, with the id `NAME-id`. */
export function resource(type: ShortType, name: string, properties: Properties = {}): SourceResource {
  return { urn: urnOf(type, name), type: TYPES[type], name, id: `${name}-id`, properties };
}

/** A stack in which tests change one thing. Resources are identified by name. Every change returns a new stack. */
export class Stack {
  constructor(readonly resources: readonly SourceResource[]) {}

  add(type: ShortType, name: string, properties: Properties = {}, more: Partial<SourceResource> = {}): Stack {
    return new Stack([...this.resources, { ...resource(type, name, properties), ...more }]);
  }

  without(...names: readonly string[]): Stack {
    for (const name of names) this.#get(name);
    return new Stack(this.resources.filter(({ name }) => !names.includes(name)));
  }

  with(name: string, properties: Properties): Stack {
    const target = this.#get(name);
    return this.#replace(name, { ...target, properties: { ...target.properties, ...properties } });
  }

  /** Removes properties, as if they were never given. */
  lacking(name: string, ...properties: readonly string[]): Stack {
    const target = this.#get(name);
    const rest = Object.entries(target.properties).filter(([property]) => !properties.includes(property));
    return this.#replace(name, { ...target, properties: Object.fromEntries(rest) });
  }

  and(other: Stack): Stack {
    return new Stack([...this.resources, ...other.resources]);
  }

  /** Only these resources, to be added to another stack. */
  only(...names: readonly string[]): Stack {
    return new Stack(names.map((name) => this.#get(name)));
  }

  #get(name: string): SourceResource {
    const found = this.resources.find((candidate) => candidate.name === name);
    if (found === undefined) throw new Error(`the fixture has no ${name}`);
    return found;
  }

  #replace(name: string, changed: SourceResource): Stack {
    return new Stack(this.resources.map((each) => (each.name === name ? changed : each)));
  }
}

export function allow(
  actions: string | readonly string[],
  resources: string | readonly string[],
  more: Properties = {},
) {
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: actions, Resource: resources, ...more }],
  });
}

const PARAMETERS = `arn:aws:ssm:${REGION}:${ACCOUNT}:parameter/messages`;
const TABLE = `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/messages`;
const ZONES = ["a", "b"] as const;

function network(): Stack {
  let stack = new Stack([])
    .add("vpc", "vpc", {
      cidrBlock: "10.20.0.0/16",
      enableDnsSupport: true,
      enableDnsHostnames: true,
      arn: `arn:aws:ec2:${REGION}:${ACCOUNT}:vpc/vpc-id`,
    })
    .add("igw", "igw", { vpcId: "vpc-id" })
    .add("table", "public-table", { vpcId: "vpc-id" })
    .add("route", "public-route", {
      routeTableId: "public-table-id",
      destinationCidrBlock: "0.0.0.0/0",
      gatewayId: "igw-id",
    });
  for (const [i, zone] of ZONES.entries()) {
    stack = stack
      .add("subnet", `public-${zone}`, {
        vpcId: "vpc-id",
        cidrBlock: `10.20.${i}.0/24`,
        availabilityZone: `${REGION}${zone}`,
        mapPublicIpOnLaunch: false,
      })
      .add("subnet", `private-${zone}`, {
        vpcId: "vpc-id",
        cidrBlock: `10.20.1${i}.0/24`,
        availabilityZone: `${REGION}${zone}`,
      })
      .add("association", `public-${zone}-association`, {
        subnetId: `public-${zone}-id`,
        routeTableId: "public-table-id",
      })
      .add("eip", `eip-${zone}`, { domain: "vpc" })
      .add("nat", `nat-${zone}`, { subnetId: `public-${zone}-id`, allocationId: `eip-${zone}-id` })
      .add("table", `private-table-${zone}`, { vpcId: "vpc-id" })
      .add("route", `private-route-${zone}`, {
        routeTableId: `private-table-${zone}-id`,
        destinationCidrBlock: "0.0.0.0/0",
        natGatewayId: `nat-${zone}-id`,
      })
      .add("association", `private-${zone}-association`, {
        subnetId: `private-${zone}-id`,
        routeTableId: `private-table-${zone}-id`,
      });
  }
  return stack;
}

const PRIVATE_SUBNETS = ["private-a-id", "private-b-id"];

function endpoints(stack: Stack): Stack {
  return stack
    .add("group", "endpoint-group", { vpcId: "vpc-id" })
    .add("ingress", "endpoint-from-fetcher", {
      securityGroupId: "endpoint-group-id",
      referencedSecurityGroupId: "fetcher-group-id",
      ipProtocol: "tcp",
      fromPort: 443,
      toPort: 443,
    })
    .add("endpoint", "ssm-endpoint", {
      vpcId: "vpc-id",
      vpcEndpointType: "Interface",
      serviceName: `com.amazonaws.${REGION}.ssm`,
      privateDnsEnabled: true,
      subnetIds: PRIVATE_SUBNETS,
      securityGroupIds: ["endpoint-group-id"],
      policy: allow("ssm:GetParametersByPath", PARAMETERS, { Principal: "*" }),
    })
    .add("endpoint", "dynamodb-endpoint", {
      vpcId: "vpc-id",
      vpcEndpointType: "Gateway",
      serviceName: `com.amazonaws.${REGION}.dynamodb`,
      routeTableIds: ["private-table-a-id", "private-table-b-id"],
      prefixListId: "pl-dynamodb",
      policy: allow("dynamodb:*", "*", { Principal: "*" }),
    });
}

function fetcher(stack: Stack): Stack {
  return stack
    .add("role", "fetcher-role", {
      name: "fetcher-role-id",
      arn: `arn:aws:iam::${ACCOUNT}:role/fetcher-role-id`,
    })
    .add("rolePolicy", "fetcher-policy", {
      role: "fetcher-role-id",
      policy: JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          { Effect: "Allow", Action: "ssm:GetParametersByPath", Resource: PARAMETERS },
          { Effect: "Allow", Action: "dynamodb:PutItem", Resource: TABLE },
        ],
      }),
    })
    .add("group", "fetcher-group", { vpcId: "vpc-id" })
    .add("egress", "fetcher-out", {
      securityGroupId: "fetcher-group-id",
      cidrIpv4: "0.0.0.0/0",
      ipProtocol: "tcp",
      fromPort: 443,
      toPort: 443,
    })
    .add("function", "fetcher", {
      name: "fetcher-id",
      arn: `arn:aws:lambda:${REGION}:${ACCOUNT}:function:fetcher-id`,
      role: `arn:aws:iam::${ACCOUNT}:role/fetcher-role-id`,
      vpcConfig: { subnetIds: PRIVATE_SUBNETS, securityGroupIds: ["fetcher-group-id"] },
    });
}

function api(stack: Stack): Stack {
  return stack
    .add("group", "api-group", { vpcId: "vpc-id" })
    .add("ingress", "api-from-vpc", {
      securityGroupId: "api-group-id",
      cidrIpv4: "10.20.0.0/16",
      ipProtocol: "tcp",
      fromPort: 443,
      toPort: 443,
    })
    .add("endpoint", "execute-api-endpoint", {
      vpcId: "vpc-id",
      vpcEndpointType: "Interface",
      serviceName: `com.amazonaws.${REGION}.execute-api`,
      privateDnsEnabled: true,
      subnetIds: PRIVATE_SUBNETS,
      securityGroupIds: ["api-group-id"],
      policy: allow("execute-api:Invoke", "*", { Principal: "*" }),
    })
    .add("api", "api", {
      endpointConfiguration: { types: "PRIVATE", vpcEndpointIds: ["execute-api-endpoint-id"] },
    })
    .add("apiPolicy", "api-policy", {
      restApiId: "api-id",
      policy: allow("execute-api:Invoke", "execute-api:/*", {
        Principal: "*",
        Condition: { StringEquals: { "aws:SourceVpce": "execute-api-endpoint-id" } },
      }),
    })
    .and(routesOfApi());
}

function routesOfApi(): Stack {
  const slot = { restApi: "api-id", resourceId: "messages-id", httpMethod: "GET" };
  const invokeArn = `arn:aws:apigateway:${REGION}:lambda:path/2015-03-31/functions/arn:aws:lambda:${REGION}:${ACCOUNT}:function:fetcher-id/invocations`;
  return new Stack([])
    .add("apiResource", "messages", { restApi: "api-id", parentId: "api-root", pathPart: "messages" })
    .add("method", "get-messages", { ...slot, authorization: "NONE" })
    .add("integration", "get-messages-integration", { ...slot, type: "AWS_PROXY", uri: invokeArn })
    .add("deployment", "deployment", { restApi: "api-id" })
    .add("stage", "stage", { restApi: "api-id", deployment: "deployment-id", stageName: "live" })
    .add("permission", "invoke", {
      action: "lambda:InvokeFunction",
      function: "fetcher-id",
      principal: "apigateway.amazonaws.com",
      sourceArn: `arn:aws:execute-api:${REGION}:${ACCOUNT}:api-id/*/GET/messages`,
    });
}

/** A complete working VPC: two AZs with NAT, SSM and DynamoDB endpoints, a private API, a function. */
export function vpcStack(): Stack {
  return api(fetcher(endpoints(network())));
}

/** The same without NAT gateways, so that the private subnets have no way out except endpoints. */
export function isolatedStack(): Stack {
  return vpcStack().without("nat-a", "nat-b", "private-route-a", "private-route-b");
}

/** A function outside any VPC behind a REGIONAL API. */
export function publicStack(): Stack {
  return vpcStack()
    .lacking("fetcher", "vpcConfig")
    .with("api", { endpointConfiguration: { types: "REGIONAL" } })
    .without("api-policy");
}

/** A second VPC, 10.30.0.0/16, which is peered with the first and contains a database. */
export function peeredStack(): Stack {
  return vpcStack()
    .add("vpc", "other-vpc", { cidrBlock: "10.30.0.0/16", enableDnsSupport: true, enableDnsHostnames: true })
    .add("subnet", "data-a", {
      vpcId: "other-vpc-id",
      cidrBlock: "10.30.0.0/24",
      availabilityZone: `${REGION}a`,
    })
    .add("table", "data-table", { vpcId: "other-vpc-id" })
    .add("association", "data-association", { subnetId: "data-a-id", routeTableId: "data-table-id" })
    .add("peering", "peering", { vpcId: "vpc-id", peerVpcId: "other-vpc-id", autoAccept: true })
    .add("route", "there-a", peeringRoute("private-table-a-id", "10.30.0.0/16"))
    .add("route", "there-b", peeringRoute("private-table-b-id", "10.30.0.0/16"))
    .add("route", "back", peeringRoute("data-table-id", "10.20.0.0/16"))
    .add("egress", "fetcher-to-data", {
      securityGroupId: "fetcher-group-id",
      cidrIpv4: "10.30.0.0/16",
      ipProtocol: "tcp",
      fromPort: 5432,
      toPort: 5432,
    })
    .add("group", "data-group", {
      vpcId: "other-vpc-id",
      ingress: [{ protocol: "tcp", fromPort: 5432, toPort: 5432, cidrBlocks: ["10.20.0.0/16"] }],
    })
    .add("subnetGroup", "data-subnets", { name: "data-subnets-id", subnetIds: ["data-a-id"] })
    .add("database", "database", {
      engine: "postgres",
      port: 5432,
      dbSubnetGroupName: "data-subnets-id",
      vpcSecurityGroupIds: ["data-group-id"],
    });
}

function peeringRoute(table: string, to: string): Properties {
  return { routeTableId: table, destinationCidrBlock: to, vpcPeeringConnectionId: "peering-id" };
}
