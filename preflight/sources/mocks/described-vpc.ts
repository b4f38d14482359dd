import { existsSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { UserError } from "../../errors/user-error.js";
import { isRecord, list, type Properties } from "../../resources/read.js";
import type { StackFile } from "../stack-files.js";

/**
 * A VPC of somebody else as AWS described it: the answers of `aws ec2 describe-…`, merged into one object. Preflight has
 * no account to ask, so that it reads them from a file beside the stack's.
 */
export interface DescribedVpcFile {
  /** Answers a Pulumi invoke as AWS would. */
  answer(token: string, inputs: Properties, accountId: string): Record<string, unknown>;
  /** The state of a resource that the program reads; undefined if the file does not have it. */
  read(type: string, id: string): Record<string, unknown> | undefined;
}

/** The file of a stack: `Pulumi.prod.vpc.json` beside `Pulumi.prod.yaml`. */
function pathOf({ path, stack }: Pick<StackFile, "path" | "stack">): string {
  return (path ?? `Pulumi.${stack}.yaml`).replace(/\.ya?ml$/, ".vpc.json");
}

/** What to do if a stack is deployed into a VPC that preflight knows nothing of. */
export function howToDescribe(file: StackFile): string {
  const name = basename(pathOf(file));
  return (
    `vpc.existing: preflight asks no account, so it does not know this VPC and proves nothing. ` +
    `Save what AWS says of it as ${name}, beside Pulumi.${file.stack}.yaml (docs/network.md has the command).`
  );
}

/** @throws UserError if the file is there and is not what AWS answers */
export function describedVpcOf(file: StackFile): DescribedVpcFile | undefined {
  const path = pathOf(file);
  if (path === file.path || !existsSync(path)) return undefined;
  return describedVpc(parsed(readFileSync(path, "utf8"), basename(path)), basename(path));
}

function parsed(content: string, name: string): unknown {
  try {
    return JSON.parse(content);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UserError(`${name} is no JSON: ${reason}. Save it again (docs/network.md has the command).`);
  }
}

/** The lists that the file must have. A VPC has at least one of each. */
const REQUIRED = ["Vpcs", "Subnets", "RouteTables", "NetworkAcls"] as const;
/** The lists that it must have, even if they are empty: what is not listed is taken for not there. */
const LISTED = ["NatGateways", "InternetGateways", "VpcEndpoints", "SecurityGroups", "DhcpOptions"] as const;

/** @throws UserError if a part is missing, because what is missing would count as not there */
export function describedVpc(json: unknown, name: string): DescribedVpcFile {
  if (!isRecord(json)) throw new UserError(`${name} is no JSON object`);
  const missing = [
    ...REQUIRED.filter((key) => list(json[key]).length === 0),
    ...LISTED.filter((key) => !Array.isArray(json[key])),
    ...(["EnableDnsSupport", "EnableDnsHostnames"] as const).filter((key) => !isRecord(json[key])),
  ];
  if (missing.length > 0) {
    throw new UserError(
      `${name} lacks ${missing.join(", ")}. Save what AWS says again (docs/network.md has the command).`,
    );
  }
  const find = (key: string, property: string, id: unknown): Properties => {
    const found = records(json[key]).find((one) => one[property] === id);
    if (found === undefined) throw new Error(`no matching ${property} ${String(id)} found in ${name}`);
    return found;
  };
  return {
    answer: (token, inputs, accountId) => {
      const ask = ANSWERS[token];
      if (ask === undefined)
        throw new Error(`preflight/sources/mocks/described-vpc.ts does not know ${token}`);
      return ask({ ...inputs, accountId }, json, find);
    },
    read: (type, id) => {
      const reader = READS[type];
      const found = reader && records(json[reader.key]).find((one) => one[reader.id] === id);
      return found && reader.state(found);
    },
  };
}

function records(value: unknown): Properties[] {
  return list(value).filter(isRecord);
}

const text = (value: unknown): string => (typeof value === "string" ? value : "");
const texts = (value: unknown): string[] => list(value).map(text);

type Find = (key: string, property: string, id: unknown) => Properties;
type Answer = (inputs: Properties, all: Properties, find: Find) => Record<string, unknown>;

/** Whether the file of a stack's VPC answers the call, and not AWS's own rules. */
export function isAboutVpc(token: string): boolean {
  return Object.hasOwn(ANSWERS, token);
}

/** The ids whose resource is associated with the subnet of `filters: [{name: association.subnet-id}]`. */
function ofSubnet(all: Properties, key: string, id: string) {
  return ({ filters }: Properties): { ids: string[] } => {
    const [wanted] = records(filters).flatMap(({ values }) => texts(values));
    const found = records(all[key]).filter(({ Associations }) =>
      records(Associations).some(({ SubnetId }) => SubnetId === wanted),
    );
    return { ids: found.map((one) => text(one[id])) };
  };
}

const ANSWERS: Readonly<Record<string, Answer>> = {
  "aws:ec2/getVpc:getVpc": ({ id, accountId }, all, find) => {
    const vpc = find("Vpcs", "VpcId", id);
    const main = records(all.RouteTables).find(({ Associations }) =>
      records(Associations).some(({ Main }) => Main === true),
    );
    const { EnableDnsSupport, EnableDnsHostnames } = all;
    return {
      id: vpc.VpcId,
      // The file is what the owner of the VPC sees.
      ownerId: accountId,
      cidrBlock: vpc.CidrBlock,
      cidrBlockAssociations: records(vpc.CidrBlockAssociationSet).map((one) => ({
        associationId: one.AssociationId,
        cidrBlock: one.CidrBlock,
        state: isRecord(one.CidrBlockState) ? one.CidrBlockState.State : "",
      })),
      ipv6CidrBlock: text(records(vpc.Ipv6CidrBlockAssociationSet)[0]?.Ipv6CidrBlock),
      dhcpOptionsId: text(vpc.DhcpOptionsId),
      mainRouteTableId: text(main?.RouteTableId),
      enableDnsSupport: isRecord(EnableDnsSupport) && EnableDnsSupport.Value === true,
      enableDnsHostnames: isRecord(EnableDnsHostnames) && EnableDnsHostnames.Value === true,
    };
  },
  "aws:ec2/getSubnet:getSubnet": ({ id }, _, find) => {
    const subnet = find("Subnets", "SubnetId", id);
    return {
      id,
      vpcId: subnet.VpcId,
      availabilityZone: subnet.AvailabilityZone,
      cidrBlock: subnet.CidrBlock,
      ipv6CidrBlock: text(records(subnet.Ipv6CidrBlockAssociationSet)[0]?.Ipv6CidrBlock),
      mapPublicIpOnLaunch: subnet.MapPublicIpOnLaunch === true,
      assignIpv6AddressOnCreation: subnet.AssignIpv6AddressOnCreation === true,
      availableIpAddressCount: subnet.AvailableIpAddressCount,
    };
  },
  "aws:ec2/getRouteTables:getRouteTables": (inputs, all) =>
    ofSubnet(all, "RouteTables", "RouteTableId")(inputs),
  "aws:ec2/getNetworkAcls:getNetworkAcls": (inputs, all) =>
    ofSubnet(all, "NetworkAcls", "NetworkAclId")(inputs),
  "aws:ec2/getRouteTable:getRouteTable": ({ routeTableId }, _, find) => ({
    routeTableId,
    ...routeTable(find("RouteTables", "RouteTableId", routeTableId)),
  }),
  "aws:ec2/getNatGateway:getNatGateway": ({ id }, _, find) => {
    const nat = find("NatGateways", "NatGatewayId", id);
    const [address] = records(nat.NatGatewayAddresses);
    return {
      id,
      vpcId: nat.VpcId,
      state: text(nat.State),
      subnetId: text(nat.SubnetId),
      connectivityType: text(nat.ConnectivityType) || "public",
      availabilityMode: text(nat.AvailabilityMode),
      allocationId: text(address?.AllocationId),
      privateIp: text(address?.PrivateIp),
      publicIp: text(address?.PublicIp),
    };
  },
  "aws:ec2/getInternetGateway:getInternetGateway": ({ internetGatewayId }, _, find) => ({
    internetGatewayId,
    attachments: records(find("InternetGateways", "InternetGatewayId", internetGatewayId).Attachments).map(
      ({ VpcId, State }) => ({ vpcId: VpcId, state: State }),
    ),
  }),
  "aws:ec2/getVpcDhcpOptions:getVpcDhcpOptions": ({ dhcpOptionsId }, _, find) => {
    const options = find("DhcpOptions", "DhcpOptionsId", dhcpOptionsId);
    const servers = records(options.DhcpConfigurations).find(({ Key }) => Key === "domain-name-servers");
    return { dhcpOptionsId, domainNameServers: records(servers?.Values).map(({ Value }) => text(Value)) };
  },
  "aws:ec2/getNetworkInterfaces:getNetworkInterfaces": (_, all) => ({
    ids: records(all.VpcEndpoints)
      .filter(({ VpcEndpointType }) => VpcEndpointType === "Interface")
      .map(({ VpcEndpointId }) => text(VpcEndpointId)),
  }),
  // Such as AWS describes the interface of an endpoint.
  "aws:ec2/getNetworkInterface:getNetworkInterface": ({ id }) => ({
    id,
    description: `VPC Endpoint Interface ${text(id)}`,
  }),
  "aws:ec2/getVpcEndpoint:getVpcEndpoint": ({ id, vpcId, serviceName, filters }, all) => {
    const [type] = records(filters).flatMap(({ values }) => texts(values));
    const found = records(all.VpcEndpoints).filter(
      (one) =>
        one.VpcId === vpcId &&
        (type === undefined || one.VpcEndpointType === type) &&
        (id === undefined || one.VpcEndpointId === id) &&
        (serviceName === undefined || one.ServiceName === serviceName),
    );
    const [endpoint, ...more] = found;
    if (endpoint === undefined) throw new Error("no matching EC2 VPC Endpoint found");
    if (more.length > 0) throw new Error("multiple EC2 VPC Endpoints matched");
    return endpointOf(endpoint);
  },
};

function endpointOf(one: Properties): Record<string, unknown> {
  const options = isRecord(one.DnsOptions) ? one.DnsOptions : {};
  return {
    id: one.VpcEndpointId,
    vpcId: one.VpcId,
    serviceName: one.ServiceName,
    vpcEndpointType: one.VpcEndpointType,
    state: text(one.State).toLowerCase(),
    policy: text(one.PolicyDocument),
    privateDnsEnabled: one.PrivateDnsEnabled === true,
    prefixListId: text(one.PrefixListId),
    routeTableIds: texts(one.RouteTableIds),
    subnetIds: texts(one.SubnetIds),
    securityGroupIds: records(one.Groups).map(({ GroupId }) => text(GroupId)),
    dnsEntries: records(one.DnsEntries).map(({ DnsName, HostedZoneId }) => ({
      dnsName: DnsName,
      hostedZoneId: HostedZoneId,
    })),
    dnsOptions: [
      {
        privateDnsOnlyForInboundResolverEndpoint: options.PrivateDnsOnlyForInboundResolverEndpoint === true,
      },
    ],
    tags: Object.fromEntries(records(one.Tags).map(({ Key, Value }) => [text(Key), text(Value)])),
  };
}

/** The targets of a route, by AWS's name of each. */
const TARGETS = {
  GatewayId: "gatewayId",
  NatGatewayId: "natGatewayId",
  TransitGatewayId: "transitGatewayId",
  VpcPeeringConnectionId: "vpcPeeringConnectionId",
  NetworkInterfaceId: "networkInterfaceId",
  EgressOnlyInternetGatewayId: "egressOnlyGatewayId",
  CarrierGatewayId: "carrierGatewayId",
  LocalGatewayId: "localGatewayId",
  CoreNetworkArn: "coreNetworkArn",
} as const;

/** Without the routes that the provider leaves out: local ones, propagated ones and those of gateway endpoints. */
function routeTable(table: Properties): Record<string, unknown> {
  const routes = records(table.Routes).filter(
    ({ GatewayId, Origin, DestinationPrefixListId }) =>
      GatewayId !== "local" &&
      Origin !== "EnableVgwRoutePropagation" &&
      !(text(DestinationPrefixListId) !== "" && text(GatewayId).startsWith("vpce-")),
  );
  return {
    vpcId: table.VpcId,
    propagatingVgws: records(table.PropagatingVgws).map(({ GatewayId }) => text(GatewayId)),
    routes: routes.map((route) => ({
      cidrBlock: text(route.DestinationCidrBlock),
      ipv6CidrBlock: text(route.DestinationIpv6CidrBlock),
      destinationPrefixListId: text(route.DestinationPrefixListId),
      ...Object.fromEntries(
        Object.entries(TARGETS).map(([property, name]) => {
          const target = text(route[property]);
          // A route's gateway of this kind is a VPC endpoint: a firewall's or a load balancer's.
          return name === "gatewayId" && target.startsWith("vpce-")
            ? ["vpcEndpointId", target]
            : [name, target];
        }),
      ),
    })),
  };
}

const port = (value: unknown, otherwise: number) => (typeof value === "number" ? value : otherwise);

function aclRules(acl: Properties, isEgress: boolean): Record<string, unknown>[] {
  return records(acl.Entries)
    .filter(({ Egress, RuleNumber }) => Egress === isEgress && RuleNumber !== 32767)
    .map((entry) => {
      const range = isRecord(entry.PortRange) ? entry.PortRange : {};
      return {
        ruleNo: entry.RuleNumber,
        action: entry.RuleAction,
        protocol: entry.Protocol,
        cidrBlock: text(entry.CidrBlock),
        ipv6CidrBlock: text(entry.Ipv6CidrBlock),
        fromPort: port(range.From, 0),
        toPort: port(range.To, 0),
      };
    });
}

function groupRules(group: Properties, permissions: unknown): Record<string, unknown>[] {
  return records(permissions).map((rule) => {
    const groups = records(rule.UserIdGroupPairs).map(({ GroupId }) => text(GroupId));
    return {
      protocol: rule.IpProtocol,
      fromPort: port(rule.FromPort, 0),
      toPort: port(rule.ToPort, 0),
      cidrBlocks: records(rule.IpRanges).map(({ CidrIp }) => text(CidrIp)),
      ipv6CidrBlocks: records(rule.Ipv6Ranges).map(({ CidrIpv6 }) => text(CidrIpv6)),
      prefixListIds: records(rule.PrefixListIds).map(({ PrefixListId }) => text(PrefixListId)),
      securityGroups: groups.filter((id) => id !== group.GroupId),
      self: groups.includes(text(group.GroupId)),
    };
  });
}

interface Reader {
  readonly key: string;
  readonly id: string;
  state(found: Properties): Record<string, unknown>;
}

const READS: Readonly<Record<string, Reader>> = {
  "aws:ec2/routeTable:RouteTable": { key: "RouteTables", id: "RouteTableId", state: routeTable },
  "aws:ec2/networkAcl:NetworkAcl": {
    key: "NetworkAcls",
    id: "NetworkAclId",
    state: (acl) => ({
      vpcId: acl.VpcId,
      subnetIds: records(acl.Associations).map(({ SubnetId }) => text(SubnetId)),
      ingress: aclRules(acl, false),
      egress: aclRules(acl, true),
    }),
  },
  "aws:ec2/securityGroup:SecurityGroup": {
    key: "SecurityGroups",
    id: "GroupId",
    state: (group) => ({
      vpcId: group.VpcId,
      ingress: groupRules(group, group.IpPermissions),
      egress: groupRules(group, group.IpPermissionsEgress),
    }),
  },
};
