import type { Graph, Key, ManagedResource, VpcEndpoint } from "../../../graph/model.js";
import { isKnown, isSet, type MaybeUnknown } from "../../../resources/unknown.js";
import type { TopologyNode } from "../../model.js";

export const INTERNET = "#internet";
export const REGION = "#region";

export function serviceId(service: string): string {
  return `#service:${service}`;
}

/** The VPC at the other end of a peering connection, where it is not in the stack. */
export function peerId(peering: Key): string {
  return `#peer:${peering}`;
}

/** A zone is a box of its own in every VPC. */
export function zoneId(vpc: Key | undefined, zone: MaybeUnknown<string>): string {
  return `#zone:${vpc ?? ""}:${isKnown(zone) ? zone : "?"}`;
}

/** The network interface that a resource has in a subnet. */
export function interfaceId(resource: Key, subnet: Key): string {
  return `${resource}#${subnet}`;
}

/** The subnets that the picture has a box for. */
export function drawnSubnets(graph: Graph, keys: readonly MaybeUnknown<Key>[]): Key[] {
  return [...new Set(keys)].filter(isKnown).filter((key) => graph.subnets.has(key));
}

export function keyOf(key: MaybeUnknown<Key> | undefined): Key | undefined {
  return isSet(key) ? key : undefined;
}

/** Where an endpoint or a database is drawn: once for each interface, or once when the subnets are not known. */
export function idsOf(graph: Graph, key: Key, subnets: readonly MaybeUnknown<Key>[]): string[] {
  const drawn = drawnSubnets(graph, subnets);
  return drawn.length === 0 ? [key] : drawn.map((subnet) => interfaceId(key, subnet));
}

/** `ssm`; undefined for somebody's own service and for one that is not known. */
export function serviceBehind({ service }: VpcEndpoint): string | undefined {
  return isSet(service) ? service : undefined;
}

export function isGateway({ type }: VpcEndpoint): boolean {
  return type === "Gateway";
}

/** Whether a resource that is only reached through its service is worth a box: what a person thinks of as a place. */
export function isDrawn({ kind }: ManagedResource): boolean {
  return kind !== "parameter" && kind !== "key" && kind !== "secret";
}

/** The node in each subnet that it has an interface in, or as it is when the picture has none of them. */
export function placed(
  graph: Graph,
  node: TopologyNode,
  subnets: readonly MaybeUnknown<Key>[],
): TopologyNode[] {
  const drawn = drawnSubnets(graph, subnets);
  if (drawn.length === 0) return [node];
  return drawn.map((subnet) => ({ ...node, id: interfaceId(node.id, subnet), parent: subnet }));
}
