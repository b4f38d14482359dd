import type { Graph, ManagedResource, ManagedResourceKind, ResourceRef } from "../../graph/model.js";
import { type ContextInput, globTokens, matchesText, sourceChars } from "../../iam/index.js";
import { document, inputValue, records } from "../../resources/read.js";
import type { SourceResource } from "../../resources/resource.js";
import { isKnown, isSet, UNKNOWN } from "../../resources/unknown.js";

/** The key of a resource; undefined if none of KMS encrypts it. */
export type EncryptionKey = ManagedResource | "aws-managed" | typeof UNKNOWN | undefined;

/** The account's own key, if one encrypts and the stack tells of it. */
export function ownKey(key: EncryptionKey): ManagedResource | undefined {
  return key === undefined || !isKnown(key) || key === "aws-managed" ? undefined : key;
}

/** The property that names the key of each kind of resource. */
const KEY_PROPERTY: Partial<Readonly<Record<ManagedResourceKind, string>>> = {
  queue: "kmsMasterKeyId",
  topic: "kmsMasterKeyId",
  stream: "kmsKeyId",
  secret: "kmsKeyId",
  parameter: "keyId",
  table: "serverSideEncryption",
  "log-group": "kmsKeyId",
};

/** The key that a resource is encrypted with. */
export function keyOf(graph: Graph, { ref: { urn }, kind }: ManagedResource): EncryptionKey {
  const resource = graph.resources.get(urn);
  const property = KEY_PROPERTY[kind];
  if (resource === undefined || property === undefined || !isEncrypted(resource, kind)) return undefined;
  return keyNamed(
    graph,
    resource,
    property,
    kind === "table" ? tableKey(resource) : inputValue(resource, property),
  );
}

/**
 * The key that a property of a resource names, by id, ARN or alias.
 * @param property the property, for the dependencies of an unknown value
 */
