import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { LambdaFunction } from "../function/lambda-function.js";
import { type PlannedValue, plannedId } from "../planned-value.js";

interface LambdaRouteArgs {
  /** `GET` */
  readonly method: string;
  /** One level below the API's root: `/messages`. */
  readonly path: string;
  readonly function: LambdaFunction;
  readonly api: aws.apigateway.RestApi;
  /** The API's ARN, by the API's id. */
  readonly executionArn: (apiId: pulumi.Output<string>) => pulumi.Output<string>;
  readonly stageName: string;
  readonly parent: pulumi.Resource;
}

/** What a deployment must come after, and what it must be made anew for. */
export interface Route {
  readonly resources: readonly pulumi.Resource[];
  readonly content: pulumi.Input<unknown>;
  readonly planned: PlannedValue;
}

/**
 * A method that hands requests to a function's alias as they are, and the permission for exactly that method of
 * that stage.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
 */
export function makeLambdaRoute(name: string, args: LambdaRouteArgs): Route {
  const { api, executionArn, parent } = args;
  const segment = args.path.slice(1);
  const at = `${name}-${args.method.toLowerCase()}-${segment}`;
  const resource = new aws.apigateway.Resource(
    `${name}-${segment}`,
    { restApi: api.id, parentId: api.rootResourceId, pathPart: segment },
    { parent },
  );
  const method = new aws.apigateway.Method(
    at,
    { restApi: api.id, resourceId: resource.id, httpMethod: args.method, authorization: "NONE" },
    { parent },
  );
  const integration = new aws.apigateway.Integration(
    at,
    {
      restApi: api.id,
      resourceId: resource.id,
      httpMethod: method.httpMethod, // by this the integration comes after its method
      type: "AWS_PROXY",
      integrationHttpMethod: "POST", // how Lambda is invoked, whatever the method of the API
      uri: args.function.alias.invokeArn,
    },
    { parent },
  );
  const methodArn = (apiId: pulumi.Output<string>) =>
    pulumi.interpolate`${executionArn(apiId)}/${args.stageName}/${args.method}${args.path}`;
  const permission = new aws.lambda.Permission(
    at,
    {
      action: "lambda:InvokeFunction",
      principal: "apigateway.amazonaws.com",
      function: args.function.function.name,
      qualifier: args.function.alias.name,
      sourceArn: methodArn(api.id),
    },
    { parent },
  );
  return {
    resources: [method, integration],
    content: [resource.path, method.httpMethod, method.authorization, integration.type, integration.uri],
    planned: { resource: permission.urn, property: "sourceArn", value: methodArn(plannedId(api)) },
  };
}
