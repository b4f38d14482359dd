import type { Cidr } from "./cidr.js";
import type { Intent } from "./intent.js";
import type { SourceResource } from "./source.js";
import type { DomainName, RestApi, UsagePlan } from "./types-api.js";
import type { DnsRecord, HostedZone } from "./types-dns.js";
import type { Maybe } from "./unknown.js";

export type * from "./types-api.js";
export type * from "./types-dns.js";

/**
 * The URN of a resource in the graph or, for one that is not in the stack, the id it is called by. A look-up
 * that finds nothing means the second: its content is not known, and must not be guessed.
 */
export type Key = string;

/** A resource by name, for people and machines. */
export interface ResourceRef {
  /** URN; for what AWS makes along with a VPC, the VPC's URN and `#default-network-acl` or the like. */
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  readonly id?: string;
}

export interface Node {
  readonly ref: ResourceRef;
}

export interface Vpc extends Node {
  /** Primary first. */
  readonly cidrBlocks: readonly Maybe<Cidr>[];
  readonly ipv6CidrBlocks: readonly Maybe<Cidr>[];
  readonly enableDnsSupport: Maybe<boolean>;
  readonly enableDnsHostnames: Maybe<boolean>;
  readonly mainRouteTable: Maybe<Key>;
  readonly defaultSecurityGroup: Key;
  readonly defaultNetworkAcl: Key;
}

export interface Subnet extends Node {
  readonly vpc: Maybe<Key>;
  readonly availabilityZone: Maybe<string>;
  readonly cidrBlock: Maybe<Cidr> | undefined;
  readonly ipv6CidrBlock: Maybe<Cidr> | undefined;
  readonly mapPublicIpOnLaunch: Maybe<boolean>;
  /** The table that decides: the associated one, or else the VPC's main table. */
  readonly routeTable: Maybe<Key>;
  /** Whether the table is associated explicitly. */
  readonly hasRouteTableAssociation: boolean;
  readonly networkAcl: Maybe<Key>;
}

export type RouteTargetKind =
  | "local"
  | "internet-gateway"
  | "nat-gateway"
  | "egress-only-internet-gateway"
  | "peering"
  | "vpc-endpoint"
  | "transit-gateway"
  | "virtual-private-gateway"
  | "network-interface"
  | "other";

export interface Route {
  /** The route's own resource, or its table for an inline or local route. */
  readonly ref: ResourceRef;
  readonly destination:
    | { readonly kind: "cidr"; readonly cidr: Maybe<Cidr> }
    | { readonly kind: "prefix-list"; readonly prefixList: Maybe<Key> };
  readonly target: { readonly kind: RouteTargetKind; readonly key: Maybe<Key> };
  readonly blackhole: boolean;
}

export interface RouteTable extends Node {
  readonly vpc: Maybe<Key>;
  /** Local routes of the VPC's CIDR blocks, inline and separate routes; routes of gateway endpoints too. */
  readonly routes: readonly Route[];
  /** Virtual private gateways that put routes of their own into the table, which the stack cannot show. */
  readonly propagatingGateways: readonly Maybe<Key>[];
}

/** A route in a table that is not in the stack: the other side of a peering connection. */
export interface ForeignRoute {
  readonly table: Maybe<Key>;
  readonly route: Route;
}

export interface InternetGateway extends Node {
  /** The VPC that it is attached to. */
  readonly vpc: Maybe<Key> | undefined;
}

export interface EgressOnlyInternetGateway extends Node {
  readonly vpc: Maybe<Key>;
}

export interface NatGateway extends Node {
  /** A regional NAT gateway has a VPC and no subnet. */
  readonly availabilityMode: "zonal" | "regional";
  readonly connectivity: Maybe<"public" | "private">;
  readonly subnet: Maybe<Key> | undefined;
  readonly vpc: Maybe<Key> | undefined;
  readonly allocation: Maybe<Key> | undefined;
  /** AZs of a regional gateway whose addresses are given by hand; undefined: AWS covers every AZ in use. */
  readonly zones: readonly Maybe<string>[] | undefined;
}

