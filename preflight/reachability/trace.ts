import { addressesOf, isPrivateSet } from "../aws/address-sets.js";
import { parseCidr } from "../aws/cidr.js";
import type { Graph, LambdaFunction, ResourceRef } from "../graph/model.js";
import type { Place } from "../intents.js";
import { fromForeign } from "./api/external-callers.js";
import { callFromOutside } from "./apis.js";
import { endsOf, fromInterface, noListener } from "./destinations.js";
import { findIn } from "./find.js";
import { fromMethod } from "./from-method.js";
import { fromPeer } from "./from-peer.js";
import { invocationFrom } from "./lambda/invocations.js";
import { fromInternet, fromInternetToFunction } from "./network/inbound.js";
import { findMethods } from "./places/resolve.js";
import { anonymousCall } from "./services/anonymous.js";
import { finish } from "./services/call.js";
import { labelOf, type Source, sourcesOf } from "./sources.js";
import { Walk, worst } from "./verdict/path.js";
import type { Verdict } from "./verdict/verdict.js";

/**
 * Whether `to` can be called from `from`, on TCP.
 *
 * Where a place stands for several (the subnets of a function, the subnets of an endpoint), all of them must work;
 * the verdict is the first that does not. What is not known is never a pass, and hides no certain block.
 *
 * @param port the port, by default the destination's own (a database's, an address's) or 443.
 */
export function trace(graph: Graph, from: Place, to: Place, port?: number): Verdict {
  return worst(traceEach(graph, from, to, port)) ?? nothing(to);
}

/** The verdict of every way that `from` and `to` stand for, one by one. A ban holds when all of them are blocked. */
export function traceEach(graph: Graph, from: Place, to: Place, port?: number): readonly Verdict[] {
  const on = port ?? portOf(graph, to);
  const verdicts = sourcesOf(graph, from, familyOf(to)).flatMap((source) => traceFrom(graph, source, to, on));
  return verdicts.length > 0 ? verdicts : [nothing(to)];
}

function nothing(to: Place): Verdict {
  const name = labelOf(to);
  return new Walk().unknown({ urn: name, type: to.kind, name }, `${name} is not in the stack`);
}

function portOf(graph: Graph, to: Place): number {
  if (to.kind === "address" && to.port !== undefined) return to.port;
  const [resource] = to.kind === "resource" ? findIn(graph, graph.services, to.name) : [];
  const port = resource?.port;
  return typeof port === "number" ? port : 443;
}

function familyOf(to: Place): 4 | 6 {
  return to.kind === "address" ? (parseCidr(to.address)?.family ?? 4) : 4;
}

function traceFrom(graph: Graph, source: Source, to: Place, port: number): Verdict[] {
  switch (source.kind) {
    case "interface":
      return fromInterface(graph, source.from, to, port);
    case "outside-vpc":
      return fromOutside(graph, to, port, source.function);
    case "internet":
      return fromOutside(graph, to, port, undefined);
    case "vpc-without-endpoint":
      return fromOtherVpc(graph, to, port, source.service);
    case "peer":
      return fromPeer(graph, source.peer, to, port);
    case "foreign":
      return fromForeign(graph, source.place, to, port);
    case "method":
      return fromMethod(graph, source.found, to);
    case "passive":
      return invocations(graph, source.ref, to) ?? [silent(source.ref)];
    case "unknown":
      return [new Walk().unknown(source.ref, source.why)];
  }
}

/** From the internet, or from a function outside any VPC, which is on it too. */
function fromOutside(graph: Graph, to: Place, port: number, caller: LambdaFunction | undefined): Verdict[] {
  switch (to.kind) {
    case "internet":
      return [open(caller?.ref, "reaches public addresses directly")];
    case "service":
      return [toService(graph, to, caller)];
    case "method":
      return findMethods(graph, to).map((found) =>
        callFromOutside(graph, { found, place: to, port }, caller),
      );
    case "function":
      return findIn(graph, graph.functions, to.name).map((target) =>
        caller === undefined ? fromInternetToFunction(graph, target) : noListener(target.ref),
      );
    case "address":
      return [toAddress(to.address, caller)];
    case "resource":
      return toResource(graph, to, port, caller);
    default:
      return toEnds(graph, to, port, caller);
  }
}

