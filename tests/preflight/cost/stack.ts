import { type Graph, graphFromResources, type SourceResource } from "../../../preflight/graph/index.js";

const TYPES = {
  vpc: "aws:ec2/vpc:Vpc",
  subnet: "aws:ec2/subnet:Subnet",
  table: "aws:ec2/routeTable:RouteTable",
  association: "aws:ec2/routeTableAssociation:RouteTableAssociation",
  route: "aws:ec2/route:Route",
  igw: "aws:ec2/internetGateway:InternetGateway",
  nat: "aws:ec2/natGateway:NatGateway",
  eip: "aws:ec2/eip:Eip",
  endpoint: "aws:ec2/vpcEndpoint:VpcEndpoint",
  group: "aws:ec2/securityGroup:SecurityGroup",
  function: "aws:lambda/function:Function",
  api: "aws:apigateway/restApi:RestApi",
  stage: "aws:apigateway/stage:Stage",
  logs: "aws:cloudwatch/logGroup:LogGroup",
  flowLog: "aws:ec2/flowLog:FlowLog",
  parameter: "aws:ssm/parameter:Parameter",
  table_: "aws:dynamodb/table:Table",
  database: "aws:rds/instance:Instance",
  component: "lambda-networking:network:Vpc",
} as const;

type ShortType = keyof typeof TYPES;

/** A resource as in a stack export. Its id is its name. */
export function resource(
  type: ShortType | (string & {}),
  name: string,
  properties: Record<string, unknown> = {},
  more: Partial<SourceResource> = {},
): SourceResource {
  const token = Object.entries(TYPES).find(([short]) => short === type)?.[1] ?? type;
  return {
    urn: `urn:pulumi:test::lambda-networking::${token}::${name}`,
    type: token,
    name,
    id: name,
    properties,
    propertyDependencies: {},
    ...more,
  };
}

export function graphOf(...resources: readonly SourceResource[]): Graph {
  return graphFromResources(resources);
}

export interface NetworkOptions {
  readonly zones?: number;
  readonly nat?: "none" | "single" | "perAz" | "regional" | "instance";
  readonly instance?: { readonly instanceType?: string; readonly perAz?: boolean };
  readonly ssm?: boolean;
  readonly executeApi?: boolean;
  readonly memorySize?: number;
}

/** A VPC with a function in its private subnets, in the form that the project deploys. */
export function networkStack({
  zones = 2,
  nat = "perAz",
  instance = {},
  ssm = true,
  executeApi = false,
  memorySize = 512,
}: NetworkOptions = {}): SourceResource[] {
  const letters = ["a", "b", "c", "d", "e", "f"].slice(0, zones);
  const privateSubnets = letters.map((letter) => `private-${letter}`);
  const tiers = letters.flatMap((letter, i) => [
    ...subnet(`public-${letter}`, letter, `10.0.${128 + i}.0/24`),
    ...subnet(`private-${letter}`, letter, `10.0.${i}.0/24`),
    toInternet(`public-${letter}`, { gatewayId: "igw" }),
  ]);
  return [
    resource("vpc", "vpc", { cidrBlock: "10.0.0.0/16" }),
    resource("igw", "igw", { vpcId: "vpc" }),
    resource("group", "fetcher-group", { vpcId: "vpc" }),
    ...tiers,
    ...natGateways(letters, nat),
    ...(nat === "instance" ? natInstances(letters, instance) : []),
    ...(ssm ? [interfaceEndpoint("ssm", privateSubnets)] : []),
    ...(executeApi ? [interfaceEndpoint("execute-api", privateSubnets)] : []),
    resource("function", "fetcher", {
      memorySize,
      architectures: ["arm64"],
      vpcConfig: { subnetIds: privateSubnets, securityGroupIds: ["fetcher-group"] },
    }),
  ];
}

function subnet(name: string, letter: string, cidrBlock: string): SourceResource[] {
  return [
    resource("subnet", name, { vpcId: "vpc", cidrBlock, availabilityZone: `us-east-1${letter}` }),
    resource("table", `table-${name}`, { vpcId: "vpc" }),
    resource("association", `association-${name}`, { subnetId: name, routeTableId: `table-${name}` }),
  ];
}

function toInternet(from: string, target: Record<string, string>): SourceResource {
  return resource("route", `${from}-internet`, {
    routeTableId: `table-${from}`,
    destinationCidrBlock: "0.0.0.0/0",
    ...target,
  });
}

function natGateways(letters: readonly string[], mode: string): SourceResource[] {
  const routes = (gateway: (letter: string) => string) =>
    letters.map((letter) => toInternet(`private-${letter}`, { natGatewayId: gateway(letter) }));
  const zonal = (letter: string) => [
    resource("eip", `eip-${letter}`, { domain: "vpc" }),
    resource("nat", `nat-${letter}`, { subnetId: `public-${letter}`, allocationId: `eip-${letter}` }),
  ];
  if (mode === "single") return [...zonal("a"), ...routes(() => "nat-a")];
  if (mode === "perAz") return [...letters.flatMap(zonal), ...routes((letter) => `nat-${letter}`)];
  if (mode === "regional") {
    return [resource("nat", "nat", { availabilityMode: "regional", vpcId: "vpc" }), ...routes(() => "nat")];
  }
  return [];
}

function natInstances(
  letters: readonly string[],
  { instanceType = "t4g.nano", perAz = false }: NonNullable<NetworkOptions["instance"]>,
): SourceResource[] {
  const homes = perAz ? letters : letters.slice(0, 1);
  return [
    ...homes.flatMap((letter) => [
      resource("aws:ec2/networkInterface:NetworkInterface", `eni-${letter}`, {
        subnetId: `public-${letter}`,
        securityGroups: ["fetcher-group"],
        sourceDestCheck: false,
      }),
      resource("eip", `eip-${letter}`, { domain: "vpc", networkInterface: `eni-${letter}` }),
      resource("aws:ec2/launchTemplate:LaunchTemplate", `template-${letter}`, {
        instanceType,
        networkInterfaces: [{ networkInterfaceId: `eni-${letter}` }],
        blockDeviceMappings: [{ ebs: { volumeType: "gp3", volumeSize: 8 } }],
      }),
      resource("aws:autoscaling/group:Group", `group-${letter}`, {
        minSize: 1,
        maxSize: 1,
        availabilityZones: [`us-east-1${letter}`],
        launchTemplate: { id: `template-${letter}`, version: "$Latest" },
      }),
    ]),
    ...letters.map((letter) =>
      toInternet(`private-${letter}`, { networkInterfaceId: `eni-${perAz ? letter : "a"}` }),
    ),
  ];
}

export function interfaceEndpoint(service: string, subnetIds: readonly string[]): SourceResource {
  return resource("endpoint", `${service}-endpoint`, {
    vpcId: "vpc",
    vpcEndpointType: "Interface",
    serviceName: `com.amazonaws.us-east-1.${service}`,
    subnetIds,
    securityGroupIds: ["fetcher-group"],
  });
}
