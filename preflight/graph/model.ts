import type { Cidr } from "../aws/cidr.js";
import type { EndpointType } from "../aws/endpoint-types.js";
import type { PublishedRanges } from "../aws/published-ranges.js";
import type { Intent, Setting } from "../intents.js";
import type { SourceResource } from "../resources/resource.js";
import type { MaybeUnknown } from "../resources/unknown.js";

/**
 * The URN of a resource in the graph or, for a resource outside the stack, the id that the stack calls it by. If a
 * look-up finds nothing, the resource is outside the stack: its content is unknown and must not be guessed.
 */
export type Key = string;

/** A resource with a name for readers and a URN for programs. */
export interface ResourceRef {
  /** URN. For what AWS creates along with a VPC: the VPC's URN and a suffix such as `#default-network-acl`. */
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  readonly id?: string;
}

export interface Node {
  readonly ref: ResourceRef;
}

/** The account and the Region that a resource is in; undefined: not known. They are part of every name. */
export interface Home {
  readonly account?: string | undefined;
  readonly region?: string | undefined;
}

export interface Vpc extends Node {
  /** IPv4 blocks, primary first. */
  readonly cidrBlocks: readonly MaybeUnknown<Cidr>[];
  readonly ipv6CidrBlocks: readonly MaybeUnknown<Cidr>[];
  readonly enableDnsSupport: MaybeUnknown<boolean>;
  readonly enableDnsHostnames: MaybeUnknown<boolean>;
  readonly mainRouteTable: MaybeUnknown<Key>;
  readonly defaultSecurityGroup: Key;
  readonly defaultNetworkAcl: Key;
  /** Whether all of its endpoints are known. To whom a VPC is only shared, AWS does not show its owner's. */
  readonly endpointsComplete: boolean;
}

export interface Subnet extends Node {
  readonly vpc: MaybeUnknown<Key>;
  readonly availabilityZone: MaybeUnknown<string>;
  readonly cidrBlock: MaybeUnknown<Cidr> | undefined;
  readonly ipv6CidrBlock: MaybeUnknown<Cidr> | undefined;
  readonly mapPublicIpOnLaunch: MaybeUnknown<boolean>;
  readonly assignIpv6AddressOnCreation: MaybeUnknown<boolean>;
  /** The table that applies: the associated one or, without an association, the VPC's main table. */
  readonly routeTable: MaybeUnknown<Key>;
  /** Whether the table is associated explicitly. */
  readonly hasRouteTableAssociation: boolean;
  readonly networkAcl: MaybeUnknown<Key>;
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
    | { readonly kind: "cidr"; readonly cidr: MaybeUnknown<Cidr> }
    | { readonly kind: "prefix-list"; readonly prefixList: MaybeUnknown<Key> };
  readonly target: { readonly kind: RouteTargetKind; readonly key: MaybeUnknown<Key> };
  readonly blackhole: boolean;
}

export interface RouteTable extends Node {
  readonly vpc: MaybeUnknown<Key>;
  /** Local routes of the VPC's CIDR blocks, inline and separate routes, and routes of gateway endpoints. */
  readonly routes: readonly Route[];
  /** Virtual private gateways that propagate routes into the table. The stack does not contain those routes. */
  readonly propagatingGateways: readonly MaybeUnknown<Key>[];
  /** Routes in the table's outputs that no resource explains: they may or may not exist. */
  readonly unexplained: readonly Route[];
}

/** A route in a table outside the stack: the other side of a peering connection. */
export interface ForeignRoute {
  readonly table: MaybeUnknown<Key>;
  readonly route: Route;
}

export interface InternetGateway extends Node {
  /** The VPC that it is attached to. */
  readonly vpc: MaybeUnknown<Key> | undefined;
}

export interface EgressOnlyInternetGateway extends Node {
  readonly vpc: MaybeUnknown<Key>;
}

export interface NatGateway extends Node {
  /** A regional NAT gateway has a VPC and no subnet. */
  readonly availabilityMode: "zonal" | "regional";
  readonly connectivity: MaybeUnknown<"public" | "private">;
  readonly subnet: MaybeUnknown<Key> | undefined;
  readonly vpc: MaybeUnknown<Key> | undefined;
  readonly allocation: MaybeUnknown<Key> | undefined;
  /** Undefined: any address of the subnet. */
  readonly privateAddress: MaybeUnknown<string> | undefined;
  /** The public addresses, as far as they are known. */
  readonly publicAddresses: readonly MaybeUnknown<string>[];
  /** AZs of a regional gateway whose addresses are given explicitly; undefined: AWS covers every AZ in use. */
  readonly zones: readonly MaybeUnknown<string>[] | undefined;
}

