import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { DataRetention } from "../base/data-retention.js";
import type { DeploymentTarget } from "../base/deployment-target.js";
import type { PolicyDocument } from "../base/policy-document.js";
import type { PhysicalName } from "./names.js";

/** The longest retention of a message in SQS. */
export const FOURTEEN_DAYS = 14 * 24 * 3600;

interface QueueParts {
  readonly physicalName: PhysicalName;
  readonly policy: PolicyDocument;
  readonly data: DataRetention;
  /** Undefined: a key of SQS encrypts, which every sender may use. */
  readonly key: DeploymentTarget["key"];
  readonly parent: pulumi.Resource;
}

type QueueSettings = Pick<
  aws.sqs.QueueArgs,
  "messageRetentionSeconds" | "visibilityTimeoutSeconds" | "redrivePolicy" | "redriveAllowPolicy"
>;

/** An encrypted queue with a policy. Its messages stay in AWS if the stack no longer has it. */
export function createQueue(
  name: string,
  { physicalName, policy, data, key, parent }: QueueParts,
  settings: QueueSettings,
): aws.sqs.Queue {
  // Not imported: SQS itself takes a queue of the same name over, if its settings are the same.
  const kept = data.retained({
    what: `the events in queue ${physicalName.name}`,
    arn: physicalName.arn,
  });
  return new aws.sqs.Queue(
    name,
    {
      name: physicalName.name,
      // SNS cannot use the AWS managed key alias/aws/sqs.
      ...(key === undefined ? { sqsManagedSseEnabled: true } : { kmsMasterKeyId: key.arn }),
      // The policy is part of the queue, so that the first message finds it: SQS takes a minute to apply a new policy.
      policy: pulumi.jsonStringify(policy),
      ...settings,
    },
    { parent, ...kept },
  );
}
