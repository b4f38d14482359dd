import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { arnOf, type DeploymentTarget } from "../../base/deployment-target.js";
import { logGroupName } from "../../base/names.js";
import { policyDocument, trustService } from "../../base/policy-document.js";

export interface FlowLogArgs {
  /** Which traffic to log. */
  readonly trafficType: "ALL" | "ACCEPT" | "REJECT";
  /** How long CloudWatch Logs keeps the records, in days. */
  readonly retentionInDays: number;
  readonly target: DeploymentTarget;
}

/** Name of the log group of a VPC's flow logs. */
export function flowLogGroupName(name: string): string {
  return logGroupName("/aws/vpc", `${name}-flow-logs`);
}

/**
 * Logs a VPC's traffic to a new log group.
 * @see https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-iam-role.html
 */
export function createFlowLogs(
  name: string,
  vpcId: pulumi.Input<string>,
  args: FlowLogArgs,
  parent: pulumi.Resource,
): void {
  const at = `${name}-flow-logs`;
  const groupName = flowLogGroupName(name);
  const logGroup = new aws.cloudwatch.LogGroup(
    at,
    { name: groupName, retentionInDays: args.retentionInDays, kmsKeyId: args.target.key?.arn },
    { parent },
  );
  const role = new aws.iam.Role(
    at,
    { assumeRolePolicy: trustService("vpc-flow-logs.amazonaws.com", args.target.accountId) },
    { parent },
  );
  const policy = new aws.iam.RolePolicy(
    at,
    { role: role.id, policy: writeTo(arnOf(args.target, "logs", `log-group:${groupName}`)) },
    { parent },
  );
  new aws.ec2.FlowLog(
    at,
    {
      vpcId,
      trafficType: args.trafficType,
      logDestinationType: "cloud-watch-logs",
      logDestination: logGroup.arn,
      iamRoleArn: role.arn,
    },
    { parent, dependsOn: [policy] },
  );
}

function writeTo(logGroupArn: string): string {
  return JSON.stringify(
    policyDocument(
      {
        Effect: "Allow",
        Action: ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
        Resource: [logGroupArn, `${logGroupArn}:*`],
      },
      {
        Effect: "Allow",
        Action: "logs:DescribeLogGroups",
        Resource: "*", // DescribeLogGroups lists groups, so it has no single group as resource.
      },
    ),
  );
}
