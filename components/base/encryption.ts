import type * as pulumi from "@pulumi/pulumi";
import type { DeploymentTarget } from "./deployment-target.js";
import type { Statement } from "./policy-document.js";

/** A service that uses a key with the permissions of its caller. */
export type EncryptingService =
  | "dynamodb"
  | "lambda"
  | "rds"
  | "s3"
  | "secretsmanager"
  | "sns"
  | "sqs"
  | "ssm";

/** What a sender to an encrypted queue or topic needs of the key. */
export const SEND_ENCRYPTED = ["kms:GenerateDataKey", "kms:Decrypt"] as const;

/**
 * Lets a role use the stack's key, through one service only. Empty without a key: then AWS's own keys encrypt, which
 * need no permission.
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service
 */
export function useKey(
  target: DeploymentTarget,
  service: EncryptingService,
  actions: string | readonly string[] = "kms:Decrypt",
): readonly Statement[] {
  return target.key === undefined ? [] : [useKeyOf(target.key.arn, target, service, actions)];
}

/** Lets a role use one key, through one service only. */
export function useKeyOf(
  keyArn: pulumi.Input<string>,
  target: DeploymentTarget,
  service: EncryptingService,
  actions: string | readonly string[] = "kms:Decrypt",
): Statement {
  return {
    Effect: "Allow",
    Action: actions,
    Resource: keyArn,
    Condition: { StringEquals: { "kms:ViaService": viaService(target, service) } },
  };
}

/** The name by which KMS knows a service that uses a key for its caller: `ssm.eu-west-1.amazonaws.com`. */
export function viaService({ region, dnsSuffix }: DeploymentTarget, service: EncryptingService): string {
  return `${service}.${region}.${dnsSuffix}`;
}

/** The statements with the planned ARN of the stack's key in place of the one that only AWS knows. */
export function plannedStatements(
  statements: readonly Statement[],
  { key }: DeploymentTarget,
): readonly Statement[] {
  return statements.map((statement) =>
    key !== undefined && statement.Resource === key.arn
      ? { ...statement, Resource: key.plannedArn }
      : statement,
  );
}
