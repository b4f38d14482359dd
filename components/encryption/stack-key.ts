import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { DataRetention } from "../base/data-retention.js";
import { arnOf, type DeploymentTarget, type EncryptionKey } from "../base/deployment-target.js";
import { type EncryptingService, viaService } from "../base/encryption.js";
import { arnWithPlannedId } from "../base/planned-value.js";
import { type PolicyDocument, policyDocument, type Statement } from "../base/policy-document.js";

/** A service that encrypts as itself, for one of its own resources. */
export interface EncryptingSender {
  readonly service: "cloudwatch" | "delivery.logs" | "events" | "sns";
  /** ARNs of the resources that it encrypts for; `*` and `?` are wildcards. */
  readonly arns: readonly string[];
}

export interface KeyUsers {
  /** Services that use the key with the permissions of their callers. */
  readonly services: readonly EncryptingService[];
  /** Names of the log groups that CloudWatch Logs encrypts. */
  readonly logGroupNames: readonly string[];
  readonly senders: readonly EncryptingSender[];
}

export interface StackKeyArgs extends KeyUsers {
  /**
   * An existing key, whose policy its owner writes: {@link keyPolicy} says what it needs.
   * @default a new key
   */
  readonly existing?: string;
  /** Whether data that the key encrypts outlives the stack; then the key does too. */
  readonly data: DataRetention;
  readonly target: DeploymentTarget;
}

/**
 * The customer managed key that encrypts what a stack stores. A new key is rotated each year and costs $1 a month, and
 * $1 more for each of the first two rotations; 10,000 requests cost $0.03 in us-east-1. A deleted key takes everything
 * with it that it encrypted, so KMS waits 30 days before it deletes one.
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html
 * @see https://aws.amazon.com/kms/pricing/
 */
export class StackKey extends pulumi.ComponentResource implements EncryptionKey {
  readonly arn: pulumi.Input<string>;
  readonly plannedArn: pulumi.Input<string>;

  constructor(
    name: string,
    { existing, data, ...args }: StackKeyArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("lambda-networking:encryption:StackKey", name, {}, opts);
    const policy = JSON.stringify(keyPolicy(args));
    if (existing !== undefined) {
      this.arn = existing;
      this.plannedArn = existing;
      // The preflight judges what uses the key by the policy that its owner is asked for.
      this.registerOutputs({ keyArn: existing, toldKeys: [{ arn: existing, policy }] });
      return;
    }
    const key = new aws.kms.Key(
      name,
      {
        description: `Encrypts what ${pulumi.getProject()}/${pulumi.getStack()} stores`,
        enableKeyRotation: true,
        deletionWindowInDays: 30,
        policy,
      },
      // What AWS keeps of the stack can be read only as long as its key exists.
      { parent: this, retainOnDelete: data.keep },
    );
    this.arn = key.arn;
    this.plannedArn = arnWithPlannedId(args.target, "kms", "key/", key);
    this.registerOutputs({
      keyArn: key.arn,
      planned: [{ resource: key.urn, property: "arn", value: this.plannedArn }],
    });
  }
}

/** What the account's administrators may do with the key: everything but use it. */
const ADMINISTRATION = [
  "kms:CreateAlias", // not Create*: with CreateGrant an administrator would give the use of the key away
  "kms:Describe*",
  "kms:Enable*",
  "kms:List*",
  "kms:Put*",
  "kms:Update*",
  "kms:Revoke*",
  "kms:Disable*",
  "kms:Get*",
  "kms:Delete*",
  "kms:TagResource",
  "kms:UntagResource",
  "kms:RotateKeyOnDemand",
  "kms:ScheduleKeyDeletion",
  "kms:CancelKeyDeletion",
] as const;

const USE = ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*"] as const;

/**
 * The policy of the stack's key. The account's roles use it only through the listed services, and only where their own
 * policies allow it too; nobody uses it directly. CloudWatch Logs uses it for the stack's log groups, and each sender
 * for its own resources.
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html
 * @see https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
 */
export function keyPolicy({
  services,
  logGroupNames,
  senders,
  target,
}: KeyUsers & Pick<StackKeyArgs, "target">): PolicyDocument {
  const { accountId, region, partition, dnsSuffix } = target;
  const account = { AWS: `arn:${partition}:iam::${accountId}:root` };
  const through = { "kms:ViaService": services.map((service) => viaService(target, service)) };
  const onKey = { Effect: "Allow", Resource: "*" } as const;
  return policyDocument(
    { ...onKey, Sid: "Administer", Principal: account, Action: ADMINISTRATION },
    {
      ...onKey,
      Sid: "UseThroughServices",
      Principal: account,
      Action: USE,
      Condition: { StringEquals: through },
    },
    {
      ...onKey,
      Sid: "GrantToServices",
      Principal: account,
      Action: "kms:CreateGrant",
      Condition: { Bool: { "kms:GrantIsForAWSResource": "true" }, StringEquals: through },
    },
    {
      ...onKey,
      Sid: "EncryptLogs",
      Principal: { Service: `logs.${region}.${dnsSuffix}` },
      Action: [...USE, "kms:Describe*"],
      Condition: {
        ArnEquals: {
          "kms:EncryptionContext:aws:logs:arn": logGroupNames.map((name) =>
            arnOf(target, "logs", `log-group:${name}`),
          ),
        },
      },
    },
    ...senders.filter(({ arns }) => arns.length > 0).map((sender) => encryptFor(sender, target)),
  );
}

function capitalized(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

function encryptFor({ service, arns }: EncryptingSender, { accountId }: DeploymentTarget): Statement {
  return {
    Sid: `EncryptFor${service.split(".").map(capitalized).join("")}`,
    Effect: "Allow",
    Principal: { Service: `${service}.amazonaws.com` },
    Action: ["kms:GenerateDataKey*", "kms:Decrypt"],
    Resource: "*",
    Condition: {
      StringEquals: { "aws:SourceAccount": accountId },
      ArnLike: { "aws:SourceArn": arns },
    },
  };
}
