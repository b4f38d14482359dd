import { type AddressSet, PUBLIC } from "../aws/address-sets.js";
import type { Graph, Key, LambdaFunction, ResourceRef, VpcEndpoint } from "../graph/model.js";
import { isKnown, type Maybe } from "../resources/unknown.js";
import type { Arrival } from "./connection.js";
import { type Answer, interfaceEndpoints, resolve } from "./dns/private-dns.js";
import type { Interface } from "./ends.js";
import { send } from "./network/forward.js";
import { type PeerEnd, sendFromPeer } from "./peers.js";
import type { FoundMethod, MethodPlace } from "./places/resolve.js";
import { byEndpoint, interfacesOf } from "./services/call.js";
import { type Walk, worst } from "./verdict/path.js";
import type { Blocked, Verdict } from "./verdict/verdict.js";

/** A method that is called, and on which port. */
export interface ApiQuestion {
  readonly found: FoundMethod;
  readonly place: MethodPlace;
  readonly port: number;
}

/** What an API may be called by. */
export type NameKind =
  /** `API.execute-api.REGION.amazonaws.com` */
  | "execute-api"
  /** `API-VPCE.execute-api.REGION.amazonaws.com`, which an API has for each endpoint that it is associated with. */
  | "api-and-endpoint"
  /** The endpoint's own name, with a header that names the API. */
  | "endpoint"
  | "custom-domain";

/** Something in a VPC that calls an API, and how its packets get about. */
export interface ApiCaller {
  readonly graph: Graph;
  readonly name: string;
  /** The VPC whose resolver answers. */
  readonly vpc: Maybe<Key>;
  readonly function: LambdaFunction | undefined;
  /** As an endpoint sees it. */
  readonly addresses: AddressSet | undefined;
  /** The execute-api endpoints that packets may get to, those of the caller's own VPC first. */
  readonly endpoints: ReturnType<typeof interfaceEndpoints>;
  /** Whether the stack says which endpoints there are. */
  readonly endpointsKnown: boolean;
  /** What the public execute-api names lead to. */
  resolve(walk: Walk): Answer | Blocked;
  toEndpoint(walk: Walk, endpoint: VpcEndpoint, arrive: Arrival): Verdict;
  toPublic(walk: Walk, ref: ResourceRef, arrive: Arrival): Verdict;
}

/** A network interface of the stack. */
export function hostCaller(graph: Graph, source: Interface, port: number): ApiCaller {
  const { vpc } = source.subnet;
  return {
    graph,
    name: source.owner.name,
    vpc,
    function: source.function,
    addresses: source.addresses,
    endpoints: interfaceEndpoints(graph, vpc, "execute-api"),
    endpointsKnown: isKnown(vpc) && graph.vpcs.has(vpc),
    resolve: (walk) => resolve(walk, graph, source.subnet, "execute-api"),
    toEndpoint: (walk, endpoint, arrive) => byEndpoint(walk, graph, source, endpoint, port, arrive),
    toPublic: (walk, ref, arrive) =>
      send(walk, {
        graph,
        source,
        port,
        target: {
          kind: "public",
          ref,
          addresses: { ...PUBLIC[4], label: `the public addresses of ${ref.name}` },
          prefixLists: [],
        },
        arrive,
      }),
  };
}

/** Any host of a VPC that is not in the stack, at the other end of a peering connection. */
export function peerCaller(graph: Graph, peer: PeerEnd, port: number): ApiCaller {
  return {
    graph,
    name: peer.peering.ref.name,
    vpc: peer.vpc,
    function: undefined,
    addresses: peer.addresses,
    endpoints: interfaceEndpoints(graph, peer.own, "execute-api"),
    endpointsKnown: true,
    resolve: () => ({ endpoint: undefined, passedOver: undefined }),
    toEndpoint: (walk, endpoint, arrive) =>
      worst(
        interfacesOf(graph, endpoint).map((to) =>
          "urn" in to
            ? walk.fork().unknown(to, `a subnet of endpoint ${endpoint.ref.name} is not known`)
            : sendFromPeer(walk.fork(), graph, peer, to, port, arrive),
        ),
      ) ??
      walk.block({
        at: endpoint.ref,
        code: "VPCE_NO_NETWORK_INTERFACE",
        why: `interface endpoint ${endpoint.ref.name} is in no subnet`,
        mend: `Give ${endpoint.ref.name} a subnet in each Availability Zone (subnetIds).`,
      }),
    toPublic: (walk, ref, arrive) => {
      walk.pass(
        ref,
        `over the own way of ${peer.peering.ref.name} to the internet, which is not in the stack`,
      );
      return arrive(walk, "public-network");
    },
  };
}

/** Endpoints of VPCs that are peered with the caller's, where both are in the stack. */
export function peeredEndpoints({ graph, vpc }: ApiCaller): readonly VpcEndpoint[] {
  return [...graph.peerings.values()].flatMap(({ requester, accepter }) => {
    const other = requester === vpc ? accepter : accepter === vpc ? requester : undefined;
    if (other === undefined || !isKnown(vpc) || !isKnown(other)) return [];
    return interfaceEndpoints(graph, other, "execute-api").certain;
  });
}
