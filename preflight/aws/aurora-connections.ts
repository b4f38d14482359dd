/**
 * Connections of an Aurora PostgreSQL database, by its maximum capacity units. AWS's formula is
 * LEAST(memory / 9531392, 5000) for the memory that is left to the database. These are AWS's own figures.
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-serverless-v2.setting-capacity.html#aurora-serverless-v2.max-connections
 */
const CONNECTIONS = [
  [1, 189],
  [4, 823],
  [8, 1669],
  [16, 3360],
  [32, 5000],
] as const;

/** With a minimum of at most half a unit the connections stay limited, whatever the maximum capacity is. */
const LOW_MINIMUM = 0.5;
const MOST_WITH_LOW_MINIMUM = 2000;

/** Range in which a serverless database scales, in Aurora capacity units of 2 GiB each. */
export interface CapacityRange {
  readonly minimum: number;
  readonly maximum: number;
}

/** Default of `max_connections`. It follows the maximum capacity, not the present one. */
export function maxConnections({ minimum, maximum }: CapacityRange): number {
  const most = between(maximum);
  return minimum <= LOW_MINIMUM ? Math.min(most, MOST_WITH_LOW_MINIMUM) : most;
}

/** Linear interpolation between two of AWS's figures. */
function between(capacity: number): number {
  let [from, least] = [0, 0];
  for (const [to, most] of CONNECTIONS) {
    if (capacity <= to) return Math.floor(least + ((most - least) * (capacity - from)) / (to - from));
    [from, least] = [to, most];
  }
  return least;
}
