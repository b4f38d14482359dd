/** A saved query of CloudWatch Logs Insights. */
export interface SavedQuery {
  /** The end of the query's name: `errors by kind`. */
  readonly title: string;
  readonly query: string;
}

/**
 * Queries of a function's log group. Their fields are those that the Lambda runtime and the functions write as JSON.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-logformat.html
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax.html
 */
export const FUNCTION_QUERIES: readonly SavedQuery[] = [
  {
    title: "errors",
    query: lines(
      'filter level = "ERROR" or type = "platform.report" and record.status != "success"',
      "fields @timestamp, coalesce(requestId, record.requestId) as request, @message",
      "sort @timestamp desc",
      "limit 50",
    ),
  },
  {
    title: "slowest invocations",
    query: lines(
      'filter type = "platform.report"',
      "fields @timestamp, record.requestId, record.metrics.durationMs, record.metrics.initDurationMs, record.metrics.maxMemoryUsedMB",
      "sort record.metrics.durationMs desc",
      "limit 20",
    ),
  },
  {
    title: "cold starts by hour",
    query: lines(
      'filter type = "platform.report"',
      "stats count(*) as invocations, count(record.metrics.initDurationMs) as coldStarts, pct(record.metrics.initDurationMs, 99) as p99InitMs by bin(1h)",
    ),
  },
];

/** Queries of an API's access logs. components/api/stage/access-logs.ts names the fields. */
export const ACCESS_LOG_QUERIES: readonly SavedQuery[] = [
  {
    title: "refusals and failures by path",
    query: lines(
      "filter status >= 400",
      "stats count(*) as calls by status, method, path, error",
      "sort calls desc",
    ),
  },
  {
    title: "slowest calls",
    query: lines(
      "fields @timestamp, requestId, method, path, status, responseLatency, integrationLatency",
      "sort responseLatency desc",
      "limit 20",
    ),
  },
  {
    title: "callers",
    query: lines("stats count(*) as calls by sourceIp, vpcEndpointId", "sort calls desc", "limit 50"),
  },
];

function lines(...parts: readonly string[]): string {
  return parts.join("\n| ");
}
