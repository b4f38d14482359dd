import type { Graph } from "../../graph/model.js";
import type { Place } from "../../intents.js";
import { isSet } from "../../resources/unknown.js";
import type { NameKind } from "../api/names.js";
import { endpointInterfaces, type MaybeInterface, resourceInterfaces } from "../network/interfaces.js";
import { labelOf } from "../places/parse-place.js";
import { findMethods, type MethodPlace } from "../places/resolve.js";
import { asRequired, TraceBuilder, withoutIpv6, worst } from "../verdict/path.js";
import type { Verdict } from "../verdict/verdict.js";
import { resolveDestinations, resolveOrigins } from "./ends.js";
import { type Destination, notInStack, type Origin, type ResourceDestination } from "./origin.js";
import { withSettings } from "./settings.js";

/**
 * Whether `to` can be called from `from`, on TCP.
 *
 * If a place means several origins or destinations, such as the subnets of a function, all of them have to work, and
 * the verdict is the first that does not. An unknown is never a pass, and does not hide a certain block. The internet
 * counts as reachable over IPv4; over IPv6 alone it is unknown, because most of the internet has no IPv6 address.
 *
 * @param port by default the destination's own port (of a database, of an address) or 443
 */
export function trace(graph: Graph, from: Place, to: Place, port?: number): Verdict {
  return worst(traceEach(graph, from, to, port).map(withoutIpv6).map(asRequired)) ?? placeNotInStack(to);
}

/** The verdicts of every origin on every destination, over IPv4 or IPv6. A ban holds if all of them are blocked. */
export function traceEach(graph: Graph, from: Place, to: Place, port?: number): readonly Verdict[] {
  const destinations = resolveDestinations(graph, to);
  const origins = resolveOrigins(graph, from, {
    port: port ?? portOf(destinations),
    family: familyOf(destinations),
  });
  const verdicts = origins.flatMap((origin) => {
    const each = (origin.choose?.(destinations) ?? destinations).flatMap(
      (destination) => reach(graph, origin, destination) ?? [],
    );
    return each.length > 0 ? each : (origin.otherwise?.(to) ?? []);
  });
  const answers = verdicts.length > 0 ? verdicts : [placeNotInStack(to)];
  return answers.map((verdict) => withSettings(graph, to, verdict));
}

/** The same as `trace`, for a call that uses one kind of the API's names and no other. */
export function traceByName(graph: Graph, from: Place, to: MethodPlace, kind: NameKind): Verdict {
  const methods = findMethods(graph, to);
  const verdicts = resolveOrigins(graph, from, { port: 443, family: 4 }).flatMap((origin) =>
    methods.map(
      (found) =>
        origin.toMethod?.(found, to, kind) ??
        new TraceBuilder().unknown(origin.ref, `${origin.ref.name} calls no API`),
    ),
  );
  return worst(verdicts.map(asRequired)) ?? placeNotInStack(to);
}

function placeNotInStack(place: Place): Verdict {
  const name = labelOf(place);
  return notInStack({ urn: name, type: place.kind, name });
}

/** The port of a place, if a question names none. */
export function portTo(graph: Graph, to: Place): number {
  return portOf(resolveDestinations(graph, to));
}

function portOf([first]: readonly Destination[]): number {
  const port =
    first?.kind === "address" || first?.kind === "host"
      ? first.port
      : first?.kind === "resource"
        ? first.resource.port
        : undefined;
  return typeof port === "number" ? port : 443;
}

function familyOf([first]: readonly Destination[]): 4 | 6 {
  return first?.kind === "address" ? first.cidr.family : 4;
}

/** The verdict of an origin on a destination, by the kind of destination; undefined if it does not reach it. */
function reach(graph: Graph, origin: Origin, to: Destination): Verdict | readonly Verdict[] | undefined {
  switch (to.kind) {
    case "internet":
      return to.family === undefined ? origin.toInternet?.() : overIpv6(origin);
    case "other-vpc":
      return origin.toOtherVpc?.(to.ref);
    case "interface":
      return toInterfaces(origin, [to.to]);
    case "endpoint":
      return origin.toEndpoint?.(to.endpoint) ?? toInterfaces(origin, endpointInterfaces(graph, to.endpoint));
    case "function":
      return origin.toFunction?.(to.function);
    case "method":
      return origin.toMethod?.(to.found, to.place);
    case "other-api":
      return origin.toOtherApi?.(to.besides) ?? noBalancer(origin);
    case "service":
      return origin.toService?.(to.service, to.service.service);
    case "resource":
      return inService(origin.toResource?.(to) ?? toResource(graph, origin, to));
    case "host":
      return origin.toHost?.(to) ?? origin.toInternet?.();
    case "address":
      return origin.toAddress?.(to.cidr, to.text);
    case "peer":
      return origin.toPeer?.(to.peer);
    case "transit-gateway":
      return origin.toTransitGateway?.(to.attachment);
  }
}

function overIpv6({ ref, toInternetOverIpv6 }: Origin): Verdict {
  return toInternetOverIpv6?.() ?? new TraceBuilder().unknown(ref, `whether ${ref.name} sends over IPv6`);
}

/** Only load balancers lead callers to other APIs: who calls an endpoint by itself decides with its own role. */
function noBalancer({ ref }: Origin): Verdict {
  return new TraceBuilder().blocked({
    at: ref,
    code: "NO_SOURCE_OR_DESTINATION",
    reason: `no load balancer of the stack leads ${ref.name} to an execute-api endpoint`,
    fix: "Ask for a load balancer in front of an execute-api endpoint.",
  });
}

/**
 * The verdicts on the nodes of a load balancer that its name resolves to: a node without targets is not among them.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/network/target-group-health-checks.html
 */
function inService(verdicts: Verdict | readonly Verdict[] | undefined): typeof verdicts {
  if (!Array.isArray(verdicts)) return verdicts;
  const serving = verdicts.filter(
    (verdict) => !(verdict.status === "blocked" && verdict.code === "ELBV2_NO_TARGETS_IN_AZ"),
  );
  return serving.length > 0 ? serving : verdicts;
}

function toInterfaces(origin: Origin, interfaces: readonly MaybeInterface[]): readonly Verdict[] {
  return interfaces.flatMap((to) =>
    origin.toInterface === undefined ? [] : "missing" in to ? notInStack(to.missing) : origin.toInterface(to),
  );
}

function toResource(
  graph: Graph,
  origin: Origin,
  { resource, name, action }: ResourceDestination,
): Verdict | readonly Verdict[] | undefined {
  const { service, arn, ref } = resource;
  const { region } = graph.homeOf(ref.urn);
  if (service === undefined) return toInterfaces(origin, resourceInterfaces(graph, resource));
  const on = {
    ...(isSet(arn) && { resource: arn }),
    ...(region !== undefined && { region }),
    ...(action !== undefined && { action }),
  };
  return origin.toService?.({ kind: "service", service, ...on, of: resource }, name);
}
