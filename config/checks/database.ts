import { type Mistake, mistake } from "../../lib/validation.js";
import { maxConnections, mostEnvironments } from "../../preflight/aws/aurora-connections.js";
import { field, type RawConfig } from "../raw-config.js";
import { databaseSchema } from "../schema/database.js";
import { functionSchema } from "../schema/function.js";
import { NETWORKING_MODES, vpcSchema } from "../schema/network.js";

/** What a database needs of the other keys: a VPC with two zones, and a bound on who connects. */
export function checkDatabase(raw: RawConfig): Mistake[] {
  if (typeof raw.database !== "object" || raw.database === null) return [];
  return [...network(raw), ...capacityRange(raw), ...connections(raw)];
}

function network(raw: RawConfig): Mistake[] {
  const networking = raw.networking ?? "public";
  if (networking !== "vpc") {
    // Any other word is a mistake of its own key.
    if (!NETWORKING_MODES.some((mode) => mode === networking)) return [];
    const mend = "A database needs a VPC to be isolated in. Set networking: vpc, or database: false.";
    return [mistake("database", raw.database, mend)];
  }
  const zones = vpcSchema.shape.availabilityZones.safeParse(field(raw.vpc, "availabilityZones")).data;
  const count = typeof zones === "number" ? zones : zones?.length;
  if (count === undefined || count > 1) return [];
  const mend = "Aurora and RDS Proxy need subnets in two zones. Write 2 or more, or database: false.";
  return [mistake("vpc.availabilityZones", zones, mend)];
}

/** The database's settings, where they are right by themselves. */
function settings(raw: RawConfig) {
  const { data = false } = databaseSchema.safeParse(raw.database);
  return data === false ? undefined : data;
}

function capacityRange(raw: RawConfig): Mistake[] {
  const database = settings(raw);
  if (database === undefined || database.minimumCapacity <= database.maximumCapacity) return [];
  const { minimumCapacity, maximumCapacity } = database;
  const mend = `It is less than database.minimumCapacity. Write ${minimumCapacity} or more.`;
  return [mistake("database.maximumCapacity", maximumCapacity, mend)];
}

/** Connections are bounded by the environments that there can be, so there must be a bound on those. */
function connections(raw: RawConfig): Mistake[] {
  const database = settings(raw);
  const reserved = functionSchema.shape.reservedConcurrency.safeParse(
    field(raw.function, "reservedConcurrency"),
  );
  if (database === undefined || !reserved.success) return [];
  const range = { minimum: database.minimumCapacity, maximum: database.maximumCapacity };
  const most = mostEnvironments(range);
  if (reserved.data === undefined) {
    const mend = `Its connections are shared out by function.reservedConcurrency. Set that to how many environments may run at once, ${most} at most.`;
    return [mistake("database", raw.database, mend)];
  }
  if (reserved.data <= most) return [];
  const { data: environments } = reserved;
  const enough = DOUBLED.find((maximum) => mostEnvironments({ ...range, maximum }) >= environments);
  const or = enough === undefined ? "" : `, or database.maximumCapacity: ${enough}`;
  const found = `The database takes ${maxConnections(range)} connections, enough for ${most} environments.`;
  return [mistake("function.reservedConcurrency", environments, `${found} Write ${most} or less${or}.`)];
}

/** Capacities to recommend. */
const DOUBLED = [2, 4, 8, 16, 32];
