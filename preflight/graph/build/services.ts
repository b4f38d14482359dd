import { boolean, inputValue, integer, list, records, text } from "../../resources/read.js";
import type { SourceResource } from "../../resources/resource.js";
import { isKnown, isSet, type MaybeUnknown, UNKNOWN } from "../../resources/unknown.js";
import type { ElasticAddress, Key, ManagedResource, ManagedResourceKind, Placement } from "../model.js";
import type { Context } from "./context.js";
import { primaryInterfaceOf } from "./network/elastic-addresses.js";
import { publicAddressesOf } from "./network/public-addresses.js";
import { attachedInterfaces } from "./network/scaling-groups.js";
import { isDefaultResourcePolicy, policyOf, separatePolicies } from "./policies.js";
import { KINDS, type References, refOf } from "./references.js";

interface Shape {
  readonly kind: ManagedResourceKind;
  readonly service?: string;
  readonly subnets?: string;
  readonly subnetGroup?: string;
  readonly groups?: string;
  readonly port?: number;
  readonly policies?: readonly [type: string, property: string];
}

/** https://docs.aws.amazon.com/efs/latest/ug/network-access.html */
const NFS = 2049;

/** Properties to read of each type: the service that serves it, or the placement of its network interfaces. */
const SHAPES: Readonly<Record<string, Shape>> = {
  "aws:rds/instance:Instance": rds("database"),
  "aws:rds/cluster:Cluster": rds("database"),
  "aws:rds/proxy:Proxy": { kind: "database-proxy", subnets: "vpcSubnetIds", groups: "vpcSecurityGroupIds" },
  "aws:elasticache/cluster:Cluster": {
    kind: "cache",
    subnetGroup: "subnetGroupName",
    groups: "securityGroupIds",
    port: 6379,
  },
  "aws:elasticache/replicationGroup:ReplicationGroup": {
    kind: "cache",
    subnetGroup: "subnetGroupName",
    groups: "securityGroupIds",
    port: 6379,
  },
  "aws:efs/fileSystem:FileSystem": {
    kind: "file-system",
    port: NFS,
    policies: ["aws:efs/fileSystemPolicy:FileSystemPolicy", "fileSystemId"],
  },
  "aws:efs/mountTarget:MountTarget": {
    kind: "mount-target",
    subnets: "subnetId",
    groups: "securityGroups",
    port: NFS,
  },
  "aws:ec2/instance:Instance": { kind: "instance", subnets: "subnetId", groups: "vpcSecurityGroupIds" },
  "aws:ec2/networkInterface:NetworkInterface": {
    kind: "network-interface",
    subnets: "subnetId",
    groups: "securityGroups",
  },
  ...Object.fromEntries(
    [...KINDS.loadBalancer.types, ...KINDS.classicLoadBalancer.types].map((type): [string, Shape] => [
      type,
      { kind: "load-balancer", subnets: "subnets", groups: "securityGroups" },
    ]),
  ),
  "aws:ecs/service:Service": { kind: "container-service", groups: "networkConfiguration" },
  "aws:sns/topic:Topic": {
    kind: "topic",
    service: "sns",
    policies: ["aws:sns/topicPolicy:TopicPolicy", "arn"],
  },
  "aws:cloudwatch/eventRule:EventRule": { kind: "rule", service: "events" },
  "aws:sqs/queue:Queue": {
    kind: "queue",
    service: "sqs",
    policies: ["aws:sqs/queuePolicy:QueuePolicy", "queueUrl"],
  },
  "aws:dynamodb/table:Table": {
    kind: "table",
    service: "dynamodb",
    policies: ["aws:dynamodb/resourcePolicy:ResourcePolicy", "resourceArn"],
  },
  "aws:s3/bucket:Bucket": {
    kind: "bucket",
    service: "s3",
    policies: ["aws:s3/bucketPolicy:BucketPolicy", "bucket"],
  },
  "aws:s3/bucketV2:BucketV2": {
    kind: "bucket",
    service: "s3",
    policies: ["aws:s3/bucketPolicy:BucketPolicy", "bucket"],
  },
  "aws:ssm/parameter:Parameter": { kind: "parameter", service: "ssm" },
  "aws:kms/key:Key": {
    kind: "key",
    service: "kms",
    policies: ["aws:kms/keyPolicy:KeyPolicy", "keyId"],
  },
  "aws:secretsmanager/secret:Secret": {
    kind: "secret",
    service: "secretsmanager",
    policies: ["aws:secretsmanager/secretPolicy:SecretPolicy", "secretArn"],
  },
  "aws:kinesis/stream:Stream": { kind: "stream", service: "kinesis-streams" },
  "aws:cloudwatch/logGroup:LogGroup": { kind: "log-group", service: "logs" },
  "aws:cloudwatch/metricAlarm:MetricAlarm": { kind: "trigger", service: "monitoring" },
  "aws:cloudwatch/compositeAlarm:CompositeAlarm": { kind: "trigger", service: "monitoring" },
  "aws:scheduler/schedule:Schedule": { kind: "trigger", service: "scheduler" },
  "aws:pipes/pipe:Pipe": { kind: "trigger", service: "pipes" },
  "aws:cognito/userPool:UserPool": { kind: "trigger", service: "cognito-idp" },
  "aws:iot/topicRule:TopicRule": { kind: "trigger", service: "iot" },
  "aws:ses/receiptRule:ReceiptRule": { kind: "trigger", service: "email" },
  "aws:cfg/rule:Rule": { kind: "trigger", service: "config" },
  "aws:sfn/stateMachine:StateMachine": { kind: "trigger", service: "states" },
  "aws:appsync/dataSource:DataSource": { kind: "trigger", service: "appsync" },
  "aws:codepipeline/pipeline:Pipeline": { kind: "trigger", service: "codepipeline" },
};

