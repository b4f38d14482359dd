import type { CapacityRange } from "../aws/aurora-connections.js";
import { partitionOf } from "../aws/partitions.js";
import { groupBy, inputValue, integer, records } from "../resources/read.js";
import type { SourceResource } from "../resources/resource.js";
import { isKnown, type MaybeUnknown, UNKNOWN } from "../resources/unknown.js";
import { isElsewhere } from "./build/homes.js";
import type { Graph, ManagedResource } from "./model.js";

/** The IAM action that permits a login to a database. */
export const LOGIN_ACTION = "rds-db:connect";

/**
 * The ARN that IAM policies use for a user of a database or of a proxy:
 * `arn:aws:rds-db:REGION:ACCOUNT:dbuser:prx-…/USER`. Before the proxy exists, its id replaces the end of its ARN.
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/UsingWithRDS.IAMDBAuth.IAMPolicy.html
 */
export function loginArn(graph: Graph, resource: ManagedResource, user: string): MaybeUnknown<string> {
  const id = loginId(graph, resource);
  if (!isKnown(id)) return UNKNOWN;
  const { region, account } = graph;
  const written = typeof resource.arn === "string" ? resource.arn.split(":") : [];
  const [, partition = partitionOf(region ?? ""), , at = region, by = account] = written;
  return at === undefined || by === undefined
    ? UNKNOWN
    : `arn:${partition}:rds-db:${at}:${by}:dbuser:${id}/${user}`;
}

function loginId(graph: Graph, { ref, kind, arn }: ManagedResource): MaybeUnknown<string> {
  if (kind === "database") {
    const id = graph.resources.get(ref.urn)?.properties.clusterResourceId;
    return typeof id === "string" ? id : UNKNOWN;
  }
  if (typeof arn === "string") return arn.split(":").at(-1) ?? UNKNOWN;
  return ref.id?.startsWith("prx-") ? ref.id : UNKNOWN;
}

const PROXY = "aws:rds/proxy:Proxy";
const CLUSTER = "aws:rds/cluster:Cluster";

export function proxiesIn(graph: Graph): readonly SourceResource[] {
  return ofType(graph, PROXY);
}

/** The clusters that a proxy forwards connections to. */
export function clustersBehind(graph: Graph, proxy: SourceResource): SourceResource[] {
  const targets = ofType(graph, "aws:rds/proxyTarget:ProxyTarget").filter((target) =>
    refersTo(graph, target, "dbProxyName", proxy),
  );
  return ofType(graph, CLUSTER).filter((cluster) =>
    targets.some((target) => refersTo(graph, target, "dbClusterIdentifier", cluster)),
  );
}

export function instancesOf(graph: Graph, cluster: SourceResource): SourceResource[] {
  return ofType(graph, "aws:rds/clusterInstance:ClusterInstance").filter((instance) =>
    refersTo(graph, instance, "clusterIdentifier", cluster),
  );
}

/** The capacity range of a cluster; undefined if it is not serverless, unknown if its range is. */
export function capacityOf(cluster: SourceResource): MaybeUnknown<CapacityRange> | undefined {
  const [scaling] = records(inputValue(cluster, "serverlessv2ScalingConfiguration"));
  if (scaling === undefined) return undefined;
  if (!isKnown(scaling)) return UNKNOWN;
  const minimum = integer(scaling.minCapacity);
  const maximum = integer(scaling.maxCapacity);
  return typeof minimum === "number" && typeof maximum === "number" ? { minimum, maximum } : UNKNOWN;
}

/**
 * The share of a database's connections that a proxy may open, in percent: 100 unless its target group sets less.
 * https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ConnectionPoolConfiguration.html
 */
export function poolPercentOf(graph: Graph, proxy: SourceResource): MaybeUnknown<number> {
  const [group] = ofType(graph, "aws:rds/proxyDefaultTargetGroup:ProxyDefaultTargetGroup").filter((each) =>
    refersTo(graph, each, "dbProxyName", proxy),
  );
  const [config] = group === undefined ? [] : records(inputValue(group, "connectionPoolConfig"));
  if (config === undefined) return 100;
  return isKnown(config) ? (integer(config.maxConnectionsPercent) ?? 100) : UNKNOWN;
}

function refersTo(graph: Graph, resource: SourceResource, property: string, target: SourceResource): boolean {
  const value = resource.properties[property];
  if (typeof value === "string") {
    const isNamed = value === target.id || value === target.properties.name;
    // The same name in another account or Region is another database.
    return isNamed && !isElsewhere(graph.homeOf(resource.urn), graph.homeOf(target.urn));
  }
  return resource.propertyDependencies?.[property]?.includes(target.urn) === true;
}

const cache = new WeakMap<Graph["resources"], ReadonlyMap<string, readonly SourceResource[]>>();

/**
 * The resources of a type, such as `aws:rds/proxy:Proxy`, in the stack's order. They are sorted once for each graph.
 */
export function ofType({ resources }: Graph, type: string): readonly SourceResource[] {
  const byType = cache.get(resources) ?? groupBy([...resources.values()], (resource) => resource.type);
  cache.set(resources, byType);
  return byType.get(type) ?? [];
}
