import type { DataRetention } from "../components/base/data-retention.js";
import type { DeploymentTarget } from "../components/base/deployment-target.js";
import { SEND_ENCRYPTED, useKey } from "../components/base/encryption.js";
import { metricNamespace } from "../components/base/names.js";
import { policyDocument } from "../components/base/policy-document.js";
import { FailureQueues } from "../components/events/failure-queues.js";
import { type PhysicalName, ruleName, topicName } from "../components/events/names.js";
import { PipelineNotifications } from "../components/events/notifications.js";
import { Rule } from "../components/events/rule.js";
import { Topic } from "../components/events/topic.js";
import { configureAsyncInvocation, reportFailures } from "../components/function/async-invocation.js";
import type { Destination, Use } from "../components/function/destinations.js";
import { LambdaFunction, type LambdaFunctionArgs } from "../components/function/lambda-function.js";
import { InterfaceEndpoint } from "../components/network/endpoints/interface-endpoint.js";
import type { ServiceEndpoint } from "../components/network/endpoints/service-endpoint.js";
import type { StackConfig } from "../config/index.js";
import type { Fetcher } from "./function.js";
import { type Network, placementIn, viaIpv6, viaNat } from "./network.js";
import { tagged } from "./tags.js";

/** A schedule, its producer, the topic and the consumer, and the queues that keep their failures. */
export interface EventPipeline {
  readonly producer: LambdaFunction;
  readonly consumer: LambdaFunction;
  readonly topic: Topic;
  readonly failures: FailureQueues;
  /** Undefined unless `logPipeline.codePipelineNotifications` is configured. */
  readonly notifications?: PipelineNotifications;
  /** The SNS endpoint created for the producer; undefined if the network had a way to SNS. */
  readonly endpoint?: ServiceEndpoint;
}

interface EventParts {
  /** The function that must not publish to the topic. Its code bucket also holds the pipeline's code. */
  readonly fetcher: Fetcher;
  /** The VPC that the pipeline's functions run in; undefined outside any VPC. */
  readonly network?: Network;
  readonly data: DataRetention;
  readonly target: DeploymentTarget;
}

type Settings = Exclude<StackConfig["logPipeline"], false>;

/**
 * Creates the event pipeline: an EventBridge schedule, a producer, an SNS topic, and a consumer that measures messages.
 * Undefined if `logPipeline` is false. See docs/log-pipeline.md.
 */
export function createEventPipeline(config: StackConfig, parts: EventParts): EventPipeline | undefined {
  const settings = config.logPipeline;
  if (settings === false) return undefined;
  const { fetcher, network, data, target } = parts;
  const opts = tagged("pipeline");
  const topicAs = topicName("log-topic", target);
  const scheduleAs = ruleName("log-schedule", target);
  const notificationsAs = ruleName("log-notifications", target);
  const notified = settings.codePipelineNotifications;
  const failures = new FailureQueues(
    "log-failures",
    {
      deadLetter: settings.deadLetter,
      topicArn: topicAs.arn,
      ruleArns: notified ? [scheduleAs.arn, notificationsAs.arn] : [scheduleAs.arn],
      data,
      target,
    },
    opts,
  );
  const sns = network && snsDestination(network, settings.via, topicAs.arn, target);
  const functionArgs = commonArgs(config, settings, parts);
  const consumer = createConsumer({ settings, functionArgs, network, topic: topicAs, failures });
  let topic!: Topic;
  const producer = createProducer({
    settings,
    functionArgs,
    network,
    topic: topicAs,
    sns,
    failures,
    // The topic's policy names the producer, whose alias waits for the topic.
    prerequisites: (lambda) => {
      topic = new Topic(
        "log-topic",
        {
          physicalName: topicAs,
          producer: lambda,
          consumer,
          failures,
          otherFunctions: [fetcher.lambda],
          target,
        },
        opts,
      );
      return [topic];
    },
  });
  new Rule(
    "log-schedule",
    {
      physicalName: scheduleAs,
      event: { schedule: settings.schedule },
      function: producer,
      maximumEventAgeInSeconds: settings.maximumEventAgeInSeconds,
      failures,
    },
    opts,
  );
  const notifications = notified
    ? new PipelineNotifications(
        "log-notifications",
        { ...notified, physicalName: notificationsAs, failures, target },
        opts,
      )
    : undefined;
  return { producer, consumer, topic, failures, notifications, endpoint: ownEndpoint(network, sns) };
}

type CommonArgs = Pick<
  LambdaFunctionArgs,
  | "runtime"
  | "architecture"
  | "memorySize"
  | "timeout"
  | "logRetentionInDays"
  | "codeBucket"
  | "reservedConcurrency"
  | "versionsToKeep"
  | "target"
>;

