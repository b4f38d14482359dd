import { type CapacityRange, maxConnections } from "@lambda-networking/preflight/aws";

/**
 * Ratio of a proxy's pool to the connections in use. The proxy's nodes share the pool, so one node may run short while
 * another has connections left.
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/rds-proxy-connections.html
 */
const HEADROOM = 1.3;

/** The rest is for administrators and for the proxy's own checks. */
const LARGEST_SHARE = 90;

/**
 * Share of the database's connections that the proxy may open, in whole percent from 1. It is enough for one connection
 * for each execution environment at the same moment, even if the proxy can share none of them.
 * @param environments environments that may be busy at once: the function's reserved concurrency
 * @throws RangeError if that exceeds {@link mostEnvironments}; the configuration's checks find this first
 */
export function poolPercent(environments: number, range: CapacityRange): number {
  const percent = Math.max(1, Math.ceil((100 * environments * HEADROOM) / maxConnections(range)));
  if (percent <= LARGEST_SHARE) return percent;
  throw new RangeError(
    `${environments} environments need more than ${LARGEST_SHARE}% of ${maxConnections(range)} connections`,
  );
}

/** The most environments that a database with this range can serve at once. */
export function mostEnvironments(range: CapacityRange): number {
  return Math.floor((LARGEST_SHARE * maxConnections(range)) / (100 * HEADROOM));
}
