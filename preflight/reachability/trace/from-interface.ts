import { addressesOf, PUBLIC } from "../../aws/address-sets.js";
import type { Graph, Key, ResourceRef, TransitGatewayAttachment } from "../../graph/model.js";
import { isKnown, isSet, type MaybeUnknown } from "../../resources/unknown.js";
import { callFromVpc } from "../api/call.js";
import type { VpcCaller } from "../api/caller.js";
import { besideDestinations } from "../deliveries/deliver.js";
import { nameSupport } from "../dns/answering.js";
import { resolveHostName } from "../dns/hosted-zones.js";
import { interfaceEndpoints, resolveServiceName } from "../dns/private-dns.js";
import { byInvoking, byUrls } from "../lambda/callers.js";
import { byAnyWay, otherApi, type ToNode } from "../load-balancers/apis.js";
import { beyond } from "../load-balancers/forwarding.js";
import { acrossLoadBalancers, byLoadBalancers } from "../load-balancers/functions.js";
import type { Arrival, Peer } from "../network/connection.js";
import { forward } from "../network/forward.js";
import { anyone, internetToInterface, publicPeer } from "../network/inbound.js";
import {
  destinationAt,
  endpointInterfaces,
  hostIn,
  indexOf,
  type NetworkInterface,
  type PacketDestination,
  publicBeyond,
  resourceInterfaces,
  withIpv6,
} from "../network/interfaces.js";
import type { PeerEnd } from "../network/peering.js";
import { deliverToPublic, publicOwners, reachPublic } from "../network/public-owners.js";
import { senderOf } from "../network/security-groups.js";
import { blocksBehind, noRouteTo } from "../network/transit-gateways.js";
import { callService, reachEndpoint } from "../services/call.js";
import { databaseLogin } from "../services/database-login.js";
import { mountFileSystem } from "../services/file-system.js";
import { bestOf, eitherFamily, TraceBuilder, whichever } from "../verdict/path.js";
import type { Verdict } from "../verdict/verdict.js";
import { noListener, notInStack, type Origin, overIpv6, type ResourceDestination } from "./origin.js";

/** A network interface of the stack as the origin of a question. */
export function fromInterface(graph: Graph, from: NetworkInterface, port: number): Origin {
  const { vpc } = from.subnet;
  const deliver: Deliver = (
    target,
    arrive = beyond(graph, senderOf(from), port),
    trace = new TraceBuilder(),
  ) => forward(trace, { graph, source: from, target, port, arrive });
  const byName: ToNode = (node, on, onward) => toNode(graph, from, node, on, new TraceBuilder(), onward);
  return {
    ref: from.owner,
    toInternet: () => toInternet(graph, from, port),
    toInternetOverIpv6: () => {
      const ipv6 = withIpv6(graph, from);
      return ipv6 === undefined ? noIpv6(from) : toInternetBy(graph, ipv6, 6, port);
    },
    toOtherVpc: notInStack,
    toInterface: (to) => deliver({ kind: "interface", to }),
    toPublicAddress: (node, on) => (node.publicAddress === false ? undefined : toNode(graph, from, node, on)),
    toEndpoint: (endpoint) => {
      const { type, service, serviceRegion } = endpoint;
      if (type === "Gateway" && typeof service === "string") {
        const region = typeof serviceRegion === "string" ? { region: serviceRegion } : {};
        return [callService(graph, withoutRole(from), { kind: "service", service, ...region }, port)];
      }
      return endpointInterfaces(graph, endpoint).map((to) =>
        "missing" in to
          ? notInStack(to.missing)
          : deliver({ kind: "interface", to }, (trace) => trace.reached("interface-endpoint")),
      );
    },
    toFunction: (to) => {
      const balanced = byLoadBalancers(graph, to, (node, on) => toNode(graph, from, node, on));
      const { function: caller } = from;
      return bestOf(acrossLoadBalancers(noListener(to), balanced), [
        ...(caller === undefined
          ? []
          : byInvoking(graph, to, (service) => callService(graph, from, service, port))),
        ...byUrls(graph, to, caller, (url, arrive) =>
          deliver(publicAddresses(url, `the public addresses of ${url.name}`), arrive),
        ),
      ]);
    },
    toMethod: (found, place, kind) =>
      byAnyWay(graph, { found, place, port }, byName, () =>
        callFromVpc(hostCaller(graph, from, port), { found, place, port }, kind),
      ),
    toOtherApi: (besides) => otherApi(graph, besides, byName),
    toService: (service) => callService(graph, from, service, port),
    toResource: (destination) => toResource(graph, from, destination, port, deliver),
    toAddress: (cidr) => {
      const target = destinationAt(graph, vpc, cidr);
      if (target.kind !== "public") return deliver(target);
      // An address of the stack is in no list of an AWS service.
      const isOwn = publicOwners(graph, cidr).length > 0;
      return deliver(isOwn ? { ...target, prefixLists: [] } : target, (trace, via, at, publicSource) => {
        // Packets that never left for the internet have reached the interface itself.
        if (publicSource === undefined) return beyond(graph, senderOf(from), port)(trace, via, at);
        const sender = publicPeer(publicSource);
        const arrive = beyond(graph, sender, port);
        return reachPublic(
          graph,
          cidr,
          (owner) => deliverToPublic(trace.fork(), graph, owner, port, arrive, { sender, via }),
          () => trace.reached(via),
        );
      });
    },
    toHost: ({ name }) =>
      nameBlocked(graph, vpc, name) ??
      deliver(publicAddresses(INTERNET, `${name}, which is a public address`)),
    toPeer: (peer) => toPeer(graph, peer, deliver),
    toTransitGateway: (attachment) => toTransitGateway(graph, attachment, deliver),
  };
}

