import type { Intent } from "@lambda-networking/preflight/intents";
import type * as pulumi from "@pulumi/pulumi";
import type { DeploymentTarget } from "../../base/deployment-target.js";
import type { PlannedValue } from "../../base/planned-value.js";
import type { Statement } from "../../base/policy-document.js";
import type { LambdaFunction } from "../../function/lambda-function.js";
import type { Undelivered } from "../failure-queues.js";
import { invocation } from "../intents.js";

/** A service that sends what it cannot deliver to the function's queue of failures. */
export interface Sender {
  readonly service: "sns" | "events";
  readonly arn: pulumi.Input<string>;
  /** The ARN in planned values. */
  readonly plannedArn: pulumi.Input<string>;
}

/** What a trigger is created with. */
export interface TriggerContext {
  /** Logical name: the function's and the trigger's. */
  readonly name: string;
  readonly function: LambdaFunction;
  /** Keeps what could not be delivered to the function. */
  readonly failures: Undelivered;
  readonly target: DeploymentTarget;
  readonly parent: pulumi.Resource;
}

/** What a created trigger claims. */
export interface CreatedTrigger {
  readonly intents: readonly pulumi.Input<Intent>[];
  readonly planned: readonly PlannedValue[];
}

/** What invokes a function, and how to create it. */
export interface Trigger {
  /**
   * Whether the caller waits for no answer, so that Lambda itself retries, and keeps what fails for good.
   * `false`: Lambda reads the source, which keeps what fails.
   */
  readonly isAsynchronous: boolean;
  /** Permissions that Lambda reads the source with: the function's role has them. */
  readonly permissions: readonly Statement[];
  /** @param name the logical name that the trigger will have */
  senders(name: string, target: DeploymentTarget): readonly Sender[];
  /**
   * What the function's configuration must be like.
   * @throws UserError if it is not
   */
  check?(functionName: string, timeout: number): void;
  create(context: TriggerContext): CreatedTrigger;
}

/** Intent: a source, by its URN, invokes the function. */
export function invokes(
  source: pulumi.Resource,
  { name }: LambdaFunction,
  reason: string,
): pulumi.Output<Intent> {
  return source.urn.apply((urn) => invocation(urn, name, reason));
}