export interface SecurityGroupRule {
  /** The rule's own resource, or its group for an inline rule. */
  readonly ref: ResourceRef;
  /** `-1` is every protocol; otherwise `tcp`, `udp`, `icmp` or a number. */
  readonly protocol: Maybe<string>;
  readonly fromPort: Maybe<number>;
  readonly toPort: Maybe<number>;
  readonly peer:
    | { readonly kind: "cidr"; readonly cidr: Maybe<Cidr> }
    | { readonly kind: "security-group"; readonly group: Maybe<Key> }
    | { readonly kind: "prefix-list"; readonly prefixList: Maybe<Key> };
}

export interface SecurityGroup extends Node {
  readonly vpc: Maybe<Key>;
  readonly ingress: readonly SecurityGroupRule[];
  readonly egress: readonly SecurityGroupRule[];
  /** Whether the rules themselves are not known, so that there may be more than listed. */
  readonly rulesUnknown: boolean;
}

export interface NetworkAclRule {
  /** The rule's own resource, or its ACL for an inline rule. */
  readonly ref: ResourceRef;
  readonly number: Maybe<number>;
  readonly action: Maybe<"allow" | "deny">;
  readonly protocol: Maybe<string>;
  readonly fromPort: Maybe<number>;
  readonly toPort: Maybe<number>;
  readonly cidr: Maybe<Cidr> | undefined;
}

export interface NetworkAcl extends Node {
  readonly vpc: Maybe<Key>;
  /** By ascending number; the `*` rule that denies the rest is not listed. */
  readonly ingress: readonly NetworkAclRule[];
  readonly egress: readonly NetworkAclRule[];
  readonly rulesUnknown: boolean;
}

export interface VpcEndpoint extends Node {
  readonly vpc: Maybe<Key>;
  readonly type: Maybe<"Interface" | "Gateway" | "GatewayLoadBalancer" | "other">;
  /** `com.amazonaws.eu-west-1.ssm` */
  readonly serviceName: Maybe<string>;
  /** `ssm`; undefined when it is not one of AWS's own services. */
  readonly service: Maybe<string> | undefined;
  readonly privateDnsEnabled: Maybe<boolean>;
  readonly subnets: readonly Maybe<Key>[];
  readonly securityGroups: readonly Maybe<Key>[];
  readonly routeTables: readonly Maybe<Key>[];
  /** Of a gateway endpoint: the AWS-managed prefix list of its service. */
  readonly prefixList: Key | undefined;
  /** Undefined: the default policy, which allows everything. */
  readonly policy: PolicySource | undefined;
}

export interface PrefixList extends Node {
  readonly entries: readonly Maybe<Cidr>[];
  /** False for an AWS-managed list and for one whose entries are not in the stack. */
  readonly complete: boolean;
}

export interface VpcPeering extends Node {
  readonly requester: Maybe<Key>;
  readonly accepter: Maybe<Key>;
  readonly accepted: Maybe<boolean>;
  /** Whether the accepter lets the requester resolve its public host names to private addresses. */
  readonly accepterDnsResolution: Maybe<boolean>;
  readonly requesterDnsResolution: Maybe<boolean>;
}

/** A policy with the resource that carries it. The document is JSON, parsed; unknown values may be in it. */
export interface PolicySource {
  readonly ref: ResourceRef;
  readonly document: Maybe<unknown>;
}

export interface Role extends Node {
  readonly arn: Maybe<string>;
  readonly policies: readonly PolicySource[];
  readonly boundary: PolicySource | undefined;
  readonly trust: PolicySource | undefined;
}

/** Where a resource's network interfaces are. */
export interface Placement {
  readonly subnets: readonly Maybe<Key>[];
  readonly securityGroups: readonly Maybe<Key>[];
}

