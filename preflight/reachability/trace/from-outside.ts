import { type AddressSet, addressesOf, isPrivateSet } from "../../aws/address-sets.js";
import type { Cidr } from "../../aws/cidr.js";
import type { Graph, LambdaFunction, ResourceRef } from "../../graph/model.js";
import { callFromOutside } from "../api/call.js";
import { byInvoking, byUrls } from "../lambda/callers.js";
import { internetToFunction } from "../lambda/from-internet.js";
import { byAnyWay, methodsInvoking, otherApi, type ToNode } from "../load-balancers/apis.js";
import { beyond } from "../load-balancers/forwarding.js";
import { acrossLoadBalancers, byLoadBalancers } from "../load-balancers/functions.js";
import type { Arrival, Peer } from "../network/connection.js";
import { anyone, internetToInterface, publicPeer } from "../network/inbound.js";
import { addressRef, type NetworkInterface, resourceInterfaces, withIpv6 } from "../network/interfaces.js";
import { deliverToPublic, reachPublic } from "../network/public-owners.js";
import { regionAt } from "../places/home.js";
import { type ServicePlace, serviceRef } from "../services/authorization.js";
import { authorizeCall } from "../services/call.js";
import { publicCall } from "../services/public-calls.js";
import { realRegion, regionOfCall } from "../services/region.js";
import { bestOf, eitherFamily, TraceBuilder } from "../verdict/path.js";
import type { Verdict } from "../verdict/verdict.js";
import { callerElsewhere, noListener, notInStack, type Origin, overIpv6, servicesFirst } from "./origin.js";

const INTERNET: ResourceRef = { urn: "internet", type: "internet", name: "internet" };

/** The internet as the origin of a question. Its calls are not signed. */
export function fromInternet(graph: Graph, port: number, sender?: AddressSet): Origin {
  return {
    ref: INTERNET,
    choose: servicesFirst,
    toInternet: () => open(INTERNET, "reaches public addresses directly"),
    toInterface: (to) => fromOutside(graph, to, port, sender),
    toFunction: (to) =>
      bestOf(internetToFunction(graph, to), methodsInvoking(graph, to, toNode(graph, sender))),
    toMethod: (found, place, kind) =>
      byAnyWay(graph, { found, place, port }, toNode(graph, sender), () =>
        callFromOutside(graph, { found, place, port }, undefined, undefined, kind),
      ),
    toOtherApi: (besides) => otherApi(graph, besides, toNode(graph, sender)),
    toService: (service) => toService(graph, service, undefined),
    toAddress: (cidr, text) =>
      toAddress(graph, cidr, { text, port, sender }, (ref) =>
        new TraceBuilder().blocked({
          at: ref,
          code: "IGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS",
          reason: `${text} is a private address, which the internet does not route`,
          fix: "Put something with a public address in front of it, such as an API or a load balancer.",
        }),
      ),
  };
}

/** A function outside any VPC as the origin of a question. It reaches public addresses only. */
export function fromFunctionOutsideVpc(graph: Graph, caller: LambdaFunction, port: number): Origin {
  const noPrivateAddress = (name: string) => outsideVpc(caller, name);
  return {
    ref: caller.ref,
    choose: servicesFirst,
    toInternet: () => open(caller.ref, "reaches public addresses directly"),
    toInterface: (to) =>
      to.publicAddress === false ? noPrivateAddress(to.owner.name) : fromOutside(graph, to, port),
    toFunction: (to) => {
      const balanced = byLoadBalancers(graph, to, (node, on) => fromOutside(graph, node, on));
      return bestOf(acrossLoadBalancers(noListener(to), balanced), [
        ...byInvoking(graph, to, (service) => toService(graph, service, caller)),
        ...byUrls(graph, to, caller, (_, arrive) => arrive(new TraceBuilder(), "public-network")),
      ]);
    },
    toMethod: (found, place, kind) =>
      byAnyWay(graph, { found, place, port }, toNode(graph), () =>
        callFromOutside(graph, { found, place, port }, caller, undefined, kind),
      ),
    toOtherApi: (besides) => otherApi(graph, besides, toNode(graph)),
    toService: (service) => toService(graph, service, caller),
    toAddress: (cidr, text) => toAddress(graph, cidr, { text, port }, () => noPrivateAddress(text)),
  };
}

