import { isSet } from "../resources/unknown.js";
import type { Graph, Key, NatGateway } from "./model.js";

/** The VPC of a NAT gateway: a regional one names it, any other is in a subnet of it. Undefined: not known. */
export function vpcOfNat(graph: Graph, { vpc, subnet }: NatGateway): Key | undefined {
  if (isSet(vpc)) return vpc;
  const home = isSet(subnet) ? graph.subnets.get(subnet)?.vpc : undefined;
  return isSet(home) ? home : undefined;
}
