import { addressesOf, isPrivateSet } from "../../aws/address-sets.js";
import { parseCidr } from "../../aws/cidr.js";
import type {
  Graph,
  LambdaFunction,
  ManagedResource,
  Placement,
  ResourceRef,
  Subnet,
} from "../../graph/model.js";
import type { Place, Tier } from "../../intents.js";
import { isKnown } from "../../resources/unknown.js";
import { methodFromBalancer, otherApiFromBalancer } from "../load-balancers/apis.js";
import { fromLoadBalancer } from "../load-balancers/functions.js";
import {
  addressesIn,
  addressRef,
  endpointInterfaces,
  groupsIn,
  hostIn,
  indexOf,
  interfaceAt,
  type MaybeInterface,
  type NetworkInterface,
  ownAddresses,
  resourceInterfaces,
} from "../network/interfaces.js";
import { peerEnd } from "../network/peering.js";
import { publicOwners } from "../network/public-owners.js";
import { tierOf } from "../network/route-tables.js";
import { type ExternalPlace, externalIn, labelOf } from "../places/parse-place.js";
import { findMethods, nodesNamed } from "../places/resolve.js";
import { fromInterface } from "./from-interface.js";
import { fromFunctionOutsideVpc, fromInternet, fromOtherVpc } from "./from-outside.js";
import { fromPeer } from "./from-peer.js";
import {
  fromExternal,
  fromForeignEndpoint,
  fromInvoker,
  fromMethod,
  fromPassive,
  fromService,
  fromSource,
  fromUnknown,
} from "./from-service.js";
import { fromTransitGateway } from "./from-transit-gateway.js";
import type { Destination, Origin } from "./origin.js";

/** What a question fixes for every origin: the port, and the family of the destination's address. */
export interface Question {
  readonly port: number;
  readonly family: 4 | 6;
}

/** Every origin that a place means: each subnet of a function, each member of a security group. */
export function resolveOrigins(graph: Graph, place: Place, question: Question): readonly Origin[] {
  const origins = endsOf(graph, place).origins(question);
  if (origins.length > 0) return origins;
  const name = labelOf(place);
  return [fromUnknown({ urn: name, type: place.kind, name }, `${name} is not in the stack`)];
}

/** Every destination that a place means. */
export function resolveDestinations(graph: Graph, place: Place): readonly Destination[] {
  return endsOf(graph, place).destinations();
}

/** A place as the two ends of a question. */
interface Ends {
  origins(question: Question): readonly Origin[];
  destinations(): readonly Destination[];
}