/** An Elastic IP: a public IPv4 address of the account. */
export interface ElasticAddress extends Node {
  readonly address: MaybeUnknown<string>;
  /** The network interface, instance, NAT gateway or load balancer that has it; undefined: none of the stack. */
  readonly holder: MaybeUnknown<Key> | undefined;
}

export interface SecurityGroupRule {
  /** The rule's own resource, or its group for an inline rule. */
  readonly ref: ResourceRef;
  /** `-1` is every protocol; otherwise `tcp`, `udp`, `icmp` or a number. */
  readonly protocol: MaybeUnknown<string>;
  readonly fromPort: MaybeUnknown<number>;
  readonly toPort: MaybeUnknown<number>;
  readonly peer:
    | { readonly kind: "cidr"; readonly cidr: MaybeUnknown<Cidr> }
    | { readonly kind: "security-group"; readonly group: MaybeUnknown<Key> }
    | { readonly kind: "prefix-list"; readonly prefixList: MaybeUnknown<Key> };
  /** Set for a rule in the group's outputs that no resource explains: it may or may not exist. */
  readonly isUnexplained?: true;
}

export interface SecurityGroup extends Node {
  readonly vpc: MaybeUnknown<Key>;
  readonly ingress: readonly SecurityGroupRule[];
  readonly egress: readonly SecurityGroupRule[];
  /** Whether the rules themselves are unknown, so that the group may have more than those listed. */
  readonly rulesUnknown: boolean;
}

export interface NetworkAclRule {
  /** The rule's own resource, or its ACL for an inline rule. */
  readonly ref: ResourceRef;
  readonly number: MaybeUnknown<number>;
  readonly action: MaybeUnknown<"allow" | "deny">;
  readonly protocol: MaybeUnknown<string>;
  readonly fromPort: MaybeUnknown<number>;
  readonly toPort: MaybeUnknown<number>;
  readonly cidr: MaybeUnknown<Cidr> | undefined;
  /** Set for a rule in the ACL's outputs that no resource explains: it may or may not exist. */
  readonly isUnexplained?: true;
}

export interface NetworkAcl extends Node {
  readonly vpc: MaybeUnknown<Key>;
  /** By ascending number; the `*` rule that denies the rest is not listed. */
  readonly ingress: readonly NetworkAclRule[];
  readonly egress: readonly NetworkAclRule[];
  readonly rulesUnknown: boolean;
}

export interface VpcEndpoint extends Node {
  readonly vpc: MaybeUnknown<Key>;
  readonly type: MaybeUnknown<"Interface" | "Gateway" | "GatewayLoadBalancer" | "other">;
  /** `com.amazonaws.eu-west-1.ssm` */
  readonly serviceName: MaybeUnknown<string>;
  /** `ssm`; undefined if it is not an AWS service. */
  readonly service: MaybeUnknown<string> | undefined;
  /** The Region of the service that it leads to, which may be another one than the endpoint's own. */
  readonly serviceRegion: MaybeUnknown<string> | undefined;
  readonly privateDnsEnabled: MaybeUnknown<boolean>;
  /** Whether private DNS answers queries from outside the VPC only, which arrive at an inbound Resolver endpoint. */
  readonly privateDnsForInboundOnly: MaybeUnknown<boolean>;
  /** Undefined: in service, or not deployed yet. Otherwise the state that it is in, such as `rejected` or `failed`. */
  readonly outOfService: string | undefined;
  readonly subnets: readonly MaybeUnknown<Key>[];
  /** The private IPv4 addresses of its interfaces, as far as they are known; empty: none is. */
  readonly addresses: readonly string[];
  readonly securityGroups: readonly MaybeUnknown<Key>[];
  readonly routeTables: readonly MaybeUnknown<Key>[];
  /** Route tables in the endpoint's outputs that no resource explains. */
  readonly unexplainedRouteTables: readonly Key[];
  /** Gateway endpoints only: the AWS-managed prefix list of the service. */
  readonly prefixList: Key | undefined;
  /** Undefined: the default policy, which allows everything. */
  readonly policy: PolicySource | undefined;
}

export interface PrefixList extends Node {
  readonly entries: readonly MaybeUnknown<Cidr>[];
  /** Entries in the list's outputs that no resource explains: they may or may not exist. */
  readonly unexplained: readonly MaybeUnknown<Cidr>[];
  /** False if some entries are not in the stack. */
  readonly complete: boolean;
}

