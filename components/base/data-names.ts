import type { DataRetention } from "./data-retention.js";
import { arnOf, type DeploymentTarget } from "./deployment-target.js";
import { formerClusterName, formerName, type NameOwner, physicalName } from "./names.js";

interface DataNameArgs {
  readonly data: DataRetention;
  readonly target: DeploymentTarget;
}

/**
 * Name of a table that holds data. One that an earlier version of this program made under its former name keeps it,
 * because another name would be another, empty table.
 */
export function tableNameOf(name: string, { data, target }: DataNameArgs, owner?: NameOwner): string {
  const former = formerName(name, owner);
  return data.has(arnOf(target, "dynamodb", `table/${former}`))
    ? former
    : physicalName("table", name, [], owner);
}

/** Name of a cluster that holds data; like {@link tableNameOf}. */
export function clusterNameOf(name: string, { data, target }: DataNameArgs, owner?: NameOwner): string {
  const former = formerClusterName(name, owner);
  return data.has(arnOf(target, "rds", `cluster:${former}`))
    ? former
    : physicalName("cluster", name, [], owner);
}
