import { list, text } from "../../resources/read.js";
import type { SourceResource } from "../../resources/resource.js";
import { words } from "../../resources/terms.js";
import { isKnown, isSet, type MaybeUnknown, UNKNOWN } from "../../resources/unknown.js";
import type { Home, Key, ResourceRef } from "../model.js";
import { isElsewhere } from "./homes.js";

/** What a property may refer to: the resource types that fit, and what AWS creates along with another resource. */
export interface Kind {
  readonly types: readonly string[];
  /** A part of another resource, for example a VPC's default security group, by the suffix of its key. */
  readonly partOf?: { readonly types: readonly string[]; readonly suffix: string };
  /** How far a name of the kind reaches: IAM's names are one set for the whole account. @default region */
  readonly scope?: "account";
}

const VPC = ["aws:ec2/vpc:Vpc", "aws:ec2/defaultVpc:DefaultVpc"];
const ENDPOINT = ["aws:ec2/vpcEndpoint:VpcEndpoint"];

const INSTANCE = ["aws:ec2/instance:Instance"];
const FUNCTION = ["aws:lambda/function:Function", "aws:lambda/callbackFunction:CallbackFunction"];
const QUEUE = ["aws:sqs/queue:Queue"];
const TABLE = ["aws:dynamodb/table:Table"];
const STREAM = ["aws:kinesis/stream:Stream"];
const TOPIC = ["aws:sns/topic:Topic"];

