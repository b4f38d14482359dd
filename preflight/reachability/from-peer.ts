import { parseCidr } from "../aws/cidr.js";
import type { Graph } from "../graph/model.js";
import type { Place } from "../intents.js";
import { addressRef, targetsAt } from "./addresses.js";
import { peerCaller } from "./api-callers.js";
import { callFromVpc } from "./apis.js";
import { endsOf, noListener, unknownEnd } from "./destinations.js";
import type { Interface } from "./ends.js";
import { findIn } from "./find.js";
import { type PeerEnd, sendFromPeer } from "./peers.js";
import { findMethods } from "./places/resolve.js";
import { labelOf } from "./sources.js";
import { Walk, whichever } from "./verdict/path.js";
import type { Verdict } from "./verdict/verdict.js";

/** From any host of a VPC that is not in the stack, over a peering connection of the stack's. */
export function fromPeer(graph: Graph, peer: PeerEnd, to: Place, port: number): Verdict[] {
  const deliver = (end: Interface): Verdict =>
    sendFromPeer(new Walk(), graph, peer, end, port, (walk, via) => walk.arrive(via));
  switch (to.kind) {
    case "method":
      return findMethods(graph, to).map((found) =>
        callFromVpc(peerCaller(graph, peer, port), { found, place: to, port }),
      );
    case "internet":
    case "service":
      return [byItsOwnWay(peer, labelOf(to))];
    case "function":
      return findIn(graph, graph.functions, to.name).map(({ ref }) => noListener(ref));
    case "address":
      return [toAddress(graph, peer, to.address, deliver)];
    case "endpoint":
      return findIn(graph, graph.endpoints, to.name).flatMap((endpoint) =>
        endpoint.type === "Gateway" ? [ownVpcOnly(peer, endpoint.ref.name)] : toEnds(graph, to, deliver),
      );
    case "resource":
      return findIn(graph, graph.services, to.name).some(({ service }) => service !== undefined)
        ? [byItsOwnWay(peer, to.name)]
        : toEnds(graph, to, deliver);
    default:
      return toEnds(graph, to, deliver);
  }
}

function toEnds(graph: Graph, to: Place, deliver: (end: Interface) => Verdict): Verdict[] {
  return endsOf(graph, to).map((end) => ("missing" in end ? unknownEnd(end.missing) : deliver(end)));
}

/** Public addresses are none of the connection's: the peer has a way of its own, or none. */
function byItsOwnWay({ peering: { ref } }: PeerEnd, name: string): Verdict {
  const walk = new Walk();
  walk.pass(
    ref,
    `not through the connection: ${name} is reached by the peer's own way, which is not in the stack`,
  );
  return walk.arrive("public-network");
}

/** https://docs.aws.amazon.com/vpc/latest/peering/vpc-peering-basics.html#vpc-peering-limitations */
function ownVpcOnly({ peering: { ref } }: PeerEnd, name: string): Verdict {
  return new Walk().block({
    at: ref,
    code: "PCX_REQUIRES_ADDRESS_IN_VPC_CIDR",
    why: `${name} is a gateway endpoint, which serves its own VPC only`,
    mend: "Give the peer a gateway endpoint of its own.",
  });
}

function toAddress(graph: Graph, peer: PeerEnd, text: string, deliver: (end: Interface) => Verdict): Verdict {
  const cidr = parseCidr(text);
  if (cidr === undefined)
    return new Walk().unknown({ urn: text, type: "address", name: text }, "not an address");
  const ref = addressRef(cidr);
  const verdicts = targetsAt(graph, peer.own, cidr).map((target): Verdict => {
    if (target.kind === "interface") return deliver(target.to);
    if (target.kind === "public") return byItsOwnWay(peer, ref.name);
    return new Walk().block({
      at: peer.peering.ref,
      code: "PCX_REQUIRES_ADDRESS_IN_VPC_CIDR",
      why: `${ref.name} is in no subnet of ${graph.refOf(peer.own).name}, and a peering connection leads no further`,
      mend: "Ask for an address that a subnet of the peered VPC has.",
    });
  });
  const why = `which network interface has ${text} is not known, and they do not all let it in`;
  return whichever(verdicts, ref, why) ?? new Walk().unknown(ref, why);
}
