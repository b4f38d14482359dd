import { isSet } from "../resources/unknown.js";
import type { Graph, Key, ManagedResource, ResourceRef, ScalingGroup } from "./model.js";

/** A NAT instance that an Auto Scaling group keeps running. */
export interface NatInstance {
  /** The network interface that routes lead to. */
  readonly ref: ResourceRef;
  readonly networkInterface: ManagedResource;
  readonly group: ScalingGroup;
}

/** The NAT instances that routes lead to. */
export function natInstancesIn(graph: Graph): NatInstance[] {
  const targets = new Set(
    [...graph.routeTables.values()].flatMap(({ routes }) =>
      routes.flatMap(({ target }) => (target.kind === "network-interface" ? [target.key] : [])),
    ),
  );
  return [...graph.scalingGroups.values()].flatMap((group) => {
    const key = group.networkInterface;
    const networkInterface = isSet(key) && targets.has(key) ? graph.managedResources.get(key) : undefined;
    return networkInterface === undefined ? [] : [{ ref: networkInterface.ref, networkInterface, group }];
  });
}

/** The subnet of a NAT instance. */
export function subnetOfInstance({ networkInterface }: NatInstance): Key | undefined {
  const subnet = networkInterface.placement?.subnets[0];
  return isSet(subnet) ? subnet : undefined;
}