export const KINDS = {
  vpc: { types: VPC },
  subnet: { types: ["aws:ec2/subnet:Subnet", "aws:ec2/defaultSubnet:DefaultSubnet"] },
  routeTable: {
    types: ["aws:ec2/routeTable:RouteTable", "aws:ec2/defaultRouteTable:DefaultRouteTable"],
    partOf: { types: VPC, suffix: "#default-route-table" },
  },
  networkAcl: {
    types: ["aws:ec2/networkAcl:NetworkAcl", "aws:ec2/defaultNetworkAcl:DefaultNetworkAcl"],
    partOf: { types: VPC, suffix: "#default-network-acl" },
  },
  securityGroup: {
    types: ["aws:ec2/securityGroup:SecurityGroup", "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"],
    partOf: { types: VPC, suffix: "#default-security-group" },
  },
  prefixList: {
    types: ["aws:ec2/managedPrefixList:ManagedPrefixList"],
    partOf: { types: ENDPOINT, suffix: "#prefix-list" },
  },
  internetGateway: { types: ["aws:ec2/internetGateway:InternetGateway"] },
  egressOnlyInternetGateway: { types: ["aws:ec2/egressOnlyInternetGateway:EgressOnlyInternetGateway"] },
  natGateway: { types: ["aws:ec2/natGateway:NatGateway"] },
  peering: { types: ["aws:ec2/vpcPeeringConnection:VpcPeeringConnection"] },
  transitGateway: { types: ["aws:ec2transitgateway/transitGateway:TransitGateway"] },
  transitGatewayAttachment: { types: ["aws:ec2transitgateway/vpcAttachment:VpcAttachment"] },
  endpoint: { types: ENDPOINT },
  address: { types: ["aws:ec2/eip:Eip"] },
  virtualPrivateGateway: { types: ["aws:ec2/vpnGateway:VpnGateway"] },
  function: { types: FUNCTION },
  alias: { types: ["aws:lambda/alias:Alias"] },
  role: { types: ["aws:iam/role:Role"], scope: "account" },
  policy: { types: ["aws:iam/policy:Policy"], scope: "account" },
  api: { types: ["aws:apigateway/restApi:RestApi"] },
  authorizer: { types: ["aws:apigateway/authorizer:Authorizer"] },
  userPool: { types: ["aws:cognito/userPool:UserPool"] },
  httpApi: { types: ["aws:apigatewayv2/api:Api"] },
  httpIntegration: { types: ["aws:apigatewayv2/integration:Integration"] },
  stage: { types: ["aws:apigateway/stage:Stage"] },
  domainName: {
    types: ["aws:apigateway/domainName:DomainName", "aws:apigatewayv2/domainName:DomainName"],
  },
  usagePlan: { types: ["aws:apigateway/usagePlan:UsagePlan"] },
  apiKey: { types: ["aws:apigateway/apiKey:ApiKey"] },
  resolverRule: { types: ["aws:route53/resolverRule:ResolverRule"] },
  profile: { types: ["aws:route53/profilesProfile:ProfilesProfile"] },
  firewallRuleGroup: { types: ["aws:route53/resolverFirewallRuleGroup:ResolverFirewallRuleGroup"] },
  firewallDomainList: { types: ["aws:route53/resolverFirewallDomainList:ResolverFirewallDomainList"] },
  dhcpOptions: { types: ["aws:ec2/vpcDhcpOptions:VpcDhcpOptions"] },
  hostedZone: { types: ["aws:route53/zone:Zone"] },
  table: { types: TABLE },
  queue: { types: QUEUE },
  topic: { types: TOPIC },
  rule: { types: ["aws:cloudwatch/eventRule:EventRule"] },
  bucket: { types: ["aws:s3/bucket:Bucket", "aws:s3/bucketV2:BucketV2"] },
  schedule: { types: ["aws:scheduler/schedule:Schedule"] },
  pipe: { types: ["aws:pipes/pipe:Pipe"] },
  logGroup: { types: ["aws:cloudwatch/logGroup:LogGroup"] },
  secret: { types: ["aws:secretsmanager/secret:Secret"] },
  key: { types: ["aws:kms/key:Key"] },
  /** What a service can hand events to. */
  receiver: {
    types: [
      ...FUNCTION,
      ...QUEUE,
      ...TOPIC,
      ...STREAM,
      "aws:cloudwatch/eventBus:EventBus",
      "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream",
      "aws:sfn/stateMachine:StateMachine",
      "aws:s3/bucket:Bucket",
      "aws:s3/bucketV2:BucketV2",
    ],
  },
  /** What Lambda and EventBridge Pipes read. */
  source: { types: [...QUEUE, ...TABLE, ...STREAM] },
  apiResource: { types: ["aws:apigateway/resource:Resource"] },
  subnetGroup: { types: ["aws:rds/subnetGroup:SubnetGroup", "aws:elasticache/subnetGroup:SubnetGroup"] },
  cluster: { types: ["aws:rds/cluster:Cluster"] },
  fileSystem: { types: ["aws:efs/fileSystem:FileSystem"] },
  accessPoint: { types: ["aws:efs/accessPoint:AccessPoint"] },
  // Elastic Load Balancing has been in four modules.
  loadBalancer: {
    types: [
      "aws:lb/loadBalancer:LoadBalancer",
      "aws:alb/loadBalancer:LoadBalancer",
      "aws:elasticloadbalancingv2/loadBalancer:LoadBalancer",
      "aws:applicationloadbalancing/loadBalancer:LoadBalancer",
    ],
  },
  listener: {
    types: [
      "aws:lb/listener:Listener",
      "aws:alb/listener:Listener",
      "aws:elasticloadbalancingv2/listener:Listener",
      "aws:applicationloadbalancing/listener:Listener",
    ],
  },
  listenerRule: {
    types: [
      "aws:lb/listenerRule:ListenerRule",
      "aws:alb/listenerRule:ListenerRule",
      "aws:elasticloadbalancingv2/listenerRule:ListenerRule",
      "aws:applicationloadbalancing/listenerRule:ListenerRule",
    ],
  },
  targetGroup: {
    types: [
      "aws:lb/targetGroup:TargetGroup",
      "aws:alb/targetGroup:TargetGroup",
      "aws:elasticloadbalancingv2/targetGroup:TargetGroup",
      "aws:applicationloadbalancing/targetGroup:TargetGroup",
    ],
  },
  targetGroupAttachment: {
    types: [
      "aws:lb/targetGroupAttachment:TargetGroupAttachment",
      "aws:alb/targetGroupAttachment:TargetGroupAttachment",
      "aws:elasticloadbalancingv2/targetGroupAttachment:TargetGroupAttachment",
      "aws:applicationloadbalancing/targetGroupAttachment:TargetGroupAttachment",
    ],
  },
  classicLoadBalancer: {
    types: ["aws:elb/loadBalancer:LoadBalancer", "aws:elasticloadbalancing/loadBalancer:LoadBalancer"],
  },
  scalingGroup: { types: ["aws:autoscaling/group:Group"] },
  launchTemplate: { types: ["aws:ec2/launchTemplate:LaunchTemplate"] },
  /** A network interface or, by the id of its first one, an instance. */
  networkInterface: { types: ["aws:ec2/networkInterface:NetworkInterface", ...INSTANCE] },
  instance: { types: INSTANCE },
  any: { types: [] },
} as const satisfies Record<string, Kind>;

/** Outputs that identify a resource in the properties of others. */
const NAMES = [
  "id",
  "arn",
  "name",
  "invokeArn",
  "qualifiedArn",
  "executionArn",
  "dnsName",
  "primaryNetworkInterfaceId",
];

