import { NAT_INSTANCE_BASELINE, type NatInstanceType } from "@lambda-networking/preflight/aws";

/** How a function is invoked, which decides which metric shows that it falls behind. */
export type EventSource = "api" | "asynchronous" | "stream";

/** A CloudWatch metric. */
export interface Metric {
  readonly namespace: string;
  readonly metricName: string;
  /** Dimension names, each with the key under which the monitored resource's name is found. */
  readonly dimensions: Readonly<Record<string, string>>;
}

/** An alarm as plain data, without Pulumi. */
export interface AlarmPlan {
  /** The end of the alarm's logical name: `fetcher-errors`. */
  readonly name: string;
  /** What has gone wrong, and where to look first. */
  readonly description: string;
  readonly metric: Metric;
  /** `p99` is a percentile; CloudWatch has a separate property for percentiles. */
  readonly statistic: "Sum" | "Maximum" | "p99";
  readonly comparison: "GreaterThanThreshold" | "GreaterThanOrEqualToThreshold" | "LessThanThreshold";
  /** The threshold in the metric's unit: counts, milliseconds, seconds, bytes. */
  readonly threshold: number;
  /** In seconds. */
  readonly period: number;
  /** How many periods are evaluated, and in how many of them the metric must exceed the threshold. */
  readonly evaluationPeriods: number;
  readonly datapointsToAlarm: number;
}

const FIVE_MINUTES = 300;
/** Share of its timeout that a function may use before the alarm. */
const SHARE_OF_TIMEOUT = 0.8;
/** Share of an event's maximum age that it may wait before the alarm. */
const SHARE_OF_AGE = 0.5;

const once = { period: FIVE_MINUTES, evaluationPeriods: 1, datapointsToAlarm: 1 } as const;
const lasting = { period: FIVE_MINUTES, evaluationPeriods: 3, datapointsToAlarm: 3 } as const;
const any = { statistic: "Sum", comparison: "GreaterThanOrEqualToThreshold", threshold: 1 } as const;

export interface MonitoredFunction {
  /** The function's logical name. */
  readonly name: string;
  readonly functionName: string;
  /** In seconds. */
  readonly timeout: number;
  readonly eventSource: EventSource;
  /**
   * Age in seconds at which Lambda gives up an asynchronous event.
   * @default no alarm on the events' age
   */
  readonly maximumEventAge?: number;
}

/**
 * Plans a function's alarms: errors, throttles, durations near the timeout, and falling behind.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
 */
export function functionAlarms(watched: MonitoredFunction): AlarmPlan[] {
  const { name, functionName, timeout, eventSource, maximumEventAge } = watched;
  const of = (metricName: string): Metric => ({
    namespace: "AWS/Lambda",
    metricName,
    dimensions: { FunctionName: functionName },
  });
  const alarms: AlarmPlan[] = [
    {
      name: `${name}-errors`,
      description: `Function ${name} failed. Its log group has each failure with its cause.`,
      metric: of("Errors"),
      ...any,
      ...once,
    },
    {
      name: `${name}-throttles`,
      description: `Function ${name} was refused a place: its reserved concurrency, or the account's, is used up.`,
      metric: of("Throttles"),
      ...any,
      ...once,
    },
    {
      name: `${name}-duration`,
      description: `Function ${name} needs more than ${SHARE_OF_TIMEOUT * 100} % of its timeout of ${timeout} s.`,
      metric: of("Duration"),
      statistic: "p99",
      comparison: "GreaterThanThreshold",
      threshold: timeout * 1000 * SHARE_OF_TIMEOUT,
      ...lasting,
    },
  ];
  if (eventSource === "stream") {
    alarms.push({
      name: `${name}-iterator-age`,
      description: `Function ${name} is more than a minute behind its stream.`,
      metric: of("IteratorAge"),
      statistic: "Maximum",
      comparison: "GreaterThanThreshold",
      threshold: 60_000,
      ...lasting,
    });
  }
  if (eventSource === "asynchronous" && maximumEventAge !== undefined) {
    alarms.push({
      name: `${name}-event-age`,
      description: `Events of function ${name} wait for more than half of the ${maximumEventAge} s after which they are given up.`,
      metric: of("AsyncEventAge"),
      statistic: "Maximum",
      comparison: "GreaterThanThreshold",
      threshold: maximumEventAge * 1000 * SHARE_OF_AGE,
      ...once,
    });
  }
  return alarms;
}

/**
 * Plans the alarm for messages in a dead-letter queue. The alarm stays until an operator removes the messages because
 * nothing else does.
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
 */
export function deadLetterAlarm(name: string, queueName: string): AlarmPlan {
  return {
    name: `${name}-depth`,
    description: `Messages were given up and wait in queue ${name}.`,
    metric: {
      namespace: "AWS/SQS",
      metricName: "ApproximateNumberOfMessagesVisible",
      dimensions: { QueueName: queueName },
    },
    statistic: "Maximum",
    comparison: "GreaterThanOrEqualToThreshold",
    threshold: 1,
    ...once,
  };
}

