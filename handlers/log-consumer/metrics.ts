/** Namespace and dimension of the metrics. */
export interface MetricsSettings {
  /** CloudWatch's namespace, which keeps stacks apart. */
  readonly namespace: string;
  /** The topic of the messages: the metrics' only dimension. */
  readonly topic: string;
}

/** The maximum number of a metric's values in one document. */
const MOST_VALUES = 100;

/**
 * Formats count and lengths of messages as log records. CloudWatch extracts metrics from them, so no call is needed:
 * `MessageCount` in Count and `MessageLength` in Bytes, with one value for each message.
 * @param lengths bytes of each message
 * @param at milliseconds since 1970
 * @see
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function metricRecords(lengths: readonly number[], settings: MetricsSettings, at: number): string[] {
  const count = Math.ceil(lengths.length / MOST_VALUES);
  return Array.from({ length: count }, (_, i) => {
    const values = lengths.slice(i * MOST_VALUES, (i + 1) * MOST_VALUES);
    return JSON.stringify({
      _aws: {
        Timestamp: at,
        CloudWatchMetrics: [
          {
            Namespace: settings.namespace,
            Dimensions: [["Topic"]],
            Metrics: [
              { Name: "MessageCount", Unit: "Count" },
              { Name: "MessageLength", Unit: "Bytes" },
            ],
          },
        ],
      },
      Topic: settings.topic,
      MessageCount: values.length,
      MessageLength: values,
    });
  });
}
