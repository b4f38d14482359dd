import { formatCidr } from "../../preflight/aws/cidr.js";
import {
  type Graph,
  isSet,
  type Place,
  type RestApi,
  type Subnet,
  type VpcEndpoint,
} from "../../preflight/graph/index.js";
import { tierOf } from "../../preflight/reachability/index.js";
import type { EndpointPassed, Position } from "../request/messages.js";

/** Where an API is meant to be called from. */
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

/** Private subnets, or without NAT those that are isolated. */
function subnetsOf(graph: Graph): Subnet[] {
  const subnets = [...graph.subnets.values()];
  const ofTier = (tier: string) => subnets.filter((subnet) => tierOf(graph, subnet) === tier);
  const privates = ofTier("private");
  return privates.length > 0 ? privates : ofTier("isolated");
}

export function executeApiEndpoints(graph: Graph): VpcEndpoint[] {
  return [...graph.endpoints.values()].filter(({ service }) => service === "execute-api");
}

/** What API Gateway sees of a caller that has come through. */
export interface ObservedCaller {
  readonly sourceIp: string;
  readonly endpoint?: EndpointPassed;
}

/** An address that is set aside for documentation (RFC 5737) stands for anybody on the internet. */
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
