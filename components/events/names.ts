import { arnOf, type DeploymentTarget } from "../base/deployment-target.js";
import { physicalName } from "../base/names.js";

/** A name that the program chooses instead of AWS, and the ARN that follows from it. */
export interface PhysicalName {
  readonly name: string;
  readonly arn: string;
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
