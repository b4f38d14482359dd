import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { trustService } from "../../base/policy-document.js";

/** What is logged of each call: who, what, how it ended and how long it took; no bodies, no parameters. */
const FORMAT = JSON.stringify({
  requestId: "$context.requestId",
  requestTime: "$context.requestTime",
  sourceIp: "$context.identity.sourceIp",
  vpcEndpointId: "$context.identity.vpceId",
  // Its id. `$context.identity.apiKey` would be the key itself.
  apiKeyId: "$context.identity.apiKeyId",
  webAcl: "$context.wafResponseCode",
  method: "$context.httpMethod",
  path: "$context.resourcePath",
  status: "$context.status",
  responseLatency: "$context.responseLatency",
  integrationLatency: "$context.integrationLatency",
  responseLength: "$context.responseLength",
  error: "$context.error.message",
});

/** The log group of an API's access logs; chosen, so that it is known before anything is made. */
export function accessLogGroupName(name: string): string {
  return `/aws/apigateway/${pulumi.getProject()}-${pulumi.getStack()}-${name}`;
}

/** A log group for a stage's access logs, as the stage's settings name it. */
export function accessLogSettings(name: string, retentionInDays: number, parent: pulumi.Resource) {
  const logGroup = new aws.cloudwatch.LogGroup(
    `${name}-access-logs`,
    { name: accessLogGroupName(name), retentionInDays },
    { parent },
  );
  return { destinationArn: logGroup.arn, format: FORMAT };
}

/**
 * The role with which API Gateway writes logs. There is one such setting for an account in a region, so only
 * one stack there may manage it.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html
 */
export function createAccountRole(
  name: string,
  accountId: string,
  parent: pulumi.Resource,
): aws.apigateway.Account {
  const at = `${name}-account-logs`;
  const role = new aws.iam.Role(
    at,
    { assumeRolePolicy: trustService("apigateway.amazonaws.com", accountId) },
    { parent },
  );
  const policy = new aws.iam.RolePolicyAttachment(
    at,
    { role: role.name, policyArn: aws.iam.ManagedPolicy.AmazonAPIGatewayPushToCloudWatchLogs },
    { parent },
  );
  return new aws.apigateway.Account(at, { cloudwatchRoleArn: role.arn }, { parent, dependsOn: [policy] });
}
