import { NETWORK_INTERFACE_ACTIONS } from "@lambda-networking/preflight/aws";
import { arnOf, type DeploymentTarget } from "../base/deployment-target.js";
import type { Statement } from "../base/policy-document.js";
import type { Use } from "./destinations.js";

/** Writing to one log group; Lambda itself makes the streams. */
export function writeLogs(logGroupArn: string): Statement {
  return {
    Effect: "Allow",
    Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
    Resource: `${logGroupArn}:*`,
  };
}

/** Sending traces. X-Ray has no resources that these actions could be limited to. */
export function writeTraces(): Statement {
  return {
    Effect: "Allow",
    Action: ["xray:PutTraceSegments", "xray:PutTelemetryRecords"],
    Resource: "*",
  };
}

/**
 * What the Lambda service does with the role to place a function in a VPC, and what keeps the function's own
 * code from doing the same. AWS asks for these on all resources when the function is made.
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
 * Reading the parameters under one path. A SecureString under a customer's key needs that key as well; the
 * key `alias/aws/ssm` lets in whoever may use Parameter Store.
 * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-access.html
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/services-parameter-store.html
 */
export function readParametersUnder(
  path: string,
  target: DeploymentTarget,
  kmsKeyArn: string | undefined,
): readonly Statement[] {
  const read: Statement = {
    Effect: "Allow",
    Action: "ssm:GetParametersByPath",
    Resource: arnOf(target, "ssm", `parameter${path}`),
  };
  if (kmsKeyArn === undefined) return [read];
  const viaParameterStore = { "kms:ViaService": `ssm.${target.region}.${target.dnsSuffix}` };
  return [
    read,
    {
      Effect: "Allow",
      Action: "kms:Decrypt",
      Resource: kmsKeyArn,
      Condition: { StringEquals: viaParameterStore },
    },
  ];
}

/** What the fetcher does at Parameter Store. */
export function readParametersUse(path: string, target: DeploymentTarget): Readonly<Record<"ssm", Use>> {
  return {
    ssm: {
      action: "ssm:GetParametersByPath",
      resource: arnOf(target, "ssm", `parameter${path}`),
      reason: "it reads the parameters",
    },
  };
}
