import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { arnOf, type DeploymentTarget } from "./deployment-target.js";

/**
 * The planned value of a property, for proofs before deployment. A policy with a resource's id is unknown as a whole
 * until that resource exists; its component knows everything but the id.
 */
export interface PlannedValue {
  /** URN of the resource that has the property. */
  readonly resource: pulumi.Input<string>;
  readonly property: string;
  /** The value, with {@link plannedId} in place of each id. */
  readonly value: pulumi.Input<string>;
}

/** Placeholder for a resource's id in a planned value: `{{URN}}`. */
export function plannedId(resource: pulumi.Resource): pulumi.Output<string> {
  return pulumi.interpolate`{{${resource.urn}}}`;
}

/**
 * Planned ARN of a resource whose ARN ends with its id.
 * @param start what stands before the id: `table/`, or nothing
 */
export function arnWithPlannedId(
  target: DeploymentTarget,
  service: string,
  start: string,
  resource: pulumi.Resource,
): pulumi.Output<string> {
  return pulumi.interpolate`${arnOf(target, service, start)}${plannedId(resource)}`;
}

/** Planned ARN of a bucket, which has neither a Region nor an account. */
export function plannedBucketArn(
  { partition }: DeploymentTarget,
  bucket: aws.s3.Bucket,
): pulumi.Output<string> {
  return pulumi.interpolate`arn:${partition}:s3:::${plannedId(bucket)}`;
}
