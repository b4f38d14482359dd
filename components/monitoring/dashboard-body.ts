import type { Metric } from "./alarm-plan.js";

/** One line of a graph. */
export interface Line {
  readonly metric: Metric;
  readonly statistic: string;
  readonly label: string;
}

/** A graph of half the dashboard's width. */
export interface Graph {
  readonly title: string;
  readonly lines: readonly Line[];
}

const WIDTH = 12;
const HEIGHT = 6;
const COLUMNS = 2;

/**
 * Builds the JSON of a dashboard: alarms on top, then the graphs, two in a row.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
 */
export function dashboardBody(
  region: string,
  graphs: readonly Graph[],
  alarmArns: readonly string[],
): string {
  const alarms = {
    type: "alarm",
    x: 0,
    y: 0,
    width: WIDTH * COLUMNS,
    height: 3,
    properties: { title: "Alarms", alarms: alarmArns },
  };
  const top = alarmArns.length > 0 ? alarms.height : 0;
  const widgets = graphs.map(({ title, lines }, i) => ({
    type: "metric",
    x: (i % COLUMNS) * WIDTH,
    y: top + Math.floor(i / COLUMNS) * HEIGHT,
    width: WIDTH,
    height: HEIGHT,
    properties: {
      title,
      region,
      view: "timeSeries",
      stacked: false,
      period: 300,
      metrics: lines.map(({ metric, statistic, label }) => [
        metric.namespace,
        metric.metricName,
        ...Object.entries(metric.dimensions).flat(),
        { stat: statistic, label },
      ]),
    },
  }));
  return JSON.stringify({ widgets: [...(alarmArns.length > 0 ? [alarms] : []), ...widgets] });
}
