import type { Intent, Via } from "@lambda-networking/preflight/intents";
import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { arnOf, type DeploymentTarget } from "../base/deployment-target.js";
import { type EncryptingService, SEND_ENCRYPTED, useKeyOf } from "../base/encryption.js";
import { arnWithPlannedId, type PlannedValue, plannedBucketArn, plannedId } from "../base/planned-value.js";
import type { Statement } from "../base/policy-document.js";

/** A resource with an ARN: `new aws.dynamodb.Table(…)`. */
export interface ResourceWithArn extends pulumi.Resource {
  readonly arn: pulumi.Output<string>;
}

/**
 * What a function does with a resource. Its role's permissions, its way through the VPC and the intents to prove are all
 * made from it.
 */
export interface ResourceUse {
  /** The service's name in its endpoint: `dynamodb`. */
  readonly service: string;
  readonly resource: ResourceWithArn;
  /** `["dynamodb:GetItem"]` */
  readonly actions: readonly string[];
  /**
   * What policies name, after the resource's ARN: `["/*"]` for a bucket's objects.
   * @default the resource itself
   */
  readonly parts?: readonly string[];
  /**
   * The resource's ARN before it exists, with {@link plannedId} in place of what only AWS knows.
   * @default not known, so that the first preview cannot decide the proofs
   */
  readonly plannedArn?: (target: DeploymentTarget) => pulumi.Output<string>;
  /** What the key that encrypts the resource is used for. */
  readonly key?: {
    readonly arn: pulumi.Input<string>;
    readonly service: EncryptingService;
    readonly actions: string | readonly string[];
  };
  /** `it reads orders` */
  readonly reason: string;
}

/** Of a resource that a customer managed key encrypts. */
export interface EncryptedWith {
  /**
   * ARN of the key; the function may use it through the resource's service only.
   * @default AWS's own key, which needs no permission
   */
  readonly keyArn?: pulumi.Input<string>;
}

/** Objects of a bucket. */
export interface Objects extends EncryptedWith {
  /**
   * Beginning of the objects' keys: `in/`.
   * @default every object
   */
  readonly prefix?: string;
}

/** Items of a table. */
export interface Items extends EncryptedWith {
  /**
   * Whether the function queries the table's indexes too.
   * @default false
   */
  readonly indexes?: boolean;
}

/** Reads single items, and queries by key; it does not scan. */
export function readItems(table: aws.dynamodb.Table, { indexes = false, keyArn }: Items = {}): ResourceUse {
  return {
    service: "dynamodb",
    resource: table,
    actions: ["dynamodb:GetItem", "dynamodb:Query"],
    parts: indexes ? ["", "/index/*"] : [""],
    plannedArn: (target) => arnWithPlannedId(target, "dynamodb", "table/", table),
    ...encrypted("dynamodb", keyArn, "kms:Decrypt"),
    reason: "it reads items",
  };
}

/** Writes, updates and deletes single items. */
export function writeItems(table: aws.dynamodb.Table, { keyArn }: EncryptedWith = {}): ResourceUse {
  return {
    service: "dynamodb",
    resource: table,
    actions: ["dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem"],
    plannedArn: (target) => arnWithPlannedId(target, "dynamodb", "table/", table),
    ...encrypted("dynamodb", keyArn, "kms:Decrypt"),
    reason: "it writes items",
  };
}

/** Sends messages to a queue. */
export function sendMessages(queue: aws.sqs.Queue, { keyArn }: EncryptedWith = {}): ResourceUse {
  return {
    service: "sqs",
    resource: queue,
    actions: ["sqs:SendMessage"],
    plannedArn: (target) => arnWithPlannedId(target, "sqs", "", queue),
    ...encrypted("sqs", keyArn, SEND_ENCRYPTED),
    reason: "it sends messages",
  };
}

/** Publishes messages to a topic. */
export function publishMessages(topic: aws.sns.Topic, { keyArn }: EncryptedWith = {}): ResourceUse {
  return {
    service: "sns",
    resource: topic,
    actions: ["sns:Publish"],
    plannedArn: (target) => arnWithPlannedId(target, "sns", "", topic),
    ...encrypted("sns", keyArn, SEND_ENCRYPTED),
    reason: "it publishes messages",
  };
}

