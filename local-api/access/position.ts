import { formatCidr } from "../../preflight/aws/cidr.js";
import {
  type Graph,
  isKnown,
  type Place,
  type RestApi,
  type Subnet,
  type VpcEndpoint,
} from "../../preflight/graph/index.js";
import { tierOf } from "../../preflight/reachability/tiers.js";
import type { EndpointPassed } from "../integrations/proxy-event.js";

/**
 * Where a caller is: on the internet; in a private subnet of the stack's VPC, by the API's usual name; or there as
 * well, by the execute-api endpoint's own name with the API named in a header (Host or x-apigw-api-id).
 */
export const POSITIONS = ["internet", "vpc", "endpoint"] as const;
export type Position = (typeof POSITIONS)[number];

export function isPosition(text: unknown): text is Position {
  return POSITIONS.some((position) => position === text);
}

/** By which name an API was called: its execute-api name, a custom domain name, or this machine's, which serves it. */
export type CalledBy = "execute-api" | "domain" | "localhost";

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
export interface Seen {
  readonly sourceIp: string;
  readonly endpoint?: EndpointPassed;
}

/** An address that is set aside for documentation (RFC 5737) stands for anybody on the internet. */
const SOMEBODY: Seen = { sourceIp: "198.51.100.1" };

export function seenFrom(graph: Graph, api: RestApi, position: Position): Seen {
  if (position === "internet" || api.endpointType !== "PRIVATE") return SOMEBODY;
  const [subnet] = subnetsOf(graph);
  const [endpoint] = executeApiEndpoints(graph);
  const block = subnet?.cidrBlock;
  if (endpoint === undefined || block === undefined || !isKnown(block)) return SOMEBODY;
  return {
    sourceIp: formatCidr({ ...block, first: block.first + 10n, prefix: 32 }),
    endpoint: { vpcId: graph.refOf(endpoint.vpc).id ?? "", vpceId: endpoint.ref.id ?? "" },
  };
}
