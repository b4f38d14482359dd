import { arn, association, type Compute, hex, named, physicalName, text } from "./compute.js";

/** A topic's id is its ARN. */
const topic: Compute = (context) => {
  const name = physicalName(context);
  const topicArn = arn(context, "sns", name);
  return { id: topicArn, outputs: { name, arn: topicArn } };
};

const topicSubscription: Compute = (context) => {
  const subscriptionArn = `${text(context, "topic")}:${hex(32, "subscription", context.name)}`;
  return { id: subscriptionArn, outputs: { arn: subscriptionArn } };
};

/** A queue's id is its URL. */
const queue: Compute = (context) => {
  const name = physicalName(context);
  const url = `https://sqs.${context.region}.amazonaws.com/${context.accountId}/${name}`;
  return { id: url, outputs: { name, url, arn: arn(context, "sqs", name) } };
};

/** Queues, topics, rules, logs and alarms. */
export const EVENTS_AND_METRICS: Readonly<Record<string, Compute>> = {
  "aws:cloudwatch/dashboard:Dashboard": (context) => ({
    id: text(context, "dashboardName"),
    outputs: { dashboardArn: arn(context, "cloudwatch", `dashboard/${text(context, "dashboardName")}`) },
  }),
  "aws:cloudwatch/eventRule:EventRule": named((name, at) => arn(at, "events", `rule/${name}`)),
  "aws:cloudwatch/eventTarget:EventTarget": association("target"),
  "aws:cloudwatch/logGroup:LogGroup": named((name, at) => arn(at, "logs", `log-group:${name}`)),
  "aws:cloudwatch/metricAlarm:MetricAlarm": named((name, at) => arn(at, "cloudwatch", `alarm:${name}`)),
  "aws:cloudwatch/queryDefinition:QueryDefinition": association("query"),
  "aws:sns/topic:Topic": topic,
  "aws:sns/topicPolicy:TopicPolicy": (context) => ({ id: text(context, "arn") }),
  "aws:sns/topicSubscription:TopicSubscription": topicSubscription,
  "aws:sqs/queue:Queue": queue,
};
