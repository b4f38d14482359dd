import type { Graph } from "../graph/model.js";
import { addressesTo, type Interface, type Target } from "./ends.js";
import { type Peer, securityGroups } from "./network/security-groups.js";
import type { Walk } from "./verdict/path.js";
import type { Blocked, Carrier, Verdict } from "./verdict/verdict.js";

/** What happens once the packet is there: the verdict, or more to ask, such as an endpoint's policy. */
export type Arrival = (walk: Walk, via: Carrier) => Verdict;

/** One connection from an interface: groups, ACLs there and back, route, gateway, and the other end's groups. */
export interface Connection {
  readonly graph: Graph;
  readonly source: Interface;
  readonly target: Target;
  readonly port: number;
  readonly arrive: Arrival;
}

/** The first step: the source's own groups. */
export function leave(walk: Walk, { graph, source, target, port }: Connection): Blocked | undefined {
  const { owner, groups } = source;
  if (groups === undefined)
    return walk.pass(source.subnet.ref, "leaves from a host, whose own groups are not judged");
  return securityGroups(walk, graph, "egress", { owner, groups }, peerOf(target), port);
}

function peerOf(target: Target): Peer {
  const addresses = addressesTo(target);
  if (target.kind !== "interface") {
    return { addresses, groups: [], prefixLists: target.prefixLists, label: addresses.label };
  }
  const label = `${target.to.owner.name} (${addresses.label})`;
  return { addresses, groups: target.to.groups ?? [], prefixLists: [], label };
}

/** The last step: the other interface's groups. */
export function enter(walk: Walk, { graph, source, target, port }: Connection): Blocked | undefined {
  if (target.kind !== "interface") return undefined;
  const { owner, groups, subnet } = target.to;
  if (groups === undefined)
    return walk.pass(subnet.ref, "arrives at a host, whose own groups are not judged");
  const peer: Peer = {
    addresses: source.addresses,
    groups: source.groups ?? [],
    prefixLists: [],
    label: `${source.owner.name} (${source.addresses.label})`,
  };
  return securityGroups(walk, graph, "ingress", { owner, groups }, peer, port);
}
