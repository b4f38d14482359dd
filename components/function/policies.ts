import { NETWORK_INTERFACE_ACTIONS } from "@lambda-networking/preflight/aws";
import type * as pulumi from "@pulumi/pulumi";
import { arnOf, type DeploymentTarget } from "../base/deployment-target.js";
import { useKeyOf } from "../base/encryption.js";
import type { Statement } from "../base/policy-document.js";
import type { Use } from "./destinations.js";

/** Allows making log streams in one log group, and writing to them. */
export function writeLogs(logGroupArn: string): Statement {
  return {
    Effect: "Allow",
    Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
    Resource: `${logGroupArn}:*`,
  };
}

/** Allows sending traces. X-Ray has no resources to limit these actions to. */
export function writeTraces(): Statement {
  return {
    Effect: "Allow",
    Action: ["xray:PutTraceSegments", "xray:PutTelemetryRecords"],
    Resource: "*",
  };
}

/**
 * Allows Lambda to place a function in a VPC with the role, and denies the function's own code the same actions. AWS
 * requires them on all resources when the function is created.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html
 */
export function vpcAccessStatements(target: DeploymentTarget): readonly Statement[] {
  return [
    { Effect: "Allow", Action: NETWORK_INTERFACE_ACTIONS, Resource: "*" },
    {
      Effect: "Deny",
      Action: NETWORK_INTERFACE_ACTIONS,
      Resource: "*",
      Condition: { ArnLike: { "lambda:SourceFunctionArn": arnOf(target, "lambda", "function:*") } },
    },
  ];
}

/**
 * Allows reading the parameters under one path. A SecureString under a customer managed key needs permission for that
 * key as well. Every principal that may use Parameter Store can use the key `alias/aws/ssm`.
 * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-access.html
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/services-parameter-store.html
 */
export function readParametersUnder(
  path: string,
  target: DeploymentTarget,
  kmsKeyArn: pulumi.Input<string> | undefined,
): readonly Statement[] {
  const read: Statement = {
    Effect: "Allow",
    Action: "ssm:GetParametersByPath",
    Resource: arnOf(target, "ssm", `parameter${path}`),
  };
  return kmsKeyArn === undefined ? [read] : [read, useKeyOf(kmsKeyArn, target, "ssm")];
}

/** The fetcher's action at Parameter Store. */
export function readParametersUse(path: string, target: DeploymentTarget): Readonly<Record<"ssm", Use>> {
  return {
    ssm: {
      action: "ssm:GetParametersByPath",
      resource: arnOf(target, "ssm", `parameter${path}`),
      reason: "it reads the parameters",
    },
  };
}