/** Arguments that both functions share: the settings of `function`, but the pipeline's own concurrency. */
function commonArgs(config: StackConfig, settings: Settings, { fetcher, target }: EventParts): CommonArgs {
  const { runtime, architecture, memorySize, timeout, logRetentionInDays, versionsToKeep } = config.function;
  return {
    runtime,
    architecture,
    memorySize,
    timeout,
    logRetentionInDays,
    codeBucket: fetcher.codeBucket,
    reservedConcurrency: settings.reservedConcurrency,
    versionsToKeep,
    target,
  };
}

interface FunctionParts {
  readonly settings: Settings;
  readonly functionArgs: CommonArgs;
  readonly network?: Network;
  readonly topic: PhysicalName;
  readonly failures: FailureQueues;
}

interface ProducerParts extends FunctionParts {
  /** How the producer reaches SNS from inside the VPC; undefined outside any VPC. */
  readonly sns?: Destination;
  readonly prerequisites: LambdaFunctionArgs["prerequisites"];
}

function createProducer(parts: ProducerParts): LambdaFunction {
  const { settings, functionArgs, network, topic, sns, failures, prerequisites } = parts;
  const publish: Use = { action: "sns:Publish", resource: topic.arn, reason: "it publishes the messages" };
  const isOverridden = sns?.via === "interface-endpoint" && !sns.endpoint.privateDns;
  const producer = new LambdaFunction(
    "log-producer",
    {
      ...functionArgs,
      description: "Publishes messages to the topic of the event pipeline, on a schedule",
      entry: "handlers/log-producer/index.ts",
      environment: {
        TOPIC_ARN: topic.arn,
        ...(settings.message !== undefined && { MESSAGE_TEXT: settings.message }),
        MESSAGES_PER_RUN: String(settings.messagesPerRun),
      },
      endpointUrlOverrides: isOverridden ? { sns: sns.endpoint } : {},
      permissions: [
        { Effect: "Allow", Action: publish.action, Resource: topic.arn },
        ...useKey(functionArgs.target, "sns", SEND_ENCRYPTED),
        ...reportFailures(failures.deadLetters, functionArgs.target),
      ],
      uses: { sns: publish },
      placement: network && placementIn(network, sns === undefined ? [] : [sns]),
      prerequisites,
    },
    tagged("pipeline"),
  );
  configureAsyncInvocation(producer, { ...settings, onFailure: failures.deadLetters });
  return producer;
}

/** Creates the consumer. It calls no service: its metrics are log records, and Lambda reports its failures. */
function createConsumer({ settings, functionArgs, network, topic, failures }: FunctionParts): LambdaFunction {
  const consumer = new LambdaFunction(
    "log-consumer",
    {
      ...functionArgs,
      description: "Measures the messages of the event pipeline",
      entry: "handlers/log-consumer/index.ts",
      environment: {
        METRICS_NAMESPACE: metricNamespace(),
        TOPIC_NAME: topic.name,
      },
      permissions: reportFailures(failures.deadLetters, functionArgs.target),
      uses: {},
      placement: network && placementIn(network, []),
    },
    tagged("pipeline"),
  );
  configureAsyncInvocation(consumer, { ...settings, onFailure: failures.deadLetters });
  return consumer;
}

/**
 * Chooses the producer's way to SNS: IPv6 if the configuration says so, else the configured endpoint, else NAT, else a
 * new endpoint at $7.30 a month in each zone.
 */
function snsDestination(
  network: Network,
  via: Settings["via"],
  topicArn: string,
  target: DeploymentTarget,
): Destination {
  if (via === "ipv6") return viaIpv6(network, "sns");
  const configured = network.others.get("sns");
  if (configured === undefined && network.nat !== "none") return viaNat(network, "sns");
  return {
    via: "interface-endpoint",
    service: "sns",
    endpoint: configured ?? createSnsEndpoint(network, topicArn, target),
  };
}

/** Creates an SNS endpoint that lets this account publish to this topic only. */
function createSnsEndpoint(
  { vpc }: Network,
  topicArn: string,
  { accountId }: DeploymentTarget,
): InterfaceEndpoint {
  return new InterfaceEndpoint(
    "sns",
    {
      service: "sns",
      vpcId: vpc.vpcId,
      subnets: vpc.privateSubnets,
      allowFrom: [],
      policy: policyDocument({
        Effect: "Allow",
        Principal: "*",
        Action: "sns:Publish",
        Resource: topicArn,
        Condition: { StringEquals: { "aws:PrincipalAccount": accountId } },
      }),
    },
    tagged("network"),
  );
}

/** Returns the endpoint that was created for the producer; undefined if the network already had one. */
function ownEndpoint(network?: Network, sns?: Destination): ServiceEndpoint | undefined {
  if (sns?.via !== "interface-endpoint" || sns.endpoint === network?.others.get("sns")) return undefined;
  return sns.endpoint;
}