/**
 * Plans the alarm for 5xx answers of the API.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-metrics-and-dimensions.html
 */
export function apiAlarm(name: string, apiName: string, stageName: string): AlarmPlan {
  return {
    name: `${name}-5xx`,
    description: `API ${name} answered 5xx. The access logs say which method, the function's log why.`,
    metric: {
      namespace: "AWS/ApiGateway",
      metricName: "5XXError",
      dimensions: { ApiName: apiName, Stage: stageName },
    },
    ...any,
    ...once,
  };
}

/** A target group of a load balancer, as CloudWatch knows both. */
export interface MonitoredTargets {
  /** `targetgroup/front-door-endpoint-1a2b3c4/73e2d6bc24d8a067` */
  readonly targetGroup: string;
  /** `app/front-door-1a2b3c4/50dc6c495c0c9188` */
  readonly loadBalancer: string;
}

/**
 * Plans the alarm for a target group of which no target has been healthy for five minutes.
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html
 */
export function targetsAlarm(name: string, { targetGroup, loadBalancer }: MonitoredTargets): AlarmPlan {
  return {
    name: `${name}-unhealthy`,
    description: `No target of ${name} answered its health checks: look at the target group's targets, and at the security groups on the way to them.`,
    metric: {
      namespace: "AWS/ApplicationELB",
      metricName: "HealthyHostCount",
      dimensions: { TargetGroup: targetGroup, LoadBalancer: loadBalancer },
    },
    statistic: "Maximum",
    comparison: "LessThanThreshold",
    threshold: 1,
    ...once,
  };
}

/**
 * Plans the alarm for 5xx answers that a load balancer gives itself, because no target answered in time or at all.
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html
 */
export function loadBalancerAlarm(name: string, loadBalancer: string): AlarmPlan {
  return {
    name: `${name}-5xx`,
    description: `Load balancer ${name} answered 5xx itself: its access logs say for which requests, in error_reason.`,
    metric: {
      namespace: "AWS/ApplicationELB",
      metricName: "HTTPCode_ELB_5XX_Count",
      dimensions: { LoadBalancer: loadBalancer },
    },
    ...any,
    ...once,
  };
}

/**
 * Plans the alarm for a NAT gateway without a free port for a new connection. One address has 55,000 at once to one
 * destination.
 * @see https://docs.aws.amazon.com/vpc/latest/userguide/metrics-dimensions-nat-gateway.html
 */
export function natAlarm(name: string, natGatewayId: string): AlarmPlan {
  return {
    name: `${name}-ports`,
    description: `NAT gateway ${name} had no port left for a connection: give it more addresses, or its heaviest destination an endpoint.`,
    metric: {
      namespace: "AWS/NATGateway",
      metricName: "ErrorPortAllocation",
      dimensions: { NatGatewayId: natGatewayId },
    },
    ...any,
    ...once,
  };
}

/**
 * Plans the alarms of a NAT instance, by its Auto Scaling group: a failed status check, no instance, more traffic than
 * the type sustains, CPU that costs extra. All metrics are free.
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/viewing_metrics_with_cloudwatch.html
 * @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-metrics.html
 */
export function natInstanceAlarms(name: string, groupName: string, type: NatInstanceType): AlarmPlan[] {
  const of = (namespace: string, metricName: string): Metric => ({
    namespace,
    metricName,
    dimensions: { AutoScalingGroupName: groupName },
  });
  const baseline = NAT_INSTANCE_BASELINE[type];
  return [
    {
      name: `${name}-status`,
      description: `NAT instance ${name} failed a status check. Auto Scaling replaces it if that lasts.`,
      metric: of("AWS/EC2", "StatusCheckFailed"),
      statistic: "Maximum",
      comparison: "GreaterThanOrEqualToThreshold",
      threshold: 1,
      ...once,
    },
    {
      name: `${name}-in-service`,
      description: `No NAT instance ${name} is in service, so the private subnets have no way out. The Auto Scaling group's activity says why.`,
      metric: of("AWS/AutoScaling", "GroupInServiceInstances"),
      statistic: "Maximum",
      comparison: "LessThanThreshold",
      threshold: 1,
      period: FIVE_MINUTES,
      evaluationPeriods: 2,
      datapointsToAlarm: 2,
    },
    {
      name: `${name}-bandwidth`,
      description: `NAT instance ${name} sends more than the ${baseline} Mbit/s that a ${type} sustains: take a larger one (vpc.natInstance.instanceType).`,
      metric: of("AWS/EC2", "NetworkOut"),
      statistic: "Sum",
      comparison: "GreaterThanThreshold",
      threshold: ((baseline * 1_000_000) / 8) * FIVE_MINUTES,
      ...lasting,
    },
    {
      name: `${name}-credits`,
      description: `NAT instance ${name} uses more CPU than the price of a ${type} includes, at $0.04 a vCPU hour: take a larger one (vpc.natInstance.instanceType).`,
      metric: of("AWS/EC2", "CPUSurplusCreditsCharged"),
      statistic: "Maximum",
      comparison: "GreaterThanThreshold",
      threshold: 0,
      ...once,
    },
  ];
}
