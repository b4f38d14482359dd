import { isReservedUser, maxConnections, RESERVED_DATABASES } from "@lambda-networking/preflight/aws";
import { type ConfigIssue, issue } from "@lambda-networking/preflight/errors";
import { mostEnvironments } from "../../components/database/connection-pool.js";
import type { RawConfig } from "../raw-config.js";
import { isValid, valid, validFields } from "./valid.js";

/** Requirements of a database on other keys: a VPC with two zones, and a limit on the number of clients. */
export function checkDatabase(raw: RawConfig): ConfigIssue[] {
  if (typeof raw.database !== "object" || raw.database === null) return [];
  return [...network(raw), ...capacityRange(raw), ...connections(raw), ...reservedNames(raw)];
}

/**
 * Names that RDS or PostgreSQL has for itself.
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBCluster.html
 */
function reservedNames(raw: RawConfig): ConfigIssue[] {
  const database = valid(raw, "database.name");
  const user = valid(raw, "database.user.name");
  return [
    ...(database !== undefined && RESERVED_DATABASES.has(database.toLowerCase())
      ? [issue("database.name", database, "RDS keeps this name. Write another, such as app.")]
      : []),
    ...(user === undefined ? [] : reservedUser(user)),
  ];
}

/** The master user of every cluster (components/database/cluster.ts). */
const MASTER_USER = "postgres";

function reservedUser(user: string): ConfigIssue[] {
  const key = "database.user.name";
  if (user.toLowerCase() === MASTER_USER) {
    const fix =
      "It is the master user, whose password AWS keeps. Leave database.user out, or write a user of your own, such as app.";
    return [issue(key, user, fix)];
  }
  if (!isReservedUser(user)) return [];
  return [issue(key, user, "RDS or PostgreSQL has it for itself. Write a user of your own, such as app.")];
}

function network(raw: RawConfig): ConfigIssue[] {
  const found: ConfigIssue[] = [];
  if (valid(raw, "networking") === "public") {
    const fix = "A database needs a VPC to be isolated in. Set networking: vpc, or database: false.";
    found.push(issue("database", raw.database, fix));
  }
  const zones = valid(raw, "vpc.availabilityZones");
  const count = typeof zones === "number" ? zones : zones?.length;
  if (count !== undefined && count < 2) {
    const fix = "Aurora and RDS Proxy need subnets in two zones. Write 2 or more, or database: false.";
    found.push(issue("vpc.availabilityZones", zones, fix));
  }
  return found;
}

function capacityRange(raw: RawConfig): ConfigIssue[] {
  const { minimumCapacity, maximumCapacity } = validFields(raw, "database") ?? {};
  if (minimumCapacity === undefined || maximumCapacity === undefined) return [];
  if (minimumCapacity <= maximumCapacity) return [];
  const fix = `It is less than database.minimumCapacity. Write ${minimumCapacity} or more.`;
  return [issue("database.maximumCapacity", maximumCapacity, fix)];
}

/** A database needs a limit on environments, because the number of environments limits its connections. */
function connections(raw: RawConfig): ConfigIssue[] {
  const { minimumCapacity: minimum, maximumCapacity: maximum } = validFields(raw, "database") ?? {};
  if (minimum === undefined || maximum === undefined) return [];
  if (!isValid(raw, "function.reservedConcurrency")) return [];
  const environments = valid(raw, "function.reservedConcurrency");
  const range = { minimum, maximum };
  const most = mostEnvironments(range);
  if (environments === undefined) {
    const fix = `Its connections are shared out by function.reservedConcurrency. Set that to how many environments may run at once, ${most} at most.`;
    return [issue("database", raw.database, fix)];
  }
  if (environments <= most) return [];
  const enough = DOUBLED.find((larger) => mostEnvironments({ minimum, maximum: larger }) >= environments);
  const or = enough === undefined ? "" : `, or database.maximumCapacity: ${enough}`;
  const found = `The database takes ${maxConnections(range)} connections, enough for ${most} environments.`;
  return [issue("function.reservedConcurrency", environments, `${found} Write ${most} or less${or}.`)];
}

/** Capacities that a fix may recommend. */
const DOUBLED = [2, 4, 8, 16, 32];
