import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { arnOf, type DeploymentTarget } from "../../base/deployment-target.js";
import { createLogBucket } from "../../base/log-bucket.js";
import { logGroupName } from "../../base/names.js";
import { policyDocument, type Statement, trustService } from "../../base/policy-document.js";

/** Where flow logs go: to a log group, or as Apache Parquet files to a bucket. */
export const FLOW_LOG_DESTINATIONS = ["cloud-watch-logs", "s3"] as const;

export interface FlowLogArgs {
  /** Which traffic to log. */
  readonly trafficType: "ALL" | "ACCEPT" | "REJECT";
  /**
   * A log group costs $0.50 a gigabyte, a bucket $0.25 and $0.035 for the conversion to Parquet.
   * @default cloud-watch-logs
   */
  readonly destination?: (typeof FLOW_LOG_DESTINATIONS)[number];
  /** How long the records are kept, in days. */
  readonly retentionInDays: number;
  readonly target: DeploymentTarget;
}

/** Name of the log group of a VPC's flow logs. */
export function flowLogGroupName(name: string): string {
  return logGroupName("/aws/vpc", `${name}-flow-logs`);
}

/** ARN of the principal's resource in which log deliveries of the stack's account and Region are. */
export function logDeliveries(target: DeploymentTarget): string {
  return arnOf(target, "logs", "*");
}

/** Logs a VPC's traffic to a new log group or a new bucket. */
export function createFlowLogs(
  name: string,
  vpcId: pulumi.Input<string>,
  args: FlowLogArgs,
  parent: pulumi.Resource,
): void {
  const create = args.destination === "s3" ? logToBucket : logToGroup;
  create(name, vpcId, args, parent);
}

/** @see https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-iam-role.html */
function logToGroup(
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

/**
 * Logs to a bucket as Parquet, in a folder for each hour that Athena and others take as partitions.
 * @see https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-s3-path.html
 */
function logToBucket(
  name: string,
  vpcId: pulumi.Input<string>,
  { trafficType, retentionInDays, target }: FlowLogArgs,
  parent: pulumi.Resource,
): void {
  const at = `${name}-flow-logs`;
  const statements = (arn: string) => deliver(arn, target);
  const logs = { statements, key: target.key, retentionInDays, target };
  const { bucket, ready } = createLogBucket(at, logs, parent);
  new aws.ec2.FlowLog(
    at,
    {
      vpcId,
      trafficType,
      logDestinationType: "s3",
      logDestination: bucket.arn,
      destinationOptions: { fileFormat: "parquet", hiveCompatiblePartitions: true, perHourPartition: true },
    },
    { parent, dependsOn: [...ready] }, // AWS adds statements of its own to a bucket's policy that lacks them.
  );
}

/**
 * Lets the delivery of logs write to a bucket, for this account's logs only.
 * @see https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-s3-permissions.html
 */
function deliver(bucketArn: string, target: DeploymentTarget): Statement[] {
  const from = {
    StringEquals: { "aws:SourceAccount": target.accountId },
    ArnLike: { "aws:SourceArn": logDeliveries(target) },
  };
  const by = { Effect: "Allow", Principal: { Service: "delivery.logs.amazonaws.com" } } as const;
  return [
    {
      ...by,
      Sid: "WriteLogs",
      Action: "s3:PutObject",
      Resource: `${bucketArn}/AWSLogs/*`,
      Condition: {
        ...from,
        StringEquals: { ...from.StringEquals, "s3:x-amz-acl": "bucket-owner-full-control" },
      },
    },
    {
      ...by,
      Sid: "CheckBucket",
      Action: ["s3:GetBucketAcl", "s3:ListBucket"],
      Resource: bucketArn,
      Condition: from,
    },
  ];
}