function rds(kind: ManagedResourceKind): Shape {
  return { kind, subnetGroup: "dbSubnetGroupName", groups: "vpcSecurityGroupIds" };
}

/** Databases, proxies, topics, queues, tables, parameters and keys, with what packets and policies depend on. */
export function buildManagedResources(
  context: Context,
  elastic: ReadonlyMap<Key, ElasticAddress>,
): Map<Key, ManagedResource> {
  const found = new Map<Key, ManagedResource>();
  const attached = attachedGroups(context);
  const interfaces = attachedInterfaces(context);
  for (const [type, shape] of Object.entries(SHAPES)) {
    const resources = context.ofType(type);
    const separate =
      shape.policies === undefined || resources.length === 0
        ? undefined
        : policiesOf(context, ...shape.policies, { types: [type] });
    for (const resource of resources) {
      // An instance has the subnet, the groups and the addresses of its first network interface.
      const first = context.resources.get(primaryInterfaceOf(context, resource.urn)) ?? resource;
      const placing = first === resource ? shape : (SHAPES[first.type] ?? shape);
      found.set(resource.urn, {
        ref: refOf(resource),
        kind: shape.kind,
        service: shape.service,
        arn: text(resource.properties.arn),
        placement: withGroups(placementOf(context, first, placing), attached.get(first.urn)),
        privateAddresses: addressesOf(first),
        ...publicAddressesOf(context, resource, elastic),
        sourceDestCheck: boolean(inputValue(first, "sourceDestCheck"), true),
        ...(shape.kind === "network-interface" && {
          isAttached: interfaces.has(resource.urn) ? true : UNKNOWN,
        }),
        port: portOf(resource, shape),
        policy: policyOf(resource, separate?.get(resource.urn), isDefaultResourcePolicy),
      });
    }
  }
  return found;
}

function policiesOf(context: Context, type: string, property: string, kind: { types: readonly string[] }) {
  return separatePolicies(context, type, (policy) =>
    context.references.needed(policy, property, policy.properties[property], kind),
  );
}

/** Security groups that separate resources attach to network interfaces, by the interface or its instance. */
function attachedGroups(context: Context): Map<MaybeUnknown<Key>, MaybeUnknown<Key>[]> {
  const { ofType, references } = context;
  const groups = new Map<MaybeUnknown<Key>, MaybeUnknown<Key>[]>();
  const type = "aws:ec2/networkInterfaceSecurityGroupAttachment:NetworkInterfaceSecurityGroupAttachment";
  for (const resource of ofType(type)) {
    const { networkInterfaceId, securityGroupId } = resource.properties;
    const to = references.needed(resource, "networkInterfaceId", networkInterfaceId, KINDS.networkInterface);
    const holder = isKnown(to) ? primaryInterfaceOf(context, to) : to;
    const group = references.needed(resource, "securityGroupId", securityGroupId, KINDS.securityGroup);
    groups.set(holder, [...(groups.get(holder) ?? []), group]);
  }
  return groups;
}

