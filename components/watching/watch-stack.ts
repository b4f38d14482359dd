import type * as pulumi from "@pulumi/pulumi";
import type { PrivateNetwork } from "../../program/network.js";
import type { RestApi } from "../api/rest-api.js";
import { accessLogGroupName } from "../api/stage/access-logs.js";
import type { DeploymentTarget } from "../base/deployment-target.js";
import type { LambdaFunction } from "../function/lambda-function.js";
import { Watching, type WatchingArgs } from "../monitoring/monitoring.js";
import type { LogPipeline } from "../pipeline/log-pipeline.js";

interface StackToWatch {
  readonly settings: Pick<WatchingArgs, "alarms" | "emails" | "dashboard" | "queries">;
  readonly fetcher: LambdaFunction;
  /** Of every function of the stack, in seconds. */
  readonly timeout: number;
  readonly api: RestApi;
  readonly apiSettings: { readonly stageName: string; readonly accessLogs: boolean };
  readonly logPipeline: LogPipeline | undefined;
  /** Of the pipeline's functions, in seconds. */
  readonly maximumEventAge: number | undefined;
  readonly network: PrivateNetwork | undefined;
  readonly target: DeploymentTarget;
}

/** Watches everything in the stack that can be unwell. */
export function watchStack(stack: StackToWatch, opts: pulumi.ComponentResourceOptions): Watching {
  const { settings, api, apiSettings, logPipeline, network, target } = stack;
  const queues = [logPipeline?.failures.deadLetterQueue, logPipeline?.failures.undelivered];
  const names = ["log-dead-letters", "log-undelivered"];
  return new Watching(
    "watching",
    {
      ...settings,
      functions: functionsOf(stack),
      api: {
        name: "api",
        apiName: api.api.name,
        stageName: apiSettings.stageName,
        logGroupName: apiSettings.accessLogs ? accessLogGroupName("api") : undefined,
      },
      deadLetterQueues: queues.flatMap((queue, i) =>
        queue === undefined ? [] : [{ name: names[i] ?? "", queueName: queue.name }],
      ),
      natGateways: (network?.vpc.natGatewayIds ?? []).map((natGatewayId, i) => ({
        name: `nat-${i + 1}`,
        natGatewayId,
      })),
      target,
    },
    opts,
  );
}

function functionsOf({ fetcher, timeout, logPipeline, maximumEventAge }: StackToWatch) {
  const of = (lambda: LambdaFunction) => ({
    name: lambda.name,
    functionName: lambda.function.name,
    logGroupName: lambda.logGroupName,
    timeout,
  });
  const events = { eventSource: "asynchronous", maximumEventAge } as const;
  return [
    { ...of(fetcher), eventSource: "api" as const },
    ...(logPipeline === undefined
      ? []
      : [logPipeline.producer, logPipeline.consumer].map((lambda) => ({ ...of(lambda), ...events }))),
  ];
}
