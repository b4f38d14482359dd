import { type AddressSet, addressesOf, PUBLIC } from "../aws/address-sets.js";
import { parseCidr } from "../aws/cidr.js";
import type { Graph, Key, Placement, ResourceRef, ServiceResource } from "../graph/model.js";
import type { Place } from "../intents.js";
import { isKnown } from "../resources/unknown.js";
import { addressRef, targetsAt } from "./addresses.js";
import { hostCaller } from "./api-callers.js";
import { callFromVpc } from "./apis.js";
import type { Arrival } from "./connection.js";
import { dnsSupport } from "./dns/private-dns.js";
import { addressesIn, groupsIn, type Interface, type Target } from "./ends.js";
import { findIn } from "./find.js";
import { send } from "./network/forward.js";
import { peerEnd } from "./peers.js";
import { findMethods } from "./places/resolve.js";
import { callService, interfacesOf } from "./services/call.js";
import { databaseLogin } from "./services/database-login.js";
import { labelOf, subnetsOf } from "./sources.js";
import { toPeer } from "./to-peer.js";
import { Walk, whichever } from "./verdict/path.js";
import type { Verdict } from "./verdict/verdict.js";

const INTERNET: Extract<Target, { kind: "public" | "foreign" }> = {
  kind: "public",
  ref: { urn: "internet", type: "internet", name: "internet" },
  addresses: { ...PUBLIC[4], label: "the internet" },
  prefixLists: [],
};

/** Interfaces of a place, or what of it is not known. */
export type End = Interface | { readonly missing: ResourceRef };

/** The verdicts from one interface to everything that a place stands for. */
export function fromInterface(graph: Graph, from: Interface, to: Place, port: number): Verdict[] {
  const deliverWith =
    (arrive: Arrival) =>
    (target: Target): Verdict =>
      send(new Walk(), { graph, source: from, target, port, arrive });
  const deliver = deliverWith((walk, via) => walk.arrive(via));
  switch (to.kind) {
    case "internet":
      return [deliver(INTERNET)];
    case "service":
      return [callService(graph, from, to, port)];
    case "method":
      return findMethods(graph, to).map((found) =>
        callFromVpc(hostCaller(graph, from, port), { found, place: to, port }),
      );
    case "address":
      return toAddress(graph, from, to.address, deliver);
    case "function":
      return findIn(graph, graph.functions, to.name).map(({ ref }) => noListener(ref));
    case "peer":
      return findIn(graph, graph.peerings, to.name).flatMap((peering) =>
        toPeer(graph, peerEnd(graph, peering), deliver),
      );
    case "endpoint":
      return findIn(graph, graph.endpoints, to.name).flatMap((endpoint) =>
        endpoint.type === "Gateway" && typeof endpoint.service === "string"
          ? [callService(graph, from, { kind: "service", service: endpoint.service }, port)]
          : interfacesOf(graph, endpoint).map((end) =>
              "urn" in end ? unknownEnd(end) : asEndpoint(deliver({ kind: "interface", to: end })),
            ),
      );
    case "resource":
      return findIn(graph, graph.services, to.name).flatMap((resource) =>
        toResource(
          graph,
          from,
          resource,
          port,
          deliverWith(
            (walk, via) => databaseLogin(walk, graph, from, resource, to.databaseUser) ?? walk.arrive(via),
          ),
        ),
      );
    case "vpc-without-endpoint":
      return [unknownEnd({ urn: labelOf(to), type: "vpc", name: labelOf(to) })];
    default:
      return endsOf(graph, to).map((end) =>
        "missing" in end ? unknownEnd(end.missing) : deliver({ kind: "interface", to: end }),
      );
  }
}

function asEndpoint(verdict: Verdict): Verdict {
  return verdict.status === "reachable" ? { ...verdict, via: "interface-endpoint" } : verdict;
}

function toAddress(
  graph: Graph,
  from: Interface,
  text: string,
  deliver: (target: Target) => Verdict,
): Verdict[] {
  const cidr = parseCidr(text);
  if (cidr === undefined) return [unknownEnd({ urn: text, type: "address", name: text })];
  const verdicts = targetsAt(graph, from.subnet.vpc, cidr).map(deliver);
  const why = `which network interface has ${text} is not known, and they do not all let it in`;
  return [whichever(verdicts, addressRef(cidr), why) ?? unknownEnd(addressRef(cidr))];
}

