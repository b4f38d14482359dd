import type { Graph, Line } from "./dashboard-body.js";

const line = (
  namespace: string,
  dimensions: Readonly<Record<string, string>>,
  metricName: string,
  statistic = "Sum",
): Line => ({
  metric: { namespace, metricName, dimensions },
  statistic,
  label: `${metricName} ${statistic}`,
});

/** Graphs of a function's invocations and durations. */
export function functionGraphs(name: string, functionName: string): Graph[] {
  const of = (metric: string, statistic?: string) =>
    line("AWS/Lambda", { FunctionName: functionName }, metric, statistic);
  return [
    {
      title: `${name}: invocations`,
      lines: [of("Invocations"), of("Errors"), of("Throttles"), of("ConcurrentExecutions", "Maximum")],
    },
    { title: `${name}: duration in ms`, lines: [of("Duration", "p50"), of("Duration", "p99")] },
  ];
}

/** Graphs of an API's answers and latency. */
export function apiGraphs(name: string, apiName: string, stageName: string): Graph[] {
  const of = (metric: string, statistic?: string) =>
    line("AWS/ApiGateway", { ApiName: apiName, Stage: stageName }, metric, statistic);
  return [
    { title: `${name}: calls`, lines: [of("Count"), of("4XXError"), of("5XXError")] },
    { title: `${name}: latency in ms`, lines: [of("Latency", "p50"), of("Latency", "p99")] },
  ];
}

export function queueGraph(name: string, queueName: string): Graph {
  const depth = line("AWS/SQS", { QueueName: queueName }, "ApproximateNumberOfMessagesVisible", "Maximum");
  return { title: `${name}: messages waiting`, lines: [depth] };
}

/** Graphs of a load balancer's answers and latency. */
export function loadBalancerGraphs(name: string, loadBalancer: string): Graph[] {
  const of = (metric: string, statistic?: string) =>
    line("AWS/ApplicationELB", { LoadBalancer: loadBalancer }, metric, statistic);
  return [
    {
      title: `${name}: requests`,
      lines: [
        of("RequestCount"),
        of("HTTPCode_Target_4XX_Count"),
        of("HTTPCode_Target_5XX_Count"),
        of("HTTPCode_ELB_4XX_Count"),
        of("HTTPCode_ELB_5XX_Count"),
      ],
    },
    {
      title: `${name}: latency in s`,
      lines: [of("TargetResponseTime", "p50"), of("TargetResponseTime", "p99")],
    },
  ];
}

export function natGraph(name: string, natGatewayId: string): Graph {
  const of = (metric: string, statistic?: string) =>
    line("AWS/NATGateway", { NatGatewayId: natGatewayId }, metric, statistic);
  return {
    title: `${name}: connections`,
    lines: [of("ActiveConnectionCount", "Maximum"), of("ErrorPortAllocation"), of("BytesOutToDestination")],
  };
}

export function natInstanceGraph(name: string, groupName: string): Graph {
  const of = (metric: string, statistic?: string) =>
    line("AWS/EC2", { AutoScalingGroupName: groupName }, metric, statistic);
  return { title: `${name}: bytes`, lines: [of("NetworkIn"), of("NetworkOut")] };
}
