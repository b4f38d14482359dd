import type { Cidr } from "../../../aws/cidr.js";
import { boolean, cidr, inputValue, requiredText } from "../../../resources/read.js";
import type { SourceResource } from "../../../resources/resource.js";
import { isKnown, type MaybeUnknown, UNKNOWN } from "../../../resources/unknown.js";
import type { Key, Subnet, Vpc } from "../../model.js";
import type { Context } from "../context.js";
import { KINDS, refOf } from "../references.js";

const DEFAULT_VPC = "aws:ec2/defaultVpc:DefaultVpc";

/**
 * Whether the VPC's defaults are those that AWS creates. A default VPC and one that is only read are older than the
 * stack, so their defaults may have changed.
 */
export function isNew(vpc: SourceResource): boolean {
  return vpc.type !== DEFAULT_VPC && vpc.isRead !== true;
}

/**
 * VPCs with their secondary blocks, DNS attributes and defaults.
 * https://docs.aws.amazon.com/vpc/latest/userguide/AmazonDNS-concepts.html#vpc-dns-support
 */
export function buildVpcs(context: Context): Map<Key, Vpc> {
  const { references } = context;
  const secondary = secondaryBlocks(
    context,
    "aws:ec2/vpcIpv4CidrBlockAssociation:VpcIpv4CidrBlockAssociation",
    ["cidrBlock"],
  );
  const secondaryIpv6 = secondaryBlocks(
    context,
    "aws:ec2/vpcIpv6CidrBlockAssociation:VpcIpv6CidrBlockAssociation",
    ["ipv6CidrBlock"],
  );
  const main = mainRouteTables(context);
  const vpcs = new Map<Key, Vpc>();
  for (const resource of context.ofKind(KINDS.vpc)) {
    const { urn, properties } = resource;
    vpcs.set(urn, {
      ref: refOf(resource),
      cidrBlocks: [cidr(properties.cidrBlock) ?? UNKNOWN, ...(secondary.get(urn) ?? [])],
      ipv6CidrBlocks: [...ipv6Of(resource), ...(secondaryIpv6.get(urn) ?? [])],
      enableDnsSupport: boolean(inputValue(resource, "enableDnsSupport"), true),
      enableDnsHostnames: boolean(inputValue(resource, "enableDnsHostnames"), !isNew(resource)),
      mainRouteTable:
        main.get(urn) ??
        replacedMainTable(context, resource) ??
        references.canonical(`${urn}#default-route-table`),
      defaultSecurityGroup: references.canonical(`${urn}#default-security-group`),
      defaultNetworkAcl: references.canonical(`${urn}#default-network-acl`),
      endpointsComplete: properties.endpointsComplete !== false,
    });
  }
  return vpcs;
}

/** The main table, if it is not the one that AWS created. Another stack or an operator may have set it. */
function replacedMainTable({ references }: Context, vpc: SourceResource): MaybeUnknown<Key> | undefined {
  const { mainRouteTableId, defaultRouteTableId } = vpc.properties;
  if (typeof mainRouteTableId !== "string" || typeof defaultRouteTableId !== "string") return undefined;
  if (mainRouteTableId === "" || mainRouteTableId === defaultRouteTableId) return undefined;
  return references.resolve(vpc, "mainRouteTableId", mainRouteTableId, KINDS.routeTable);
}

function ipv6Of(vpc: SourceResource): MaybeUnknown<Cidr>[] {
  const block = cidr(inputValue(vpc, "ipv6CidrBlock"));
  const assigned = boolean(inputValue(vpc, "assignGeneratedIpv6CidrBlock"), false) === true;
  return block === undefined ? (assigned ? [UNKNOWN] : []) : [block];
}

function secondaryBlocks(
  { ofType, references }: Context,
  type: string,
  [property = ""]: readonly string[],
): Map<MaybeUnknown<Key>, MaybeUnknown<Cidr>[]> {
  const blocks = new Map<MaybeUnknown<Key>, MaybeUnknown<Cidr>[]>();
  for (const resource of ofType(type)) {
    const vpc = references.needed(resource, "vpcId", resource.properties.vpcId, KINDS.vpc);
    blocks.set(vpc, [...(blocks.get(vpc) ?? []), cidr(resource.properties[property]) ?? UNKNOWN]);
  }
  return blocks;
}

function mainRouteTables({ ofType, references }: Context): Map<MaybeUnknown<Key>, MaybeUnknown<Key>> {
  const type = "aws:ec2/mainRouteTableAssociation:MainRouteTableAssociation";
  return new Map(
    ofType(type).map((resource) => [
      references.needed(resource, "vpcId", resource.properties.vpcId, KINDS.vpc),
      references.needed(resource, "routeTableId", resource.properties.routeTableId, KINDS.routeTable),
    ]),
  );
}