function toResource(
  graph: Graph,
  to: Extract<Place, { kind: "resource" }>,
  port: number,
  caller: LambdaFunction | undefined,
): Verdict[] {
  const resources = findIn(graph, graph.services, to.name);
  const services = resources.flatMap(({ service }) => (service === undefined ? [] : [service]));
  if (services.length === 0) return toEnds(graph, to, port, caller);
  return services.map((service) => toService(graph, { kind: "service", service }, caller));
}

function toEnds(graph: Graph, to: Place, port: number, caller: LambdaFunction | undefined): Verdict[] {
  return endsOf(graph, to).map((end) => {
    if ("missing" in end) return new Walk().unknown(end.missing, `${end.missing.name} is not in the stack`);
    if (caller === undefined || end.publicAddress !== false) return fromInternet(graph, end, port);
    return outside(caller, end.owner.name);
  });
}

function toService(
  graph: Graph,
  to: Extract<Place, { kind: "service" }>,
  caller: LambdaFunction | undefined,
): Verdict {
  const walk = new Walk();
  const ref = { urn: `service:${to.service}`, type: "service", name: to.service };
  walk.pass(caller?.ref ?? ref, "outside any VPC: reaches the service's public addresses directly");
  const refused = caller === undefined ? anonymousCall(walk, graph, to) : undefined;
  if (refused !== undefined) return refused;
  return finish(walk, { graph, caller, service: to, endpoint: undefined, vpc: undefined }, "public-network");
}

function toAddress(text: string, caller: LambdaFunction | undefined): Verdict {
  const cidr = parseCidr(text);
  const ref = { urn: `address:${text}`, type: "address", name: text };
  if (cidr === undefined) return new Walk().unknown(ref, `${text} is not an address`);
  if (!isPrivateSet(addressesOf(cidr))) return open(caller?.ref ?? ref, "a public address");
  if (caller !== undefined) return outside(caller, text);
  return new Walk().block({
    at: ref,
    code: "IGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS",
    why: `${text} is a private address, which the internet does not route`,
    mend: "Put something with a public address in front of it, such as an API or a load balancer.",
  });
}

function outside({ ref }: LambdaFunction, name: string): Verdict {
  return new Walk().block({
    at: ref,
    code: "FUNCTION_OUTSIDE_VPC",
    why: `${ref.name} is outside any VPC, so it reaches no private address such as ${name}`,
    mend: `Give ${ref.name} a vpcConfig (networking: vpc).`,
  });
}

function open(ref: ResourceRef | undefined, text: string): Verdict {
  const walk = new Walk();
  walk.pass(ref ?? { urn: "internet", type: "internet", name: "internet" }, text);
  return walk.arrive("public-network");
}

/** Somebody else's VPC: nothing of it is in the stack, but that it has no such endpoint. */
function fromOtherVpc(graph: Graph, to: Place, port: number, service: string): Verdict[] {
  if (to.kind !== "method" || service !== "execute-api") {
    const name = labelOf({ kind: "vpc-without-endpoint", service });
    const isPublic = to.kind === "service" || to.kind === "internet";
    if (isPublic) return [open({ urn: name, type: "vpc", name }, "over its own way to the internet")];
    return toEnds(graph, to, port, undefined);
  }
  const from = labelOf({ kind: "vpc-without-endpoint", service });
  return findMethods(graph, to).map((found) =>
    callFromOutside(graph, { found, place: to, port }, undefined, from),
  );
}

/** What has no address can still have a function invoked, as a topic or a rule does. */
function invocations(graph: Graph, { urn }: ResourceRef, to: Place): Verdict[] | undefined {
  const source = graph.services.get(urn);
  if (source === undefined || to.kind !== "function") return undefined;
  const found = findIn(graph, graph.functions, to.name).flatMap(
    (target) => invocationFrom(graph, source, target) ?? [],
  );
  return found.length > 0 ? found : undefined;
}

function silent(ref: ResourceRef): Verdict {
  const isEndpoint = ref.type.includes("vpcEndpoint");
  return new Walk().block({
    at: ref,
    code: isEndpoint ? "VPCE_INTRA_VPC_TRAFFIC" : "NO_SOURCE_OR_DESTINATION",
    why: isEndpoint
      ? `${ref.name} is an endpoint, and starts no connections`
      : `${ref.name} has no network interface with an address of this family to start from`,
    mend: isEndpoint
      ? "Ask the other way round."
      : `Ask for another source, or give it an address (for IPv6: ipv6AllowedForDualStack and the subnet's ipv6CidrBlock).`,
  });
}
