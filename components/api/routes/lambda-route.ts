import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { plannedId } from "../../base/planned-value.js";
import type { LambdaFunction } from "../../function/lambda-function.js";
import { allowInvoke } from "../../function/permission.js";
import { contentOf } from "../deployment.js";
import { createMethod } from "./method.js";
import type { ApiContext, Route, RouteSource } from "./route.js";

interface LambdaRouteArgs {
  /** `GET` */
  readonly method: string;
  /** Path from the API's root: `/messages`. */
  readonly path: string;
  readonly function: LambdaFunction;
}

/**
 * A method that passes requests unchanged to a function's alias, with a permission for only that method of that stage.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
 */
export function lambdaRoute(args: LambdaRouteArgs): RouteSource {
  const { method, path } = args;
  return { method, path, make: (context) => createLambdaRoute(context, args) };
}

function createLambdaRoute(context: ApiContext, args: LambdaRouteArgs): Route {
  const { api, executionArn, parent } = context;
  const { name, method, resource, cache, content } = createMethod(context, args);
  const inputs = {
    restApi: api.id,
    resourceId: resource.id,
    httpMethod: method.httpMethod, // This output makes the integration depend on its method.
    type: "AWS_PROXY",
    integrationHttpMethod: "POST", // Lambda is always invoked with POST, whatever the API's method.
    uri: args.function.alias.invokeArn,
    ...cache,
  };
  const integration = new aws.apigateway.Integration(name, inputs, { parent });
  const methodArn = (apiId: pulumi.Output<string>) =>
    pulumi.interpolate`${executionArn(apiId)}/${context.stageName}/${args.method}${args.path}`;
  const permission = allowInvoke(
    name,
    args.function,
    { principal: "apigateway.amazonaws.com", sourceArn: methodArn(api.id) },
    parent,
  );
  return {
    method: args.method,
    path: args.path,
    // The permission too, because the stage opens the method, and its calls need the permission.
    resources: [method, integration, permission],
    content: [content, contentOf(integration, inputs)],
    planned: [{ resource: permission.urn, property: "sourceArn", value: methodArn(plannedId(api)) }],
    intents: [],
  };
}
