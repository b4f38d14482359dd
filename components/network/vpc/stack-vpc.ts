import type * as pulumi from "@pulumi/pulumi";
import type { NatInstance } from "./nat-instance.js";
import type { TierSubnet } from "./subnet-tier.js";

/** The VPC that a stack is in, its own or somebody else's, as the stack's other parts use it. */
export interface StackVpc {
  /** The logical name of the component. */
  readonly name: string;
  readonly vpcId: pulumi.Output<string>;
  readonly publicSubnets: readonly TierSubnet[];
  readonly privateSubnets: readonly TierSubnet[];
  /** Empty unless there is a database. */
  readonly isolatedSubnets: readonly TierSubnet[];
  /** The subnets of functions: a tier of their own if `functionSubnets` is set, else the private subnets. */
  readonly functionSubnets: readonly TierSubnet[];
  /** Every subnet whose way out is that of the private ones: the private subnets, and a tier of functions. */
  readonly allPrivateSubnets: readonly TierSubnet[];
  readonly natGatewayIds: pulumi.Output<string>[];
  /** Empty unless `vpc.nat` is `instance`. */
  readonly natInstances: readonly NatInstance[];
  /** All that a packet of a private subnet needs on its way to the internet, besides its own subnet's table. */
  readonly internetRoutes: readonly pulumi.Resource[];
}
