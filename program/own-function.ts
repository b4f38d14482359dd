import { lambdaRoute } from "../components/api/routes/lambda-route.js";
import type { RouteSource } from "../components/api/routes/route.js";
import type { MethodSettings } from "../components/api/settings.js";
import type { DataRetention } from "../components/base/data-retention.js";
import type { DeploymentTarget } from "../components/base/deployment-target.js";
import {
  ApplicationFunction,
  type ApplicationFunctionArgs,
} from "../components/function/application-function.js";
import type { FunctionNetwork } from "../components/function/function-network.js";
import type { LambdaFunction } from "../components/function/lambda-function.js";
import type { StackConfig } from "../config/index.js";
import type { Fetcher } from "./function.js";
import type { Network } from "./network.js";
import { tagged } from "./tags.js";

/** What a function of your own is like. What it leaves out is as the configuration's `function` says. */
export interface OwnFunctionArgs
  extends Omit<
    ApplicationFunctionArgs,
    "network" | "isPublic" | "otherFunctions" | "codeBucket" | "data" | "target"
  > {
  /**
   * Methods of the API that the function answers, each with its settings as in `api.methods`: `{ "GET /orders": {} }`.
   * Pass the function's `routes` to `createApi`.
   * @default none
   */
  readonly routes?: Readonly<Record<`${string} /${string}`, Partial<MethodSettings>>>;
  /**
   * Whether the function runs in the stack's VPC, if it has one.
   * @default true
   */
  readonly inVpc?: boolean;
}

interface OwnFunctionParts {
  /** The function that must not touch what this one uses. Its code bucket also holds this one's code. */
  readonly fetcher: Fetcher;
  readonly network?: Network;
  readonly data: DataRetention;
  readonly target: DeploymentTarget;
}

/** A function of your own, and the methods that it answers. */
export interface OwnFunction extends Pick<ApplicationFunction, "lambda" | "failures"> {
  readonly routes: readonly RouteSource[];
}

/** Creates a function of your own, with the settings of `function` and in the stack's network. See docs/your-function.md. */
export function createOwnFunction(
  config: StackConfig,
  name: string,
  { routes = {}, inVpc = true, ...args }: OwnFunctionArgs,
  { fetcher, network, data, target }: OwnFunctionParts,
): OwnFunction {
  const { runtime, architecture, memorySize, timeout, logRetentionInDays, versionsToKeep } = config.function;
  const { lambda, failures } = new ApplicationFunction(
    name,
    {
      runtime,
      architecture,
      memorySize,
      timeout,
      logRetentionInDays,
      versionsToKeep,
      ...args,
      network: network && inVpc ? networkOf(network) : undefined,
      isPublic: Object.keys(routes).length > 0 && config.api.endpointType !== "PRIVATE",
      otherFunctions: [fetcher.lambda],
      codeBucket: fetcher.codeBucket,
      data,
      target,
    },
    tagged("function"),
  );
  return {
    lambda,
    failures,
    routes: Object.entries(routes).map(([route, settings]) => ({
      ...routeOf(route, lambda),
      settings: { authorization: "NONE", apiKeyRequired: false, ...settings },
    })),
  };
}

function routeOf(route: string, lambda: LambdaFunction): RouteSource {
  const [method = "", path = ""] = route.split(" ");
  return lambdaRoute({ method, path, function: lambda });
}

/** The stack's network as a function sees it, with its endpoints and NAT. */
function networkOf({ vpc, ipv6, ssm, others, gateways, nat, transit }: Network): FunctionNetwork {
  return {
    vpc,
    ipv6,
    endpoints: { ...Object.fromEntries(others), ...(ssm !== undefined && { ssm }) },
    gateways: Object.fromEntries(gateways),
    nat: nat !== "none",
    ...(transit !== undefined && { transit: transit.access }),
  };
}
