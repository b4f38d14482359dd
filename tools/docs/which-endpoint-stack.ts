import type { SourceResource } from "@lambda-networking/preflight";

/** The settings that decide which names of an API work. */
export interface Setting {
  readonly endpointType: "PRIVATE" | "REGIONAL" | "EDGE";
  /** Private DNS of the execute-api endpoint in the caller's VPC. */
  readonly privateDns: boolean;
  readonly customDomain: boolean;
  readonly executeApi: boolean;
}

const REGION = "eu-west-1";
const ACCOUNT = "123456789012";
const DOMAIN = "api.example.com";
const API = "abc1234567";
const HOST = `${API}.execute-api.${REGION}.amazonaws.com`;

type Properties = Record<string, unknown>;

/** A deployed resource. Its id is its name unless another id is given. */
function resource(type: string, name: string, properties: Properties = {}, id = name): SourceResource {
  const token = `aws:${type}:${type.slice(type.indexOf("/") + 1).replace(/^./, (first) => first.toUpperCase())}`;
  return { urn: `urn:pulumi:page::lambda-networking::${token}::${name}`, type: token, name, id, properties };
}

function policy(resources: string | readonly string[]): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: "*",
        Action: "execute-api:Invoke",
        Resource: resources,
        Condition: { StringEquals: { "aws:SourceVpce": ["vpce-own", "vpce-shared"] } },
      },
    ],
  });
}

/** An API in its own VPC, a consumer's VPC with its own endpoint, and a peered VPC. */
export function stackOf(setting: Setting): SourceResource[] {
  const { privateDns, customDomain } = setting;
  return [
    ...network("own", "10.20.0.0/16", privateDns),
    ...network("shared", "10.30.0.0/16", privateDns),
    ...peer(),
    ...api(setting),
    ...(customDomain ? domain(setting) : []),
  ];
}

/** A VPC with NAT and an execute-api endpoint. */
function network(name: string, cidrBlock: string, privateDnsEnabled: boolean): SourceResource[] {
  const vpcId = `${name}-vpc`;
  const subnet = cidrBlock.replace("/16", "/24");
  const outside = cidrBlock.replace("0.0/16", "1.0/24");
  const everywhere = { destinationCidrBlock: "0.0.0.0/0" };
  return [
    resource("ec2/vpc", vpcId, { cidrBlock, enableDnsSupport: true, enableDnsHostnames: true }),
    resource("ec2/internetGateway", `${name}-igw`, { vpcId }),
    resource("ec2/subnet", `${name}-private`, { vpcId, cidrBlock: subnet, availabilityZone: `${REGION}a` }),
    resource("ec2/subnet", `${name}-public`, { vpcId, cidrBlock: outside, availabilityZone: `${REGION}a` }),
    resource("ec2/routeTable", `${name}-private-table`, { vpcId }),
    resource("ec2/routeTable", `${name}-public-table`, { vpcId }),
    ...["private", "public"].map((tier) =>
      resource("ec2/routeTableAssociation", `${name}-${tier}-association`, {
        subnetId: `${name}-${tier}`,
        routeTableId: `${name}-${tier}-table`,
      }),
    ),
    resource("ec2/eip", `${name}-address`),
    resource("ec2/natGateway", `${name}-nat`, {
      subnetId: `${name}-public`,
      allocationId: `${name}-address`,
    }),
    resource("ec2/route", `${name}-to-nat`, {
      ...everywhere,
      routeTableId: `${name}-private-table`,
      natGatewayId: `${name}-nat`,
    }),
    resource("ec2/route", `${name}-to-igw`, {
      ...everywhere,
      routeTableId: `${name}-public-table`,
      gatewayId: `${name}-igw`,
    }),
    resource("ec2/securityGroup", `${name}-group`, {
      vpcId,
      ingress: [{ protocol: "tcp", fromPort: 443, toPort: 443, cidrBlocks: [cidrBlock, "10.99.0.0/16"] }],
    }),
    resource(
      "ec2/vpcEndpoint",
      `${name}-endpoint`,
      {
        vpcId,
        vpcEndpointType: "Interface",
        serviceName: `com.amazonaws.${REGION}.execute-api`,
        privateDnsEnabled,
        subnetIds: [`${name}-private`],
        securityGroupIds: [`${name}-group`],
      },
      `vpce-${name}`,
    ),
  ];
}