/**
 * Subnets with the route table and the network ACL that apply to them.
 * https://docs.aws.amazon.com/vpc/latest/userguide/subnet-route-tables.html
 * https://docs.aws.amazon.com/vpc/latest/userguide/network-acl-basics.html
 */
export function buildSubnets(context: Context, vpcs: ReadonlyMap<Key, Vpc>): Map<Key, Subnet> {
  const { references } = context;
  const tables = associations(
    context,
    "aws:ec2/routeTableAssociation:RouteTableAssociation",
    "routeTableId",
    KINDS.routeTable,
  );
  const acls = networkAclsOf(context);
  const copied = copiedAssociations(context);
  const subnets = new Map<Key, Subnet>();
  for (const resource of context.ofKind(KINDS.subnet)) {
    const { urn, properties } = resource;
    const vpcKey = references.needed(resource, "vpcId", properties.vpcId, KINDS.vpc);
    const vpc = isKnown(vpcKey) ? vpcs.get(vpcKey) : undefined;
    const table = tables.get(urn);
    // An association with an unknown subnet may be this subnet's.
    const routeTable = table ?? (tables.has(UNKNOWN) ? UNKNOWN : (vpc?.mainRouteTable ?? UNKNOWN));
    const acl = acls.get(urn) ?? (acls.has(UNKNOWN) ? UNKNOWN : (vpc?.defaultNetworkAcl ?? UNKNOWN));
    subnets.set(urn, {
      ref: refOf(resource),
      vpc: vpcKey,
      availabilityZone: requiredText(properties.availabilityZone ?? properties.availabilityZoneId),
      cidrBlock: cidr(inputValue(resource, "cidrBlock")),
      ipv6CidrBlock: cidr(inputValue(resource, "ipv6CidrBlock")),
      mapPublicIpOnLaunch: boolean(
        inputValue(resource, "mapPublicIpOnLaunch"),
        resource.type.includes("default"),
      ),
      assignIpv6AddressOnCreation: boolean(inputValue(resource, "assignIpv6AddressOnCreation"), false),
      routeTable,
      hasRouteTableAssociation: table !== undefined,
      networkAcl: (copied.get(urn) ?? []).every((other) => other === acl)
        ? acl
        : `${urn}#unexplained-network-acl`,
    });
  }
  return subnets;
}

/**
 * The ACLs whose outputs list a subnet that the program did not associate with them. A default ACL lists the subnets
 * that it had before their association with another one, so it says nothing.
 */
function copiedAssociations({ ofType, references }: Context): Map<MaybeUnknown<Key>, Key[]> {
  const found = new Map<MaybeUnknown<Key>, Key[]>();
  for (const acl of ofType("aws:ec2/networkAcl:NetworkAcl")) {
    for (const subnet of references.many(acl, "subnetIds", acl.found?.subnetIds, KINDS.subnet)) {
      found.set(subnet, [...(found.get(subnet) ?? []), acl.urn]);
    }
  }
  return found;
}

function associations(
  { ofType, references }: Context,
  type: string,
  property: string,
  kind: (typeof KINDS)["routeTable"] | (typeof KINDS)["networkAcl"],
): Map<MaybeUnknown<Key>, MaybeUnknown<Key>> {
  const found = new Map<MaybeUnknown<Key>, MaybeUnknown<Key>>();
  for (const resource of ofType(type)) {
    const subnet = references.one(resource, "subnetId", resource.properties.subnetId, KINDS.subnet);
    if (subnet === undefined) continue; // a gateway's association
    found.set(subnet, references.needed(resource, property, resource.properties[property], kind));
  }
  return found;
}

function networkAclsOf(context: Context): Map<MaybeUnknown<Key>, MaybeUnknown<Key>> {
  const { ofType, references } = context;
  const found = new Map<MaybeUnknown<Key>, MaybeUnknown<Key>>();
  for (const acl of ofType("aws:ec2/networkAcl:NetworkAcl")) {
    for (const subnet of references.many(acl, "subnetIds", inputValue(acl, "subnetIds"), KINDS.subnet)) {
      found.set(subnet, acl.urn);
    }
  }
  const type = "aws:ec2/networkAclAssociation:NetworkAclAssociation";
  const separate = associations(context, type, "networkAclId", KINDS.networkAcl);
  return new Map([...found, ...separate]);
}
