import * as pulumi from "@pulumi/pulumi";
import type { PrivateNetwork } from "../../program/network.js";
import type { DeploymentTarget } from "../base/deployment-target.js";
import { Failures } from "../events/failure-queues.js";
import { ruleName, topicName } from "../events/names.js";
import { PipelineNotifications } from "../events/notifications.js";
import { Schedule } from "../events/schedule.js";
import { LogTopic } from "../events/topic.js";
import { configureAsyncInvocation, reportFailures } from "../function/async-invocation.js";
import type { Destination, Use } from "../function/destinations.js";
import { LambdaFunction, type LambdaFunctionArgs } from "../function/lambda-function.js";
import type { InterfaceEndpoint } from "../network/endpoints/interface-endpoint.js";
import { wayToTopic } from "./network.js";

export interface LogPipelineArgs {
  /** `rate(5 minutes)` or `cron(0 8 ? * MON-FRI *)`, in UTC. */
  readonly schedule: string;
  /** What every message says. */
  readonly message: string;
  /** How many messages each run publishes. */
  readonly messagesPerRun: number;
  /** How often a function that fails is invoked again for the same event, 0 to 2. */
  readonly retries: number;
  /** After which an event is given up, in seconds, 60 to 21,600. */
  readonly maximumEventAgeInSeconds: number;
  /** What keeps the events on which a function has failed for good. */
  readonly deadLetter: "sqs" | "sns";
  /** Which executions of CodePipeline are notified of; false: none. */
  readonly codePipelineNotifications:
    | false
    | { readonly pipelines: readonly string[]; readonly states: readonly string[] };
  /** What both functions are made with. */
  readonly function: Pick<
    LambdaFunctionArgs,
    "runtime" | "architecture" | "memorySize" | "timeout" | "logRetentionInDays" | "codeBucket"
  >;
  /** How many environments each of the two may have at once, taken from the account's; no bound where absent. */
  readonly reservedConcurrency?: number | undefined;
  /** In a VPC where present. */
  readonly network: PrivateNetwork | undefined;
  /** The stack's other functions, which must not publish to the topic. */
  readonly otherFunctions: readonly LambdaFunction[];
  readonly target: DeploymentTarget;
}

/** A schedule, its producer, the topic and the consumer, and what keeps their failures. */
export interface LogPipeline {
  readonly producer: LambdaFunction;
  readonly consumer: LambdaFunction;
  readonly topic: LogTopic;
  readonly failures: Failures;
  readonly notifications: PipelineNotifications | undefined;
  /** The endpoint that was made for the producer, where the network had no way to SNS. */
  readonly endpoint: InterfaceEndpoint | undefined;
}

/**
 * Makes the event pipeline: an EventBridge schedule, a producer, an SNS topic, and a consumer that measures messages.
 * See docs/log-pipeline.md.
 * @param tagged the options of a component of a kind: `network`, `pipeline`
 */
export function makeLogPipeline(
  args: LogPipelineArgs,
  tagged: (component: string) => pulumi.ComponentResourceOptions,
): LogPipeline {
  const { target, network, codePipelineNotifications } = args;
  const opts = tagged("pipeline");
  const topicChosen = topicName("log-topic", target);
  const schedule = ruleName("log-schedule", target);
  const notified = ruleName("log-notifications", target);
  const failures = new Failures(
    "log-failures",
    {
      deadLetter: args.deadLetter,
      topicArn: topicChosen.arn,
      ruleArns: [schedule.arn, ...(codePipelineNotifications === false ? [] : [notified.arn])],
      target,
    },
    opts,
  );
  const way = network && wayToTopic(network, topicChosen.arn, target, tagged("network"));
  const producer = makeProducer(args, topicChosen.arn, way, failures, opts);
  const consumer = makeConsumer(args, topicChosen.name, failures, opts);
  const topic = new LogTopic(
    "log-topic",
    { ...args, chosen: topicChosen, producer, consumer, failures },
    opts,
  );
  new Schedule(
    "log-schedule",
    {
      chosen: schedule,
      expression: args.schedule,
      function: producer,
      maximumEventAgeInSeconds: args.maximumEventAgeInSeconds,
      failures,
      after: [topic.subscription],
    },
    opts,
  );
  const notifications =
    codePipelineNotifications === false
      ? undefined
      : new PipelineNotifications(
          "log-notifications",
          { ...codePipelineNotifications, chosen: notified, failures, target },
          opts,
        );
  const made = way?.via === "interface-endpoint" && way.endpoint !== network?.others.get("sns");
  return { producer, consumer, topic, failures, notifications, endpoint: made ? way.endpoint : undefined };
}

function makeProducer(
  args: LogPipelineArgs,
  topicArn: string,
  way: Destination | undefined,
  failures: Failures,
  opts: pulumi.ComponentResourceOptions,
): LambdaFunction {
  const publish: Use = { action: "sns:Publish", resource: topicArn, why: "it publishes the messages" };
  const told = way?.via === "interface-endpoint" && !way.endpoint.privateDns ? way.endpoint : undefined;
  const producer = new LambdaFunction(
    "log-producer",
    {
      ...common(args, way === undefined ? [] : [way]),
      description: "Publishes messages to the topic of the event pipeline, on a schedule",
      entry: "handlers/log-producer/index.ts",
      environment: {
        TOPIC_ARN: topicArn,
        MESSAGE_TEXT: args.message,
        MESSAGES_PER_RUN: String(args.messagesPerRun),
      },
      ...(told !== undefined && { toldEndpoints: { sns: told } }),
      permissions: [
        { Effect: "Allow", Action: publish.action, Resource: topicArn },
        reportFailures(failures.deadLetters),
      ],
      uses: { sns: publish },
    },
    opts,
  );
  configureAsyncInvocation(producer, { ...args, onFailure: failures.deadLetters });
  return producer;
}

/** It calls nobody: its metrics are log records, and Lambda itself reports its failures. */
function makeConsumer(
  args: LogPipelineArgs,
  topic: string,
  failures: Failures,
  opts: pulumi.ComponentResourceOptions,
): LambdaFunction {
  const consumer = new LambdaFunction(
    "log-consumer",
    {
      ...common(args, []),
      description: "Measures the messages of the event pipeline",
      entry: "handlers/log-consumer/index.ts",
      environment: { METRICS_NAMESPACE: `${pulumi.getProject()}/${pulumi.getStack()}`, TOPIC_NAME: topic },
      permissions: [reportFailures(failures.deadLetters)],
      uses: {},
    },
    opts,
  );
  configureAsyncInvocation(consumer, { ...args, onFailure: failures.deadLetters });
  return consumer;
}

function common(
  { function: settings, reservedConcurrency, network, target }: LogPipelineArgs,
  destinations: readonly Destination[],
) {
  const { runtime, architecture, memorySize, timeout, logRetentionInDays, codeBucket } = settings;
  return {
    runtime,
    architecture,
    memorySize,
    timeout,
    logRetentionInDays,
    codeBucket,
    reservedConcurrency,
    target,
    placement: network && {
      vpcId: network.vpc.vpcId,
      subnets: network.vpc.privateSubnets,
      ipv6: network.ipv6,
      destinations,
    },
  };
}