/** Reads objects whose keys it knows; it does not list them. */
export function readObjects(bucket: aws.s3.Bucket, { prefix = "", keyArn }: Objects = {}): ResourceUse {
  return {
    service: "s3",
    resource: bucket,
    actions: ["s3:GetObject"],
    parts: [`/${prefix}*`],
    plannedArn: (target) => plannedBucketArn(target, bucket),
    ...encrypted("s3", keyArn, "kms:Decrypt"),
    reason: "it reads objects",
  };
}

/** Writes objects. */
export function writeObjects(bucket: aws.s3.Bucket, { prefix = "", keyArn }: Objects = {}): ResourceUse {
  return {
    service: "s3",
    resource: bucket,
    actions: ["s3:PutObject"],
    parts: [`/${prefix}*`],
    plannedArn: (target) => plannedBucketArn(target, bucket),
    ...encrypted("s3", keyArn, SEND_ENCRYPTED),
    reason: "it writes objects",
  };
}

/** Reads a parameter of Parameter Store. */
export function readParameter(parameter: aws.ssm.Parameter, { keyArn }: EncryptedWith = {}): ResourceUse {
  return {
    service: "ssm",
    resource: parameter,
    actions: ["ssm:GetParameter"],
    // A parameter's id is its name, which begins with a slash if it is a path.
    plannedArn: (target) =>
      pulumi
        .all([parameter.name, plannedId(parameter)])
        .apply(([name, id]) => arnOf(target, "ssm", `parameter${name.startsWith("/") ? name : `/${id}`}`)),
    ...encrypted("ssm", keyArn, "kms:Decrypt"),
    reason: "it reads a parameter",
  };
}

/** Reads the value of a secret. */
export function readSecret(secret: aws.secretsmanager.Secret, { keyArn }: EncryptedWith = {}): ResourceUse {
  return {
    service: "secretsmanager",
    resource: secret,
    actions: ["secretsmanager:GetSecretValue"],
    plannedArn: (target) => arnWithPlannedId(target, "secretsmanager", "secret:", secret),
    ...encrypted("secretsmanager", keyArn, "kms:Decrypt"),
    reason: "it reads a secret",
  };
}

function encrypted(
  service: EncryptingService,
  arn: pulumi.Input<string> | undefined,
  actions: string | readonly string[],
): Pick<ResourceUse, "key"> {
  return arn === undefined ? {} : { key: { arn, service, actions } };
}

/** Permissions for the uses, and nothing else. */
export function usePermissions(
  uses: readonly ResourceUse[],
  target: DeploymentTarget,
  arnFor: (use: ResourceUse) => pulumi.Input<string> = ({ resource }) => resource.arn,
): readonly Statement[] {
  return uses.flatMap((use): Statement[] => {
    const { actions, parts = [""], key } = use;
    const allow: Statement = {
      Effect: "Allow",
      Action: actions,
      Resource: parts.map((part) => pulumi.interpolate`${arnFor(use)}${part}`),
    };
    return key === undefined ? [allow] : [allow, useKeyOf(key.arn, target, key.service, key.actions)];
  });
}

/** The ARN of a use's resource in planned values. */
export function plannedArnOf(use: ResourceUse, target: DeploymentTarget): pulumi.Input<string> {
  return use.plannedArn?.(target) ?? use.resource.arn;
}

/** Planned values of the ARNs of the resources, which only AWS tells. */
export function plannedArns(uses: readonly ResourceUse[], target: DeploymentTarget): PlannedValue[] {
  return uses.flatMap(({ resource, plannedArn }) =>
    plannedArn === undefined ? [] : [{ resource: resource.urn, property: "arn", value: plannedArn(target) }],
  );
}

/**
 * Intents of a function that uses resources: it reaches each of them, by the way that the network has for the service.
 * They name a resource by its URN, because a table and a queue may have one logical name.
 * @param ways the ways by service; none outside a VPC
 */
export function useIntents(
  name: string,
  uses: readonly ResourceUse[],
  ways: ReadonlyMap<string, Via>,
): pulumi.Output<Intent>[] {
  return uses.map(({ resource, service, actions, reason }) => {
    const via = ways.get(service);
    return resource.urn.apply(
      (urn): Intent => ({
        from: { kind: "function", name },
        to: { kind: "resource", name: urn, actions },
        port: 443,
        must: "reach",
        ...(via !== undefined && { via }),
        reason,
      }),
    );
  });
}
