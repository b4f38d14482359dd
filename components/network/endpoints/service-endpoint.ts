import * as pulumi from "@pulumi/pulumi";
import type { FoundEndpoint } from "../existing/describe-vpc.js";
import { existingEndpointName } from "../existing/describe-vpc.js";

/** A caller of an endpoint: a name for the rule, and a security group or a CIDR block. */
export type Caller =
  | { readonly name: string; readonly securityGroupId: pulumi.Input<string> }
  | { readonly name: string; readonly cidrBlock: string };

/** An interface endpoint as its callers use it: the stack's own, or one that somebody else owns. */
export interface ServiceEndpoint {
  readonly endpointId: pulumi.Output<string>;
  /** Whether the stack makes it, with its security group and policy. */
  readonly isOwn: boolean;
  /** All that calls of the callers of `allowFrom` need: the endpoint, its rules and its subnets' route tables. */
  readonly ready: readonly pulumi.Resource[];
  /** The resources that a call needs besides the rule for its caller. */
  readonly resources: readonly pulumi.Resource[];
  /** Placeholder for the endpoint's id in planned values. */
  readonly plannedId: pulumi.Output<string>;
  /** Logical name of the endpoint resource, not of the component. */
  readonly logicalName: string;
  /** The endpoint's security group; of several the first. */
  readonly securityGroupId: pulumi.Output<string>;
  readonly privateDns: boolean;
  /** The endpoint's own DNS name, which works without private DNS. */
  readonly dnsName: pulumi.Output<string>;
  /** The hosted zone of that name, for alias records. */
  readonly dnsZoneId: pulumi.Output<string>;
  /**
   * Lets a caller connect on port 443.
   * @returns undefined if the endpoint is not the stack's: its owner decides who may connect, and a proof shows it
   */
  allow(caller: Caller): pulumi.Resource | undefined;
}

/** A gateway endpoint as its callers use it. */
export interface RoutedEndpoint {
  readonly endpointId: pulumi.Output<string>;
  /** The service's prefix list, for egress rules of the callers' security groups. */
  readonly prefixListId: pulumi.Output<string>;
  /** The resources that a call needs. */
  readonly resources: readonly pulumi.Resource[];
}

/** An interface endpoint of somebody else. The stack changes neither its security group nor its policy. */
export function existingInterfaceEndpoint(found: FoundEndpoint): ServiceEndpoint {
  const id = pulumi.output(found.id);
  return {
    endpointId: id,
    isOwn: false,
    ready: [],
    resources: [],
    plannedId: id,
    logicalName: existingEndpointName(found.service),
    securityGroupId: pulumi.output(found.securityGroupIds[0] ?? ""),
    privateDns: found.privateDns,
    dnsName: pulumi.output(found.dnsName),
    dnsZoneId: pulumi.output(found.dnsZoneId),
    allow: () => undefined,
  };
}

/** A gateway endpoint of somebody else. */
export function existingGatewayEndpoint(found: FoundEndpoint): RoutedEndpoint {
  return {
    endpointId: pulumi.output(found.id),
    prefixListId: pulumi.output(found.prefixListId),
    resources: [],
  };
}
