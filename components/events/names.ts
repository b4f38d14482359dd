import type * as pulumi from "@pulumi/pulumi";
import { arnOf, type DeploymentTarget } from "../base/deployment-target.js";
import { physicalName } from "../base/names.js";
import type { PlannedValue } from "../base/planned-value.js";

/** A name that the program chooses instead of AWS, and the ARN that follows from it. */
export interface PhysicalName {
  readonly name: string;
  readonly arn: string;
}

/** The planned ARN of a resource with a chosen name. Only AWS tells the ARN, after the resource exists. */
export function plannedArn({ urn }: pulumi.Resource, { arn }: PhysicalName): PlannedValue {
  return { resource: urn, property: "arn", value: arn };
}

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsns.html */
export function topicName(name: string, target: DeploymentTarget): PhysicalName {
  const chosen = physicalName("topic", name);
  return { name: chosen, arn: arnOf(target, "sns", chosen) };
}

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsqs.html */
export function queueName(name: string, target: DeploymentTarget): PhysicalName {
  const chosen = physicalName("queue", name);
  return { name: chosen, arn: arnOf(target, "sqs", chosen) };
}

/** Name of a rule on the default event bus. */
export function ruleName(name: string, target: DeploymentTarget): PhysicalName {
  const chosen = physicalName("rule", name);
  return { name: chosen, arn: arnOf(target, "events", `rule/${chosen}`) };
}
