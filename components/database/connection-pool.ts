import { type CapacityRange, maxConnections } from "@lambda-networking/preflight/aws";

/**
 * What a proxy's pool should have beyond what is used: its nodes share the pool, and a node may be short while
 * another has some left.
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/rds-proxy-connections.html
 */
const HEADROOM = 1.3;

/** The rest is for those who administer the database, and for the proxy's own checks. */
const LARGEST_SHARE = 90;

/**
 * The share of the database's connections that the proxy may open, in whole percent from 1: enough for a connection
 * of every execution environment at the same moment, even where the proxy can share none of them.
 * @param environments how many may be busy at once: the function's reserved concurrency
 * @throws RangeError where that is more than {@link mostEnvironments}; the configuration is checked for it before
 */
export function poolPercent(environments: number, range: CapacityRange): number {
  const percent = Math.max(1, Math.ceil((100 * environments * HEADROOM) / maxConnections(range)));
  if (percent <= LARGEST_SHARE) return percent;
  throw new RangeError(
    `${environments} environments need more than ${LARGEST_SHARE}% of ${maxConnections(range)} connections`,
  );
}

/** How many environments a database of this range can serve at once. */
export function mostEnvironments(range: CapacityRange): number {
  return Math.floor((LARGEST_SHARE * maxConnections(range)) / (100 * HEADROOM));
}
