import type { NatInstanceType } from "@lambda-networking/preflight/aws";
import type { Intent } from "@lambda-networking/preflight/intents";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { arnOf, type DeploymentTarget } from "../base/deployment-target.js";
import { physicalName, queryName } from "../base/names.js";
import { type PlannedValue, plannedId } from "../base/planned-value.js";
import { denyWithoutTls, policyDocument } from "../base/policy-document.js";
import {
  type AlarmPlan,
  apiAlarm,
  deadLetterAlarm,
  type EventSource,
  functionAlarms,
  loadBalancerAlarm,
  type MonitoredTargets,
  natAlarm,
  natInstanceAlarms,
  targetsAlarm,
} from "./alarm-plan.js";
import { dashboardBody, type Graph } from "./dashboard-body.js";
import {
  apiGraphs,
  functionGraphs,
  loadBalancerGraphs,
  natGraph,
  natInstanceGraph,
  queueGraph,
} from "./graphs.js";
import { ACCESS_LOG_QUERIES, FUNCTION_QUERIES, type SavedQuery } from "./saved-queries.js";
import { subscriptionNames } from "./subscription-names.js";

export interface MonitoringArgs {
  /** Whether to create alarms, at $0.10 each a month. */
  readonly alarms: boolean;
  /** Mail addresses that alarms are sent to; each recipient has to confirm once. */
  readonly emails: readonly string[];
  /** Whether to create a dashboard, at $3 a month; an account's first three are free. */
  readonly dashboard: boolean;
  /** Whether to save queries. Saving is free; running one costs $0.005 for each gigabyte that it reads. */
  readonly queries: boolean;
  readonly functions: readonly {
    readonly name: string;
    readonly functionName: pulumi.Input<string>;
    readonly logGroupName: pulumi.Input<string>;
    /** In seconds. */
    readonly timeout: number;
    readonly eventSource: EventSource;
    /**
     * Age in seconds at which Lambda gives up an asynchronous event.
     * @default no alarm on the events' age
     */
    readonly maximumEventAge?: number;
  }[];
  readonly api: {
    readonly name: string;
    readonly apiName: pulumi.Input<string>;
    readonly stageName: string;
    /**
     * Log group of the access logs.
     * @default no saved queries for the API
     */
    readonly logGroupName?: pulumi.Input<string>;
  };
  readonly deadLetterQueues: readonly { readonly name: string; readonly queueName: pulumi.Input<string> }[];
  /** By the ends of their ARNs: `app/front-door-1a2b3c4/50dc6c495c0c9188`. */
  readonly loadBalancers: readonly {
    readonly name: string;
    readonly loadBalancer: pulumi.Input<string>;
    /** Target groups with health checks. */
    readonly targetGroups: readonly { readonly name: string; readonly targetGroup: pulumi.Input<string> }[];
  }[];
  readonly natGateways: readonly { readonly name: string; readonly natGatewayId: pulumi.Input<string> }[];
  /** NAT instances by their Auto Scaling groups. */
  readonly natInstances: readonly {
    readonly name: string;
    readonly groupName: pulumi.Input<string>;
    readonly instanceType: NatInstanceType;
  }[];
  readonly target: DeploymentTarget;
}

/** A monitored resource: its alarms and graphs, once its name is known. */
interface Watched {
  /** Plans for a resource's name or id. The logical names must be known before AWS has named the resource. */
  readonly plans: (id: string) => readonly AlarmPlan[];
  readonly graphs: (id: string) => readonly Graph[];
  readonly id: pulumi.Input<string>;
}

/** The topic that alarms notify, and the policy that lets them. */
interface NotifiedTopic {
  readonly topic: aws.sns.Topic;
  readonly policy: aws.sns.TopicPolicy;
}

/**
 * Monitors a stack: alarms that notify one topic, one dashboard, saved queries.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html
 */
export class Monitoring extends pulumi.ComponentResource {
  /** The topic that alarms notify; undefined without alarms. */
  readonly topic: aws.sns.Topic | undefined;

