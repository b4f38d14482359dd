/**
 * The actions that programs call, by the prefix of their service. A wildcard in a policy stands for those of them that
 * it matches, so that what is left of it after a deny is an action that exists. The list need not be complete: a
 * pattern that matches none of them still counts as written.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
 */
const ACTIONS: Readonly<Record<string, string>> = {
  dynamodb:
    "GetItem PutItem UpdateItem DeleteItem Query Scan BatchGetItem BatchWriteItem ConditionCheckItem DescribeTable DescribeTimeToLive PartiQLSelect PartiQLInsert PartiQLUpdate PartiQLDelete GetRecords GetShardIterator DescribeStream ListStreams CreateTable UpdateTable DeleteTable ListTables TagResource",
  events:
    "PutEvents PutRule DeleteRule DescribeRule EnableRule DisableRule ListRules PutTargets RemoveTargets ListTargetsByRule DescribeEventBus CreateEventBus DeleteEventBus PutPermission TagResource",
  kinesis:
    "PutRecord PutRecords GetRecords GetShardIterator DescribeStream DescribeStreamSummary ListShards ListStreams SubscribeToShard RegisterStreamConsumer CreateStream DeleteStream",
  kms: "Encrypt Decrypt ReEncryptFrom ReEncryptTo GenerateDataKey GenerateDataKeyWithoutPlaintext GenerateDataKeyPair GenerateMac VerifyMac Sign Verify GetPublicKey DescribeKey CreateGrant ListGrants RevokeGrant GetKeyPolicy PutKeyPolicy EnableKey DisableKey ScheduleKeyDeletion ListAliases TagResource",
  lambda:
    "InvokeFunction InvokeAsync InvokeFunctionUrl GetFunction GetFunctionConfiguration GetAlias UpdateAlias UpdateFunctionCode UpdateFunctionConfiguration PublishVersion ListFunctions CreateFunction DeleteFunction AddPermission RemovePermission GetPolicy TagResource",
  logs: "CreateLogGroup CreateLogStream PutLogEvents GetLogEvents FilterLogEvents DescribeLogGroups DescribeLogStreams StartQuery StopQuery GetQueryResults DeleteLogGroup DeleteLogStream PutRetentionPolicy PutSubscriptionFilter TagResource",
  s3: "GetObject PutObject DeleteObject GetObjectVersion DeleteObjectVersion GetObjectAttributes GetObjectTagging PutObjectTagging GetObjectAcl PutObjectAcl RestoreObject AbortMultipartUpload ListMultipartUploadParts ListBucket ListBucketVersions ListBucketMultipartUploads GetBucketLocation GetBucketPolicy PutBucketPolicy DeleteBucketPolicy GetBucketAcl PutBucketAcl CreateBucket DeleteBucket ListAllMyBuckets",
  secretsmanager:
    "GetSecretValue BatchGetSecretValue PutSecretValue DescribeSecret ListSecrets CreateSecret UpdateSecret UpdateSecretVersionStage DeleteSecret RestoreSecret RotateSecret CancelRotateSecret GetResourcePolicy PutResourcePolicy DeleteResourcePolicy GetRandomPassword ListSecretVersionIds TagResource UntagResource",
  sns: "Publish Subscribe Unsubscribe ConfirmSubscription ListSubscriptionsByTopic ListSubscriptions ListTopics GetTopicAttributes SetTopicAttributes GetSubscriptionAttributes SetSubscriptionAttributes AddPermission RemovePermission CreateTopic DeleteTopic TagResource",
  sqs: "SendMessage ReceiveMessage DeleteMessage ChangeMessageVisibility GetQueueUrl GetQueueAttributes SetQueueAttributes PurgeQueue ListQueues ListQueueTags TagQueue UntagQueue CreateQueue DeleteQueue AddPermission RemovePermission ListDeadLetterSourceQueues StartMessageMoveTask ListMessageMoveTasks CancelMessageMoveTask",
  ssm: "GetParameter GetParameters GetParametersByPath GetParameterHistory PutParameter DeleteParameter DeleteParameters DescribeParameters LabelParameterVersion UnlabelParameterVersion SendCommand StartSession GetDocument AddTagsToResource ListTagsForResource RemoveTagsFromResource",
  states:
    "StartExecution StartSyncExecution StopExecution DescribeExecution ListExecutions GetExecutionHistory SendTaskSuccess SendTaskFailure SendTaskHeartbeat DescribeStateMachine CreateStateMachine UpdateStateMachine DeleteStateMachine",
};

/** The known actions of a service, with their prefix: `sqs:SendMessage`. */
export function actionsOf(prefix: string): readonly string[] {
  const names = Object.hasOwn(ACTIONS, prefix) ? ACTIONS[prefix] : undefined;
  return names === undefined ? [] : names.split(" ").map((name) => `${prefix}:${name}`);
}
