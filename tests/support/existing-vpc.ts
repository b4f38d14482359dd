import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { StackFile } from "../../preflight/sources/stack-files.js";
import { type Settings, stackFile } from "./stacks.js";

/** AWS's answers to `aws ec2 describe-…` about a VPC, merged. */
export type Described = Record<string, unknown>;

const VPC = "vpc-00000000000000001";
export const PRIVATE_A = "subnet-0000000000000000a";
export const PRIVATE_B = "subnet-0000000000000000b";
export const PUBLIC_A = "subnet-000000000000000aa";

/** The setting for {@link describedVpc}. */
export const EXISTING = {
  id: VPC,
  subnets: { "eu-west-1a": PRIVATE_A, "eu-west-1b": PRIVATE_B },
} as const;

const subnet = (id: string, zone: string, cidrBlock: string) => ({
  SubnetId: id,
  VpcId: VPC,
  AvailabilityZone: `eu-west-1${zone}`,
  CidrBlock: cidrBlock,
  MapPublicIpOnLaunch: false,
  AssignIpv6AddressOnCreation: false,
  Ipv6CidrBlockAssociationSet: [],
  AvailableIpAddressCount: 200,
});

const LOCAL = {
  DestinationCidrBlock: "10.9.0.0/16",
  GatewayId: "local",
  State: "active",
  Origin: "CreateRouteTable",
};
export const natRoute = {
  DestinationCidrBlock: "0.0.0.0/0",
  NatGatewayId: "nat-00000000000000001",
  State: "active",
  Origin: "CreateRoute",
};

const table = (id: string, routes: readonly object[], ...associations: readonly object[]) => ({
  RouteTableId: id,
  VpcId: VPC,
  Routes: [LOCAL, ...routes],
  Associations: associations,
  PropagatingVgws: [],
});

export const allowAll = (Egress: boolean, RuleNumber = 100) => ({
  Egress,
  RuleNumber,
  RuleAction: "allow",
  Protocol: "-1",
  CidrBlock: "0.0.0.0/0",
});
const denyRest = (Egress: boolean) => ({
  Egress,
  RuleNumber: 32767,
  RuleAction: "deny",
  Protocol: "-1",
  CidrBlock: "0.0.0.0/0",
});

/**
 * A VPC of somebody else: two private subnets behind a NAT gateway, one table for both, and a public one. Zone b has no
 * association of its own with a route table, so that the main one applies.
 */
export function describedVpc(): Described {
  return {
    Vpcs: [
      {
        VpcId: VPC,
        CidrBlock: "10.9.0.0/16",
        DhcpOptionsId: "dopt-00000000000000001",
        CidrBlockAssociationSet: [
          {
            AssociationId: "vpc-cidr-assoc-1",
            CidrBlock: "10.9.0.0/16",
            CidrBlockState: { State: "associated" },
          },
        ],
      },
    ],
    EnableDnsSupport: { Value: true },
    EnableDnsHostnames: { Value: true },
    DhcpOptions: [
      {
        DhcpOptionsId: "dopt-00000000000000001",
        DhcpConfigurations: [{ Key: "domain-name-servers", Values: [{ Value: "AmazonProvidedDNS" }] }],
      },
    ],
    Subnets: [
      subnet(PRIVATE_A, "a", "10.9.0.0/24"),
      subnet(PRIVATE_B, "b", "10.9.1.0/24"),
      subnet(PUBLIC_A, "a", "10.9.16.0/24"),
    ],
    RouteTables: [
      table("rtb-0000000000000000a", [natRoute], { SubnetId: PRIVATE_A, Main: false }),
      table("rtb-00000000000000001", [natRoute], { Main: true }),
      table(
        "rtb-000000000000000aa",
        [{ ...natRoute, NatGatewayId: undefined, GatewayId: "igw-00000000000000001" }],
        { SubnetId: PUBLIC_A, Main: false },
      ),
    ],
    NetworkAcls: [
      {
        NetworkAclId: "acl-00000000000000001",
        VpcId: VPC,
        IsDefault: true,
        Associations: [PRIVATE_A, PRIVATE_B, PUBLIC_A].map((SubnetId) => ({ SubnetId })),
        Entries: [allowAll(false), denyRest(false), allowAll(true), denyRest(true)],
      },
    ],
    NatGateways: [
      {
        NatGatewayId: "nat-00000000000000001",
        VpcId: VPC,
        SubnetId: PUBLIC_A,
        State: "available",
        ConnectivityType: "public",
        NatGatewayAddresses: [
          { AllocationId: "eipalloc-00000000000000001", PrivateIp: "10.9.16.5", PublicIp: "203.0.113.20" },
        ],
      },
    ],
    InternetGateways: [
      { InternetGatewayId: "igw-00000000000000001", Attachments: [{ VpcId: VPC, State: "available" }] },
    ],
    VpcEndpoints: [],
    SecurityGroups: [],
  };
}

/** An interface endpoint of the VPC's owner, whose group allows HTTPS from a block. */
export function withEndpoint(vpc: Described, service: string, from = "10.9.0.0/16"): Described {
  return {
    ...vpc,
    VpcEndpoints: [
      {
        VpcEndpointId: "vpce-00000000000000001",
        VpcId: VPC,
        ServiceName: `com.amazonaws.eu-west-1.${service}`,
        VpcEndpointType: "Interface",
        State: "available",
        PrivateDnsEnabled: true,
        SubnetIds: [PRIVATE_A, PRIVATE_B],
        RouteTableIds: [],
        Groups: [{ GroupId: "sg-00000000000000001" }],
        DnsEntries: [{ DnsName: `vpce-1.${service}.eu-west-1.vpce.amazonaws.com`, HostedZoneId: "Z1" }],
        PolicyDocument: JSON.stringify({
          Statement: [{ Effect: "Allow", Principal: "*", Action: "*", Resource: "*" }],
        }),
        Tags: [{ Key: "owner", Value: "platform" }],
      },
    ],
    SecurityGroups: [
      {
        GroupId: "sg-00000000000000001",
        VpcId: VPC,
        IpPermissions: [
          {
            IpProtocol: "tcp",
            FromPort: 443,
            ToPort: 443,
            IpRanges: [{ CidrIp: from }],
            UserIdGroupPairs: [],
          },
        ],
        IpPermissionsEgress: [],
      },
    ],
  };
}

/** The file of a stack in an existing VPC, with what AWS says of the VPC beside it. */
export function existingStackFile(described: Described | undefined, settings: Settings = {}): StackFile {
  const path = join(mkdtempSync(join(tmpdir(), "existing-vpc-")), "Pulumi.prod.yaml");
  if (described !== undefined) {
    writeFileSync(path.replace(".yaml", ".vpc.json"), JSON.stringify(described));
  }
  return { ...stackFile("prod", { vpc: { existing: EXISTING }, ...settings }), path };
}
