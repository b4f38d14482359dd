import type { DataRetention } from "../components/base/data-retention.js";
import type { DeploymentTarget } from "../components/base/deployment-target.js";
import { Database } from "../components/database/database.js";
import type { StackConfig } from "../config/index.js";
import type { Network } from "./network.js";
import { tagged } from "./tags.js";

/** Creates the database in the isolated subnets; undefined unless `database` is configured. See docs/database.md. */
export function createDatabase(
  config: StackConfig,
  {
    network,
    data,
    target,
  }: { readonly network?: Network; readonly data: DataRetention; readonly target: DeploymentTarget },
): Database | undefined {
  if (config.networking === "public" || config.database === false || network === undefined) return undefined;
  return new Database(
    "database",
    {
      ...config.database,
      kmsKeyArn: config.database.kmsKeyArn ?? target.key?.arn,
      vpc: network.vpc,
      data,
      // The configuration's checks require reservedConcurrency if there is a database.
      environments: config.function.reservedConcurrency ?? 0,
      borrowTimeout: config.function.timeout,
      target,
    },
    tagged("database"),
  );
}