/** A VPC's attachment to a transit gateway, which has an interface in each of its subnets. */
export interface TransitGatewayAttachment extends Node {
  readonly vpc: MaybeUnknown<Key>;
  readonly transitGateway: MaybeUnknown<Key>;
  readonly subnets: readonly MaybeUnknown<Key>[];
}

export interface VpcPeering extends Node {
  readonly requester: MaybeUnknown<Key>;
  readonly accepter: MaybeUnknown<Key>;
  readonly accepted: MaybeUnknown<boolean>;
  /** Whether the accepter lets the requester resolve its public host names to private addresses. */
  readonly accepterDnsResolution: MaybeUnknown<boolean>;
  readonly requesterDnsResolution: MaybeUnknown<boolean>;
}

/** A policy with the resource that carries it. The document is parsed JSON and may contain unknown values. */
export interface PolicySource {
  readonly ref: ResourceRef;
  readonly document: MaybeUnknown<unknown>;
  /** Why the policy may not apply: only the outputs hold it, or the resource has another one too. */
  readonly doubt?: string;
}

export interface Role extends Node {
  readonly arn: MaybeUnknown<string>;
  readonly policies: readonly PolicySource[];
  readonly boundary: PolicySource | undefined;
  readonly trust: PolicySource | undefined;
}

/** Subnets and security groups of a resource's network interfaces. */
export interface Placement {
  readonly subnets: readonly MaybeUnknown<Key>[];
  readonly securityGroups: readonly MaybeUnknown<Key>[];
  /** Whether a resource without groups has none at all. Any other is in the default group of its VPC. */
  readonly hasNoDefaultGroup?: boolean;
}

export interface LambdaFunction extends Node {
  readonly functionName: MaybeUnknown<string> | undefined;
  readonly arn: MaybeUnknown<string> | undefined;
  /** Undefined: outside any VPC. */
  readonly placement: Placement | undefined;
  readonly ipv6AllowedForDualStack: MaybeUnknown<boolean>;
  /** Seconds that it may run. */
  readonly timeout: MaybeUnknown<number>;
  /** How many executions may run at once; undefined: as many as the account has left. */
  readonly reservedConcurrency: MaybeUnknown<number> | undefined;
  readonly role: MaybeUnknown<Key>;
  /** The file system that it mounts. */
  readonly mount: FunctionMount | undefined;
}

/** A file system in a function's configuration, by one of its access points. */
export interface FunctionMount {
  readonly fileSystem: MaybeUnknown<Key>;
  readonly accessPointArn: MaybeUnknown<string>;
  /** `/mnt/files` */
  readonly path: MaybeUnknown<string>;
}

export interface LambdaAlias extends Node {
  readonly function: MaybeUnknown<Key>;
  readonly aliasName: MaybeUnknown<string> | undefined;
}

/** The URL of a function, or of one of its aliases. */
export interface FunctionUrl extends Node {
  readonly function: MaybeUnknown<Key>;
  readonly qualifier: MaybeUnknown<string> | undefined;
  /** `NONE` or `AWS_IAM` */
  readonly authorizationType: MaybeUnknown<string>;
}

export interface LambdaPermission extends Node {
  readonly function: MaybeUnknown<Key>;
  readonly qualifier: MaybeUnknown<string> | undefined;
  readonly action: MaybeUnknown<string>;
  readonly principal: MaybeUnknown<string>;
  readonly sourceArn: MaybeUnknown<string> | undefined;
  readonly sourceAccount: MaybeUnknown<string> | undefined;
  /** The authorization of the function URL that `lambda:InvokeFunctionUrl` is allowed for. */
  readonly functionUrlAuthType: MaybeUnknown<string> | undefined;
  /** Whether the invocation is allowed only through the function URL. */
  readonly invokedViaFunctionUrl: MaybeUnknown<boolean>;
  /** The organization whose principals are allowed. */
  readonly principalOrgId: MaybeUnknown<string> | undefined;
  /** The API that the source ARN comes from, if the ARN itself is not known yet. */
  readonly sourceApis: readonly Key[];
}

/** How a service hands events from one resource to another. */
export type DeliveryMeans =
  /** The service calls the receiver as itself, which the receiver's policy or permission has to allow. */
  | { readonly kind: "push"; readonly principal: string }
  /** The service calls the receiver with a role and, if it reads the source, reads that with the role too. */
  | {
      readonly kind: "role";
      readonly principal: string;
      readonly role: MaybeUnknown<Key>;
      readonly reads?: boolean;
    }
  /** Lambda calls the receiver with the role of a function. */
  | { readonly kind: "execution-role"; readonly function: MaybeUnknown<Key> }
  /** Lambda reads the source with the function's role. */
  | { readonly kind: "poll" }
  /** The service hands over without asking: a bucket to the event bus. */
  | { readonly kind: "event-bus" }
  /** SQS moves messages to a dead-letter queue, which may refuse. */
  | { readonly kind: "redrive" }
  | { readonly kind: "unjudged"; readonly reason: string };

