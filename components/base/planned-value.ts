import * as pulumi from "@pulumi/pulumi";

/**
 * What a property will say, for whoever proves the stack before it is deployed. A policy that names a resource's id
 * is unknown as a whole until that resource is there; its component knows everything but the id.
 */
export interface PlannedValue {
  /** URN of the resource that has the property. */
  readonly resource: pulumi.Input<string>;
  readonly property: string;
  /** With {@link plannedId} in place of each id. */
  readonly value: pulumi.Input<string>;
}

/** Stands for a resource's id in a planned value: `{{URN}}`. */
export function plannedId(resource: pulumi.Resource): pulumi.Output<string> {
  return pulumi.interpolate`{{${resource.urn}}}`;
}
