import type { Intent } from "@lambda-networking/preflight/intents";
import type * as pulumi from "@pulumi/pulumi";
import type { AuthorizerArgs, Authorizers } from "../components/api/access/authorizer.js";
import { UserPool } from "../components/api/access/user-pool.js";
import type { DataRetention } from "../components/base/data-retention.js";
import type { DeploymentTarget } from "../components/base/deployment-target.js";
import { LambdaFunction } from "../components/function/lambda-function.js";
import type { StackConfig } from "../config/index.js";
import { tagged } from "./tags.js";

/** What decides who may call the API's methods, and the user pools that the stack makes for it. */
export interface Callers {
  readonly authorizers: Authorizers;
  /** By the authorizer's name. */
  readonly userPools: Readonly<Record<string, UserPool>>;
}

interface CallerParts {
  readonly data: DataRetention;
  readonly target: DeploymentTarget;
}

type Settings = StackConfig["api"]["authorizers"][string];

/** Creates the user pools and the functions of `api.authorizers`. See docs/callers.md. */
export function createCallers(config: StackConfig, parts: CallerParts): Callers {
  const userPools: Record<string, UserPool> = {};
  const authorizers: Record<string, AuthorizerArgs> = {};
  for (const [name, settings] of Object.entries(config.api.authorizers)) {
    const { userPool, jwt, function: custom, scopes } = settings;
    if (userPool !== undefined) {
      const own = userPool.arn === undefined ? createUserPool(name, userPool, parts) : undefined;
      if (own !== undefined) userPools[name] = own;
      const userPoolArn = own?.userPool.arn ?? userPool.arn ?? "";
      authorizers[name] = { kind: "user-pool", userPoolArn, scopes };
    } else if (jwt !== undefined) {
      authorizers[name] = {
        kind: "lambda",
        function: createJwtFunction(config, parts, name, { jwt, scopes }),
        type: "TOKEN",
        identitySources: ["header.Authorization"],
        resultTtlInSeconds: jwt.resultTtlInSeconds,
        policyCoversAllMethods: true,
      };
    } else if (custom !== undefined) {
      const { arn, handler = "", ...rest } = custom;
      authorizers[name] = {
        kind: "lambda",
        function: arn ?? createFunction(config, parts, name, { entry: handler }),
        ...rest,
      };
    }
  }
  return { authorizers, userPools };
}

/** Logical names of the functions that the stack makes to decide who may call. */
export function authorizerFunctions({ api }: StackConfig): string[] {
  return Object.entries(api.authorizers).flatMap(([name, { userPool, jwt, function: custom }]) => {
    const isMade =
      userPool === undefined && (jwt !== undefined || (custom !== undefined && custom.arn === undefined));
    return isMade ? [functionName(name)] : [];
  });
}

const functionName = (authorizer: string) => `authorizer-${authorizer}`;

function createUserPool(
  name: string,
  { arn: _, ...settings }: NonNullable<Settings["userPool"]>,
  { data, target }: CallerParts,
): UserPool {
  return new UserPool(`users-${name}`, { ...settings, data, target }, tagged("api"));
}

interface JwtSettings {
  readonly jwt: NonNullable<Settings["jwt"]>;
  readonly scopes: readonly string[];
}

/** The function that checks tokens. It is outside the VPC, so it fetches the issuer's keys over the internet. */
function createJwtFunction(
  config: StackConfig,
  parts: CallerParts,
  name: string,
  { jwt, scopes }: JwtSettings,
): LambdaFunction {
  const environment = {
    JWT_ISSUER: jwt.issuer,
    JWT_AUDIENCE: jwt.audience.join(" "),
    JWT_ALGORITHMS: jwt.algorithms.join(" "),
    ...(scopes.length > 0 && { JWT_SCOPES: scopes.join(" ") }),
    ...(jwt.jwksUri !== undefined && { JWT_JWKS_URI: jwt.jwksUri }),
    ...(jwt.jwks !== undefined && { JWT_JWKS: JSON.stringify(jwt.jwks) }),
  };
  const from = { kind: "function", name: `authorizer-${name}` } as const;
  const keysAt = jwt.jwks === undefined ? new URL(jwt.jwksUri ?? jwt.issuer) : undefined;
  const fetches: Intent[] =
    keysAt === undefined
      ? []
      : [
          {
            from,
            to: { kind: "host", name: keysAt.hostname },
            port: Number(keysAt.port || 443),
            must: "reach",
            reason: "it fetches the issuer's public keys",
          },
        ];
  return createFunction(config, parts, name, {
    entry: "handlers/jwt-authorizer/index.ts",
    environment,
    intents: fetches,
  });
}

interface FunctionSettings {
  readonly entry: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly intents?: readonly Intent[];
}

/** A function of its own, with a role that may write its logs and traces and nothing else. */
function createFunction(
  { function: settings }: StackConfig,
  { target }: CallerParts,
  name: string,
  { entry, environment = {}, intents = [] }: FunctionSettings,
): LambdaFunction {
  return new LambdaFunction(
    functionName(name),
    {
      description: `Decides for the API who may call (${name})`,
      entry,
      runtime: settings.runtime,
      architecture: settings.architecture,
      memorySize: 256,
      timeout: 10,
      logRetentionInDays: settings.logRetentionInDays,
      environment,
      permissions: [],
      uses: {},
      intents,
      target,
    },
    tagged("api"),
  );
}

/** Ids of the user pools that the stack makes, and of their clients, by the authorizer's name. */
export function userPoolOutputs({ userPools }: Callers) {
  const each = <T>(of: (pool: UserPool) => T) =>
    Object.fromEntries(Object.entries(userPools).map(([name, pool]) => [name, of(pool)]));
  return {
    userPoolIds: each(({ userPool }): pulumi.Output<string> => userPool.id),
    userPoolClientIds: each(({ client }): pulumi.Output<string> => client.id),
  };
}
