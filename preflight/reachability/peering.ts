import { isEmpty, subtract } from "../aws/address-sets.js";
import type { Key, Route, Vpc, VpcPeering } from "../graph/model.js";
import { isKnown, type Maybe } from "../resources/unknown.js";
import { type Connection, enter } from "./connection.js";
import { addressesTo } from "./ends.js";
import { networkAcl } from "./network/network-acls.js";
import { accepted, routeBack } from "./peering-checks.js";
import { intoPeer, peerEnd } from "./peers.js";
import type { Walk } from "./verdict/path.js";
import type { Blocked, Verdict } from "./verdict/verdict.js";

/**
 * Over a peering connection, which must be accepted, carries only traffic between its two VPCs, and needs a route on
 * the other side too. https://docs.aws.amazon.com/vpc/latest/peering/vpc-peering-basics.html
 */
export function throughPeering(walk: Walk, connection: Connection, route: Route): Verdict {
  const { graph, source, target, port } = connection;
  const peering = isKnown(route.target.key) ? graph.peerings.get(route.target.key) : undefined;
  const ref = graph.refOf(route.target.key);
  if (peering === undefined) return walk.unknown(ref, `peering connection ${ref.name} is not in the stack`);
  const other = otherSide(peering, source.subnet.vpc);
  const refused =
    accepted(walk, peering) ?? (other === undefined ? wrongSide(walk, connection, peering) : undefined);
  if (refused !== undefined) return refused;
  const vpc = other !== undefined && isKnown(other) ? graph.vpcs.get(other) : undefined;
  if (vpc === undefined && target.kind === "foreign" && target.peer === peering)
    return intoPeer(walk, graph, peerEnd(graph, peering), source) ?? connection.arrive(walk, "peering");
  if (vpc === undefined)
    return walk.unknown(graph.refOf(other ?? route.target.key), "the peer VPC is not in the stack");
  const outside = inBlock(walk, connection, peering, vpc);
  if (outside !== undefined) return outside;
  if (target.kind !== "interface") {
    return walk.block({
      at: vpc.ref,
      code: "NO_SOURCE_OR_DESTINATION",
      why: `${addressesTo(target).label} is in the block of ${vpc.ref.name}, but in none of its subnets`,
      mend: "Ask for an address that a subnet has.",
    });
  }
  walk.pass(peering.ref, `accepted, leads to ${vpc.ref.name}`);
  return (
    networkAcl(walk, graph, "ingress", target.to.subnet, source.addresses, port) ??
    enter(walk, connection) ??
    routeBack(walk, graph, target.to.subnet, source.addresses, route.target.key) ??
    connection.arrive(walk, "peering")
  );
}

function otherSide({ requester, accepter }: VpcPeering, own: Maybe<Key>): Maybe<Key> | undefined {
  if (isKnown(own) && requester === own) return accepter;
  if (isKnown(own) && accepter === own) return requester;
  // A side that is not known may be ours.
  if (!isKnown(requester)) return accepter;
  return isKnown(accepter) ? undefined : requester;
}

function wrongSide(walk: Walk, { graph, source }: Connection, { ref }: VpcPeering): Blocked {
  return walk.block({
    at: ref,
    code: "PCX_REQUIRES_ADDRESS_IN_VPC_CIDR",
    why: `peering connection ${ref.name} does not connect ${graph.refOf(source.subnet.vpc).name}`,
    mend: "Route to a peering connection of the VPC itself.",
  });
}

function inBlock(walk: Walk, { target }: Connection, { ref }: VpcPeering, vpc: Vpc): Blocked | undefined {
  const addresses = addressesTo(target);
  const blocks = addresses.family === 4 ? vpc.cidrBlocks : vpc.ipv6CidrBlocks;
  if (isEmpty(subtract(addresses, blocks.filter(isKnown)))) return undefined;
  if (!blocks.every(isKnown)) return walk.miss(vpc.ref, `whether ${addresses.label} is in ${vpc.ref.name}`);
  return walk.block({
    at: ref,
    code: "PCX_REQUIRES_ADDRESS_IN_VPC_CIDR",
    why: `${addresses.label} is not in ${vpc.ref.name}, and a peering connection leads no further`,
    mend: "Peer with the VPC that the address belongs to.",
  });
}
