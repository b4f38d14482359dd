import { ofType } from "./of-type.js";
import { given, integer, records } from "./read.js";
import type { SourceResource } from "./source.js";
import type { Graph } from "./types.js";
import { isKnown, type Maybe, UNKNOWN } from "./unknown.js";

const PROXY = "aws:rds/proxy:Proxy";
const CLUSTER = "aws:rds/cluster:Cluster";

/** The range of a cluster of serverless instances, in Aurora capacity units. */
export interface CapacityRange {
  readonly minimum: number;
  readonly maximum: number;
}

export function proxiesIn(graph: Graph): readonly SourceResource[] {
  return ofType(graph, PROXY);
}

/** The clusters that a proxy passes connections on to. */
export function clustersBehind(graph: Graph, proxy: SourceResource): SourceResource[] {
  const targets = ofType(graph, "aws:rds/proxyTarget:ProxyTarget").filter((target) =>
    refersTo(target, "dbProxyName", proxy),
  );
  return ofType(graph, CLUSTER).filter((cluster) =>
    targets.some((target) => refersTo(target, "dbClusterIdentifier", cluster)),
  );
}

export function instancesOf(graph: Graph, cluster: SourceResource): SourceResource[] {
  return ofType(graph, "aws:rds/clusterInstance:ClusterInstance").filter((instance) =>
    refersTo(instance, "clusterIdentifier", cluster),
  );
}

/** Undefined for a cluster that is not serverless; unknown while its range is. */
export function capacityOf(cluster: SourceResource): Maybe<CapacityRange> | undefined {
  const [scaling] = records(given(cluster, "serverlessv2ScalingConfiguration"));
  if (scaling === undefined) return undefined;
  if (!isKnown(scaling)) return UNKNOWN;
  const minimum = integer(scaling.minCapacity);
  const maximum = integer(scaling.maxCapacity);
  return typeof minimum === "number" && typeof maximum === "number" ? { minimum, maximum } : UNKNOWN;
}

/**
 * The share of a database's connections that a proxy may open, in percent: 100 unless its target group says less.
 * https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ConnectionPoolConfiguration.html
 */
export function poolPercentOf(graph: Graph, proxy: SourceResource): Maybe<number> {
  const [group] = ofType(graph, "aws:rds/proxyDefaultTargetGroup:ProxyDefaultTargetGroup").filter((each) =>
    refersTo(each, "dbProxyName", proxy),
  );
  const [config] = group === undefined ? [] : records(given(group, "connectionPoolConfig"));
  if (config === undefined) return 100;
  return isKnown(config) ? (integer(config.maxConnectionsPercent) ?? 100) : UNKNOWN;
}

function refersTo(resource: SourceResource, property: string, target: SourceResource): boolean {
  const value = resource.properties[property];
  if (typeof value === "string") return value === target.id || value === target.properties.name;
  return resource.propertyDependencies?.[property]?.includes(target.urn) === true;
}
