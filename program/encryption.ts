import { accessLogGroupName } from "../components/api/stage/access-logs.js";
import { webAclLogGroupName } from "../components/api/stage/web-acl.js";
import type { DataRetention } from "../components/base/data-retention.js";
import { arnOf, type DeploymentTarget } from "../components/base/deployment-target.js";
import type { EncryptingService } from "../components/base/encryption.js";
import { databaseLogGroupName } from "../components/database/cluster.js";
import { type EncryptingSender, StackKey } from "../components/encryption/stack-key.js";
import { ruleName, topicName } from "../components/events/names.js";
import { proxyLogGroupName } from "../components/front-door/proxy/container.js";
import { functionLogGroupName } from "../components/function/lambda-function.js";
import {
  type FLOW_LOG_DESTINATIONS,
  flowLogGroupName,
  logDeliveries,
} from "../components/network/vpc/flow-logs.js";
import type { StackConfig } from "../config/index.js";
import { authorizerFunctions } from "./authorizers.js";
import { tagged } from "./tags.js";

interface EncryptionParts {
  /**
   * Names of your own functions, whose log groups the key encrypts: see docs/your-function.md.
   * @default none
   */
  readonly functions?: readonly string[];
  readonly data: DataRetention;
  readonly target: DeploymentTarget;
}

/**
 * Adds the key of `kmsKey` to the target, so that every part of the stack encrypts what it stores with it. Without
 * `kmsKey` AWS's own keys encrypt. See docs/encryption.md.
 */
export function withEncryption(
  config: StackConfig,
  { functions = [], data, target }: EncryptionParts,
): DeploymentTarget {
  if (config.kmsKey === false) return target;
  const key = new StackKey(
    "key",
    {
      existing: config.kmsKey === "create" ? undefined : config.kmsKey,
      services: servicesOf(config),
      logGroupNames: [...logGroupsOf(config, { data, target }), ...functions.map(functionLogGroupName)],
      senders: sendersOf(config, target),
      data,
      target,
    },
    tagged("encryption"),
  );
  return { ...target, key };
}

/** Services that keep something of the stack and use the key with their caller's permissions. */
function servicesOf(config: StackConfig): EncryptingService[] {
  const hasDatabase = config.networking === "vpc" && config.database !== false;
  const hasAlarms = config.watching !== false && config.watching.alarms;
  return [
    "lambda",
    "ssm",
    ...(config.messageStore === false ? [] : (["dynamodb"] as const)),
    ...(config.function.codeBucket || flowLogsTo(config, "s3") ? (["s3"] as const) : []),
    ...(config.logPipeline === false && !hasAlarms ? [] : (["sns"] as const)),
    ...(config.logPipeline === false ? [] : (["sqs"] as const)),
    ...(hasDatabase ? (["rds", "secretsmanager"] as const) : []),
  ];
}

function flowLogsTo(config: StackConfig, destination: (typeof FLOW_LOG_DESTINATIONS)[number]): boolean {
  if (config.networking === "public" || !config.vpc.flowLogs) return false;
  return config.vpc.flowLogs.destination === destination;
}

function logGroupsOf(
  config: StackConfig,
  at: { readonly data: DataRetention; readonly target: DeploymentTarget },
): string[] {
  const functions = [
    "fetcher",
    ...(config.logPipeline === false ? [] : ["log-producer", "log-consumer"]),
    ...authorizerFunctions(config),
  ];
  const frontDoor = config.networking === "vpc" && config.frontDoor !== false ? config.frontDoor : undefined;
  return [
    ...functions.map(functionLogGroupName),
    ...(config.api.accessLogs ? [accessLogGroupName("api")] : []),
    ...(config.api.webAcl ? [webAclLogGroupName("api")] : []),
    ...(typeof frontDoor?.webAcl === "object" ? [webAclLogGroupName("front-door")] : []),
    ...(frontDoor?.kind === "proxy" ? [proxyLogGroupName("front-door-proxy")] : []),
    ...(flowLogsTo(config, "cloud-watch-logs") ? [flowLogGroupName("vpc")] : []),
    ...(config.networking === "vpc" && config.database !== false
      ? [databaseLogGroupName("database", at)]
      : []),
  ];
}

/** Services that send to the stack's encrypted queues and topics. */
function sendersOf(config: StackConfig, target: DeploymentTarget): EncryptingSender[] {
  const pipeline = config.logPipeline;
  const rules = [
    "log-schedule",
    ...(pipeline !== false && pipeline.codePipelineNotifications ? ["log-notifications"] : []),
  ];
  return [
    ...(pipeline === false
      ? []
      : ([
          { service: "sns", arns: [topicName("log-topic", target).arn] },
          { service: "events", arns: rules.map((rule) => ruleName(rule, target).arn) },
        ] as const)),
    ...(flowLogsTo(config, "s3")
      ? ([{ service: "delivery.logs", arns: [logDeliveries(target)] }] as const)
      : []),
    ...(config.watching !== false && config.watching.alarms
      ? ([{ service: "cloudwatch", arns: [arnOf(target, "cloudwatch", "alarm:*")] }] as const)
      : []),
  ];
}