  constructor(
    private readonly name: string,
    args: MonitoringArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("lambda-networking:watching:Watching", name, {}, opts);
    const watched = whatIsWatched(args);
    const notified = args.alarms ? this.createTopic(args) : undefined;
    this.topic = notified?.topic;
    const alarms = notified === undefined ? [] : this.createAlarms(watched, notified);
    if (args.dashboard) this.createDashboard(args.target.region, watched, alarms);
    if (args.queries) this.saveQueries(args);
    this.registerOutputs({
      alarmTopicArn: this.topic?.arn,
      ...this.notifies(watched, alarms, args.target),
    });
  }

  /**
   * Without a key of the stack the topic is not encrypted. Alarms contain no data; CloudWatch cannot use the AWS managed key, and a
   * customer managed key costs $1 a month. https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
   */
  private createTopic({ emails, target }: MonitoringArgs): NotifiedTopic {
    const at = `${this.name}-alarms`;
    const topicName = physicalName("topic", "alarms");
    const topic = new aws.sns.Topic(
      at,
      { name: topicName, kmsMasterKeyId: target.key?.arn },
      { parent: this },
    );
    const arn = arnOf(target, "sns", topicName);
    const policy = policyDocument(
      {
        Sid: "AllowAlarms",
        Effect: "Allow",
        Principal: { Service: "cloudwatch.amazonaws.com" },
        Action: "sns:Publish",
        Resource: arn,
        Condition: {
          StringEquals: { "aws:SourceAccount": target.accountId },
          ArnLike: { "aws:SourceArn": arnOf(target, "cloudwatch", "alarm:*") },
        },
      },
      denyWithoutTls("DenyPlainText", "sns:Publish", arn),
    );
    const topicPolicy = new aws.sns.TopicPolicy(
      at,
      { arn: topic.arn, policy: JSON.stringify(policy) },
      { parent: this },
    );
    for (const [email, name] of subscriptionNames(emails)) {
      new aws.sns.TopicSubscription(
        `${at}-${name}`,
        { topic: topic.arn, protocol: "email", endpoint: email },
        { parent: this },
      );
    }
    return { topic, policy: topicPolicy };
  }

  /** Intent of one alarm that it notifies the topic, whose policy and key admit every alarm of the account alike. */
  private notifies(
    watched: readonly Watched[],
    [alarm]: readonly aws.cloudwatch.MetricAlarm[],
    target: DeploymentTarget,
  ): { readonly intents?: readonly Intent[]; readonly planned?: readonly PlannedValue[] } {
    const [plan] = watched.flatMap(({ plans }) => plans(""));
    if (plan === undefined || alarm === undefined || this.topic === undefined) return {};
    const alarmArn = pulumi.interpolate`${arnOf(target, "cloudwatch", "alarm:")}${plannedId(alarm)}`;
    return {
      intents: [
        {
          from: { kind: "resource", name: `${this.name}-${plan.name}` },
          to: { kind: "resource", name: `${this.name}-alarms` },
          port: 443,
          must: "reach",
          reason: "operators are told of an alarm",
        },
      ],
      planned: [
        {
          resource: this.topic.urn,
          property: "arn",
          value: arnOf(target, "sns", physicalName("topic", "alarms")),
        },
        { resource: alarm.urn, property: "arn", value: alarmArn },
      ],
    };
  }

  private createAlarms(
    watched: readonly Watched[],
    { topic, policy }: NotifiedTopic,
  ): aws.cloudwatch.MetricAlarm[] {
    return watched.flatMap(({ id, plans }) => {
      const planned = pulumi.output(id).apply(plans);
      return plans("").map(
        (plan, i) =>
          new aws.cloudwatch.MetricAlarm(
            `${this.name}-${plan.name}`,
            {
              alarmDescription: plan.description,
              namespace: plan.metric.namespace,
              metricName: plan.metric.metricName,
              dimensions: planned.apply((known) => known[i]?.metric.dimensions ?? {}),
              ...(plan.statistic === "p99" ? { extendedStatistic: "p99" } : { statistic: plan.statistic }),
              comparisonOperator: plan.comparison,
              threshold: plan.threshold,
              period: plan.period,
              evaluationPeriods: plan.evaluationPeriods,
              datapointsToAlarm: plan.datapointsToAlarm,
              // Without traffic there is no data, and nothing is wrong.
              treatMissingData: "notBreaching",
              alarmActions: [topic.arn],
              okActions: [topic.arn],
            },
            // The first notification needs the policy.
            { parent: this, dependsOn: [policy] },
          ),
      );
    });
  }

