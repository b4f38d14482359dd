import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { contentOf } from "../deployment.js";
import { methodKey } from "../settings.js";
import { cacheKeys } from "../stage/caching.js";
import { type ApiContext, logicalPath } from "./route.js";

export interface RouteMethodArgs {
  /** `GET` */
  readonly method: string;
  /** `/messages/{id}` */
  readonly path: string;
  /**
   * Names of the models that the request's body must match, by content type.
   * @default none
   */
  readonly requestModels?: Readonly<Record<string, pulumi.Input<string>>>;
  /**
   * Parameters to pass on, and whether each is required: `method.request.path.id`.
   * @default none but the cache keys
   */
  readonly requestParameters?: Readonly<Record<string, boolean>>;
}

export interface RouteMethod {
  /** The logical name, for the resources that go with the method. */
  readonly name: string;
  readonly method: aws.apigateway.Method;
  readonly resource: aws.apigateway.Resource;
  /** The cache keys that the method's integration needs. */
  readonly cache: Pick<aws.apigateway.IntegrationArgs, "cacheKeyParameters" | "cacheNamespace">;
  /** Everything that a deployment copies of the method. */
  readonly content: pulumi.Output<unknown>;
}

/** Creates a route's method with the API's settings for it. */
export function createMethod(context: ApiContext, args: RouteMethodArgs): RouteMethod {
  const { api, parent, settings, validators } = context;
  const name = `${context.name}-${args.method.toLowerCase()}-${logicalPath(args.path)}`;
  const resource = context.paths.at(args.path);
  const own = settings.methods[methodKey(args)];
  const keys = settings.caching ? cacheKeys(args, own) : [];
  const validator = validators?.for({ hasModel: args.requestModels !== undefined });
  const inputs = {
    restApi: api.id,
    resourceId: resource.id,
    httpMethod: args.method,
    ...authorizationOf(context, own?.authorization ?? "NONE"),
    ...(own?.apiKeyRequired && { apiKeyRequired: true }),
    ...(args.requestModels !== undefined && { requestModels: args.requestModels }),
    ...withParameters(args.requestParameters, keys),
    ...(validator !== undefined && { requestValidatorId: validator.id }),
  };
  const method = new aws.apigateway.Method(name, inputs, { parent });
  return {
    name,
    method,
    resource,
    cache: keys.length === 0 ? {} : { cacheKeyParameters: keys, cacheNamespace: resource.id },
    content: contentOf(method, [args.path, inputs]),
  };
}

/** @throws Error if the API has no authorizer of the name */
function authorizationOf({ authorizers }: ApiContext, written: string) {
  if (written === "NONE" || written === "AWS_IAM") return { authorization: written };
  const authorizer = authorizers.get(written);
  if (authorizer === undefined) throw new Error(`the API has no authorizer ${written}`);
  return authorizer.method;
}

/** Adds the cache keys to the method's parameters because a cache key has to be one; it stays optional. */
function withParameters(own: RouteMethodArgs["requestParameters"], keys: readonly string[]) {
  const parameters = { ...Object.fromEntries(keys.map((key) => [key, false])), ...own };
  return Object.keys(parameters).length === 0 ? {} : { requestParameters: parameters };
}