/** A resource, such as a subscription or a mapping, that has AWS hand the events of one resource to another. */
export interface Delivery extends Node {
  readonly from: MaybeUnknown<Key>;
  readonly to: MaybeUnknown<Key>;
  /** The alias or version that is invoked, if the receiver is a function. */
  readonly qualifier: MaybeUnknown<string> | undefined;
  readonly means: DeliveryMeans;
  /** What stops the delivery, as in `mapping has enabled: false`; undefined if nothing does. */
  readonly stopped: MaybeUnknown<string> | undefined;
  /** Whether only some of the events are handed over. */
  readonly isFiltered: boolean;
}

export type ManagedResourceKind =
  | "database"
  | "database-proxy"
  | "cache"
  | "file-system"
  | "mount-target"
  | "instance"
  | "network-interface"
  | "load-balancer"
  /** The tasks of a service of Amazon ECS with interfaces of their own. */
  | "container-service"
  | "topic"
  | "rule"
  | "queue"
  | "table"
  | "bucket"
  | "parameter"
  | "key"
  | "secret"
  | "stream"
  | "log-group"
  /** What has a service call others: a schedule, a pipe, a user pool, a state machine. */
  | "trigger";

/** A resource that proofs only look up: one with network interfaces (a database) or one behind a service (a topic). */
export interface ManagedResource extends Node {
  readonly kind: ManagedResourceKind;
  /** The AWS service whose API serves it; undefined if it is reached at its own address. */
  readonly service: string | undefined;
  readonly arn: MaybeUnknown<string> | undefined;
  readonly placement: Placement | undefined;
  readonly privateAddresses: readonly MaybeUnknown<string>[];
  readonly publicAddress: MaybeUnknown<boolean>;
  /** The public IPv4 addresses, as far as they are known. */
  readonly publicAddresses: readonly MaybeUnknown<string>[];
  /** Whether its network interface drops packets that are not from it or to it. */
  readonly sourceDestCheck: MaybeUnknown<boolean>;
  /**
   * Whether an instance has the network interface, apart from those of Auto Scaling groups. It is never false, because
   * another program may attach it. Undefined for what is no network interface.
   */
  readonly isAttached?: MaybeUnknown<true>;
  readonly port: MaybeUnknown<number> | undefined;
  readonly policy: PolicySource | undefined;
}

/** An Auto Scaling group. The fields of its launch template are undefined if that is not in the stack. */
export interface ScalingGroup extends Node {
  /** How many instances it keeps running. */
  readonly instances: MaybeUnknown<number>;
  /** Empty for a group that names subnets. */
  readonly availabilityZones: readonly MaybeUnknown<string>[];
  readonly launchTemplate: Key | undefined;
  /** Whether it uses the version of the launch template that the stack has. */
  readonly isLatest: MaybeUnknown<boolean>;
  readonly instanceType: MaybeUnknown<string> | undefined;
  /** The existing network interface that the group's one instance starts with. */
  readonly networkInterface: MaybeUnknown<Key> | undefined;
}

/** A file system of Amazon EFS. Its mount targets, each with one interface, are managed resources of their own. */
export interface FileSystem extends Node {
  readonly mountTargets: readonly Key[];
  /** Whether the stack has mount targets whose file system is not known. */
  readonly mayHaveMore: boolean;
}

/** A load balancer. Its nodes, one in each of its subnets, are the interfaces of the managed resource of the same key. */
export interface LoadBalancer extends Node {
  readonly type: MaybeUnknown<"application" | "network" | "gateway" | "classic">;
  /** Whether a node sends connections to targets in other Availability Zones too. */
  readonly crossZone: MaybeUnknown<boolean>;
}

export interface Listener extends Node {
  readonly loadBalancer: MaybeUnknown<Key>;
  readonly port: MaybeUnknown<number>;
  readonly protocol: MaybeUnknown<string> | undefined;
  /** By priority, the default rule last. A rule whose priority is not known stands before the default rule. */
  readonly rules: readonly ListenerRule[];
}

