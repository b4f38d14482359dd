import { addressesOf, isPrivateSet } from "../../aws/address-sets.js";
import type { Cidr } from "../../aws/cidr.js";
import type { Graph, LambdaFunction, ResourceRef } from "../../graph/model.js";
import { isKnown } from "../../resources/unknown.js";
import { callFromOutside } from "../api/call.js";
import { internetToFunction } from "../lambda/from-internet.js";
import { beyond } from "../load-balancers/forwarding.js";
import { ANYONE, internetToInterface } from "../network/inbound.js";
import { type NetworkInterface, resourceInterfaces } from "../network/interfaces.js";
import { regionAt } from "../places/home.js";
import { anonymousCall } from "../services/anonymous.js";
import type { ServicePlace } from "../services/authorization.js";
import { authorizeCall } from "../services/call.js";
import { regionOfCall } from "../services/region.js";
import { TraceBuilder } from "../verdict/path.js";
import type { Verdict } from "../verdict/verdict.js";
import { noListener, notInStack, type Origin, servicesFirst } from "./origin.js";

const INTERNET: ResourceRef = { urn: "internet", type: "internet", name: "internet" };

/** The internet as the origin of a question. Its calls are not signed. */
export function fromInternet(graph: Graph, port: number): Origin {
  return {
    ref: INTERNET,
    choose: servicesFirst,
    toInternet: () => open(INTERNET, "reaches public addresses directly"),
    toInterface: (to) => fromAnyone(graph, to, port),
    toFunction: (to) => internetToFunction(graph, to),
    toMethod: (found, place, kind) =>
      callFromOutside(graph, { found, place, port }, undefined, undefined, kind),
    toService: (service) => toService(graph, service, undefined),
    toAddress: (cidr, text) =>
      toAddress(cidr, text, undefined, (ref) =>
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
      to.publicAddress === false ? noPrivateAddress(to.owner.name) : fromAnyone(graph, to, port),
    toFunction: noListener,
    toMethod: (found, place, kind) => callFromOutside(graph, { found, place, port }, caller, undefined, kind),
    toService: (service) => toService(graph, service, caller),
    toAddress: (cidr, text) => toAddress(cidr, text, caller, () => noPrivateAddress(text)),
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
    toInterface: (to) => fromAnyone(graph, to, port),
    toMethod: (found, place, kind) =>
      kind === undefined && service !== "execute-api"
        ? undefined
        : callFromOutside(graph, { found, place, port }, undefined, ref.name, kind),
    toService: byOwnNetwork,
    toResource: ({ resource }) =>
      resourceInterfaces(graph, resource).map((to) =>
        "missing" in to ? notInStack(to.missing) : fromAnyone(graph, to, port),
      ),
  };
}

function fromAnyone(graph: Graph, to: NetworkInterface, port: number): Verdict {
  return internetToInterface(graph, to, port, beyond(graph, ANYONE, port));
}

function open(ref: ResourceRef, text: string): Verdict {
  const trace = new TraceBuilder();
  trace.hop(ref, text);
  return trace.reached("public-network");
}

function toService(graph: Graph, service: ServicePlace, caller: LambdaFunction | undefined): Verdict {
  const trace = new TraceBuilder();
  const ref = { urn: `service:${service.service}`, type: "service", name: service.service };
  trace.hop(caller?.ref ?? ref, "outside any VPC: reaches the service's public addresses directly");
  const refused = caller === undefined ? anonymousCall(trace, graph, service) : undefined;
  if (refused !== undefined) return refused;
  const own = regionAt(graph, ...(caller === undefined ? [] : [caller.ref.urn]));
  const region = regionOfCall(graph, service, own);
  const call = {
    graph,
    caller,
    service,
    region: isKnown(region) ? region : undefined,
    endpoint: undefined,
    vpc: undefined,
  };
  return authorizeCall(trace, call, "public-network");
}

function toAddress(
  cidr: Cidr,
  text: string,
  caller: LambdaFunction | undefined,
  ifPrivate: (ref: ResourceRef) => Verdict,
): Verdict {
  const ref = { urn: `address:${text}`, type: "address", name: text };
  return isPrivateSet(addressesOf(cidr)) ? ifPrivate(ref) : open(caller?.ref ?? ref, "a public address");
}

function outsideVpc({ ref }: LambdaFunction, name: string): Verdict {
  return new TraceBuilder().blocked({
    at: ref,
    code: "FUNCTION_OUTSIDE_VPC",
    reason: `${ref.name} is outside any VPC, so it reaches no private address such as ${name}`,
    fix: `Give ${ref.name} a vpcConfig.`,
  });
}
