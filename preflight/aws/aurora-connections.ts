/**
 * The connections that an Aurora PostgreSQL database takes, by the capacity units that it may grow to. AWS's formula
 * is LEAST(memory / 9531392, 5000), of the memory that is left to the database; these are AWS's own figures for it.
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-serverless-v2.setting-capacity.html#aurora-serverless-v2.max-connections
 */
const CONNECTIONS = [
  [1, 189],
  [4, 823],
  [8, 1669],
  [16, 3360],
  [32, 5000],
] as const;

/** With a minimum of half a unit or none the database takes no more, however far it may grow. */
const LOW_MINIMUM = 0.5;
const MOST_WITH_LOW_MINIMUM = 2000;

/** The range that a serverless database scales in, in Aurora capacity units of 2 GiB each. */
export interface CapacityRange {
  readonly minimum: number;
  readonly maximum: number;
}

/** `max_connections` by default. It follows the maximum capacity, not the present one. */
export function maxConnections({ minimum, maximum }: CapacityRange): number {
  const most = between(maximum);
  return minimum <= LOW_MINIMUM ? Math.min(most, MOST_WITH_LOW_MINIMUM) : most;
}

/** Between two of AWS's figures on the line from the one to the other. */
function between(capacity: number): number {
  let [from, least] = [0, 0];
  for (const [to, most] of CONNECTIONS) {
    if (capacity <= to) return Math.floor(least + ((most - least) * (capacity - from)) / (to - from));
    [from, least] = [to, most];
  }
  return least;
}