/** The interface as that of any host, for a question about the network alone. */
function withoutRole({ function: _, ...host }: NetworkInterface): NetworkInterface {
  return host;
}

/** The verdict if the name does not resolve in the VPC, or a zone of the stack answers with something else. */
function nameBlocked(graph: Graph, key: MaybeUnknown<Key>, name: string): Verdict | undefined {
  const vpc = isKnown(key) ? graph.vpcs.get(key) : undefined;
  const asked = new TraceBuilder();
  const noDns = vpc && nameSupport(asked, graph, vpc, name);
  const support = noDns ?? asked.reached("local");
  if (support.status !== "reachable") return support;
  const { zone, record } = resolveHostName(new TraceBuilder(), graph, key, { name });
  const answers = record?.ref ?? zone?.ref;
  return (
    answers && new TraceBuilder().unknown(answers, `what ${answers.name} answers for ${name}: ask for that`)
  );
}

type Deliver = (target: PacketDestination, arrive?: Arrival, trace?: TraceBuilder) => Verdict;

const INTERNET: ResourceRef = { urn: "internet", type: "internet", name: "internet" };

/** Connects to the internet, over IPv4 or IPv6. */
function toInternet(graph: Graph, from: NetworkInterface, port: number): Verdict {
  const ipv4 = toInternetBy(graph, from, 4, port);
  const ipv6 = withIpv6(graph, from);
  return ipv6 === undefined ? ipv4 : eitherFamily(ipv4, toInternetBy(graph, ipv6, 6, port));
}

function toInternetBy(graph: Graph, source: NetworkInterface, family: 4 | 6, port: number): Verdict {
  const trace = family === 6 ? overIpv6(source) : new TraceBuilder();
  const label = family === 4 ? "the internet" : "the internet over IPv6";
  const addresses = { ...publicBeyond(graph, source.subnet.vpc, family), label };
  const target = { kind: "public", ref: INTERNET, addresses, prefixLists: [] } as const;
  const arrive: Arrival = (arrived, via) => arrived.reached(via);
  return forward(trace, { graph, source, target, port, arrive });
}

function noIpv6({ owner, subnet, function: caller }: NetworkInterface): Verdict {
  return new TraceBuilder().blocked({
    at: owner,
    code: "NO_SOURCE_OR_DESTINATION",
    reason: `${owner.name} has no IPv6 address in ${subnet.ref.name}`,
    fix:
      caller === undefined
        ? `Give ${subnet.ref.name} an IPv6 block (ipv6CidrBlock, assignIpv6AddressOnCreation).`
        : `Give ${subnet.ref.name} an IPv6 block, and set ipv6AllowedForDualStack: true on ${owner.name}.`,
  });
}

function publicAddresses(ref: ResourceRef, label: string): PacketDestination {
  return { kind: "public", ref, addresses: { ...PUBLIC[4], label }, prefixLists: [] };
}

function toResource(
  graph: Graph,
  from: NetworkInterface,
  { resource, databaseUser, action }: ResourceDestination,
  port: number,
  deliver: Deliver,
): readonly Verdict[] {
  const { ref, service, arn, placement } = resource;
  const own = from.subnet.vpc;
  if (service !== undefined) {
    const { region } = graph.homeOf(ref.urn);
    const on = {
      ...(isSet(arn) && { resource: arn }),
      ...(region !== undefined && { region }),
      ...(action !== undefined && { action }),
    };
    const called = callService(graph, from, { kind: "service", service, ...on, of: resource }, port);
    return [from.function === undefined ? called : besideDestinations(graph, from.owner, ref, called)];
  }
  const files = graph.fileSystems.get(ref.urn);
  if (files !== undefined && from.function !== undefined)
    return [mountFileSystem({ graph, from, caller: from.function, resource, files, action, port })];
  if (placement === undefined && files === undefined) return [notInStack(ref)];
  const vpc = isKnown(own) ? graph.vpcs.get(own) : undefined;
  const names = new TraceBuilder();
  const noDns = vpc && nameSupport(names, graph, vpc);
  if (noDns !== undefined) return [noDns];
  const arrive: Arrival = (trace, via) =>
    databaseLogin(trace, graph, from, resource, databaseUser) ?? trace.reached(via);
  return resourceInterfaces(graph, resource).map((to) => {
    if ("missing" in to) return notInStack(to.missing);
    if (graph.loadBalancers.has(ref.urn)) return toNode(graph, from, to, port, names);
    const isAway = isKnown(own) && to.subnet.vpc !== own;
    // In another VPC the name resolves to the public address, unless the peering connection resolves it privately.
    return resource.publicAddress === true && isAway && !resolvesPrivately(graph, own, to.subnet.vpc)
      ? deliver(publicAddresses(ref, `the public address of ${ref.name}`), arrive, names.fork())
      : deliver({ kind: "interface", to }, arrive, names.fork());
  });
}

