import type * as pulumi from "@pulumi/pulumi";
import { destinationsIn, type PrivateNetwork } from "../../program/network.js";
import { cacheVariables, type ParameterCacheSettings } from "../parameters/cache-variables.js";
import { LambdaFunction, type LambdaFunctionArgs } from "./lambda-function.js";
import { readParametersUnder, readParametersUse } from "./policies.js";

type FunctionSettings = Omit<
  LambdaFunctionArgs,
  "description" | "entry" | "permissions" | "uses" | "placement"
>;

export interface FetcherArgs extends FunctionSettings {
  readonly parameters: {
    readonly path: string;
    readonly recursive: boolean;
    readonly cache: ParameterCacheSettings;
    readonly kmsKeyArn?: string | undefined;
  };
  /** In a VPC where present. */
  readonly network: PrivateNetwork | undefined;
  /** The pages of this origin may read the answers: `https://app.example.com`. */
  readonly allowOrigin: string | undefined;
}

/** The function that serves the parameters under a path. */
export function makeFetcher(
  { parameters, network, allowOrigin, ...settings }: FetcherArgs,
  opts: pulumi.ComponentResourceOptions,
): LambdaFunction {
  const { path, recursive, cache, kmsKeyArn } = parameters;
  return new LambdaFunction(
    "fetcher",
    {
      ...settings,
      description: `Serves the parameters under ${path}`,
      entry: "handlers/fetch-parameters/index.ts",
      environment: {
        ...settings.environment,
        PARAMETER_PATH: path,
        PARAMETER_RECURSIVE: String(recursive),
        ...cacheVariables(cache),
        // API Gateway passes the function's answers on as they are, the header for CORS included.
        ...(allowOrigin !== undefined && { ALLOW_ORIGIN: allowOrigin }),
      },
      ...(network?.ssm?.privateDns === false && { toldEndpoints: { ssm: network.ssm } }),
      permissions: readParametersUnder(path, settings.target, kmsKeyArn),
      uses: readParametersUse(path, settings.target),
      placement: network && {
        vpcId: network.vpc.vpcId,
        subnets: network.vpc.privateSubnets,
        ipv6: network.ipv6,
        destinations: destinationsIn(network),
      },
    },
    opts,
  );
}