/** A rule of a listener. The default rule has no priority, no conditions and no transforms. */
export interface ListenerRule extends Node {
  /** Lower numbers are evaluated first. Undefined: the default rule, which is evaluated last. */
  readonly priority: MaybeUnknown<number> | undefined;
  /** All of them have to match. */
  readonly conditions: readonly MaybeUnknown<RuleCondition>[];
  readonly action: RuleAction;
  /** What is changed in a request before a target gets it; at most one of each kind. */
  readonly transforms: readonly MaybeUnknown<RuleTransform>[];
}

/** A condition of a rule, which matches if one of its values does. */
export type RuleCondition =
  | ({ readonly kind: "path-pattern" | "host-header" } & Patterns)
  | ({ readonly kind: "http-header"; readonly header: MaybeUnknown<string> } & Patterns)
  | { readonly kind: "http-request-method" | "source-ip"; readonly values: readonly MaybeUnknown<string>[] }
  | { readonly kind: "query-string"; readonly pairs: readonly MaybeUnknown<QueryPair>[] };

interface Patterns {
  /** With the wildcards `*` and `?`. */
  readonly values: readonly MaybeUnknown<string>[];
  readonly regexValues: readonly MaybeUnknown<string>[];
}

export interface QueryPair {
  /** Undefined: the value of any key. */
  readonly key: MaybeUnknown<string> | undefined;
  readonly value: MaybeUnknown<string>;
}

/** A rewrite of a request by a regular expression; `$1` in the replacement is what its first group matched. */
export interface RuleTransform {
  readonly kind: MaybeUnknown<"host-header-rewrite" | "url-rewrite">;
  readonly regex: MaybeUnknown<string>;
  readonly replace: MaybeUnknown<string>;
  /** The APIs of the stack that the rule's transforms come from, if the replacement is not known yet. */
  readonly apis: readonly Key[];
}

/** What a rule does with a request or, of a load balancer without rules, with a connection. */
export interface RuleAction {
  readonly kind: MaybeUnknown<"forward" | "redirect" | "fixed-response">;
  /** The target groups that get requests. */
  readonly targetGroups: readonly MaybeUnknown<Key>[];
  /** Whether an action before it has the caller sign in or asks for a token. */
  readonly authenticates: MaybeUnknown<boolean>;
  /** The status of a fixed response or of a redirect. */
  readonly status: MaybeUnknown<number> | undefined;
  /** The body of a fixed response. */
  readonly body: MaybeUnknown<string> | undefined;
  readonly contentType: MaybeUnknown<string> | undefined;
  /** Where a redirect leads; AWS's `#{host}`, `#{path}` and the like stand for the parts of the request. */
  readonly redirect:
    | Readonly<Record<"protocol" | "host" | "port" | "path" | "query", MaybeUnknown<string>>>
    | undefined;
}

export interface TargetGroup extends Node {
  readonly arn: MaybeUnknown<string> | undefined;
  readonly targetType: MaybeUnknown<"instance" | "ip" | "lambda" | "alb">;
  /** The port of targets that set none. */
  readonly port: MaybeUnknown<number> | undefined;
  /** How targets are spoken to: `HTTP`, `HTTPS`, `TCP`; undefined for functions. */
  readonly protocol: MaybeUnknown<string> | undefined;
  /** The answers that a healthy target gives to a health check, such as `200-299` or `403`; undefined: the default. */
  readonly healthMatcher: MaybeUnknown<string> | undefined;
  /** Whether targets see the client's address; only a Network Load Balancer reads it. */
  readonly preservesClientIp: MaybeUnknown<boolean>;
  /** Undefined: as the load balancer says. */
  readonly crossZone: MaybeUnknown<boolean> | undefined;
  /** The port of health checks; undefined: the port of the traffic. */
  readonly healthCheckPort: MaybeUnknown<number> | undefined;
  readonly targets: readonly Target[];
  /** Whether the stack has targets whose target group is not known. */
  readonly mayHaveMore: boolean;
}

/** What is registered in a target group. The node is the resource that registers it. */
export interface Target extends Node {
  /** The instance, the function, the load balancer or the address; undefined for what a service starts by itself. */
  readonly target: MaybeUnknown<Key> | undefined;
  /** The interface endpoint that the address comes from, whether or not the address is known. */
  readonly endpoint?: Key;
  /** The alias or version of a function. */
  readonly qualifier: MaybeUnknown<string> | undefined;
  /** Interfaces of what a service starts by itself: the tasks of Amazon ECS, the instances of a scaling group. */
  readonly placement: Placement | undefined;
  readonly port: MaybeUnknown<number> | undefined;
}

