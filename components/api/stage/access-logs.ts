import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { DeploymentTarget } from "../../base/deployment-target.js";
import { logGroupName } from "../../base/names.js";
import { trustService } from "../../base/policy-document.js";

/** Fields that are logged for each call: caller, request, status and duration; no bodies and no parameters. */
const FORMAT = JSON.stringify({
  requestId: "$context.requestId",
  requestTime: "$context.requestTime",
  sourceIp: "$context.identity.sourceIp",
  vpcEndpointId: "$context.identity.vpceId",
  // The key's id. `$context.identity.apiKey` would be the key itself.
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

/** Name of an API's log group for access logs. The program chooses it, so that it is known before the group exists. */
export function accessLogGroupName(name: string): string {
  return logGroupName("/aws/apigateway", name);
}

/** Creates a log group for a stage's access logs, and returns the stage's settings for it. */
export function accessLogSettings(
  name: string,
  retentionInDays: number,
  { key }: DeploymentTarget,
  parent: pulumi.Resource,
) {
  const logGroup = new aws.cloudwatch.LogGroup(
    `${name}-access-logs`,
    { name: accessLogGroupName(name), retentionInDays, kmsKeyId: key?.arn },
    { parent },
  );
  return { destinationArn: logGroup.arn, format: FORMAT };
}

/**
 * Creates the role with which API Gateway writes logs. An account has one such setting in each Region, so only one
 * stack there may manage it.
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
