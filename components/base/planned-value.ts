import * as pulumi from "@pulumi/pulumi";

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