export function keyNamed(
  graph: Graph,
  resource: SourceResource,
  property: string,
  written: unknown,
): EncryptionKey {
  if (written === undefined || written === null || written === "") return undefined;
  if (typeof written === "string" && /(^|:)alias\/aws\//.test(written)) return "aws-managed";
  const keys =
    typeof written === "string" && isKnown(written)
      ? graph.find(written)
      : (resource.propertyDependencies?.[property] ?? []);
  const found = keys.flatMap((each) => graph.managedResources.get(each) ?? byAlias(graph, each) ?? []);
  const own = found.find(({ kind: of }) => of === "key");
  return (
    own ?? (typeof written === "string" && isKnown(written) ? toldKey(graph, written) : undefined) ?? UNKNOWN
  );
}

/**
 * A key of somebody else, whose policy a component tells: the statements that its owner is asked for. They are not
 * checked against the real policy, which only its owner can see.
 */
function toldKey(graph: Graph, arn: string): ManagedResource | undefined {
  for (const resource of graph.resources.values()) {
    const told = records(resource.properties.toldKeys).find((each) => isKnown(each) && each.arn === arn);
    if (told === undefined || !isKnown(told)) continue;
    const ref = graph.refOf(resource.urn);
    const asked = { ...ref, name: `the policy that ${ref.name} asks the key's owner for` };
    return {
      ref,
      kind: "key",
      service: "kms",
      arn,
      placement: undefined,
      privateAddresses: [],
      publicAddress: false,
      publicAddresses: [],
      sourceDestCheck: true,
      port: undefined,
      policy: { ref: asked, document: document(told.policy) ?? UNKNOWN },
    };
  }
  return undefined;
}

/**
 * SecureStrings of the stack that a call for a path reads. The call decrypts each of them.
 * @param arn the path's ARN: `arn:aws:ssm:eu-west-1:111122223333:parameter/messages`
 */
export function parametersUnder({ managedResources }: Graph, arn: string | undefined): ManagedResource[] {
  if (arn === undefined) return [];
  return [...managedResources.values()].filter(
    (resource) => resource.kind === "parameter" && isSet(resource.arn) && resource.arn.startsWith(`${arn}/`),
  );
}

/** A plain parameter and a stream without encryption may still have a key written down. */
function isEncrypted(resource: SourceResource, kind: ManagedResourceKind): boolean {
  if (kind === "parameter") {
    const type = inputValue(resource, "type");
    return type === UNKNOWN || type === "SecureString";
  }
  return kind !== "stream" || inputValue(resource, "encryptionType") !== "NONE";
}

function tableKey(resource: SourceResource): unknown {
  const [encryption] = records(inputValue(resource, "serverSideEncryption"));
  if (encryption === undefined || !isKnown(encryption)) return encryption;
  return encryption.enabled === false ? undefined : encryption.kmsKeyArn;
}

function byAlias(graph: Graph, urn: string): ManagedResource | undefined {
  const alias = graph.resources.get(urn);
  const target = alias?.type === "aws:kms/alias:Alias" ? alias.properties.targetKeyId : undefined;
  const keys =
    typeof target === "string" ? graph.find(target) : (alias?.propertyDependencies?.targetKeyId ?? []);
  return keys.flatMap((key) => graph.managedResources.get(key) ?? []).find(({ kind }) => kind === "key");
}

const READ = ["kms:Decrypt"];
const WRITE = ["kms:GenerateDataKey", "kms:Decrypt"];

/**
 * What a caller must be allowed to do with the key of a resource, for each call that reads or writes what is encrypted.
 * DynamoDB decrypts the key of the table for readers and writers alike.
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/secure-string-parameter-kms-encryption.html
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html
 * https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
 * https://docs.aws.amazon.com/streams/latest/dev/permissions-user-key-KMS.html
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html
 */
const KEY_ACTIONS: Partial<
  Readonly<Record<ManagedResourceKind, Readonly<Record<string, readonly string[]>>>>
> = {
  secret: { "secretsmanager:GetSecretValue": READ, "secretsmanager:PutSecretValue": WRITE },
  parameter: {
    "ssm:GetParameter": READ,
    "ssm:GetParameters": READ,
    "ssm:GetParametersByPath": READ,
    "ssm:GetParameterHistory": READ,
  },
  queue: { "sqs:SendMessage": WRITE, "sqs:ReceiveMessage": READ },
  topic: { "sns:Publish": WRITE },
  stream: {
    "kinesis:PutRecord": ["kms:GenerateDataKey"],
    "kinesis:PutRecords": ["kms:GenerateDataKey"],
    "kinesis:GetRecords": READ,
    "kinesis:SubscribeToShard": READ,
  },
  table: Object.fromEntries(
    ["GetItem", "BatchGetItem", "Query", "Scan", "PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem"].map(
      (name) => [`dynamodb:${name}`, READ],
    ),
  ),
};

/**
 * What a call needs of the resource's key.
 * @param written the action as a policy writes it; a pattern may stand for calls that need the key and for others
 */
export function keyActions(
  { kind }: ManagedResource,
  written: string,
): { readonly actions: readonly string[]; readonly pattern: boolean } {
  const pattern = /[*?]/.test(written);
  const needing = Object.entries(KEY_ACTIONS[kind] ?? {});
  // A service has calls that need no key, such as those that describe a resource.
  if (/:\*$/.test(written)) return { actions: [], pattern };
  const parts = written.split(" as ").map((part) => globTokens(sourceChars(part.toLowerCase())));
  const actions = needing
    .filter(([action]) => parts.every((tokens) => matchesText(tokens, action.toLowerCase())))
    .flatMap(([, each]) => each);
  return { actions: [...new Set(actions)], pattern };
}

/** The name of each service in `kms:ViaService`, and of the resource's ARN in the encryption context. */
const VIA: Partial<
  Readonly<Record<ManagedResourceKind, { readonly host: string; readonly encryption?: string }>>
> = {
  secret: { host: "secretsmanager", encryption: "SecretARN" },
  parameter: { host: "ssm", encryption: "PARAMETER_ARN" },
  queue: { host: "sqs", encryption: "aws:sqs:arn" },
  topic: { host: "sns", encryption: "aws:sns:topicArn" },
  stream: { host: "kinesis", encryption: "aws:kinesis:arn" },
  table: { host: "dynamodb" },
};

/**
 * What KMS sees of a service's call for a caller. What else is in the encryption context is not known.
 * https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service
 */
export function keyContext(
  graph: Graph,
  { kind, arn, ref }: ManagedResource,
  account: string | undefined,
): Record<string, ContextInput> {
  const { host, encryption } = VIA[kind] ?? {};
  const region = graph.homeOf(ref.urn).region ?? graph.region;
  const isOwnPartition = region !== undefined && !/^(cn|us-iso)/.test(region);
  return {
    "kms:ViaService":
      host !== undefined && isOwnPartition ? `${host}.${region}.amazonaws.com` : { present: true },
    "kms:CallerAccount": account ?? { present: true },
    ...(encryption !== undefined && isSet(arn) && { [`kms:EncryptionContext:${encryption}`]: arn }),
    "aws:ViaAWSService": true,
    "aws:SecureTransport": true,
  };
}

/** The words for a key in a fix. */
export function arnOfKey({ arn, ref }: { readonly arn: unknown; readonly ref: ResourceRef }): string {
  return typeof arn === "string" && isKnown(arn) ? arn : ref.name;
}