/**
 * Calls a load balancer by its name. The name of an internet-facing one resolves to public addresses everywhere, so the
 * call leaves the VPC and comes back from the internet; that of an internal one resolves to private addresses.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/userguide/how-elastic-load-balancing-works.html#load-balancer-scheme
 */
function toNode(
  graph: Graph,
  source: NetworkInterface,
  node: NetworkInterface,
  port: number,
  names = new TraceBuilder(),
  onward: (sender: Peer) => Arrival = (sender) => beyond(graph, sender, port),
): Verdict {
  const send = (target: PacketDestination, arrive: Arrival) =>
    forward(names.fork(), { graph, source, target, port, arrive });
  const privately = () => send({ kind: "interface", to: node }, onward(senderOf(source)));
  const publicly = () =>
    send(publicAddresses(node.owner, `the public addresses of ${node.owner.name}`), (trace, via, _, seen) => {
      const sender = seen === undefined ? anyone(graph) : publicPeer(seen);
      return internetToInterface(graph, node, port, onward(sender), trace, { sender, via });
    });
  if (isKnown(node.publicAddress)) return node.publicAddress ? publicly() : privately();
  const doubt = `whether ${node.owner.name} is internal`;
  return whichever([privately(), publicly()], node.owner, doubt) ?? privately();
}

/** https://docs.aws.amazon.com/vpc/latest/peering/vpc-peering-dns.html */
function resolvesPrivately(graph: Graph, own: unknown, other: unknown): boolean {
  return [...graph.peerings.values()].some(
    ({ requester, accepter, accepterDnsResolution, requesterDnsResolution }) =>
      (requester === own && accepter === other && accepterDnsResolution === true) ||
      (accepter === own && requester === other && requesterDnsResolution === true),
  );
}

/**
 * The subnets of a peer's VPC or, if that is not in the stack, every address that the stack routes to the peer. None of
 * these addresses is in a prefix list of an AWS service.
 */
function toPeer(graph: Graph, { peering, vpc, addresses }: PeerEnd, deliver: Deliver): readonly Verdict[] {
  if (isKnown(vpc) && graph.vpcs.has(vpc)) {
    return (indexOf(graph).subnetsOfVpc.get(vpc) ?? []).map((subnet) => {
      const to = hostIn(graph, subnet, 4);
      return to === undefined ? notInStack(subnet.ref) : deliver({ kind: "interface", to });
    });
  }
  const { ref } = peering;
  if (addresses !== undefined)
    return [deliver({ kind: "foreign", ref, addresses, prefixLists: [], peer: peering })];
  return [
    new TraceBuilder().blocked({
      at: ref,
      code: "NO_ROUTE_TO_DESTINATION",
      reason: `no route table of the stack leads to ${ref.name}`,
      fix: `Add a route to the peer's block through ${ref.name}.`,
    }),
  ];
}

/**
 * Every block that the stack routes to a transit gateway. What carries the packets on is not in the stack, so that the
 * gateway is where they arrive.
 */
function toTransitGateway(
  graph: Graph,
  attachment: TransitGatewayAttachment,
  deliver: Deliver,
): readonly Verdict[] {
  const { ref } = attachment;
  const blocks = blocksBehind(graph, attachment);
  if (blocks.length === 0) return [noRouteTo(ref)];
  return blocks.map((block) =>
    deliver(
      { kind: "foreign", ref, addresses: addressesOf(block), prefixLists: [], attachment },
      (trace, via) => trace.reached(via),
    ),
  );
}

/** A network interface as the caller of an API. */
function hostCaller(graph: Graph, source: NetworkInterface, port: number): VpcCaller {
  const { owner, subnet, addresses, function: caller } = source;
  const { vpc } = subnet;
  return {
    graph,
    name: owner.name,
    vpc,
    function: caller,
    addresses,
    endpoints: (region) => interfaceEndpoints(graph, vpc, "execute-api", region),
    endpointsKnown: isKnown(vpc) && graph.vpcs.has(vpc),
    resolveName: (trace, region) => resolveServiceName(trace, graph, subnet, "execute-api", region),
    toEndpoint: (trace, endpoint, arrive) =>
      reachEndpoint(trace, graph, endpoint, (each, to) =>
        forward(each, {
          graph,
          source,
          target: { kind: "interface", to },
          port,
          arrive: (arrived) => arrive(arrived, "interface-endpoint"),
        }),
      ),
    toPublic: (trace, ref, arrive) => {
      const target = publicAddresses(ref, `the public addresses of ${ref.name}`);
      return forward(trace, { graph, source, target, port, arrive });
    },
  };
}