/** The model of a stack. Every analysis of a stack is a pure function of it. */
export interface Graph {
  /** AWS's published addresses, if the project has a copy of the list. */
  readonly publishedRanges?: PublishedRanges;
  /** Region of most of the stack. A resource may be elsewhere: see `homeOf`. */
  readonly region: string | undefined;
  /** Account of most of the stack. */
  readonly account: string | undefined;
  /** Every resource as its source gave it, by URN. */
  readonly resources: ReadonlyMap<Key, SourceResource>;
  /** Texts that a stack export marks as secret. No report shows them. */
  readonly secretTexts: ReadonlySet<string>;
  readonly vpcs: ReadonlyMap<Key, Vpc>;
  readonly subnets: ReadonlyMap<Key, Subnet>;
  readonly routeTables: ReadonlyMap<Key, RouteTable>;
  readonly foreignRoutes: readonly ForeignRoute[];
  readonly internetGateways: ReadonlyMap<Key, InternetGateway>;
  readonly egressOnlyInternetGateways: ReadonlyMap<Key, EgressOnlyInternetGateway>;
  readonly natGateways: ReadonlyMap<Key, NatGateway>;
  readonly elasticAddresses: ReadonlyMap<Key, ElasticAddress>;
  readonly securityGroups: ReadonlyMap<Key, SecurityGroup>;
  readonly networkAcls: ReadonlyMap<Key, NetworkAcl>;
  readonly endpoints: ReadonlyMap<Key, VpcEndpoint>;
  readonly prefixLists: ReadonlyMap<Key, PrefixList>;
  readonly peerings: ReadonlyMap<Key, VpcPeering>;
  readonly transitGatewayAttachments: ReadonlyMap<Key, TransitGatewayAttachment>;
  readonly roles: ReadonlyMap<Key, Role>;
  readonly functions: ReadonlyMap<Key, LambdaFunction>;
  readonly aliases: ReadonlyMap<Key, LambdaAlias>;
  readonly functionUrls: readonly FunctionUrl[];
  readonly permissions: readonly LambdaPermission[];
  readonly apis: ReadonlyMap<Key, RestApi>;
  /** HTTP APIs, whose routes are methods. */
  readonly httpApis: ReadonlyMap<Key, RestApi>;
  readonly authorizers: ReadonlyMap<Key, ApiAuthorizer>;
  readonly userPools: ReadonlyMap<Key, UserPool>;
  readonly domainNames: ReadonlyMap<Key, DomainName>;
  readonly usagePlans: ReadonlyMap<Key, UsagePlan>;
  readonly apiKeys: ReadonlyMap<Key, ApiKey>;
  readonly hostedZones: ReadonlyMap<Key, HostedZone>;
  readonly dnsRecords: readonly DnsRecord[];
  /** By VPC. */
  readonly nameResolution: ReadonlyMap<Key, NameResolution>;
  readonly managedResources: ReadonlyMap<Key, ManagedResource>;
  readonly deliveries: readonly Delivery[];
  readonly fileSystems: ReadonlyMap<Key, FileSystem>;
  readonly loadBalancers: ReadonlyMap<Key, LoadBalancer>;
  readonly listeners: readonly Listener[];
  readonly targetGroups: ReadonlyMap<Key, TargetGroup>;
  readonly scalingGroups: ReadonlyMap<Key, ScalingGroup>;
  readonly intents: readonly Intent[];
  readonly settings: readonly Setting[];
  /** URNs that match a logical name, URN, physical name, id or ARN; several if a name is ambiguous. */
  find(text: string): readonly Key[];
  /** Where the resource of a key is. A part of a resource, such as a VPC's default group, is where the resource is. */
  homeOf(key: MaybeUnknown<Key>): Home;
  /** A displayable name for a key, whether or not the stack has the resource. */
  refOf(key: MaybeUnknown<Key>): ResourceRef;
}

/** The action that an integration calls on an AWS service, with the role that it uses. */
export interface ServiceAction {
  /** Service name as in IAM and in the service's endpoint: `dynamodb`. */
  readonly service: string;
  /** Region of the service's endpoint; undefined: not known. */
  readonly region: string | undefined;
  /** `PutItem`; undefined for a URI with a path, because such a URI names no action. */
  readonly action: string | undefined;
  /** Resources of the stack that the mapping templates name. */
  readonly resources: readonly Key[];
  /** The table's index that the mapping templates name. */
  readonly index: string | undefined;
}

