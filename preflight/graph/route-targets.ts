import type { Context } from "./context.js";
import { KINDS, type Kind } from "./kinds.js";
import { type Properties, text } from "./read.js";
import type { SourceResource } from "./source.js";
import type { Route, RouteTargetKind } from "./types.js";
import { isKnown, UNKNOWN } from "./unknown.js";

/** Route properties that name a target, with what they may refer to. */
const TARGETS: readonly (readonly [property: string, kind: RouteTargetKind, refersTo: Kind])[] = [
  ["natGatewayId", "nat-gateway", KINDS.natGateway],
  ["egressOnlyGatewayId", "egress-only-internet-gateway", KINDS.egressOnlyInternetGateway],
  ["vpcPeeringConnectionId", "peering", KINDS.peering],
  ["vpcEndpointId", "vpc-endpoint", KINDS.endpoint],
  ["transitGatewayId", "transit-gateway", { types: ["aws:ec2transitgateway/transitGateway:TransitGateway"] }],
  ["networkInterfaceId", "network-interface", KINDS.networkInterface],
  ["instanceId", "network-interface", KINDS.instance],
  ["carrierGatewayId", "other", KINDS.any],
  ["coreNetworkArn", "other", KINDS.any],
  ["localGatewayId", "other", KINDS.any],
  ["odbNetworkArn", "other", KINDS.any],
];

/** `gatewayId` takes any of these, told apart by the resource or by the id's prefix. */
const GATEWAYS: readonly (readonly [prefix: string, kind: RouteTargetKind, refersTo: Kind])[] = [
  ["igw-", "internet-gateway", KINDS.internetGateway],
  ["vgw-", "virtual-private-gateway", KINDS.virtualPrivateGateway],
  ["vpce-", "vpc-endpoint", KINDS.endpoint],
  ["eigw-", "egress-only-internet-gateway", KINDS.egressOnlyInternetGateway],
];

/** Outputs that name no target are unknown at preview, so a property that is known or depends on one is sought first. */
export function targetOf(
  { references, resources }: Context,
  resource: SourceResource,
  route: Properties,
  inline?: string,
) {
  const found: Route["target"][] = [];
  const gateway = text(route.gatewayId);
  if (gateway === "local") return { kind: "local", key: "local" } as const;
  for (const [prefix, kind, refersTo] of GATEWAYS) {
    const key = references.one(resource, inline ?? "gatewayId", route.gatewayId, refersTo);
    if (key === undefined || !isKnown(key)) continue;
    const type = resources.get(key)?.type;
    if (type === undefined ? key.startsWith(prefix) : refersTo.types.includes(type))
      found.push({ kind, key });
  }
  if (found.length === 0 && gateway !== undefined) found.push({ kind: "other", key: gateway });
  for (const [property, kind, refersTo] of TARGETS) {
    const key = references.one(resource, inline ?? property, route[property], refersTo);
    if (key !== undefined) found.push({ kind, key });
  }
  return found.find(({ key }) => isKnown(key)) ?? { kind: "other", key: UNKNOWN };
}