export interface LambdaFunction extends Node {
  readonly functionName: Maybe<string> | undefined;
  readonly arn: Maybe<string> | undefined;
  /** Undefined: outside any VPC. */
  readonly placement: Placement | undefined;
  readonly ipv6AllowedForDualStack: Maybe<boolean>;
  readonly role: Maybe<Key>;
}

export interface LambdaAlias extends Node {
  readonly function: Maybe<Key>;
  readonly aliasName: Maybe<string> | undefined;
}

export interface LambdaPermission extends Node {
  readonly function: Maybe<Key>;
  readonly qualifier: Maybe<string> | undefined;
  readonly action: Maybe<string>;
  readonly principal: Maybe<string>;
  readonly sourceArn: Maybe<string> | undefined;
  readonly sourceAccount: Maybe<string> | undefined;
  /** The API that the source ARN comes from, when the ARN itself is not known yet. */
  readonly sourceApis: readonly Key[];
}

export type ServiceResourceKind =
  | "database"
  | "database-proxy"
  | "cache"
  | "instance"
  | "network-interface"
  | "load-balancer"
  | "topic"
  | "rule"
  | "queue"
  | "table"
  | "bucket"
  | "parameter"
  | "key"
  | "secret";

/** A resource that only has to be found: with network interfaces (a database), or behind a service (a topic). */
export interface ServiceResource extends Node {
  readonly kind: ServiceResourceKind;
  /** The AWS service whose API serves it; undefined for what is reached by its own address. */
  readonly service: string | undefined;
  readonly arn: Maybe<string> | undefined;
  readonly placement: Placement | undefined;
  readonly privateAddresses: readonly Maybe<string>[];
  readonly publicAddress: Maybe<boolean>;
  readonly port: Maybe<number> | undefined;
  readonly policy: PolicySource | undefined;
}

/** Everything that is said about a stack is a pure function of this. */
export interface Graph {
  readonly region: string | undefined;
  readonly account: string | undefined;
  /** Every resource as its source gave it, by URN. */
  readonly resources: ReadonlyMap<Key, SourceResource>;
  readonly vpcs: ReadonlyMap<Key, Vpc>;
  readonly subnets: ReadonlyMap<Key, Subnet>;
  readonly routeTables: ReadonlyMap<Key, RouteTable>;
  readonly foreignRoutes: readonly ForeignRoute[];
  readonly internetGateways: ReadonlyMap<Key, InternetGateway>;
  readonly egressOnlyInternetGateways: ReadonlyMap<Key, EgressOnlyInternetGateway>;
  readonly natGateways: ReadonlyMap<Key, NatGateway>;
  readonly securityGroups: ReadonlyMap<Key, SecurityGroup>;
  readonly networkAcls: ReadonlyMap<Key, NetworkAcl>;
  readonly endpoints: ReadonlyMap<Key, VpcEndpoint>;
  readonly prefixLists: ReadonlyMap<Key, PrefixList>;
  readonly peerings: ReadonlyMap<Key, VpcPeering>;
  readonly roles: ReadonlyMap<Key, Role>;
  readonly functions: ReadonlyMap<Key, LambdaFunction>;
  readonly aliases: ReadonlyMap<Key, LambdaAlias>;
  readonly permissions: readonly LambdaPermission[];
  readonly apis: ReadonlyMap<Key, RestApi>;
  readonly domainNames: ReadonlyMap<Key, DomainName>;
  readonly usagePlans: ReadonlyMap<Key, UsagePlan>;
  readonly hostedZones: ReadonlyMap<Key, HostedZone>;
  readonly dnsRecords: readonly DnsRecord[];
  readonly services: ReadonlyMap<Key, ServiceResource>;
  readonly intents: readonly Intent[];
  /** URN of what a logical name, URN, physical name, id or ARN means; several when a name is ambiguous. */
  find(text: string): readonly Key[];
  /** A name for a key, whether or not the stack has the resource. */
  refOf(key: Maybe<Key>): ResourceRef;
}