function withGroups(
  placement: Placement | undefined,
  more: readonly MaybeUnknown<Key>[] = [],
): Placement | undefined {
  if (placement === undefined) return undefined;
  return { ...placement, securityGroups: [...new Set([...placement.securityGroups, ...more])] };
}

function placementOf(
  { references, resources }: Context,
  resource: SourceResource,
  { kind, subnets, subnetGroup, groups }: Shape,
): Placement | undefined {
  if (groups === undefined) return undefined;
  if (kind === "container-service") return taskPlacement(references, resource);
  const securityGroups = references.many(resource, groups, inputValue(resource, groups), KINDS.securityGroup);
  if (kind === "load-balancer") return loadBalancerPlacement(references, resource, securityGroups);
  if (subnets !== undefined) {
    const value = inputValue(resource, subnets);
    const ids = typeof value === "string" ? [value] : value;
    return { securityGroups, subnets: references.many(resource, subnets, ids, KINDS.subnet) };
  }
  if (subnetGroup === undefined) return undefined;
  const key = references.one(resource, subnetGroup, inputValue(resource, subnetGroup), KINDS.subnetGroup);
  const group = isSet(key) ? resources.get(key) : undefined;
  if (group === undefined) return { securityGroups, subnets: [UNKNOWN] };
  return {
    securityGroups,
    subnets: references.many(group, "subnetIds", group.properties.subnetIds, KINDS.subnet),
  };
}

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-networking-awsvpc.html */
function taskPlacement(references: References, resource: SourceResource): Placement | undefined {
  const property = "networkConfiguration";
  const [network] = records(inputValue(resource, property));
  if (network === undefined) return undefined;
  const { subnets, securityGroups } = isKnown(network) ? network : UNREAD_NETWORK;
  return {
    subnets: references.many(resource, property, subnets, KINDS.subnet),
    securityGroups: references.many(resource, property, securityGroups, KINDS.securityGroup),
  };
}

const UNREAD_NETWORK = { subnets: UNKNOWN, securityGroups: UNKNOWN };

/**
 * The nodes of a load balancer. Only an Application or a Classic Load Balancer gets the default group of its VPC.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-security-groups.html
 */
function loadBalancerPlacement(
  references: References,
  resource: SourceResource,
  securityGroups: Placement["securityGroups"],
): Placement {
  const written = inputValue(resource, "subnets");
  const mapped = records(inputValue(resource, "subnetMappings")).map((mapping) =>
    isKnown(mapping) ? mapping.subnetId : UNKNOWN,
  );
  const property = list(written).length > 0 ? "subnets" : "subnetMappings";
  const subnets = references.many(
    resource,
    property,
    property === "subnets" ? written : mapped,
    KINDS.subnet,
  );
  const type = inputValue(resource, "loadBalancerType");
  if (type === UNKNOWN && securityGroups.length === 0) return { securityGroups: [UNKNOWN], subnets };
  return { securityGroups, subnets, hasNoDefaultGroup: type === "network" || type === "gateway" };
}

/** Before deployment only the addresses that the program sets are known, and the outputs that repeat them are not. */
function addressesOf(resource: SourceResource): MaybeUnknown<string>[] {
  const { privateIp } = resource.properties;
  const read = (property: string) => list(inputValue(resource, property)).map(text);
  const listed = read("privateIps");
  // Before deployment the output `privateIp` is not known, even if the program sets the addresses.
  const primary: readonly unknown[] = listed.length > 0 && listed.every(isSet) ? [] : [privateIp];
  const all = [...primary.map(text), ...listed, ...read("secondaryPrivateIps"), ...read("ipv6Addresses")];
  return [...new Set(all)].filter((address) => address !== undefined);
}

const PORTS: readonly (readonly [engine: RegExp, port: number])[] = [
  [/postgres/i, 5432],
  [/mysql|maria/i, 3306],
  [/sqlserver/i, 1433],
  [/oracle/i, 1521],
];

function portOf(resource: SourceResource, shape: Shape): MaybeUnknown<number> | undefined {
  const { engine, engineFamily, port } = resource.properties;
  const own = integer(port);
  if (isSet(own) && own > 0) return own;
  const name = text(engine ?? engineFamily);
  const usual = isSet(name) ? PORTS.find(([pattern]) => pattern.test(name))?.[1] : undefined;
  return usual ?? shape.port;
}
