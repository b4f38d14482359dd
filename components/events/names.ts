import { createHash } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import { arnOf, type DeploymentTarget } from "../base/deployment-target.js";

/** A name that the program chooses instead of AWS, so that policies with the name are known at the first preview. */
export interface PhysicalName {
  readonly name: string;
  readonly arn: string;
}

/** The shortest limit of the resources that are named here: an EventBridge rule's. */
const LONGEST = 64;

/** `PROJECT-STACK-log-…`, or its beginning and a hash of it if it is too long. */
export function stackName(name: string, project = pulumi.getProject(), stack = pulumi.getStack()): string {
  const full = `${project}-${stack}-${name}`;
  if (full.length <= LONGEST) return full;
  const hash = createHash("sha256").update(full).digest("hex").slice(0, 8);
  return `${full.slice(0, LONGEST - hash.length - 1)}-${hash}`;
}

const chosen = (name: string, service: string, kind: string, target: DeploymentTarget): PhysicalName => {
  const full = stackName(name);
  return { name: full, arn: arnOf(target, service, `${kind}${full}`) };
};

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsns.html */
export const topicName = (name: string, target: DeploymentTarget) => chosen(name, "sns", "", target);

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsqs.html */
export const queueName = (name: string, target: DeploymentTarget) => chosen(name, "sqs", "", target);

/** Name of a rule on the default event bus. */
export const ruleName = (name: string, target: DeploymentTarget) => chosen(name, "events", "rule/", target);
