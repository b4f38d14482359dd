import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { arnOf, type DeploymentTarget } from "../../base/deployment-target.js";
import { type PlannedValue, plannedId } from "../../base/planned-value.js";
import type { LambdaFunction } from "../../function/lambda-function.js";
import { contentOf } from "../deployment.js";

/**
 * What decides who may call a method.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-control-access-to-api.html
 */
export type AuthorizerArgs = UserPoolAuthorizerArgs | LambdaAuthorizerArgs;

/** API Gateway checks the tokens of a Cognito user pool by itself. Free, besides the user pool. */
export interface UserPoolAuthorizerArgs {
  readonly kind: "user-pool";
  readonly userPoolArn: pulumi.Input<string>;
  /**
   * Scopes of which a token needs one. With scopes API Gateway takes access tokens, without them ID tokens.
   * @default none
   */
  readonly scopes?: readonly string[];
}

/** API Gateway asks a function. A Lambda invocation for each request whose answer it does not keep. */
export interface LambdaAuthorizerArgs {
  readonly kind: "lambda";
  /** A function of the stack, or the ARN of another one or of its alias. */
  readonly function: LambdaFunction | string;
  /** What the function sees: one header, or the request without its body. */
  readonly type: "TOKEN" | "REQUEST";
  /** What a request must have, else it is answered 401: `header.Authorization`. A kept answer is for the same values. */
  readonly identitySources: readonly string[];
  /** How long an answer is kept, 0 to 3600 seconds. It is kept for every method that uses the authorizer. */
  readonly resultTtlInSeconds: number;
  /** Whether each policy that the function returns is for all methods that use it. */
  readonly policyCoversAllMethods: boolean;
}

/** Authorizers by name. */
export type Authorizers = Readonly<Record<string, AuthorizerArgs>>;

interface AuthorizerContext {
  /** The API component's logical name. */
  readonly name: string;
  readonly api: aws.apigateway.RestApi;
  readonly executionArn: (apiId: pulumi.Output<string>) => pulumi.Output<string>;
  readonly target: DeploymentTarget;
  readonly parent: pulumi.Resource;
}

/** A created authorizer, with what its methods need. */
export interface MethodAuthorizer {
  /** The inputs of a method that uses it. */
  readonly method: {
    readonly authorization: "COGNITO_USER_POOLS" | "CUSTOM";
    readonly authorizerId: pulumi.Output<string>;
    readonly authorizationScopes?: string[];
  };
  /** All that a call through it needs. */
  readonly resources: readonly pulumi.Resource[];
  readonly content: pulumi.Output<unknown>;
  readonly planned: readonly PlannedValue[];
}

/**
 * Whether API Gateway refuses a request without credentials by itself. Without an identity source that a caller has to
 * send, the function is asked about everybody.
 */
export function wantsCredentials(args: AuthorizerArgs): boolean {
  return args.kind === "user-pool" || args.identitySources.some(isCredential);
}

/** Whether a caller has to send an identity source, instead of API Gateway knowing it by itself. */
export function isCredential(source: string): boolean {
  return /^(header|querystring)\./.test(source);
}

/** The authorizer's logical name. */
function logicalName(api: string, name: string): string {
  return `${api}-authorizer-${name}`;
}

/** Creates an authorizer, and the permission for it and nothing else to invoke its function. */
export function createAuthorizer(
  context: AuthorizerContext,
  name: string,
  args: AuthorizerArgs,
): MethodAuthorizer {
  return args.kind === "user-pool" ? byUserPool(context, name, args) : byFunction(context, name, args);
}

function byUserPool(
  { name: apiName, api, parent }: AuthorizerContext,
  name: string,
  { userPoolArn, scopes = [] }: UserPoolAuthorizerArgs,
): MethodAuthorizer {
  const inputs = {
    restApi: api.id,
    name,
    type: "COGNITO_USER_POOLS",
    identitySource: "method.request.header.Authorization",
    providerArns: [userPoolArn],
  };
  const authorizer = new aws.apigateway.Authorizer(logicalName(apiName, name), inputs, { parent });
  return {
    method: {
      authorization: "COGNITO_USER_POOLS",
      authorizerId: authorizer.id,
      ...(scopes.length > 0 && { authorizationScopes: [...scopes] }),
    },
    resources: [authorizer],
    content: contentOf(authorizer, inputs),
    planned: [],
  };
}

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/configure-api-gateway-lambda-authorization.html */
function byFunction(context: AuthorizerContext, name: string, args: LambdaAuthorizerArgs): MethodAuthorizer {
  const { api, executionArn, parent } = context;
  const { uri, permission: invoked } = targetOf(context.target, args.function);
  const sources = args.identitySources.map((source) =>
    isCredential(source) ? `method.request.${source}` : source,
  );
  const inputs = {
    restApi: api.id,
    name,
    type: args.type,
    authorizerUri: uri,
    authorizerResultTtlInSeconds: args.resultTtlInSeconds,
    identitySource: sources.join(","),
  };
  const authorizer = new aws.apigateway.Authorizer(logicalName(context.name, name), inputs, { parent });
  const sourceArn = (apiId: pulumi.Output<string>, authorizerId: pulumi.Output<string>) =>
    pulumi.interpolate`${executionArn(apiId)}/authorizers/${authorizerId}`;
  const permission =
    invoked &&
    new aws.lambda.Permission(
      logicalName(context.name, name),
      {
        action: "lambda:InvokeFunction",
        principal: "apigateway.amazonaws.com",
        ...invoked,
        sourceArn: sourceArn(api.id, authorizer.id),
      },
      { parent },
    );
  const value = sourceArn(plannedId(api), plannedId(authorizer));
  return {
    method: { authorization: "CUSTOM", authorizerId: authorizer.id },
    resources: permission === undefined ? [authorizer] : [authorizer, permission],
    content: contentOf(authorizer, inputs),
    planned: permission === undefined ? [] : [{ resource: permission.urn, property: "sourceArn", value }],
  };
}

/** Whether the stack gives the permission to invoke the authorizer's function. */
export function isInvokable(target: DeploymentTarget, args: AuthorizerArgs): boolean {
  return args.kind === "user-pool" || typeof args.function !== "string" || isOwn(target, args.function);
}

function isOwn(target: DeploymentTarget, functionArn: string): boolean {
  const [, , , region, account] = functionArn.split(":");
  return account === target.accountId && region === target.region;
}

interface Target {
  readonly uri: pulumi.Input<string>;
  /** Undefined: the function's account gives the permission. */
  readonly permission:
    | { readonly function: pulumi.Input<string>; readonly qualifier?: pulumi.Input<string> }
    | undefined;
}

function targetOf(target: DeploymentTarget, of: LambdaFunction | string): Target {
  if (typeof of !== "string") {
    const { function: lambda, alias } = of;
    return { uri: alias.invokeArn, permission: { function: lambda.name, qualifier: alias.name } };
  }
  const [, , , , , , name = "", qualifier] = of.split(":");
  const uri = `arn:${target.partition}:apigateway:${target.region}:lambda:path/2015-03-31/functions/${of}/invocations`;
  return {
    uri,
    permission: isOwn(target, of)
      ? {
          function: arnOf(target, "lambda", `function:${name}`),
          ...(qualifier !== undefined && { qualifier }),
        }
      : undefined,
  };
}