export interface ApiIntegration extends Node {
  readonly type: MaybeUnknown<string>;
  readonly uri: MaybeUnknown<string> | undefined;
  /** The function that it invokes. */
  readonly function: MaybeUnknown<Key> | undefined;
  readonly qualifier: MaybeUnknown<string> | undefined;
  /** The AWS service that it calls without a function. */
  readonly serviceAction: ServiceAction | undefined;
  readonly credentials: MaybeUnknown<Key> | undefined;
  /** Seconds that API Gateway waits for the answer; undefined: for none, because the function runs by itself. */
  readonly timeout: MaybeUnknown<number> | undefined;
}

/** An authorizer of a REST API: a user pool of Cognito, or a function. */
export interface ApiAuthorizer extends Node {
  readonly api: MaybeUnknown<Key>;
  readonly type: MaybeUnknown<string>;
  /** The function that decides; undefined for a user pool. */
  readonly function: MaybeUnknown<Key> | undefined;
  readonly qualifier: MaybeUnknown<string> | undefined;
  /** The role with which API Gateway invokes the function; undefined: by a permission of the function. */
  readonly credentials: MaybeUnknown<Key> | undefined;
  /** `method.request.header.Authorization`: what a request must have, else it is refused at once. */
  readonly identitySources: MaybeUnknown<readonly string[]>;
  /** Seconds that an answer is kept; 0: none is. */
  readonly resultTtl: MaybeUnknown<number>;
  readonly userPools: readonly MaybeUnknown<Key>[];
  /** Whether its component declares that each policy is for all methods that use it. */
  readonly coversAllMethods: boolean;
}

/** A user pool of Cognito. */
export interface UserPool extends Node {
  /** Whether anybody may sign up. */
  readonly selfSignUp: MaybeUnknown<boolean>;
}

export interface ApiMethod extends Node {
  readonly httpMethod: MaybeUnknown<string>;
  /** Path from the root, such as `/messages`. */
  readonly path: MaybeUnknown<string>;
  readonly authorization: MaybeUnknown<string>;
  /** Undefined: the method names none. */
  readonly authorizer?: MaybeUnknown<Key> | undefined;
  readonly apiKeyRequired: MaybeUnknown<boolean>;
  readonly integration: ApiIntegration | undefined;
  /** Whether it is the `$default` route of an HTTP API, which takes what no other route takes. */
  readonly isDefault?: boolean;
}

export interface RestApi extends Node {
  readonly id: MaybeUnknown<string>;
  /** The account that the API is in. */
  readonly account: MaybeUnknown<string>;
  readonly endpointType: MaybeUnknown<EndpointType>;
  readonly vpcEndpoints: readonly MaybeUnknown<Key>[];
  readonly disableExecuteApiEndpoint: MaybeUnknown<boolean>;
  readonly policy: PolicySource | undefined;
  /** Content types of bodies that are not text. */
  readonly binaryMediaTypes: readonly MaybeUnknown<string>[];
  readonly methods: readonly ApiMethod[];
  readonly stages: readonly ApiStage[];
  /** Whether an OpenAPI body may define methods that are not listed. */
  readonly hasBody: boolean;
}

export interface ApiStage extends Node {
  readonly stageName: MaybeUnknown<string>;
  /** GB; undefined: no cache. */
  readonly cacheSize: MaybeUnknown<string> | undefined;
  /** Stage variables by name. */
  readonly variables: MaybeUnknown<Readonly<Record<string, MaybeUnknown<string>>>>;
  readonly settings: readonly MethodSetting[];
}

/** Limits of API Gateway on requests; undefined: none but the account's. */
export interface RequestLimits {
  /** Requests a second. */
  readonly rateLimit: MaybeUnknown<number> | undefined;
  /** Requests at once. */
  readonly burstLimit: MaybeUnknown<number> | undefined;
}

/** What names a method in an API: `/messages/{id}` and `GET`. */
export interface MethodName {
  /** From the root. */
  readonly path: string;
  readonly httpMethod: string;
}

/** What a stage sets for all its methods, or for one of them. The settings for one replace those for all. */
export interface MethodSetting extends Node, RequestLimits {
  /** Undefined: every method of the stage. */
  readonly method: MaybeUnknown<MethodName> | undefined;
  readonly caching: MethodCaching;
}

/** How a stage caches the answers of a method; what is not set is API Gateway's default. */
export interface MethodCaching {
  readonly enabled: MaybeUnknown<boolean>;
  readonly ttlInSeconds: MaybeUnknown<number>;
  /** Whether only a caller who may invalidate the cache can ask for a fresh answer. */
  readonly requireAuthorization: MaybeUnknown<boolean>;
  readonly unauthorizedStrategy: MaybeUnknown<UnauthorizedCacheControlStrategy>;
}

