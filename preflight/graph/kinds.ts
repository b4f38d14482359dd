/** What a property may refer to: the types that fit, and what AWS makes along with another resource. */
export interface Kind {
  readonly types: readonly string[];
  /** A part of another resource, e.g. a VPC's default security group, by the suffix of its key. */
  readonly partOf?: { readonly types: readonly string[]; readonly suffix: string };
}

const VPC = ["aws:ec2/vpc:Vpc", "aws:ec2/defaultVpc:DefaultVpc"];
const ENDPOINT = ["aws:ec2/vpcEndpoint:VpcEndpoint"];

export const KINDS = {
  vpc: { types: VPC },
  subnet: { types: ["aws:ec2/subnet:Subnet", "aws:ec2/defaultSubnet:DefaultSubnet"] },
  routeTable: {
    types: ["aws:ec2/routeTable:RouteTable", "aws:ec2/defaultRouteTable:DefaultRouteTable"],
    partOf: { types: VPC, suffix: "#default-route-table" },
  },
  networkAcl: {
    types: ["aws:ec2/networkAcl:NetworkAcl", "aws:ec2/defaultNetworkAcl:DefaultNetworkAcl"],
    partOf: { types: VPC, suffix: "#default-network-acl" },
  },
  securityGroup: {
    types: ["aws:ec2/securityGroup:SecurityGroup", "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"],
    partOf: { types: VPC, suffix: "#default-security-group" },
  },
  prefixList: {
    types: ["aws:ec2/managedPrefixList:ManagedPrefixList"],
    partOf: { types: ENDPOINT, suffix: "#prefix-list" },
  },
  internetGateway: { types: ["aws:ec2/internetGateway:InternetGateway"] },
  egressOnlyInternetGateway: { types: ["aws:ec2/egressOnlyInternetGateway:EgressOnlyInternetGateway"] },
  natGateway: { types: ["aws:ec2/natGateway:NatGateway"] },
  peering: { types: ["aws:ec2/vpcPeeringConnection:VpcPeeringConnection"] },
  endpoint: { types: ENDPOINT },
  address: { types: ["aws:ec2/eip:Eip"] },
  virtualPrivateGateway: { types: ["aws:ec2/vpnGateway:VpnGateway"] },
  function: { types: ["aws:lambda/function:Function", "aws:lambda/callbackFunction:CallbackFunction"] },
  alias: { types: ["aws:lambda/alias:Alias"] },
  role: { types: ["aws:iam/role:Role"] },
  policy: { types: ["aws:iam/policy:Policy"] },
  api: { types: ["aws:apigateway/restApi:RestApi"] },
  stage: { types: ["aws:apigateway/stage:Stage"] },
  domainName: {
    types: ["aws:apigateway/domainName:DomainName", "aws:apigatewayv2/domainName:DomainName"],
  },
  usagePlan: { types: ["aws:apigateway/usagePlan:UsagePlan"] },
  apiKey: { types: ["aws:apigateway/apiKey:ApiKey"] },
  hostedZone: { types: ["aws:route53/zone:Zone"] },
  table: { types: ["aws:dynamodb/table:Table"] },
  apiResource: { types: ["aws:apigateway/resource:Resource"] },
  subnetGroup: { types: ["aws:rds/subnetGroup:SubnetGroup", "aws:elasticache/subnetGroup:SubnetGroup"] },
  cluster: { types: ["aws:rds/cluster:Cluster"] },
  loadBalancer: { types: ["aws:lb/loadBalancer:LoadBalancer", "aws:alb/loadBalancer:LoadBalancer"] },
  networkInterface: { types: ["aws:ec2/networkInterface:NetworkInterface"] },
  instance: { types: ["aws:ec2/instance:Instance"] },
  any: { types: [] },
} as const satisfies Record<string, Kind>;
