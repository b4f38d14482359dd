import * as aws from "@pulumi/aws";
import { plannedBucketArn } from "../../base/planned-value.js";
import { allowInvoke } from "../../function/permission.js";
import { invokes, type Trigger } from "./trigger.js";

/** The objects of a bucket that a function is invoked for. */
export interface ObjectFilter {
  /**
   * Beginning of their keys: `in/`. A function that writes to its own bucket needs one, or it invokes itself.
   * @default any
   */
  readonly prefix?: string;
  /**
   * End of their keys: `.csv`
   * @default any
   */
  readonly suffix?: string;
}

/**
 * Invokes the function for each new object of a bucket. A bucket has one configuration of notifications, so one function
 * of the stack can have this trigger for a bucket; for more, let the bucket send to EventBridge.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/EventNotifications.html
 */
export function onObjectCreated(bucket: aws.s3.Bucket, { prefix, suffix }: ObjectFilter = {}): Trigger {
  return {
    isAsynchronous: true,
    permissions: [],
    senders: () => [],
    create: ({ name, function: lambda, target, parent }) => {
      const permission = allowInvoke(
        name,
        lambda,
        {
          principal: "s3.amazonaws.com",
          sourceArn: bucket.arn,
          // A bucket's name may be another account's after the bucket was deleted.
          sourceAccount: target.accountId,
        },
        parent,
      );
      new aws.s3.BucketNotification(
        name,
        {
          bucket: bucket.id,
          lambdaFunctions: [
            {
              lambdaFunctionArn: lambda.alias.arn,
              events: ["s3:ObjectCreated:*"],
              filterPrefix: prefix,
              filterSuffix: suffix,
            },
          ],
        },
        // S3 asks Lambda at once whether it may invoke the function.
        { parent, dependsOn: [permission] },
      );
      return {
        intents: [invokes(bucket, lambda, "it handles the bucket's new objects")],
        planned: [{ resource: bucket.urn, property: "arn", value: plannedBucketArn(target, bucket) }],
      };
    },
  };
}