/** What API Gateway does with a request for a fresh answer if its caller may not have one. */
export type UnauthorizedCacheControlStrategy =
  | "FAIL_WITH_403"
  | "SUCCEED_WITH_RESPONSE_HEADER"
  | "SUCCEED_WITHOUT_RESPONSE_HEADER";

/** A custom domain name of API Gateway. */
export interface DomainName extends Node {
  readonly domainName: MaybeUnknown<string>;
  readonly endpointType: MaybeUnknown<EndpointType>;
  /** Id of a private domain name. Other domain names have none. */
  readonly domainNameId: MaybeUnknown<string> | undefined;
  /** Undefined: a public domain name, or a private one that denies every caller. */
  readonly policy: PolicySource | undefined;
  readonly mappings: readonly BasePathMapping[];
  /** Endpoints that may present a private domain name. */
  readonly associations: readonly MaybeUnknown<Key>[];
}

export interface BasePathMapping extends Node {
  readonly api: MaybeUnknown<Key>;
  /** Undefined: the first part of the path names the stage. */
  readonly stageName: MaybeUnknown<string> | undefined;
  /** Without leading and trailing slash; empty for the root. */
  readonly basePath: MaybeUnknown<string>;
}

/** A usage plan; its limits and its quota are for each key by itself. */
export interface UsagePlan extends Node, RequestLimits {
  readonly stages: readonly PlanStage[];
  readonly keys: readonly PlanKey[];
  readonly quota: PlanQuota | undefined;
}

export interface PlanQuota {
  readonly limit: MaybeUnknown<number>;
  readonly period: MaybeUnknown<QuotaPeriod>;
  /** Requests that are taken off the limit in the first period. */
  readonly offset: MaybeUnknown<number>;
}

export type QuotaPeriod = "DAY" | "WEEK" | "MONTH";

export interface PlanStage {
  readonly api: MaybeUnknown<Key>;
  readonly stageName: MaybeUnknown<string>;
  /** Limits for single methods, which each key has beside the plan's. */
  readonly methodLimits: readonly MethodLimits[];
}

export interface MethodLimits extends RequestLimits {
  readonly method: MaybeUnknown<MethodName>;
}

export interface PlanKey {
  readonly key: MaybeUnknown<Key>;
  readonly enabled: MaybeUnknown<boolean>;
}

/** An API key. Its value is a secret, so the graph does not hold it. */
export interface ApiKey extends Node {
  readonly enabled: MaybeUnknown<boolean>;
}

/** What decides who answers a name in a VPC, beside its private hosted zones and the private DNS of its endpoints. */
export interface NameResolution {
  /** DHCP options that name other servers than the VPC's resolver; those may answer whatever they like. */
  readonly otherServers: ResourceRef | undefined;
  /** Rules of Route 53 Resolver that are associated with the VPC. */
  readonly rules: readonly ResolverRule[];
  /** Rules of DNS Firewall, those that decide first at the front. */
  readonly firewall: readonly FirewallRule[];
  /** Associations with what the stack does not have, such as a shared rule, zone or Profile. */
  readonly outside: readonly ResourceRef[];
}

export interface ResolverRule extends Node {
  /** Lower case, without the dot at the end; empty for the rule of all names. */
  readonly domain: MaybeUnknown<string>;
  /** Whether it sends queries to other servers. A system rule leaves them to the VPC's resolver. */
  readonly forwards: MaybeUnknown<boolean>;
}

export interface FirewallRule extends Node {
  readonly action: MaybeUnknown<"BLOCK" | "ALLOW" | "ALERT">;
  /** `example.com`, or `*.example.com` for what is below it; undefined: the stack does not have the list. */
  readonly domains: readonly MaybeUnknown<string>[] | undefined;
}

/** A hosted zone of Route 53. */
export interface HostedZone extends Node {
  /** Lower case, without the dot at the end. */
  readonly name: MaybeUnknown<string>;
  /** APIs that the name comes from, if the name itself is not known yet. */
  readonly apis: readonly Key[];
  /** The VPCs that resolve names in the zone; none for a public zone. */
  readonly vpcs: readonly MaybeUnknown<Key>[];
}

export interface DnsRecord extends Node {
  readonly zone: MaybeUnknown<Key>;
  readonly name: MaybeUnknown<string>;
  readonly apis: readonly Key[];
  readonly type: MaybeUnknown<string>;
  readonly isAlias: boolean;
  /** The endpoint or the domain name that it points to; undefined: something else. */
  readonly target: MaybeUnknown<Key> | undefined;
}
