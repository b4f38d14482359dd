import type { Graph, ManagedResource, ResourceRef } from "../../graph/model.js";
import { isSet } from "../../resources/unknown.js";
import { callFromExternal, callFromForeignEndpoint } from "../api/external-callers.js";
import { callByRole } from "../api/integrations.js";
import { invokeFrom } from "../api/method.js";
import type { ForeignEndpoint } from "../api/strangers.js";
import { deliver, startsNothing } from "../deliveries/deliver.js";
import { type Invoker, invokeFrom as invokeFunction } from "../lambda/invokers.js";
import { type ExternalPlace, labelOf } from "../places/parse-place.js";
import type { FoundMethod } from "../places/resolve.js";
import { TraceBuilder } from "../verdict/path.js";
import type { Origin } from "./origin.js";

// Origins whose packets are not in the stack's network: what AWS calls for them, and what starts no call.

/** A method as the origin of a question: it invokes its function, or its integration's role calls an AWS service. */
export function fromMethod(graph: Graph, found: FoundMethod): Origin {
  const { api, method } = found;
  const integration = method?.integration;
  const own = integration?.serviceAction;
  return {
    ref: api.ref,
    toFunction: ({ ref }) => (ref.urn === integration?.function ? invokeFrom(graph, found) : undefined),
    toService: ({ service, action, resource: named, of }) => {
      if (integration === undefined || own?.service !== service) return undefined;
      if (of !== undefined && own.resources.length > 0 && !own.resources.includes(of.ref.urn))
        return undefined;
      const resource = isSet(of?.arn) ? of.arn : named;
      const trace = new TraceBuilder();
      return (
        callByRole(trace, graph, integration, own, { action, resource }) ?? trace.reached("public-network")
      );
    },
    otherwise: (place) =>
      new TraceBuilder().blocked({
        at: method?.ref ?? api.ref,
        code: "NO_SOURCE_OR_DESTINATION",
        reason: `${labelOf(place)} is not what the method invokes`,
        fix: "Ask for the function or the service behind the method.",
      }),
  };
}

/** An endpoint or a VPC of another account as the origin of a question. Only its calls of the API can be judged. */
export function fromExternal(graph: Graph, place: ExternalPlace, port: number): Origin {
  const { kind: type, name } = place;
  const ref = { urn: name, type, name, id: name };
  return {
    ref,
    toMethod: (found, to, kind) => callFromExternal(graph, place, { found, place: to, port }, kind),
    otherwise: (to) =>
      to.kind === "method"
        ? undefined
        : new TraceBuilder().unknown(
            ref,
            `what ${name} reaches, other than an API's method, is not in the stack`,
          ),
  };
}

/** An execute-api endpoint that is not the stack's, as the origin of a question. It leads to APIs only. */
export function fromForeignEndpoint(
  graph: Graph,
  place: ForeignEndpoint,
  ref: ResourceRef,
  port: number,
): Origin {
  return {
    ref,
    toMethod: (found, to, kind) => callFromForeignEndpoint(graph, place, { found, place: to, port }, kind),
    otherwise: (to) =>
      to.kind === "method"
        ? undefined
        : new TraceBuilder().unknown(ref, `what ${ref.name} leads to, other than APIs, is not in the stack`),
  };
}

/** Another account, or a service on behalf of a resource, as the origin of a question. Only functions can be judged. */
export function fromInvoker(graph: Graph, invoker: Invoker, ref: ResourceRef): Origin {
  return {
    ref,
    toFunction: (to) => invokeFunction(graph, to, invoker),
    otherwise: () =>
      new TraceBuilder().unknown(ref, `what ${ref.name} reaches, other than functions, is not judged`),
  };
}

/** A queue, a topic or another resource behind a service as the origin of a question: AWS hands its events over. */
export function fromSource(graph: Graph, source: ManagedResource): Origin {
  const { ref } = source;
  return {
    ref,
    toFunction: (to) => deliver(graph, source, to.ref),
    toResource: ({ resource }) =>
      resource.service === undefined
        ? [startsNothing(graph, source, resource.ref.name)]
        : [deliver(graph, source, resource.ref)],
    otherwise: (place) => startsNothing(graph, source, labelOf(place)),
  };
}

/** An AWS service as the origin of a question. What it calls depends on its resources. */
export function fromService(service: string): Origin {
  const ref = { urn: `service:${service}`, type: "service", name: service };
  return fromUnknown(ref, `what ${service} calls depends on its resources: ask for one of them by its name`);
}

/** A resource that starts no connections: an endpoint, or one without an address of the family. */
export function fromPassive(ref: ResourceRef): Origin {
  const isEndpoint = ref.type.includes("vpcEndpoint");
  return {
    ref,
    otherwise: () =>
      new TraceBuilder().blocked({
        at: ref,
        code: isEndpoint ? "VPCE_INTRA_VPC_TRAFFIC" : "NO_SOURCE_OR_DESTINATION",
        reason: isEndpoint
          ? `${ref.name} is an endpoint, and starts no connections`
          : `${ref.name} has no network interface with an address of this family to start from`,
        fix: isEndpoint
          ? "Ask the other way round."
          : `Ask for another source, or give it an address (for IPv6: ipv6AllowedForDualStack and the subnet's ipv6CidrBlock).`,
      }),
  };
}

/** An origin that is not in the stack. */
export function fromUnknown(ref: ResourceRef, reason: string): Origin {
  return { ref, otherwise: () => new TraceBuilder().unknown(ref, reason) };
}
