import { type Cidr, formatCidr } from "../../../aws/cidr.js";
import { GLOBAL, REGION_PATTERN } from "../../../aws/regions.js";
import {
  boolean,
  cidr,
  groupBy,
  inputValue,
  list,
  oneOf,
  records,
  requiredText,
  text,
} from "../../../resources/read.js";
import type { SourceResource } from "../../../resources/resource.js";
import { isKnown, isSet, type MaybeUnknown, UNKNOWN } from "../../../resources/unknown.js";
import type { Key, PrefixList, VpcEndpoint } from "../../model.js";
import type { Context } from "../context.js";
import { hasDefaultPolicy, policyOf, separatePolicies } from "../policies.js";
import { KINDS, type Kind, managedPrefixList, refOf } from "../references.js";

/**
 * VPC endpoints, with the subnets, groups, route tables and policy that separate resources add.
 * https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints.html
 */
export function buildEndpoints(context: Context): Map<Key, VpcEndpoint> {
  const { ofType, references } = context;
  const endpointOf = (resource: SourceResource) =>
    references.needed(resource, "vpcEndpointId", resource.properties.vpcEndpointId, KINDS.endpoint);
  const associated = (type: string, property: string, kind: Kind) => {
    const groups = groupBy(ofType(type), endpointOf);
    return (endpoint: Key) =>
      (groups.get(endpoint) ?? []).map((resource) =>
        references.needed(resource, property, resource.properties[property], kind),
      );
  };
  const subnets = associated(
    "aws:ec2/vpcEndpointSubnetAssociation:VpcEndpointSubnetAssociation",
    "subnetId",
    KINDS.subnet,
  );
  const tables = associated(
    "aws:ec2/vpcEndpointRouteTableAssociation:VpcEndpointRouteTableAssociation",
    "routeTableId",
    KINDS.routeTable,
  );
  const groups = associated(
    "aws:ec2/securityGroupAssociation:SecurityGroupAssociation",
    "securityGroupId",
    KINDS.securityGroup,
  );
  const policies = separatePolicies(context, "aws:ec2/vpcEndpointPolicy:VpcEndpointPolicy", endpointOf);
  const privateDns = new Map<MaybeUnknown<Key>, MaybeUnknown<boolean>>(
    ofType("aws:vpc/endpointPrivateDns:EndpointPrivateDns").map((resource) => [
      endpointOf(resource),
      boolean(resource.properties.privateDnsEnabled, false),
    ]),
  );

  const endpoints = new Map<Key, VpcEndpoint>();
  for (const resource of context.ofKind(KINDS.endpoint)) {
    const { urn, properties } = resource;
    const vpc = references.needed(resource, "vpcId", properties.vpcId, KINDS.vpc);
    const type = oneOf(properties.vpcEndpointType, ["Interface", "Gateway", "GatewayLoadBalancer"]);
    const listed = (property: string, kind: Kind) =>
      references.many(resource, property, inputValue(resource, property), kind);
    const configured = records(inputValue(resource, "subnetConfigurations")).flatMap((item) =>
      isKnown(item)
        ? (references.one(resource, "subnetConfigurations", item.subnetId, KINDS.subnet) ?? [])
        : UNKNOWN,
    );
    const ownGroups = unique([...listed("securityGroupIds", KINDS.securityGroup), ...groups(urn)]);
    const ownSubnets = unique([...listed("subnetIds", KINDS.subnet), ...configured, ...subnets(urn)]);
    const ownTables = unique([...listed("routeTableIds", KINDS.routeTable), ...tables(urn)]);
    const defaultGroup: readonly MaybeUnknown<Key>[] = [
      isKnown(vpc) ? references.canonical(`${vpc}#default-security-group`) : UNKNOWN,
    ];
    // A part of the endpoint that is not in the stack, so that every question about it is unknown.
    const surplus = (property: string, kind: Kind, own: readonly MaybeUnknown<Key>[], part: string) =>
      references
        .many(resource, property, resource.found?.[property], kind)
        .flatMap((key) => (own.includes(key) ? [] : [`${urn}#unexplained-${part}`]))
        .slice(0, 1);
    const serviceName = requiredText(properties.serviceName);
    endpoints.set(urn, {
      ref: refOf(resource),
      vpc,
      type: type ?? "Gateway",
      serviceName,
      service: isKnown(serviceName) ? serviceOf(serviceName)?.service : UNKNOWN,
      serviceRegion: isKnown(serviceName) ? serviceOf(serviceName)?.region : UNKNOWN,
      privateDnsEnabled: privateDns.get(urn) ?? boolean(inputValue(resource, "privateDnsEnabled"), false),
      privateDnsForInboundOnly: inboundOnly(resource),
      outOfService: outOfService(resource),
      addresses: addressesOf(resource),
      subnets: [...ownSubnets, ...surplus("subnetIds", KINDS.subnet, ownSubnets, "subnet")],
      securityGroups: [
        ...(ownGroups.length > 0 ? ownGroups : defaultGroup),
        ...surplus(
          "securityGroupIds",
          KINDS.securityGroup,
          [...ownGroups, ...defaultGroup],
          "security-group",
        ),
      ],
      routeTables: ownTables,
      unexplainedRouteTables: references
        .many(resource, "routeTableIds", resource.found?.routeTableIds, KINDS.routeTable)
        .filter(isKnown)
        .filter((key) => !ownTables.includes(key)),
      prefixList:
        (type ?? "Gateway") === "Gateway"
          ? managedPrefixList(isKnown(serviceName) ? serviceName : urn)
          : undefined,
      policy: hasDefaultPolicy(resource) ? policies.get(urn) : policyOf(resource, policies.get(urn)),
    });
  }
  return endpoints;
}

