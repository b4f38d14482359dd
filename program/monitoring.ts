import { accessLogGroupName } from "../components/api/stage/access-logs.js";
import type { DeploymentTarget } from "../components/base/deployment-target.js";
import type { FrontDoor } from "../components/front-door/front-door.js";
import type { LambdaFunction } from "../components/function/lambda-function.js";
import { Monitoring, type MonitoringArgs } from "../components/monitoring/monitoring.js";
import type { StackConfig } from "../config/index.js";
import type { Api } from "./api.js";
import type { EventPipeline } from "./events.js";
import type { Fetcher } from "./function.js";
import type { Network } from "./network.js";
import { tagged } from "./tags.js";

interface MonitoredParts {
  readonly fetcher: Fetcher;
  readonly api: Api;
  readonly frontDoor?: FrontDoor;
  readonly events?: EventPipeline;
  readonly network?: Network;
  readonly target: DeploymentTarget;
}

/** Creates the stack's alarms, dashboard and saved queries; undefined if `watching` is false. See docs/watching.md. */
export function createMonitoring(config: StackConfig, parts: MonitoredParts): Monitoring | undefined {
  if (config.watching === false) return undefined;
  const { api, frontDoor, events, network, target } = parts;
  return new Monitoring(
    "watching",
    {
      ...config.watching,
      functions: functionsOf(config, parts),
      api: {
        name: "api",
        apiName: api.api.api.name,
        stageName: config.api.stageName,
        logGroupName: config.api.accessLogs ? accessLogGroupName("api") : undefined,
      },
      deadLetterQueues: queuesOf(events),
      loadBalancers: frontDoor === undefined ? [] : [monitoredDoor(frontDoor)],
      natGateways: (network?.vpc.natGatewayIds ?? []).map((natGatewayId, i) => ({
        name: `nat-${i + 1}`,
        natGatewayId,
      })),
      natInstances: natInstancesOf(config, network),
      target,
    },
    tagged("watching"),
  );
}

function natInstancesOf(config: StackConfig, network?: Network): MonitoringArgs["natInstances"] {
  if (config.networking === "public" || network === undefined) return [];
  const { instanceType } = config.vpc.natInstance;
  return network.vpc.natInstances.map(({ suffix, group }) => ({
    name: `nat-instance-${suffix}`,
    groupName: group.name,
    instanceType,
  }));
}

function monitoredDoor({
  loadBalancer,
  endpointTargets,
}: FrontDoor): MonitoringArgs["loadBalancers"][number] {
  const targets =
    endpointTargets === undefined
      ? []
      : [{ name: "front-door-endpoint", targetGroup: endpointTargets.arnSuffix }];
  return { name: "front-door", loadBalancer: loadBalancer.arnSuffix, targetGroups: targets };
}

function functionsOf(config: StackConfig, { fetcher, events }: MonitoredParts): MonitoringArgs["functions"] {
  const { timeout } = config.function;
  const monitored = (lambda: LambdaFunction) => ({
    name: lambda.name,
    functionName: lambda.function.name,
    logGroupName: lambda.logGroupName,
    timeout,
  });
  const maximumEventAge = config.logPipeline ? config.logPipeline.maximumEventAgeInSeconds : undefined;
  const invokedByEvents = events === undefined ? [] : [events.producer, events.consumer];
  return [
    { ...monitored(fetcher.lambda), eventSource: "api" },
    ...invokedByEvents.map(
      (lambda) => ({ ...monitored(lambda), eventSource: "asynchronous", maximumEventAge }) as const,
    ),
  ];
}

function queuesOf(events?: EventPipeline): MonitoringArgs["deadLetterQueues"] {
  if (events === undefined) return [];
  const { deadLetterQueue, undelivered } = events.failures;
  const deadLetters =
    deadLetterQueue === undefined ? [] : [{ name: "log-dead-letters", queueName: deadLetterQueue.name }];
  return [...deadLetters, { name: "log-undelivered", queueName: undelivered.name }];
}