  private createDashboard(
    region: string,
    watched: readonly Watched[],
    alarms: readonly aws.cloudwatch.MetricAlarm[],
  ): void {
    const graphs = pulumi
      .all(watched.map(({ id }) => id))
      .apply((ids) => watched.flatMap(({ graphs }, i) => graphs(ids[i] ?? "")));
    new aws.cloudwatch.Dashboard(
      `${this.name}-dashboard`,
      {
        // An account's dashboards are not of one Region.
        dashboardName: physicalName("dashboard", "", [region]),
        dashboardBody: pulumi
          .all([graphs, pulumi.all(alarms.map(({ arn }) => arn))])
          .apply(([known, arns]) => dashboardBody(region, known, arns)),
      },
      { parent: this },
    );
  }

  private saveQueries({ functions, api }: MonitoringArgs): void {
    for (const { name, logGroupName } of functions) this.save(name, logGroupName, FUNCTION_QUERIES);
    if (api.logGroupName !== undefined) this.save(api.name, api.logGroupName, ACCESS_LOG_QUERIES);
  }

  private save(name: string, logGroupName: pulumi.Input<string>, queries: readonly SavedQuery[]): void {
    for (const { title, query } of queries) {
      new aws.cloudwatch.QueryDefinition(
        `${this.name}-${name}-${title.replaceAll(" ", "-")}`,
        {
          name: queryName(name, title),
          logGroupNames: [logGroupName],
          queryString: query,
        },
        { parent: this },
      );
    }
  }
}

function whatIsWatched(args: MonitoringArgs): Watched[] {
  const { functions, api, deadLetterQueues, loadBalancers, natGateways, natInstances } = args;
  return [
    ...functions.map(
      (one): Watched => ({
        id: one.functionName,
        plans: (functionName) => functionAlarms({ ...one, functionName }),
        graphs: (functionName) => functionGraphs(one.name, functionName),
      }),
    ),
    {
      id: api.apiName,
      plans: (apiName) => [apiAlarm(api.name, apiName, api.stageName)],
      graphs: (apiName) => apiGraphs(api.name, apiName, api.stageName),
    },
    ...deadLetterQueues.map(
      ({ name, queueName }): Watched => ({
        id: queueName,
        plans: (id) => [deadLetterAlarm(name, id)],
        graphs: (id) => [queueGraph(name, id)],
      }),
    ),
    ...loadBalancers.map(
      ({ name, loadBalancer }): Watched => ({
        id: loadBalancer,
        plans: (id) => [loadBalancerAlarm(name, id)],
        graphs: (id) => loadBalancerGraphs(name, id),
      }),
    ),
    ...loadBalancers.flatMap(({ loadBalancer, targetGroups }) =>
      targetGroups.map(
        ({ name, targetGroup }): Watched => ({
          id: pulumi.interpolate`${targetGroup},${loadBalancer}`,
          plans: (ids) => [targetsAlarm(name, targetsOf(ids))],
          graphs: () => [],
        }),
      ),
    ),
    ...natGateways.map(
      ({ name, natGatewayId }): Watched => ({
        id: natGatewayId,
        plans: (id) => [natAlarm(name, id)],
        graphs: (id) => [natGraph(name, id)],
      }),
    ),
    ...natInstances.map(
      ({ name, groupName, instanceType }): Watched => ({
        id: groupName,
        plans: (id) => natInstanceAlarms(name, id, instanceType),
        graphs: (id) => [natInstanceGraph(name, id)],
      }),
    ),
  ];
}

/** A target group and its load balancer, which have no comma in what CloudWatch calls them. */
function targetsOf(ids: string): MonitoredTargets {
  const [targetGroup = "", loadBalancer = ""] = ids.split(",");
  return { targetGroup, loadBalancer };
}