/** The table of the kinds of places: what each means as the origin and as the destination of a question. */
function endsOf(graph: Graph, place: Place): Ends {
  switch (place.kind) {
    case "internet":
      return {
        origins: ({ port }) => [fromInternet(graph, port)],
        destinations: () => [place.family === undefined ? { kind: "internet" } : place],
      };
    case "vpc-without-endpoint": {
      const name = labelOf(place);
      const ref = { urn: name, type: "vpc", name };
      return {
        origins: ({ port }) => [fromOtherVpc(graph, ref, place.service, port)],
        destinations: () => [{ kind: "other-vpc", ref }],
      };
    }
    case "foreign-endpoint": {
      const name = labelOf(place);
      const ref = { urn: name, type: "endpoint", name };
      return {
        origins: ({ port }) => [fromForeignEndpoint(graph, place, ref, port)],
        destinations: () => [toInterface({ missing: ref })],
      };
    }
    case "function": {
      const functions = nodesNamed(graph, "functions", place.name);
      return {
        origins: (question) => functions.flatMap((each) => functionOrigins(graph, each, question)),
        destinations: () => functions.map((each) => ({ kind: "function", function: each })),
      };
    }
    case "subnet":
    case "subnets":
      return subnetEnds(graph, subnetsOf(graph, place));
    case "vpc": {
      const subnets = subnetEnds(graph, subnetsOf(graph, place));
      return {
        ...subnets,
        origins: (question) => externalOrigins(graph, place, question) ?? subnets.origins(question),
      };
    }
    case "security-group": {
      const groups = new Set(nodesNamed(graph, "securityGroups", place.name).map(({ ref }) => ref.urn));
      const isMember = ({ securityGroups }: Pick<Placement, "securityGroups">) =>
        securityGroups.some((key) => isKnown(key) && groups.has(key));
      return {
        // Only functions start connections that a question is about.
        origins: (question) =>
          [...graph.functions.values()]
            .filter(({ placement }) => placement !== undefined && isMember(placement))
            .flatMap((each) => functionOrigins(graph, each, question)),
        destinations: () =>
          [
            ...[...graph.managedResources.values()]
              .filter(({ placement }) => placement !== undefined && isMember(placement))
              .flatMap((resource) => resourceInterfaces(graph, resource)),
            ...[...graph.endpoints.values()]
              .filter((endpoint) => endpoint.type === "Interface" && isMember(endpoint))
              .flatMap((endpoint) => endpointInterfaces(graph, endpoint)),
          ].map(toInterface),
      };
    }
    case "endpoint": {
      const endpoints = nodesNamed(graph, "endpoints", place.name);
      return {
        origins: (question) =>
          externalOrigins(graph, place, question) ?? endpoints.map(({ ref }) => fromPassive(ref)),
        destinations: () => endpoints.map((endpoint) => ({ kind: "endpoint", endpoint })),
      };
    }
    case "resource": {
      const { name, databaseUser, actions = [undefined] } = place;
      const resources = nodesNamed(graph, "managedResources", name);
      return {
        origins: (question) => resources.flatMap((each) => resourceOrigins(graph, each, question)),
        destinations: () =>
          resources.flatMap((resource) =>
            actions.map((action) => ({
              kind: "resource",
              resource,
              name,
              ...(databaseUser !== undefined && { databaseUser }),
              ...(action !== undefined && { action }),
            })),
          ),
      };
    }
    case "service":
      return {
        origins: () => [fromService(place.service)],
        destinations: () => [{ kind: "service", service: place }],
      };
    case "method": {
      const methods = findMethods(graph, place);
      return {
        origins: () => methods.map((found) => fromMethod(graph, found)),
        destinations: () => methods.map((found) => ({ kind: "method", found, place })),
      };
    }
    case "other-api": {
      const name = labelOf(place);
      return {
        origins: () => [
          fromUnknown({ urn: name, type: "api", name }, `what ${name} calls is not in the stack`),
        ],
        destinations: () => [place],
      };
    }
    case "invoker": {
      const name = labelOf(place);
      const ref = { urn: name, type: "invoker", name };
      return {
        origins: () => [fromInvoker(graph, place, ref)],
        destinations: () => [toInterface({ missing: ref })],
      };
    }
    case "host":
      return {
        // Who calls from a public host is unsigned, like everybody on the internet.
        origins: ({ port }) => [fromInternet(graph, port)],
        destinations: () => [place],
      };
    case "address":
      return {
        origins: (question) => addressOrigins(graph, place.address, question),
        destinations: () => addressDestinations(place.address, place.port),
      };
    case "transit-gateway": {
      const attachments = nodesNamed(graph, "transitGatewayAttachments", place.name);
      return {
        origins: ({ port }) => attachments.map((attachment) => fromTransitGateway(graph, attachment, port)),
        destinations: () => attachments.map((attachment) => ({ kind: "transit-gateway", attachment })),
      };
    }
    case "peer": {
      const peers = nodesNamed(graph, "peerings", place.name).map((peering) => peerEnd(graph, peering));
      return {
        // A peer whose VPC is in the stack means the subnets of that VPC.
        origins: (question) =>
          peers.flatMap((peer) =>
            isKnown(peer.vpc) && graph.vpcs.has(peer.vpc)
              ? endsOf(graph, { kind: "vpc", name: peer.vpc }).origins(question)
              : [fromPeer(graph, peer, question.port)],
          ),
        destinations: () => peers.map((peer) => ({ kind: "peer", peer })),
      };
    }
  }
}

function toInterface(to: MaybeInterface): Destination {
  return { kind: "interface", to };
}

function externalOrigins(
  graph: Graph,
  place: ExternalPlace,
  { port }: Question,
): readonly Origin[] | undefined {
  return externalIn(graph, place) === undefined ? undefined : [fromExternal(graph, place, port)];
}

function functionOrigins(graph: Graph, caller: LambdaFunction, question: Question): Origin[] {
  const { ref, placement } = caller;
  if (placement === undefined) return [fromFunctionOutsideVpc(graph, caller, question.port)];
  const owner = { ref, placement, publicAddress: false, publicAddresses: [], privateAddresses: [] };
  return placementOrigins(graph, owner, question, caller);
}

function resourceOrigins(graph: Graph, resource: ManagedResource, question: Question): Origin[] {
  const { placement } = resource;
  if (placement === undefined) return [fromSource(graph, resource)];
  const origins = placementOrigins(graph, { ...resource, placement }, question);
  const balancer = graph.loadBalancers.get(resource.ref.urn);
  if (balancer === undefined) return origins;
  return origins.map((origin) => ({
    ...origin,
    toFunction: (to) => fromLoadBalancer(graph, balancer, to),
    toMethod: (found, method) =>
      methodFromBalancer(graph, balancer, { found, place: method, port: question.port }),
    toOtherApi: (besides) => otherApiFromBalancer(graph, balancer, besides),
  }));
}

