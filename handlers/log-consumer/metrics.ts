/** Where the metrics are filed. */
export interface MetricsSettings {
  /** CloudWatch's namespace, which keeps stacks apart. */
  readonly namespace: string;
  /** The topic that the messages came through: the metrics' one dimension. */
  readonly topic: string;
}

/** The most values that a document may have of one metric. */
const MOST_VALUES = 100;

/**
 * Count and lengths of some messages as log records from which CloudWatch makes metrics, without a call: `MessageCount`
 * in Count and `MessageLength` in Bytes, a value for each message.
 * @param lengths bytes of each message
 * @param at milliseconds since 1970
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
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
