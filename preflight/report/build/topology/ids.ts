import type { Graph, Key, ManagedResource, VpcEndpoint } from "../../../graph/model.js";
import { isKnown, isSet, type MaybeUnknown } from "../../../resources/unknown.js";
import type { TopologyNode } from "../../model.js";

export const INTERNET = "#internet";
export const REGION = "#region";

export function serviceId(service: string): string {
  return `#service:${service}`;
}

/** Node of a VPC outside the stack, at the other end of a peering connection. */
export function peerId(peering: Key): string {
  return `#peer:${peering}`;
}

/** Node of an Availability Zone. Each VPC has its own box for the zone. */
export function zoneId(vpc: Key | undefined, zone: MaybeUnknown<string>): string {
  return `#zone:${vpc ?? ""}:${isKnown(zone) ? zone : "?"}`;
}

/** Node of a resource's network interface in a subnet. */
export function interfaceId(resource: Key, subnet: Key): string {
  return `${resource}#${subnet}`;
}

/** Those of the subnets that the drawing has a box for. */
export function drawnSubnets(graph: Graph, keys: readonly MaybeUnknown<Key>[]): Key[] {
  return [...new Set(keys)].filter(isKnown).filter((key) => graph.subnets.has(key));
}

export function keyOf(key: MaybeUnknown<Key> | undefined): Key | undefined {
  return isSet(key) ? key : undefined;
}

/** Nodes of an endpoint or a database: one for each interface, or a single one if the subnets are unknown. */
export function idsOf(graph: Graph, key: Key, subnets: readonly MaybeUnknown<Key>[]): string[] {
  const drawn = drawnSubnets(graph, subnets);
  return drawn.length === 0 ? [key] : drawn.map((subnet) => interfaceId(key, subnet));
}

/** `ssm`. Undefined for a custom endpoint service and for an unknown service. */
export function serviceBehind({ service }: VpcEndpoint): string | undefined {
  return isSet(service) ? service : undefined;
}

export function isGateway({ type }: VpcEndpoint): boolean {
  return type === "Gateway";
}

const NOT_DRAWN: readonly ManagedResource["kind"][] = ["parameter", "key", "secret", "log-group"];

/** Whether a resource behind a service has its own box: parameters, keys, secrets and log groups do not. */
export function isDrawn({ kind }: ManagedResource): boolean {
  return !NOT_DRAWN.includes(kind);
}

/** One copy of the node in each subnet with its interface. The node itself if none of the subnets is drawn. */
export function placed(
  graph: Graph,
  node: TopologyNode,
  subnets: readonly MaybeUnknown<Key>[],
): TopologyNode[] {
  const drawn = drawnSubnets(graph, subnets);
  if (drawn.length === 0) return [node];
  return drawn.map((subnet) => ({ ...node, id: interfaceId(node.id, subnet), parent: subnet }));
}

/** Instances and network interfaces that routes lead to, such as those of NAT instances. Routes end at their nodes. */
export function forwarders({ routeTables, managedResources }: Graph): ManagedResource[] {
  const routes = [...routeTables.values()].flatMap((table) => table.routes);
  const found = routes.flatMap(({ target }) => {
    const resource =
      target.kind === "network-interface" ? managedResources.get(keyOf(target.key) ?? "") : undefined;
    return resource ?? [];
  });
  return [...new Set(found)];
}
