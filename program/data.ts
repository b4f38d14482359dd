import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { DataRetention } from "../components/base/data-retention.js";
import type { StackConfig } from "../config/index.js";

/** Types that hold data and stay in AWS, as the tagging API names them. */
const RETAINED_TYPES = ["dynamodb:table", "rds:cluster", "sqs", "ssm:parameter"];

/**
 * Finds the data that earlier configurations of this stack left in AWS, by the tags `project` and `stack`. It needs
 * `tag:GetResources`; without it nothing is found, and a warning says so.
 * @see https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/API_GetResources.html
 */
export async function findData({ keepData }: StackConfig): Promise<DataRetention> {
  try {
    const { resourceTagMappingLists } = await aws.resourcegroupstaggingapi.getResources({
      resourceTypeFilters: RETAINED_TYPES,
      tagFilters: [
        { key: "project", values: [pulumi.getProject()] },
        { key: "stack", values: [pulumi.getStack()] },
      ],
    });
    return new DataRetention(
      keepData,
      resourceTagMappingLists.map(({ resourceArn }) => resourceArn),
    );
  } catch (error) {
    const reason = error instanceof Error ? error.message.split("\n")[0] : String(error);
    void pulumi.log.warn(
      `Whether AWS still has data of an earlier configuration of this stack is not known (tag:GetResources failed: ${reason}). What it has under the same name is not taken over.`,
    );
    return new DataRetention(keepData);
  }
}

/** Says at the preview and at the update which data AWS keeps without the stack, or which data the stack lets go. */
export function tellData({ keep, holders, left }: DataRetention): void {
  for (const text of dataMessages({ keep, holders, left })) void pulumi.log.warn(text);
}

/** The texts of {@link tellData}. */
export function dataMessages({
  keep,
  holders,
  left,
}: Pick<DataRetention, "keep" | "holders" | "left">): string[] {
  const kept = left.map((arn) =>
    keep
      ? `Kept in AWS, and no longer part of the stack: ${arn}. Turn its part on again to take it over, or ${deletion(arn)}`
      : `keepData is false: ${arn} is no longer in the configuration. This update deletes it, unless it was let go of earlier; then ${deletion(arn)}`,
  );
  if (keep || holders.length === 0) return kept;
  const what = holders.map((holder) => holder.what).join(", ");
  return [
    ...kept,
    `keepData is false: after this update, \`pulumi destroy\`, or a change that removes or replaces one of them, deletes ${what}.`,
  ];
}

/** How to delete a kept resource by hand. */
function deletion(arn: string): string {
  const [, , service, region = "", account = "", ...rest] = arn.split(":");
  const name = rest.join(":");
  switch (service) {
    case "dynamodb":
      return `delete it: aws dynamodb delete-table --region ${region} --table-name ${name.replace("table/", "")}`;
    case "ssm":
      return `delete it: aws ssm delete-parameter --region ${region} --name ${name.replace("parameter", "")}`;
    case "sqs":
      return `delete it: aws sqs delete-queue --region ${region} --queue-url https://sqs.${region}.amazonaws.com/${account}/${name}`;
    default:
      return "delete it.";
  }
}