/**
 * A VPC outside the stack, with its own way to the internet but without an endpoint of a service, as the origin of a
 * question.
 */
export function fromOtherVpc(graph: Graph, ref: ResourceRef, service: string, port: number): Origin {
  const byOwnNetwork = () => open(ref, "over its own way to the internet");
  return {
    ref,
    toInternet: byOwnNetwork,
    toInterface: (to) => fromOutside(graph, to, port),
    toMethod: (found, place, kind) =>
      byAnyWay(graph, { found, place, port }, toNode(graph), () =>
        kind === undefined && service !== "execute-api"
          ? undefined
          : callFromOutside(graph, { found, place, port }, undefined, ref.name, kind),
      ),
    toOtherApi: (besides) => otherApi(graph, besides, toNode(graph)),
    toService: (service, name) => callerElsewhere(ref, service, name) ?? byOwnNetwork(),
    toAddress: (cidr, text) => toAddress(graph, cidr, { text, port }, notInStack),
    toResource: ({ resource, name }) =>
      resource.service === undefined
        ? resourceInterfaces(graph, resource).map((to) =>
            "missing" in to ? notInStack(to.missing) : fromOutside(graph, to, port),
          )
        : [
            callerElsewhere(ref, { kind: "service", service: resource.service, of: resource }, name) ??
              byOwnNetwork(),
          ],
  };
}

/** From a public address, by default any of the internet, which comes over IPv4 or IPv6. */
function fromOutside(
  graph: Graph,
  to: NetworkInterface,
  port: number,
  from?: AddressSet,
  onward: (sender: Peer) => Arrival = (sender) => beyond(graph, sender, port),
): Verdict {
  const by = (node: NetworkInterface, trace = new TraceBuilder()): Verdict => {
    const sender = from === undefined ? anyone(graph, node.addresses.family) : publicPeer(from);
    return internetToInterface(graph, node, port, onward(sender), trace, { sender });
  };
  const ipv6 = from === undefined && to.addresses.family === 4 ? withIpv6(graph, to) : undefined;
  return ipv6 === undefined ? by(to) : eitherFamily(by(to), by(ipv6, overIpv6(ipv6)));
}

function toNode(graph: Graph, from?: AddressSet): ToNode {
  return (node, port, onward) => fromOutside(graph, node, port, from, onward);
}

function open(ref: ResourceRef, text: string): Verdict {
  const trace = new TraceBuilder();
  trace.hop(ref, text);
  return trace.reached("public-network");
}

function toService(graph: Graph, service: ServicePlace, caller: LambdaFunction | undefined): Verdict {
  const trace = new TraceBuilder();
  const ref = serviceRef(service.service);
  trace.hop(caller?.ref ?? ref, "outside any VPC: reaches the service's public addresses directly");
  if (caller === undefined) return publicCall(trace, graph, service) ?? trace.reached("public-network");
  const region = regionOfCall(graph, service, regionAt(graph, caller.ref.urn));
  const call = {
    graph,
    caller,
    service,
    region: realRegion(region),
    endpoint: undefined,
    vpc: undefined,
  };
  return authorizeCall(trace, call, "public-network");
}

interface Asked {
  /** The address in the question. */
  readonly text: string;
  readonly port: number;
  readonly sender?: AddressSet | undefined;
}

/** A public address of the stack is judged by what holds it; any other is a host of the internet. */
function toAddress(
  graph: Graph,
  cidr: Cidr,
  { text, port, sender }: Asked,
  ifPrivate: (ref: ResourceRef) => Verdict,
): Verdict {
  const ref = addressRef(cidr);
  if (isPrivateSet(addressesOf(cidr))) return ifPrivate({ ...ref, name: text });
  const from = sender === undefined ? anyone(graph, cidr.family) : publicPeer(sender);
  const arrive = beyond(graph, from, port);
  return reachPublic(
    graph,
    cidr,
    (owner) => deliverToPublic(new TraceBuilder(), graph, owner, port, arrive, { sender: from }),
    () => open(ref, "a public address that no resource of the stack is known to have"),
  );
}

function outsideVpc({ ref }: LambdaFunction, name: string): Verdict {
  return new TraceBuilder().blocked({
    at: ref,
    code: "FUNCTION_OUTSIDE_VPC",
    reason: `${ref.name} is outside any VPC, so it reaches no private address such as ${name}`,
    fix: `Give ${ref.name} a vpcConfig.`,
  });
}