interface Placed
  extends Pick<ManagedResource, "ref" | "publicAddress" | "publicAddresses" | "privateAddresses"> {
  readonly placement: Placement;
}

function placementOrigins(
  graph: Graph,
  resource: Placed,
  { port, family }: Question,
  caller?: LambdaFunction,
): Origin[] {
  const { ref: owner, placement, publicAddress, publicAddresses } = resource;
  return placement.subnets.map((key) => {
    const subnet = isKnown(key) ? graph.subnets.get(key) : undefined;
    if (subnet === undefined) {
      return fromUnknown(graph.refOf(key), `a subnet of ${owner.name} is not in the stack`);
    }
    const lacksIpv6 = family === 6 && caller !== undefined && caller.ipv6AllowedForDualStack !== true;
    const addresses = lacksIpv6
      ? undefined
      : (ownAddresses(resource, subnet, family) ?? addressesIn(graph, subnet, family));
    if (addresses === undefined) return fromPassive(owner);
    const groups = groupsIn(graph, placement, subnet);
    const from: NetworkInterface = { owner, subnet, groups, addresses, publicAddress, publicAddresses };
    return fromInterface(graph, caller === undefined ? from : { ...from, function: caller }, port);
  });
}

interface MissingSubnet {
  readonly missing: ResourceRef;
  readonly reason: string;
}

function subnetEnds(graph: Graph, subnets: readonly (Subnet | MissingSubnet)[]): Ends {
  return {
    origins: ({ port, family }) =>
      subnets.map((subnet) => {
        if ("missing" in subnet) return fromUnknown(subnet.missing, subnet.reason);
        const host = hostIn(graph, subnet, family);
        return host === undefined ? fromPassive(subnet.ref) : fromInterface(graph, host, port);
      }),
    destinations: () =>
      subnets.map((subnet) =>
        toInterface(
          "missing" in subnet
            ? { missing: subnet.missing }
            : (hostIn(graph, subnet, 4) ?? { missing: subnet.ref }),
        ),
      ),
  };
}

type SubnetPlace = Extract<Place, { kind: "subnet" | "subnets" | "vpc" }>;

/** The subnets that a place means. A subnet whose tier is not known is missing. */
function subnetsOf(graph: Graph, place: SubnetPlace): readonly (Subnet | MissingSubnet)[] {
  if (place.kind === "subnet") return nodesNamed(graph, "subnets", place.name);
  const name = place.kind === "vpc" ? place.name : place.vpc;
  const subnets =
    name === undefined
      ? [...graph.subnets.values()]
      : nodesNamed(graph, "vpcs", name).flatMap(({ ref }) => indexOf(graph).subnetsOfVpc.get(ref.urn) ?? []);
  return place.kind === "vpc" ? subnets : subnets.flatMap((subnet) => inTier(graph, subnet, place.tier));
}

function inTier(graph: Graph, subnet: Subnet, tier: Tier): (Subnet | MissingSubnet)[] {
  const own = tierOf(graph, subnet);
  if (own === tier) return [subnet];
  if (own !== undefined) return [];
  return [{ missing: graph.refOf(subnet.routeTable), reason: `whether ${subnet.ref.name} is ${tier}` }];
}

/**
 * The interfaces with an address, one for each VPC that has it, because blocks of unconnected VPCs may overlap. A public
 * address that is not the stack's is a host of the internet.
 */
function addressOrigins(graph: Graph, text: string, { port }: Question): Origin[] {
  const cidr = parseCidr(text);
  if (cidr === undefined) return [];
  const own = [...graph.vpcs.keys()].flatMap((vpc) => {
    const subnet = indexOf(graph).subnetWith(vpc, cidr);
    return subnet === undefined ? [] : fromInterface(graph, interfaceAt(graph, subnet, cidr), port);
  });
  const addresses = addressesOf(cidr);
  if (own.length > 0 || isPrivateSet(addresses)) return own;
  const owners = publicOwners(graph, cidr);
  if (owners.length === 0) return [fromInternet(graph, port, addresses)];
  return owners.map((owner) =>
    owner.kind === "interface"
      ? fromInterface(graph, owner.to, port)
      : fromUnknown(addressRef(cidr), `which resource sends from ${text} is not known`),
  );
}

function addressDestinations(text: string, port: number | undefined): Destination[] {
  const cidr = parseCidr(text);
  if (cidr === undefined) return [toInterface({ missing: { urn: text, type: "address", name: text } })];
  return [{ kind: "address", cidr, text, ...(port !== undefined && { port }) }];
}