function toResource(
  graph: Graph,
  from: Interface,
  resource: ServiceResource,
  port: number,
  deliver: (target: Target) => Verdict,
): Verdict[] {
  const { ref, service, arn, placement } = resource;
  if (service !== undefined) {
    const name = arn !== undefined && isKnown(arn) ? { resource: arn } : {};
    return [callService(graph, from, { kind: "service", service, ...name }, port)];
  }
  if (placement === undefined) return [unknownEnd(ref)];
  const vpc = isKnown(from.subnet.vpc) ? graph.vpcs.get(from.subnet.vpc) : undefined;
  const noDns = vpc && dnsSupport(new Walk(), vpc);
  if (noDns !== undefined) return [noDns];
  return interfacesIn(graph, resource, placement).map((end) => {
    if ("missing" in end) return unknownEnd(end.missing);
    const isAway = isKnown(from.subnet.vpc) && end.subnet.vpc !== from.subnet.vpc;
    // Elsewhere its name leads to the public address, unless the peering connection says otherwise.
    return resource.publicAddress === true &&
      isAway &&
      !resolvesPrivately(graph, from.subnet.vpc, end.subnet.vpc)
      ? deliver({ ...INTERNET, ref, addresses: { ...PUBLIC[4], label: `the public address of ${ref.name}` } })
      : deliver({ kind: "interface", to: end });
  });
}

/** https://docs.aws.amazon.com/vpc/latest/peering/vpc-peering-dns.html */
function resolvesPrivately(graph: Graph, own: unknown, other: unknown): boolean {
  return [...graph.peerings.values()].some(
    ({ requester, accepter, accepterDnsResolution, requesterDnsResolution }) =>
      (requester === own && accepter === other && accepterDnsResolution === true) ||
      (accepter === own && requester === other && requesterDnsResolution === true),
  );
}

export function noListener(ref: ResourceRef): Verdict {
  return new Walk().block({
    at: ref,
    code: "FUNCTION_HAS_NO_ADDRESS",
    why: `${ref.name} is a Lambda function: its network interfaces accept no connections`,
    mend: `Invoke ${ref.name} through the Lambda API or an API Gateway method.`,
  });
}

export function unknownEnd(ref: ResourceRef): Verdict {
  return new Walk().unknown(ref, `${ref.name} is not in the stack`);
}

/** The interfaces that a place stands for, as a destination. */
export function endsOf(graph: Graph, place: Place): End[] {
  switch (place.kind) {
    case "subnet":
    case "subnets":
    case "vpc":
      return subnetsOf(graph, place).map((subnet) => {
        if ("why" in subnet) return { missing: subnet.ref };
        const addresses = addressesIn(graph, subnet, 4);
        if (addresses === undefined) return { missing: subnet.ref };
        const publicAddress = subnet.mapPublicIpOnLaunch;
        return { owner: subnet.ref, subnet, groups: undefined, addresses, publicAddress };
      });
    case "security-group": {
      const groups = findIn(graph, graph.securityGroups, place.name).map(({ ref }) => ref.urn);
      return inGroups(graph, groups);
    }
    case "endpoint":
      return findIn(graph, graph.endpoints, place.name)
        .flatMap((endpoint) => interfacesOf(graph, endpoint))
        .map((end) => ("urn" in end ? { missing: end } : end));
    case "resource":
      return findIn(graph, graph.services, place.name).flatMap((resource) =>
        resource.placement === undefined ? [] : interfacesIn(graph, resource, resource.placement),
      );
    default:
      return [];
  }
}

function inGroups(graph: Graph, groups: readonly Key[]): End[] {
  const isMember = ({ securityGroups }: Placement) =>
    securityGroups.some((key) => isKnown(key) && groups.includes(key));
  return [
    ...[...graph.services.values()].flatMap((resource) =>
      resource.placement !== undefined && isMember(resource.placement)
        ? interfacesIn(graph, resource, resource.placement)
        : [],
    ),
    ...[...graph.endpoints.values()]
      .filter(
        ({ type, subnets, securityGroups }) => type === "Interface" && isMember({ subnets, securityGroups }),
      )
      .flatMap((endpoint) => interfacesOf(graph, endpoint))
      .map((end) => ("urn" in end ? { missing: end } : end)),
  ];
}

function interfacesIn(graph: Graph, resource: ServiceResource, placement: Placement): End[] {
  return placement.subnets.map((key) => {
    const subnet = isKnown(key) ? graph.subnets.get(key) : undefined;
    const addresses = subnet && (fixedAddress(resource) ?? addressesIn(graph, subnet, 4));
    if (subnet === undefined || addresses === undefined) return { missing: graph.refOf(key) };
    return {
      owner: resource.ref,
      subnet,
      groups: groupsIn(graph, placement, subnet),
      addresses,
      publicAddress: resource.publicAddress,
    };
  });
}

function fixedAddress({ privateAddresses }: ServiceResource): AddressSet | undefined {
  const [only, ...others] = privateAddresses;
  const cidr = only !== undefined && isKnown(only) && others.length === 0 ? parseCidr(only) : undefined;
  return cidr && addressesOf(cidr);
}
