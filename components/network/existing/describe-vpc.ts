import { UserError } from "@lambda-networking/preflight/errors";
import * as aws from "@pulumi/aws";

/** A resource of somebody else, as AWS describes it, with the properties of its resource type. */
export interface DescribedResource {
  /** Type token: `aws:ec2/subnet:Subnet`. */
  readonly type: string;
  readonly id: string;
  /** The name in proofs: the stack's own for what it uses, else the id. */
  readonly name: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

/** An endpoint of the VPC that is not the stack's. */
export interface FoundEndpoint {
  readonly id: string;
  readonly service: string;
  readonly type: string;
  readonly privateDns: boolean;
  readonly dnsName: string;
  readonly dnsZoneId: string;
  readonly prefixListId: string;
  readonly routeTableIds: readonly string[];
  readonly securityGroupIds: readonly string[];
}

/** A VPC of somebody else: what packets of the stack's subnets meet there. */
export interface DescribedVpc {
  readonly id: string;
  readonly enableDnsSupport: boolean;
  readonly enableDnsHostnames: boolean;
  /** All but the resources that are read one by one, because an invoke does not tell their rules. */
  readonly resources: readonly DescribedResource[];
  /** The zone and the block of each subnet, by the subnet's id. */
  readonly subnets: ReadonlyMap<
    string,
    { readonly zone: string; readonly cidrBlock: string; readonly vpcId: string }
  >;
  /** The route table of each subnet, by the subnet's id. */
  readonly routeTableOf: ReadonlyMap<string, string>;
  readonly routeTableIds: readonly string[];
  readonly networkAclIds: readonly string[];
  readonly securityGroupIds: readonly string[];
  readonly endpoints: readonly FoundEndpoint[];
}

export interface DescribeArgs {
  readonly vpcId: string;
  /** The names in proofs of the subnets that the stack uses, by the subnet's id. */
  readonly subnetNames: ReadonlyMap<string, string>;
  readonly region: string;
  readonly accountId: string;
  /** Endpoints by service that the stack uses. */
  readonly endpoints: Readonly<Record<string, string>>;
  /** The tags of the stack's own resources, which are not somebody else's. */
  readonly ownTags: Readonly<Record<string, string>>;
}

type Vpc = Awaited<ReturnType<typeof aws.ec2.getVpc>>;
type Endpoint = Awaited<ReturnType<typeof aws.ec2.getVpcEndpoint>>;

/**
 * Asks AWS for a VPC, the given subnets, and all that decides where their packets go: route tables, network ACLs, NAT
 * gateways with their own subnets, and endpoints. Nothing is changed.
 * @throws UserError if the account has no such VPC or subnet
 */
export async function describeVpc(args: DescribeArgs): Promise<DescribedVpc> {
  const vpc = await aws.ec2.getVpc({ id: args.vpcId }).catch(noSuch("vpc.existing.id", args.vpcId));
  const found = await findEndpoints(args);
  // To whom a VPC is only shared, AWS does not show its owner's endpoints.
  const isShared = vpc.ownerId !== args.accountId;
  const places = await describeSubnets(args, vpc, [
    ...args.subnetNames.keys(),
    ...found.flatMap(({ subnetIds }) => subnetIds),
  ]);
  const endpoints = found.map((endpoint) => foundEndpoint(endpoint));
  return {
    id: vpc.id,
    enableDnsSupport: vpc.enableDnsSupport,
    enableDnsHostnames: vpc.enableDnsHostnames,
    resources: [
      ...describedVpc(vpc, isShared),
      ...(await nameServers(vpc)),
      ...places.resources,
      ...found.map((endpoint) => describedEndpoint(endpoint, args)),
    ],
    subnets: places.subnets,
    routeTableOf: places.routeTableOf,
    routeTableIds: [...new Set(places.routeTableOf.values())],
    networkAclIds: [...places.networkAclIds],
    securityGroupIds: [...new Set(endpoints.flatMap(({ securityGroupIds }) => securityGroupIds))],
    endpoints,
  };
}

function noSuch(key: string, id: string): (error: unknown) => never {
  return (error) => {
    if (!/no matching|not found|NotFound|multiple|does not exist/i.test(textOf(error))) throw error;
    throw new UserError(
      `${key}: "${id}". The stack's account and Region have none of this id. Write another id, or ask its owner to share it.`,
    );
  };
}

const described = (
  type: string,
  id: string,
  properties: Readonly<Record<string, unknown>>,
  name = id,
): DescribedResource => ({ type: `aws:${type}`, id, name, properties });

function describedVpc(vpc: Vpc, isShared: boolean): DescribedResource[] {
  const secondary = vpc.cidrBlockAssociations.filter(
    ({ cidrBlock, state }) => cidrBlock !== vpc.cidrBlock && !/^disassociat/.test(state),
  );
  return [
    described("ec2/vpc:Vpc", vpc.id, {
      cidrBlock: vpc.cidrBlock,
      enableDnsSupport: vpc.enableDnsSupport,
      enableDnsHostnames: vpc.enableDnsHostnames,
      ...(vpc.ipv6CidrBlock !== "" && { ipv6CidrBlock: vpc.ipv6CidrBlock }),
      ...(isShared && { endpointsComplete: false }),
    }),
    ...secondary.map(({ associationId, cidrBlock }) =>
      described("ec2/vpcIpv4CidrBlockAssociation:VpcIpv4CidrBlockAssociation", associationId, {
        vpcId: vpc.id,
        cidrBlock,
      }),
    ),
  ];
}

/** https://docs.aws.amazon.com/vpc/latest/userguide/VPC_DHCP_Options.html */
async function nameServers({ id: vpcId, dhcpOptionsId }: Vpc): Promise<DescribedResource[]> {
  if (!dhcpOptionsId.startsWith("dopt-")) return [];
  const { domainNameServers } = await aws.ec2.getVpcDhcpOptions({ dhcpOptionsId });
  return [
    described("ec2/vpcDhcpOptions:VpcDhcpOptions", dhcpOptionsId, { domainNameServers }),
    described("ec2/vpcDhcpOptionsAssociation:VpcDhcpOptionsAssociation", `${vpcId}-${dhcpOptionsId}`, {
      vpcId,
      dhcpOptionsId,
    }),
  ];
}

interface Places {
  readonly resources: DescribedResource[];
  readonly subnets: Map<string, { zone: string; cidrBlock: string; vpcId: string }>;
  readonly routeTableOf: Map<string, string>;
  readonly networkAclIds: Set<string>;
  readonly gateways: Set<string>;
  /** The route tables whose routes are known. */
  readonly tables: Set<string>;
}

/** Describes subnets and, because packets go on there, the subnets of the NAT gateways that their routes lead to. */
async function describeSubnets(args: DescribeArgs, vpc: Vpc, ids: readonly string[]): Promise<Places> {
  const places: Places = {
    resources: [],
    subnets: new Map(),
    routeTableOf: new Map(),
    networkAclIds: new Set(),
    gateways: new Set(),
    tables: new Set(),
  };
  let next = [...new Set(ids)];
  while (next.length > 0) {
    await Promise.all(next.map((id) => describeSubnet(args, vpc, id, places)));
    const gateways = await describeGateways(places);
    next = [...new Set(gateways)].filter((id) => id !== "" && !places.subnets.has(id));
  }
  return places;
}

async function describeSubnet({ subnetNames }: DescribeArgs, vpc: Vpc, id: string, places: Places) {
  const subnet = await aws.ec2.getSubnet({ id }).catch(noSuch("vpc.existing.subnets", id));
  const filters = [{ name: "association.subnet-id", values: [id] }];
  const [tables, acls] = await Promise.all([
    aws.ec2.getRouteTables({ vpcId: vpc.id, filters }),
    aws.ec2.getNetworkAcls({ vpcId: vpc.id, filters }),
  ]);
  // Without an association the VPC's main table applies.
  const routeTableId = tables.ids[0] ?? vpc.mainRouteTableId;
  places.subnets.set(id, {
    zone: subnet.availabilityZone,
    cidrBlock: subnet.cidrBlock,
    vpcId: subnet.vpcId,
  });
  places.routeTableOf.set(id, routeTableId);
  for (const acl of acls.ids) places.networkAclIds.add(acl);
  places.resources.push(
    described(
      "ec2/subnet:Subnet",
      id,
      {
        vpcId: subnet.vpcId,
        availabilityZone: subnet.availabilityZone,
        cidrBlock: subnet.cidrBlock,
        ...(subnet.ipv6CidrBlock !== "" && { ipv6CidrBlock: subnet.ipv6CidrBlock }),
        mapPublicIpOnLaunch: subnet.mapPublicIpOnLaunch,
        assignIpv6AddressOnCreation: subnet.assignIpv6AddressOnCreation,
        availableIpAddressCount: subnet.availableIpAddressCount,
      },
      subnetNames.get(id),
    ),
    described("ec2/routeTableAssociation:RouteTableAssociation", `${id}-${routeTableId}`, {
      subnetId: id,
      routeTableId,
    }),
  );
}

/**
 * Describes the gateways that the routes of new route tables lead to.
 * @returns the subnets of NAT gateways
 */
async function describeGateways(places: Places): Promise<string[]> {
  const unread = [...new Set(places.routeTableOf.values())].filter((id) => !places.tables.has(id));
  for (const id of unread) places.tables.add(id);
  const tables = await Promise.all(unread.map((routeTableId) => aws.ec2.getRouteTable({ routeTableId })));
  const routes = tables.flatMap((table) => table.routes);
  const targets = routes.flatMap(({ gatewayId, natGatewayId }) => [gatewayId, natGatewayId]);
  const fresh = [...new Set(targets)].filter((id) => /^(igw|nat)-/.test(id) && !places.gateways.has(id));
  for (const id of fresh) places.gateways.add(id);
  const subnets = await Promise.all(
    fresh.map((id) =>
      id.startsWith("nat-") ? describeNat(id, places) : describeInternetGateway(id, places),
    ),
  );
  return subnets.flat();
}

async function describeNat(id: string, places: Places): Promise<string[]> {
  const nat = await aws.ec2.getNatGateway({ id }).catch(orNone);
  // A route to a gateway that is gone is a blackhole; where one leads that is not described is not known.
  if (nat === undefined || nat.state !== "available") return [];
  const isRegional = nat.availabilityMode === "regional";
  places.resources.push(
    described("ec2/natGateway:NatGateway", id, {
      connectivityType: nat.connectivityType,
      ...(isRegional ? { availabilityMode: "regional", vpcId: nat.vpcId } : { subnetId: nat.subnetId }),
      ...(nat.allocationId !== "" && { allocationId: nat.allocationId }),
      ...(nat.privateIp !== "" && { privateIp: nat.privateIp }),
      ...(nat.publicIp !== "" && { publicIp: nat.publicIp }),
    }),
  );
  return isRegional ? [] : [nat.subnetId];
}

/** Undefined for what AWS does not have. */
function orNone(error: unknown): undefined {
  if (!/no matching|couldn't find|not found|NotFound/i.test(textOf(error))) throw error;
  return undefined;
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

async function describeInternetGateway(internetGatewayId: string, places: Places): Promise<string[]> {
  const { attachments } = await aws.ec2.getInternetGateway({ internetGatewayId });
  const vpcId = attachments[0]?.vpcId;
  places.resources.push(
    described("ec2/internetGateway:InternetGateway", internetGatewayId, vpcId === undefined ? {} : { vpcId }),
  );
  return [];
}

/** The endpoints of the VPC that are not the stack's. */
async function findEndpoints(args: DescribeArgs): Promise<Endpoint[]> {
  const { vpcId, endpoints, ownTags } = args;
  const given = await Promise.all(
    Object.entries(endpoints).map(([service, id]) =>
      aws.ec2
        .getVpcEndpoint({ vpcId, id })
        .catch(noSuch(`vpc.existing.endpoints.${service}`, id))
        .then((endpoint) => ofService(service, endpoint)),
    ),
  );
  const gateways = await Promise.all(GATEWAY_SERVICES.map((service) => gatewayEndpoint(args, service)));
  const known = [...given, ...gateways.flat()];
  const ids = (await interfaceEndpointIds(vpcId)).filter((id) => !known.some((one) => one.id === id));
  const interfaces = await Promise.all(ids.map((id) => aws.ec2.getVpcEndpoint({ vpcId, id })));
  const all = new Map([...known, ...interfaces].map((endpoint) => [endpoint.id, endpoint]));
  return [...all.values()].filter((endpoint) => !isOwn(endpoint, ownTags));
}

/**
 * The ids of the VPC's interface endpoints. AWS names an endpoint in the description of its network interfaces; no
 * invoke lists endpoints.
 */
async function interfaceEndpointIds(vpcId: string): Promise<string[]> {
  const { ids } = await aws.ec2.getNetworkInterfaces({
    filters: [
      { name: "vpc-id", values: [vpcId] },
      { name: "interface-type", values: ["vpc_endpoint"] },
    ],
  });
  const found = await Promise.all(ids.map((id) => aws.ec2.getNetworkInterface({ id })));
  return [...new Set(found.flatMap(({ description }) => /vpce-[0-9a-f]+/.exec(description)?.[0] ?? []))];
}

/** https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html */
const GATEWAY_SERVICES = ["dynamodb", "s3"] as const;

/** @throws UserError if there are several, because each serves other route tables */
async function gatewayEndpoint(
  { vpcId, region, endpoints }: DescribeArgs,
  service: (typeof GATEWAY_SERVICES)[number],
): Promise<Endpoint[]> {
  const filters = [{ name: "vpc-endpoint-type", values: ["Gateway"] }];
  const serviceName = `com.amazonaws.${region}.${service}`;
  try {
    return [await aws.ec2.getVpcEndpoint({ vpcId, serviceName, filters })];
  } catch (error) {
    if (!/multiple/i.test(textOf(error))) return orNone(error) ?? [];
    if (endpoints[service] !== undefined) return [];
    throw new UserError(
      `vpc.existing.endpoints: ${vpcId} has several gateway endpoints for ${service}. Write the id of the one that the subnets' route tables lead to, as ${service}: vpce-….`,
    );
  }
}

/** @throws UserError if the endpoint is another service's */
function ofService(service: string, endpoint: Endpoint): Endpoint {
  if (endpoint.serviceName.endsWith(`.${service}`)) return endpoint;
  throw new UserError(
    `vpc.existing.endpoints.${service}: "${endpoint.id}". It is an endpoint for ${endpoint.serviceName}. Write the one for ${service}.`,
  );
}

/** Whether an endpoint is the stack's: an update finds what an earlier one made. */
function isOwn({ tags }: Endpoint, ownTags: Readonly<Record<string, string>>): boolean {
  return Object.entries(ownTags).every(([key, value]) => tags[key] === value);
}

function foundEndpoint(endpoint: Endpoint): FoundEndpoint {
  const [entry] = endpoint.dnsEntries;
  return {
    id: endpoint.id,
    service: serviceOf(endpoint),
    type: endpoint.vpcEndpointType,
    privateDns: endpoint.privateDnsEnabled,
    dnsName: entry?.dnsName ?? "",
    dnsZoneId: entry?.hostedZoneId ?? "",
    prefixListId: endpoint.prefixListId,
    routeTableIds: endpoint.routeTableIds,
    securityGroupIds: endpoint.securityGroupIds,
  };
}

function serviceOf({ serviceName }: Endpoint): string {
  return serviceName.split(".").slice(3).join(".");
}

function describedEndpoint(endpoint: Endpoint, { endpoints }: DescribeArgs): DescribedResource {
  const { id, vpcId, serviceName, vpcEndpointType, privateDnsEnabled, policy, state } = endpoint;
  const service = serviceOf(endpoint);
  const isGateway = vpcEndpointType === "Gateway";
  const onlyInbound = endpoint.dnsOptions[0]?.privateDnsOnlyForInboundResolverEndpoint === true;
  return described(
    "ec2/vpcEndpoint:VpcEndpoint",
    id,
    {
      vpcId,
      serviceName,
      vpcEndpointType,
      state,
      ...(policy !== "" && { policy }),
      ...(isGateway
        ? { routeTableIds: endpoint.routeTableIds, prefixListId: endpoint.prefixListId }
        : {
            privateDnsEnabled,
            subnetIds: endpoint.subnetIds,
            securityGroupIds: endpoint.securityGroupIds,
            ...(onlyInbound && { dnsOptions: { privateDnsOnlyForInboundResolverEndpoint: true } }),
          }),
    },
    endpoints[service] === id ? existingEndpointName(service) : undefined,
  );
}

/** The logical name in proofs of an endpoint that the stack uses. */
export function existingEndpointName(service: string): string {
  return `${service.replaceAll(".", "-")}-endpoint`;
}
