import type * as pulumi from "@pulumi/pulumi";
import type { RoutedEndpoint, ServiceEndpoint } from "../network/endpoints/service-endpoint.js";
import type { TransitAccess } from "../network/transit-gateway/transit-gateway-attachment.js";
import type { TierSubnet } from "../network/vpc/subnet-tier.js";
import type { Destination } from "./destinations.js";
import type { EndpointUrlOverrides } from "./endpoint-url-overrides.js";
import type { FunctionPlacement } from "./lambda-function.js";

/** A VPC as a function sees it: the subnets for functions, and the ways out of them. */
export interface FunctionNetwork {
  readonly vpc: {
    readonly vpcId: pulumi.Input<string>;
    readonly functionSubnets: readonly TierSubnet[];
    readonly internetRoutes: readonly pulumi.Resource[];
  };
  /**
   * Whether the function has IPv6 addresses too; the subnets must have IPv6 blocks.
   * @default false
   */
  readonly ipv6?: boolean;
  /**
   * Interface endpoints by the service's short name: `{ sqs }`.
   * @default none
   */
  readonly endpoints?: Readonly<Record<string, ServiceEndpoint>>;
  /**
   * Gateway endpoints by the service's short name: `{ dynamodb }`.
   * @default none
   */
  readonly gateways?: Readonly<Record<string, RoutedEndpoint>>;
  /**
   * Whether private subnets reach the internet through NAT.
   * @default false
   */
  readonly nat?: boolean;
  /**
   * Networks behind a transit gateway.
   * @default none
   */
  readonly transit?: TransitAccess;
}

/** Places a function in the VPC, with a way to each of the services for which the network has one. */
export function placementFor(network: FunctionNetwork, services: readonly string[]): FunctionPlacement {
  const { vpc, ipv6 = false, transit } = network;
  return {
    vpcId: vpc.vpcId,
    subnets: vpc.functionSubnets,
    ipv6,
    destinations: [...new Set(services)].flatMap((service) => wayTo(network, service) ?? []),
    ...(transit !== undefined && { transit }),
  };
}

/** The way to a service: a gateway endpoint, which is free, an interface endpoint, or NAT; undefined if there is none. */
function wayTo({ vpc, endpoints, gateways, nat }: FunctionNetwork, service: string): Destination | undefined {
  const gateway = gateways?.[service];
  if (gateway !== undefined) return { via: "gateway-endpoint", service, endpoint: gateway };
  const endpoint = endpoints?.[service];
  if (endpoint !== undefined) return { via: "interface-endpoint", service, endpoint };
  return nat === true ? { via: "nat", service, routes: vpc.internetRoutes } : undefined;
}

/** Endpoints without private DNS among the services' ways. */
export function urlOverrides(
  { endpoints, gateways }: FunctionNetwork,
  services: readonly string[],
): EndpointUrlOverrides {
  const own = services.flatMap((service) => {
    const endpoint = gateways?.[service] === undefined ? endpoints?.[service] : undefined;
    return endpoint === undefined || endpoint.privateDns ? [] : [[service, endpoint] as const];
  });
  return Object.fromEntries(own);
}