/** A peered VPC. Private DNS works in the endpoint's VPC only, so the peer has a private hosted zone (see api). */
function peer(): SourceResource[] {
  const connection = { vpcPeeringConnectionId: "peer" };
  return [
    resource("ec2/vpcPeeringConnection", "peer", {
      vpcId: "own-vpc",
      peerVpcId: "peer-vpc",
      autoAccept: true,
    }),
    resource("ec2/route", "to-peer", {
      ...connection,
      routeTableId: "own-private-table",
      destinationCidrBlock: "10.99.0.0/16",
    }),
    resource("ec2/route", "from-peer", {
      ...connection,
      routeTableId: "peer-table",
      destinationCidrBlock: "10.20.0.0/16",
    }),
  ];
}

function api({ endpointType, executeApi }: Setting): SourceResource[] {
  const isPrivate = endpointType === "PRIVATE";
  const slot = { restApi: API, resourceId: "messages", httpMethod: "GET" };
  const all = `arn:aws:execute-api:${REGION}:${ACCOUNT}:${API}/*`;
  return [
    resource(
      "apigateway/restApi",
      "api",
      {
        arn: `arn:aws:apigateway:${REGION}:${ACCOUNT}:/restapis/${API}`,
        endpointConfiguration: { types: endpointType, vpcEndpointIds: isPrivate ? ["vpce-own"] : [] },
        disableExecuteApiEndpoint: !executeApi,
        ...(isPrivate && { policy: policy(all) }),
      },
      API,
    ),
    resource("apigateway/resource", "messages", { restApi: API, parentId: "root", pathPart: "messages" }),
    resource("apigateway/method", "get-messages", { ...slot, authorization: "NONE" }),
    resource("apigateway/integration", "get-messages-integration", { ...slot, type: "MOCK" }),
    resource("apigateway/stage", "stage", { restApi: API, stageName: "v1" }),
    ...(isPrivate ? zone("api-zone", HOST, ["peer-vpc"], "vpce-own") : []),
  ];
}

/** A custom domain name. If it is private, each VPC has a hosted zone with a record for the endpoint that it reaches. */
function domain({ endpointType }: Setting): SourceResource[] {
  const isPrivate = endpointType === "PRIVATE";
  const arn = `arn:aws:apigateway:${REGION}:${ACCOUNT}:/domainnames/${DOMAIN}+id`;
  return [
    resource("apigateway/domainName", "domain", {
      domainName: DOMAIN,
      arn,
      endpointConfiguration: { types: endpointType },
      regionalDomainName: `d-1.execute-api.${REGION}.amazonaws.com`,
      cloudfrontDomainName: "d1.cloudfront.net",
      ...(isPrivate && {
        domainNameId: "id",
        policy: policy(`arn:aws:execute-api:${REGION}:${ACCOUNT}:/domainnames/${DOMAIN}+id`),
      }),
    }),
    resource("apigateway/basePathMapping", "mapping", { domainName: DOMAIN, restApi: API, stageName: "v1" }),
    ...(isPrivate
      ? [
          ...zone("domain-zone", DOMAIN, ["own-vpc", "peer-vpc"], "vpce-own"),
          ...zone("domain-zone-shared", DOMAIN, ["shared-vpc"], "vpce-shared"),
          ...["own", "shared"].map((name) =>
            resource("apigateway/domainNameAccessAssociation", `${name}-access`, {
              domainNameArn: arn,
              accessAssociationSource: `vpce-${name}`,
            }),
          ),
        ]
      : []),
  ];
}

function zone(name: string, host: string, vpcs: readonly string[], endpoint: string): SourceResource[] {
  return [
    resource("route53/zone", name, { name: host, vpcs: vpcs.map((vpcId) => ({ vpcId })) }),
    resource("route53/record", `${name}-record`, {
      zoneId: name,
      name: host,
      type: "A",
      aliases: [{ name: `${endpoint}-x.execute-api.${REGION}.vpce.amazonaws.com` }],
    }),
  ];
}
