import {
  type Graph,
  isSet,
  type Place,
  type RestApi,
  type Subnet,
  tierOf,
  type VpcEndpoint,
} from "@lambda-networking/preflight";
import { formatCidr } from "@lambda-networking/preflight/aws";
import type { EndpointPassed, Position } from "../request/messages.js";

/** Position that an API is meant to be called from. */
export function usualPosition(graph: Graph, { endpointType }: RestApi): Position {
  if (endpointType !== "PRIVATE") return "internet";
  const endpoints = executeApiEndpoints(graph);
  const byName =
    endpoints.length === 0 || endpoints.some(({ privateDnsEnabled }) => privateDnsEnabled === true);
  return byName ? "vpc" : "endpoint";
}

export function placeOf(graph: Graph, position: Position): Place {
  if (position === "internet") return { kind: "internet" };
  const [first] = subnetsOf(graph);
  const tier = first === undefined ? undefined : tierOf(graph, first);
  return { kind: "subnets", tier: tier === "isolated" ? "isolated" : "private" };
}

/** Private subnets or, if there are none, isolated subnets. */
function subnetsOf(graph: Graph): Subnet[] {
  const subnets = [...graph.subnets.values()];
  const ofTier = (tier: string) => subnets.filter((subnet) => tierOf(graph, subnet) === tier);
  const privates = ofTier("private");
  return privates.length > 0 ? privates : ofTier("isolated");
}

export function executeApiEndpoints(graph: Graph): VpcEndpoint[] {
  return [...graph.endpoints.values()].filter(({ service }) => service === "execute-api");
}

/** What API Gateway sees of a caller. */
export interface ObservedCaller {
  readonly sourceIp: string;
  readonly endpoint?: EndpointPassed;
}

/** Any caller on the internet; the address is reserved for documentation (RFC 5737). */
const ANONYMOUS_CALLER: ObservedCaller = { sourceIp: "198.51.100.1" };

export function seenFrom(graph: Graph, api: RestApi, position: Position): ObservedCaller {
  if (position === "internet" || api.endpointType !== "PRIVATE") return ANONYMOUS_CALLER;
  const [subnet] = subnetsOf(graph);
  const [endpoint] = executeApiEndpoints(graph);
  const block = subnet?.cidrBlock;
  if (endpoint === undefined || !isSet(block)) return ANONYMOUS_CALLER;
  return {
    sourceIp: formatCidr({ ...block, first: block.first + 10n, prefix: 32 }),
    endpoint: { vpcId: graph.refOf(endpoint.vpc).id ?? "", vpceId: endpoint.ref.id ?? "" },
  };
}
