import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { isCredential } from "../components/api/access/authorizer.js";
import type { DeploymentTarget } from "../components/base/deployment-target.js";
import type { Database } from "../components/database/database.js";
import { DatabaseAccess } from "../components/database/database-access.js";

import { CanaryRelease, type Release } from "../components/function/canary-release.js";
import { CodeBucket } from "../components/function/code-bucket.js";
import {
  type FunctionPlacement,
  LambdaFunction,
  type UnreleasedFunction,
} from "../components/function/lambda-function.js";
import { LIVE } from "../components/function/live-alias.js";
import { readParametersUnder, readParametersUse } from "../components/function/policies.js";
import type { SeededParameters } from "../components/parameters/seeded-parameters.js";
import type { StackConfig } from "../config/index.js";
import { frontDoorRoutes, isInvokedFromInternet } from "./front-door-routes.js";
import {
  destinationsIn,
  endpointUrlOverridesIn,
  internetAccess,
  type Network,
  placementIn,
} from "./network.js";
import { cacheMetrics, cacheVariables, parameterReads } from "./parameter-cache.js";
import { functionSettings } from "./settings.js";
import { tagged } from "./tags.js";

/** The function that serves the parameters, with its code bucket and release. */
export interface Fetcher {
  readonly lambda: LambdaFunction;
  /** Bucket for the code of every function of the stack; undefined unless `function.codeBucket` is set. */
  readonly codeBucket?: CodeBucket;
}

interface FetcherParts {
  /** The parameters that the configuration holds, which the first call reads. */
  readonly parameters: SeededParameters;
  /** The VPC that the function runs in; undefined outside any VPC. */
  readonly network?: Network;
  /** A database that the function may use. */
  readonly database?: Database;
  readonly target: DeploymentTarget;
}

/** Creates the function that serves the parameters under `parameters.path`. See docs/releases.md. */
export function createFunction(config: StackConfig, parts: FetcherParts): Fetcher {
  const { parameters, network, database, target } = parts;
  const {
    codeBucket: isUploaded,
    codeSigning,
    release,
    internetAccess: isOnline,
    ...settings
  } = config.function;
  const codeBucket = isUploaded
    ? new CodeBucket("code", { signing: codeSigning || undefined, target }, tagged("function"))
    : undefined;
  const { path, cache, kmsKeyArn } = config.parameters;
  const lambda = new LambdaFunction(
    "fetcher",
    {
      ...settings,
      description: `Serves the parameters under ${path}`,
      entry: "handlers/fetch-parameters/index.ts",
      codeBucket,
      canary: release === "AllAtOnce" ? undefined : canary(release, target),
      environment: { ...settings.environment, ...database?.environment, ...handlerVariables(config) },
      endpointUrlOverrides: network === undefined ? {} : endpointUrlOverridesIn(network),
      permissions: readParametersUnder(path, target, kmsKeyArn ?? target.key?.arn),
      uses: readParametersUse(path, target),
      declaredReads: parameterReads(cache),
      declaredMetrics: cacheMetrics(cache),
      placement: network && placement(network, isOnline),
      settings: functionSettings("fetcher"),
      isPublic: isOpen(config) || isInvokedFromInternet(config),
      prerequisites: (lambda) => [parameters, ...databaseAccess(lambda, parts)],
      target,
    },
    tagged("function"),
  );
  return { lambda, codeBucket };
}

/** Whether everybody on the internet may call the method that invokes the function. */
function isOpen({ api: { endpointType, methods, authorizers } }: StackConfig): boolean {
  if (endpointType === "PRIVATE") return false;
  const { authorization = "NONE" } = methods["GET /messages"] ?? {};
  const custom = authorizers[authorization]?.function;
  // Without a credential to ask for, a function of the user's own decides about everybody.
  return authorization === "NONE" || custom?.identitySources.some(isCredential) === false;
}

/** Moves callers to a new version step by step. */
function canary(release: Exclude<Release, "AllAtOnce">, target: DeploymentTarget) {
  return (lambda: aws.lambda.Function, after: readonly pulumi.Resource[]) =>
    new CanaryRelease(
      "fetcher-release",
      { release, function: lambda, aliasName: LIVE, after, target },
      tagged("function"),
    );
}

/** What the function needs to use the database: a way to its proxy, a login, and the cluster behind the proxy. */
function databaseAccess(
  lambda: UnreleasedFunction,
  { database, target }: FetcherParts,
): readonly pulumi.Resource[] {
  if (database === undefined) return [];
  const args = { database, function: lambda, target };
  const access = new DatabaseAccess("fetcher-database", args, tagged("database"));
  return [access, database.proxy.registration];
}

/** Environment variables of the handler (handlers/fetch-parameters/settings.ts). */
function handlerVariables(config: StackConfig): Readonly<Record<string, string>> {
  const { parameters, api } = config;
  return {
    PARAMETER_PATH: parameters.path,
    PARAMETER_RECURSIVE: String(parameters.recursive),
    // Left out by default, so that functions of earlier versions keep their settings.
    ...(parameters.keys !== "lastSegment" && { PARAMETER_KEYS: parameters.keys }),
    ...cacheVariables(parameters.cache),
    ...frontDoorVariables(config),
    // API Gateway passes the function's answers on unchanged, so the function sends the CORS header itself.
    ...(api.cors && { ALLOW_ORIGIN: api.cors.allowOrigin }),
  };
}

/** Paths at which the function answers the load balancer; none without such a route. */
function frontDoorVariables(config: StackConfig): Readonly<Record<string, string>> {
  const paths = frontDoorRoutes(config).flatMap(({ path, target }) =>
    target.kind === "function" ? path : [],
  );
  return paths.length === 0 ? {} : { LOAD_BALANCER_PATHS: [...new Set(paths)].sort().join(" ") };
}

function placement(network: Network, isOnline: boolean): FunctionPlacement {
  const { transit } = network;
  const placed = {
    ...placementIn(network, destinationsIn(network)),
    ...(transit !== undefined && { transit: transit.access }),
  };
  return isOnline ? { ...placed, internet: internetAccess(network) } : placed;
}
