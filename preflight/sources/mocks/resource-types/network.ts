import { formatCidr, parseCidr } from "../../../aws/cidr.js";
import { list } from "../../../resources/read.js";
import { arn, association, type Compute, hex, physicalName, type ResourceContext, text } from "./compute.js";

/** An EC2 resource: an id with the type's prefix, and an ARN with that id. */
const ec2 =
  (
    prefix: string,
    kind: string,
    more: (id: string, context: ResourceContext) => Record<string, unknown> = () => ({}),
  ): Compute =>
  (context) => {
    const id = `${prefix}-${hex(17, prefix, context.name)}`;
    return { id, outputs: { arn: arn(context, "ec2", `${kind}/${id}`), ...more(id, context) } };
  };

/** The blocks of the subnets that were created, by id, as AWS knows them. */
const blocks = new Map<string, string>();

const subnet: Compute = (context) => {
  const created = ec2("subnet", "subnet")(context);
  blocks.set(created.id, text(context, "cidrBlock"));
  return created;
};

/** The address that AWS gives an endpoint in a subnet: any of the subnet's, and always the same here. */
function addressIn(subnetId: string): string {
  const block = parseCidr(blocks.get(subnetId) ?? "10.0.0.0/24");
  const first = block?.first ?? 0n;
  return formatCidr({ family: 4, first: first + 10n, last: first + 10n, prefix: 32 }).replace("/32", "");
}

const endpoint: Compute = (context) => {
  const id = `vpce-${hex(17, "vpce", context.name)}`;
  const service = text(context, "serviceName").split(".").at(-1) ?? "";
  const dnsName = `${id}-${hex(8, id)}.${service}.${context.region}.vpce.amazonaws.com`;
  const gateway = text(context, "vpcEndpointType") === "Gateway";
  return {
    id,
    outputs: {
      arn: arn(context, "ec2", `vpc-endpoint/${id}`),
      state: "available",
      ...(gateway
        ? { prefixListId: `pl-${hex(8, service, context.region)}`, dnsEntries: [] }
        : {
            dnsEntries: [{ dnsName, hostedZoneId: `Z${hex(13, id).toUpperCase()}` }],
            subnetConfigurations: list(context.inputs.subnetIds)
              .filter((one) => typeof one === "string")
              .map((subnetId) => ({ subnetId, ipv4: addressIn(subnetId) })),
          }),
    },
  };
};

const hostedZone: Compute = (context) => {
  const id = `Z${hex(20, "zone", context.name).toUpperCase()}`;
  return { id, outputs: { zoneId: id, arn: `arn:aws:route53:::hostedzone/${id}` } };
};

/** VPCs and DNS. */
export const NETWORK: Readonly<Record<string, Compute>> = {
  "aws:autoscaling/group:Group": (context) => {
    const name = physicalName(context);
    const id = `${hex(8, name)}-0000-4000-8000-000000000000`;
    return {
      id: name,
      outputs: {
        name,
        arn: arn(context, "autoscaling", `autoScalingGroup:${id}:autoScalingGroupName/${name}`),
      },
    };
  },
  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": ec2("sg", "security-group"),
  "aws:ec2/egressOnlyInternetGateway:EgressOnlyInternetGateway": ec2("eigw", "egress-only-internet-gateway"),
  "aws:ec2/eip:Eip": ec2("eipalloc", "elastic-ip", (id) => ({ allocationId: id, publicIp: "203.0.113.10" })),
  "aws:ec2/flowLog:FlowLog": ec2("fl", "vpc-flow-log"),
  "aws:ec2/networkAcl:NetworkAcl": ec2("acl", "network-acl"),
  "aws:ec2/vpcBlockPublicAccessExclusion:VpcBlockPublicAccessExclusion": ec2(
    "vpcbpa-exclude",
    "vpc-block-public-access-exclusion",
  ),
  "aws:ec2/vpcBlockPublicAccessOptions:VpcBlockPublicAccessOptions": ({ region }) => ({
    id: region,
    outputs: { awsRegion: region },
  }),
  "aws:ec2/internetGateway:InternetGateway": ec2("igw", "internet-gateway"),
  "aws:ec2/launchTemplate:LaunchTemplate": ec2("lt", "launch-template", (_, at) => ({
    name: physicalName(at),
    defaultVersion: 1,
    latestVersion: 1,
  })),
  "aws:ec2/natGateway:NatGateway": ec2("nat", "natgateway"),
  "aws:ec2/networkInterface:NetworkInterface": ec2("eni", "network-interface"),
  "aws:ec2/peeringConnectionOptions:PeeringConnectionOptions": (context) => ({
    id: text(context, "vpcPeeringConnectionId"),
  }),
  "aws:ec2/route:Route": association("r"),
  "aws:ec2/routeTable:RouteTable": ec2("rtb", "route-table"),
  "aws:ec2/routeTableAssociation:RouteTableAssociation": association("rtbassoc"),
  "aws:ec2/securityGroup:SecurityGroup": ec2("sg", "security-group", (_, at) => ({ name: physicalName(at) })),
  "aws:ec2/subnet:Subnet": subnet,
  "aws:ec2/vpc:Vpc": ec2("vpc", "vpc", (id, { inputs }) => ({
    mainRouteTableId: `rtb-${hex(17, "main", id)}`,
    defaultRouteTableId: `rtb-${hex(17, "main", id)}`,
    defaultNetworkAclId: `acl-${hex(17, id)}`,
    defaultSecurityGroupId: `sg-${hex(17, "default", id)}`,
    ...(inputs.assignGeneratedIpv6CidrBlock === true && { ipv6CidrBlock: "2001:db8:1234:1a00::/56" }),
  })),
  "aws:ec2/vpcEndpoint:VpcEndpoint": endpoint,
  "aws:ec2/vpcEndpointPolicy:VpcEndpointPolicy": (context) => ({ id: text(context, "vpcEndpointId") }),
  "aws:ec2/vpcIpv4CidrBlockAssociation:VpcIpv4CidrBlockAssociation": association("vpc-cidr-assoc"),
  "aws:ec2/vpcPeeringConnection:VpcPeeringConnection": association("pcx"),
  "aws:ec2/vpcPeeringConnectionAccepter:VpcPeeringConnectionAccepter": (context) => ({
    id: text(context, "vpcPeeringConnectionId"),
  }),
  "aws:ec2transitgateway/vpcAttachment:VpcAttachment": association("tgw-attach"),
  "aws:route53/record:Record": (context) => ({
    id: `record-${hex(17, "record", context.name)}`,
    outputs: { fqdn: text(context, "name") },
  }),
  "aws:route53/vpcAssociationAuthorization:VpcAssociationAuthorization": association("authorization"),
  "aws:route53/zone:Zone": hostedZone,
  "aws:route53/zoneAssociation:ZoneAssociation": association("association"),
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": association("sgr"),
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": association("sgr"),
};