/** Outputs that are the id of something that AWS creates along with the resource. */
const PARTS: readonly (readonly [property: string, kind: Kind])[] = [
  ["defaultSecurityGroupId", KINDS.securityGroup],
  ["defaultNetworkAclId", KINDS.networkAcl],
  ["defaultRouteTableId", KINDS.routeTable],
  ["prefixListId", KINDS.prefixList],
];

/**
 * Resolves property values to keys of the graph. A value may be an id, an ARN, a name, or unknown with a known
 * dependency.
 */
export class References {
  readonly #resources: ReadonlyMap<Key, SourceResource>;
  readonly #byName = new Map<string, Key[]>();
  readonly #byLogicalName = new Map<string, Key[]>();
  readonly #parts = new Map<string, Key>();
  readonly #adopted = new Map<Key, Key>();
  readonly #homeOf: (resource: SourceResource) => Home;

  constructor(
    resources: ReadonlyMap<Key, SourceResource>,
    homeOf: (resource: SourceResource) => Home = () => ({}),
  ) {
    this.#resources = resources;
    this.#homeOf = homeOf;
    for (const resource of resources.values()) this.#register(resource);
  }

  #register(resource: SourceResource): void {
    const names = new Set([resource.id, ...NAMES.map((name) => text(resource.properties[name]))]);
    for (const name of names) {
      if (isSet(name) && name !== resource.urn) push(this.#byName, name, resource.urn);
    }
    push(this.#byLogicalName, resource.name, resource.urn);
    for (const [property, kind] of PARTS) {
      const id = text(resource.properties[property]);
      const part = partOf(resource, kind);
      if (isSet(id) && part !== undefined) this.#parts.set(id, part);
    }
  }

  /** Makes a resource represent what AWS created along with another one, as `DefaultNetworkAcl` does. */
  adopt(part: Key, by: Key): void {
    this.#adopted.set(part, by);
  }

  /** Keys of every resource of any type that has this URN, id, ARN or name. */
  named(name: string): readonly Key[] {
    if (this.#resources.has(name)) return [name];
    return this.#byName.get(name) ?? [];
  }

  /** Like {@link named}, but also by logical name. Logical names go first, because users write those. */
  find(name: string): readonly Key[] {
    if (this.#resources.has(name)) return [name];
    return this.#byLogicalName.get(name) ?? this.named(name);
  }

  /** The key that a property's value refers to; undefined if the property is absent. */
  one(resource: SourceResource, property: string, value: unknown, kind: Kind): MaybeUnknown<Key> | undefined {
    const written = text(value);
    if (written === undefined) return undefined;
    if (isKnown(written)) return this.resolve(resource, property, written, kind);
    const [only, ...others] = this.dependencies(resource, property, kind);
    return only !== undefined && others.length === 0 ? only : UNKNOWN;
  }

  /** Like {@link one}, for a property that every deployed resource has. */
  needed(resource: SourceResource, property: string, value: unknown, kind: Kind): MaybeUnknown<Key> {
    return this.one(resource, property, value, kind) ?? UNKNOWN;
  }

  /** The keys that a list of ids refers to. */
  many(resource: SourceResource, property: string, value: unknown, kind: Kind): MaybeUnknown<Key>[] {
    if (value === UNKNOWN) {
      const dependencies = this.dependencies(resource, property, kind);
      return dependencies.length > 0 ? [...dependencies] : [UNKNOWN];
    }
    const written = list(value).map(text);
    const keys = written.filter((item) => isSet(item));
    const known = keys.map((item) => this.resolve(resource, property, String(item), kind));
    const unknown = written.filter((item) => item === UNKNOWN).length;
    if (unknown === 0) return known;
    const rest = this.dependencies(resource, property, kind).filter((key) => !known.includes(key));
    return [...known, ...(rest.length === unknown ? rest : Array<typeof UNKNOWN>(unknown).fill(UNKNOWN))];
  }

  /**
   * The resource that an id, an ARN, a name or a URN in a property refers to. If it is not in the stack, the text itself
   * is the key.
   *
   * Of several resources of that name, one that the property depends on decides, else the one in the property's own
   * account and Region; if neither decides, it is not known which one is meant. A name never refers to a resource of
   * another account or Region, because the same name there is another resource.
   *
   * @param at the account and the Region that the name is looked up in
   */
  resolve(
    resource: SourceResource,
    property: string,
    written: string,
    kind: Kind,
    at: Home = this.#homeOf(resource),
  ): MaybeUnknown<Key> {
    const named = this.named(written).filter((key) => fits(this.#resources.get(key), kind.types));
    const sources = resource.propertyDependencies?.[property] ?? [];
    const used = named.filter((key) => sources.includes(key));
    const [only, ...others] = used.length > 0 ? used : this.#near(at, written, named, kind);
    if (only !== undefined) return others.length === 0 ? only : UNKNOWN;
    const part = this.#parts.get(written);
    return part === undefined ? written : this.canonical(part);
  }

  /** The resources of one name that may be in an account and a Region. */
  #near(at: Home, written: string, named: readonly Key[], { scope }: Kind): readonly Key[] {
    // An ARN and an id of EC2 name one resource in all accounts and Regions.
    if (isUnique(written)) return named.slice(0, 1);
    return named.filter((key) => !isElsewhere(at, this.homeOf(key), scope));
  }

  /** Where the resource of a key is. */
  homeOf(key: MaybeUnknown<Key>): Home {
    const [urn = ""] = isKnown(key) ? key.split("#", 1) : [];
    const resource = this.#resources.get(urn);
    return resource === undefined ? {} : this.#homeOf(resource);
  }

  canonical(key: Key): Key {
    return this.#adopted.get(key) ?? key;
  }

  /** The resources of a kind that a property's value comes from. */
  dependencies(resource: SourceResource, property: string, kind: Kind): readonly Key[] {
    const sources = (resource.propertyDependencies?.[property] ?? []).flatMap((urn) => {
      const source = this.#resources.get(urn);
      return source === undefined ? [] : [source];
    });
    const direct = sources.filter((source) => fits(source, kind.types)).map((source) => source.urn);
    if (direct.length > 0) return [...new Set(direct)].sort();
    const parts = sources.flatMap((source) => partOf(source, kind) ?? []);
    return [...new Set(parts.map((part) => this.canonical(part)))].sort();
  }

  /** A displayable name for a key, whether or not the stack has the resource. */
  refOf(key: MaybeUnknown<Key>): ResourceRef {
    if (!isKnown(key)) return { urn: "", type: "", name: "a value that is not known yet" };
    const [urn = key, part] = key.split("#", 2);
    const resource = this.#resources.get(urn);
    if (resource === undefined && part !== undefined)
      return { urn: key, type: "", name: `${words(part)} of ${urn}` };
    if (resource === undefined) return { urn: key, type: "", name: key, id: key };
    if (part === undefined) return refOf(resource);
    return { urn: key, type: resource.type, name: `${words(part)} of ${resource.name}` };
  }
}

export function refOf({ urn, type, name, id }: SourceResource): ResourceRef {
  return id === undefined ? { urn, type, name } : { urn, type, name, id };
}

/**
 * Key of an AWS-managed prefix list. It belongs to a service and a Region, whichever endpoint it was read from:
 * `com.amazonaws.eu-west-1.dynamodb#prefix-list`.
 */
export function managedPrefixList(serviceName: string): Key {
  return `${serviceName}${KINDS.prefixList.partOf.suffix}`;
}

export function isManagedByAws(prefixList: Key): boolean {
  return prefixList.endsWith(KINDS.prefixList.partOf.suffix);
}

function partOf(resource: SourceResource, { partOf }: Kind): Key | undefined {
  const serviceName = text(resource.properties.serviceName);
  if (partOf === KINDS.prefixList.partOf && isSet(serviceName)) {
    return partOf.types.includes(resource.type) ? managedPrefixList(serviceName) : undefined;
  }
  return partOf?.types.includes(resource.type) ? `${resource.urn}${partOf.suffix}` : undefined;
}

/** Whether a text names one resource in all accounts and Regions: a URN, an ARN, or an id of EC2 such as `vpc-0a1b…`. */
export function isUnique(written: string): boolean {
  return /^urn:|^arn:/.test(written) || EC2_ID.test(written);
}

/** A name that only looks like an id, such as `worker-deadbeef`, is a name. */
const EC2_ID =
  /^(?:acl|dopt|eigw|eipalloc|eni|i|igw|nat|pcx|pl|rtb|sg|subnet|tgw|vgw|vpc|vpce)-[0-9a-f]{8,17}$/;

function fits(resource: SourceResource | undefined, types: readonly string[]): boolean {
  return resource !== undefined && (types.length === 0 || types.includes(resource.type));
}

function push(keys: Map<string, Key[]>, name: string, key: Key): void {
  const same = keys.get(name);
  if (same === undefined) keys.set(name, [key]);
  else same.push(key);
}