/** The addresses that the program chooses or, of a deployed endpoint, those that AWS chose. */
function addressesOf(endpoint: SourceResource): string[] {
  const configured = records(
    endpoint.found?.subnetConfigurations ?? endpoint.properties.subnetConfigurations,
  );
  const addresses = configured.map((item) => (isKnown(item) ? text(item.ipv4) : UNKNOWN));
  return addresses.every((address) => isSet(address)) ? addresses.filter((address) => isSet(address)) : [];
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DnsOptionsSpecification.html */
function inboundOnly(endpoint: SourceResource): MaybeUnknown<boolean> {
  const [options] = records(inputValue(endpoint, "dnsOptions"));
  if (options === undefined) return false;
  return isKnown(options) ? boolean(options.privateDnsOnlyForInboundResolverEndpoint, false) : UNKNOWN;
}

/** https://docs.aws.amazon.com/vpc/latest/privatelink/concepts.html#concepts-service-consumers */
function outOfService({ properties }: SourceResource): string | undefined {
  const state = text(properties.state);
  return isSet(state) && state.toLowerCase() !== "available" ? state : undefined;
}

const REGIONAL = new RegExp(`^(?:cn\\.)?com\\.amazonaws\\.(${REGION_PATTERN})\\.(.+)$`);

/**
 * The AWS service in a service name and the Region that it is in: `com.amazonaws.eu-west-1.ssm` gives `ssm` in
 * `eu-west-1`, `com.amazonaws.iam` a service of all Regions. Names with `com.amazonaws.vpce.…` or `aws.api.…` are
 * endpoint services of other providers and give undefined.
 * https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-cross-region-privatelink-support.html
 */
function serviceOf(name: string): { readonly service: string; readonly region: string } | undefined {
  const [, region, regional] = REGIONAL.exec(name) ?? [];
  if (region !== undefined && regional !== undefined) return { service: regional, region };
  const [, service] = /^com\.amazonaws\.(?!vpce\.)([a-z0-9-]+(?:\.[a-z]+)?)$/.exec(name) ?? [];
  return service === undefined ? undefined : { service, region: GLOBAL };
}

/** https://docs.aws.amazon.com/vpc/latest/userguide/managed-prefix-lists.html */
export function buildPrefixLists(context: Context): Map<Key, PrefixList> {
  const { ofKind, ofType, references } = context;
  const entries = new Map<MaybeUnknown<Key>, MaybeUnknown<Cidr>[]>();
  for (const resource of ofType("aws:ec2/managedPrefixListEntry:ManagedPrefixListEntry")) {
    const { prefixListId, cidr: block } = resource.properties;
    const key = references.needed(resource, "prefixListId", prefixListId, KINDS.prefixList);
    entries.set(key, [...(entries.get(key) ?? []), cidr(block) ?? UNKNOWN]);
  }
  const own = ofKind(KINDS.prefixList).map((resource): [Key, PrefixList] => {
    const inline = records(inputValue(resource, "entries")).map((entry) =>
      isKnown(entry) ? (cidr(entry.cidr) ?? UNKNOWN) : UNKNOWN,
    );
    const all = [...inline, ...(entries.get(resource.urn) ?? [])];
    const written = new Set(all.map((entry) => (isKnown(entry) ? formatCidr(entry) : "?")));
    const unexplained = records(resource.found?.entries)
      .map((entry) => (isKnown(entry) ? (cidr(entry.cidr) ?? UNKNOWN) : UNKNOWN))
      .filter((entry) => !isKnown(entry) || !written.has(formatCidr(entry)));
    const list = { ref: refOf(resource), entries: all, unexplained, complete: !all.includes(UNKNOWN) };
    return [resource.urn, list];
  });
  return new Map([...managedPrefixLists(context), ...own]);
}

/**
 * The AWS-managed prefix lists of the stack's gateway endpoints, if their outputs hold the blocks. A list has the
 * addresses of its service in its Region and no others.
 * https://docs.aws.amazon.com/vpc/latest/userguide/working-with-aws-managed-prefix-lists.html
 */
function managedPrefixLists({ ofKind, references }: Context): [Key, PrefixList][] {
  return ofKind(KINDS.endpoint).flatMap(({ properties }): [Key, PrefixList][] => {
    const serviceName = text(properties.serviceName);
    const entries = list(properties.cidrBlocks).flatMap((block) => cidr(block) ?? []);
    if (!isSet(serviceName) || entries.length === 0 || !entries.every(isKnown)) return [];
    const key = managedPrefixList(serviceName);
    return [[key, { ref: references.refOf(key), entries, unexplained: [], complete: true }]];
  });
}

function unique<T>(items: readonly T[]): T[] {
  return items.filter((item, i) => item === UNKNOWN || items.indexOf(item) === i);
}
