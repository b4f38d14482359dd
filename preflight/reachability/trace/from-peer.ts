import type { Graph } from "../../graph/model.js";
import { isKnown } from "../../resources/unknown.js";
import { callFromVpc } from "../api/call.js";
import type { VpcCaller } from "../api/caller.js";
import { interfaceEndpoints } from "../dns/private-dns.js";
import { byUrls } from "../lambda/callers.js";
import { byAnyWay, otherApi, type ToNode } from "../load-balancers/apis.js";
import { beyond } from "../load-balancers/forwarding.js";
import { acrossLoadBalancers, byLoadBalancers } from "../load-balancers/functions.js";
import { anyone, internetToInterface } from "../network/inbound.js";
import { destinationAt, type NetworkInterface } from "../network/interfaces.js";
import { forwardFromPeer, type PeerEnd, senderFrom } from "../network/peering.js";
import { deliverToPublic, reachPublic } from "../network/public-owners.js";
import { reachEndpoint } from "../services/call.js";
import { bestOf, TraceBuilder, whichever } from "../verdict/path.js";
import type { Verdict } from "../verdict/verdict.js";
import { callerElsewhere, noListener, type Origin, servicesFirst } from "./origin.js";

/**
 * Any host of a VPC outside the stack, at the other end of a peering connection, as the origin of a question. It
 * reaches public addresses by its own network, which is not in the stack.
 */
export function fromPeer(graph: Graph, peer: PeerEnd, port: number): Origin {
  const { ref } = peer.peering;
  const toInterface = (to: NetworkInterface) =>
    forwardFromPeer(new TraceBuilder(), graph, peer, to, port, beyond(graph, senderFrom(peer), port));
  // The name of an internet-facing load balancer resolves to its public addresses, which the peer reaches by itself.
  const toNode: ToNode = (node, on, onward) => {
    const publicly = () => internetToInterface(graph, node, on, onward(anyone(graph)), new TraceBuilder());
    const privately = () =>
      forwardFromPeer(new TraceBuilder(), graph, peer, node, on, onward(senderFrom(peer)));
    if (isKnown(node.publicAddress)) return node.publicAddress ? publicly() : privately();
    const doubt = `whether ${node.owner.name} is internal`;
    return whichever([privately(), publicly()], node.owner, doubt) ?? privately();
  };
  const byName = (node: NetworkInterface, on: number) =>
    toNode(node, on, (sender) => beyond(graph, sender, on));
  const byOwnNetwork = (name: string): Verdict => {
    const trace = new TraceBuilder();
    trace.hop(
      ref,
      `not through the connection: ${name} is reached by the peer's own way, which is not in the stack`,
    );
    return trace.reached("public-network");
  };
  return {
    ref,
    choose: servicesFirst,
    toInternet: () => byOwnNetwork("internet"),
    toInterface,
    toPublicAddress: (node, on) => (node.publicAddress === false ? undefined : byName(node, on)),
    toEndpoint: (endpoint) =>
      endpoint.type === "Gateway" ? [ownVpcOnly(peer, endpoint.ref.name)] : undefined,
    toFunction: (to) => {
      const balanced = byLoadBalancers(graph, to, byName);
      return bestOf(
        acrossLoadBalancers(noListener(to), balanced),
        byUrls(graph, to, undefined, (_, arrive) => arrive(new TraceBuilder(), "public-network")),
      );
    },
    toMethod: (found, place, kind) =>
      byAnyWay(graph, { found, place, port }, toNode, () =>
        callFromVpc(peerCaller(graph, peer, port), { found, place, port }, kind),
      ),
    toOtherApi: (besides) => otherApi(graph, besides, toNode),
    toService: (service, name) => callerElsewhere(ref, service, name) ?? byOwnNetwork(name),
    toAddress: (cidr) => {
      const target = destinationAt(graph, peer.own, cidr);
      if (target.kind === "interface") return toInterface(target.to);
      if (target.kind === "public") {
        return reachPublic(
          graph,
          cidr,
          (owner) =>
            deliverToPublic(new TraceBuilder(), graph, owner, port, beyond(graph, anyone(graph), port)),
          () => byOwnNetwork(target.ref.name),
        );
      }
      return new TraceBuilder().blocked({
        at: ref,
        code: "PCX_REQUIRES_ADDRESS_IN_VPC_CIDR",
        reason: `${target.ref.name} is in no subnet of ${graph.refOf(peer.own).name}, and a peering connection leads no further`,
        fix: "Ask for an address that a subnet of the peered VPC has.",
      });
    },
  };
}

/** https://docs.aws.amazon.com/vpc/latest/peering/vpc-peering-basics.html#vpc-peering-limitations */
function ownVpcOnly({ peering: { ref } }: PeerEnd, name: string): Verdict {
  return new TraceBuilder().blocked({
    at: ref,
    code: "PCX_REQUIRES_ADDRESS_IN_VPC_CIDR",
    reason: `${name} is a gateway endpoint, which serves its own VPC only`,
    fix: "Give the peer a gateway endpoint of its own.",
  });
}

/** Any host of the peer's VPC as the caller of an API. */
function peerCaller(graph: Graph, peer: PeerEnd, port: number): VpcCaller {
  const { name } = peer.peering.ref;
  return {
    graph,
    name,
    vpc: peer.vpc,
    function: undefined,
    addresses: peer.addresses,
    endpoints: (region) => interfaceEndpoints(graph, peer.own, "execute-api", region),
    endpointsKnown: true,
    resolveName: () => ({ endpoint: undefined, passedOver: undefined }),
    toEndpoint: (trace, endpoint, arrive) =>
      reachEndpoint(trace, graph, endpoint, (each, to) =>
        forwardFromPeer(each, graph, peer, to, port, arrive),
      ),
    toPublic: (trace, ref, arrive) => {
      trace.hop(ref, `over the own way of ${name} to the internet, which is not in the stack`);
      return arrive(trace, "public-network");
    },
  };
}
