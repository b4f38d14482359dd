import { capacityOf, clustersBehind, instancesOf } from "../../graph/databases.js";
import { isSet } from "../../graph/index.js";
import { boolean, inputValue } from "../../resources/read.js";
import type { SourceResource } from "../../resources/resource.js";
import type { Charge } from "../charges.js";
import { HOURS_PER_MONTH } from "../money.js";
import type { Pricer } from "./pricer.js";

const LEAST_CAPACITY_UNITS = 8;
const LEAST_PROCESSORS = 2;

/**
 * For a serverless cluster, a proxy is billed by the cluster's capacity units, at least 8. For others it is billed by
 * their virtual CPUs, at least 2, which the price table does not hold. https://aws.amazon.com/rds/proxy/pricing/
 */
export const databaseProxy: Pricer = (resource, { graph, usage }) => {
  const clusters = clustersBehind(graph, resource).flatMap((cluster) => {
    const capacity = capacityOf(cluster);
    return isSet(capacity)
      ? [{ minimum: capacity.minimum, instances: instancesOf(graph, cluster).length }]
      : [];
  });
  if (clusters.length === 0) {
    const fixed = LEAST_PROCESSORS * HOURS_PER_MONTH;
    return [{ what: "RDS Proxy for 2 vCPUs", product: "RDS Proxy", fixed, atLeast: true }];
  }
  const units = (each: (minimum: number) => number) =>
    Math.max(
      LEAST_CAPACITY_UNITS,
      clusters.reduce((sum, { minimum, instances }) => sum + each(minimum) * instances, 0),
    );
  const least = units((minimum) => minimum);
  const average = units((minimum) => Math.max(minimum, usage.auroraCapacityUnits ?? minimum));
  return [
    {
      what: `RDS Proxy for ${least} capacity units`,
      product: "RDS Proxy for Aurora Serverless v2",
      fixed: least * HOURS_PER_MONTH,
      usage: (average - least) * HOURS_PER_MONTH,
    },
  ];
};

/** The secret for the master user's password, which RDS creates, is billed like any other secret. */
export function masterSecret(cluster: SourceResource): Charge[] {
  const managed = boolean(inputValue(cluster, "manageMasterUserPassword"), false);
  return managed === true ? [{ what: "the master user's secret", product: "secret", fixed: 1 }] : [];
}
