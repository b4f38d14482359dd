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
  /** What the request's body must be, by content type: the name of a model. */
  readonly requestModels?: Readonly<Record<string, pulumi.Input<string>>>;
  /** Parameters to be passed on, and whether each is required: `method.request.path.id`. */
  readonly requestParameters?: Readonly<Record<string, boolean>>;
}

export interface RouteMethod {
  /** The logical name, for the resources that go with the method. */
  readonly name: string;
  readonly method: aws.apigateway.Method;
  readonly resource: aws.apigateway.Resource;
  /** For the method's integration: what a cached answer depends on. */
  readonly cache: Pick<aws.apigateway.IntegrationArgs, "cacheKeyParameters" | "cacheNamespace">;
  /** All that a deployment copies of the method. */
  readonly content: pulumi.Output<unknown>;
}

/** Makes a route's method, with what the API's settings say of it. */
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
    authorization: own?.authorization ?? "NONE",
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

/** A cache key has to be a parameter of the method; it is not required by that. */
function withParameters(own: RouteMethodArgs["requestParameters"], keys: readonly string[]) {
  const parameters = { ...Object.fromEntries(keys.map((key) => [key, false])), ...own };
  return Object.keys(parameters).length === 0 ? {} : { requestParameters: parameters };
}
