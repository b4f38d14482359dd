import type { Clock } from "../parameter-cache/index.js";

/** CloudWatch's namespace of the metrics; their dimension is FunctionName. */
const NAMESPACE = "ParameterCache";
/** The maximum number of a metric's values in one line. */
const MOST_VALUES = 100;
/** Milliseconds for which hits are summed up. */
const TOGETHER = 60_000;

const COUNTS = ["Hits", "Misses", "Stale", "Failures"] as const;
type Count = (typeof COUNTS)[number];

/**
 * Hits, misses, stale answers, failures and the reads' latency, in CloudWatch's embedded metric format: log lines from
 * which CloudWatch extracts metrics. An invocation that read, failed or answered stale writes a line; hits are summed
 * up for a minute. So a busy environment writes one or two lines a minute, and loses less than a minute's hits when it
 * ends.
 *
 * Five metrics at $0.30 a month each, in the hours in which they have data; a line is 0.5 KB of log, at $0.50/GB.
 * @see
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export class Metrics {
  private counts: Record<Count, number> = { Hits: 0, Misses: 0, Stale: 0, Failures: 0 };
  private latencies: number[] = [];
  private writtenAt: number;

  constructor(
    private readonly functionName: string,
    private readonly clock: Clock,
  ) {
    this.writtenAt = clock.now() - TOGETHER; // Makes the first invocation's line due at once.
  }

  count(what: Count): void {
    this.counts[what] += 1;
  }

  /** Records the duration of a finished read. */
  read(milliseconds: number): void {
    this.latencies.push(Math.round(milliseconds));
  }

  /**
   * Returns the line that is due, if any, and resets its counters.
   * @param timestamp milliseconds since 1970
   */
  line(timestamp: number): string | undefined {
    const { Hits, ...others } = this.counts;
    const isNews = this.latencies.length > 0 || Object.values(others).some((count) => count > 0);
    const isDue = isNews || (Hits > 0 && this.clock.now() - this.writtenAt >= TOGETHER);
    if (!isDue) return undefined;
    const latencies = this.latencies.splice(0, MOST_VALUES);
    const line = JSON.stringify({
      _aws: {
        Timestamp: timestamp,
        CloudWatchMetrics: [
          {
            Namespace: NAMESPACE,
            Dimensions: [["FunctionName"]],
            Metrics: [
              ...COUNTS.map((Name) => ({ Name, Unit: "Count" })),
              ...(latencies.length > 0 ? [{ Name: "ReadLatency", Unit: "Milliseconds" }] : []),
            ],
          },
        ],
      },
      FunctionName: this.functionName,
      ...this.counts,
      ...(latencies.length > 0 && { ReadLatency: latencies }),
    });
    this.counts = { Hits: 0, Misses: 0, Stale: 0, Failures: 0 };
    this.writtenAt = this.clock.now();
    return line;
  }
}
