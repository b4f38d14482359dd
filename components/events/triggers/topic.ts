import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { DeploymentTarget } from "../../base/deployment-target.js";
import { arnWithPlannedId } from "../../base/planned-value.js";
import { failureIntent } from "../intents.js";
import { subscribe } from "../subscribe.js";
import { invokes, type Trigger } from "./trigger.js";

/** Invokes the function for each message of a topic. Deliveries to functions are free. */
export function onMessage(topic: aws.sns.Topic): Trigger {
  const plannedArn = (target: DeploymentTarget) => arnWithPlannedId(target, "sns", "", topic);
  return {
    isAsynchronous: true,
    permissions: [],
    senders: (_, target) => [{ service: "sns", arn: topic.arn, plannedArn: plannedArn(target) }],
    create: ({ name, function: lambda, failures, target, parent }) => {
      subscribe(name, { topic, function: lambda, failures, parent });
      return {
        intents: [
          invokes(topic, lambda, "it handles the topic's messages"),
          pulumi.all([topic.urn, failures.undelivered.urn]).apply(([from, to]) => failureIntent(from, to)),
        ],
        planned: [{ resource: topic.urn, property: "arn", value: plannedArn(target) }],
      };
    },
  };
}
