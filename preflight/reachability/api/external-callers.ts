import type { Graph, ResourceRef, RestApi, Vpc, VpcEndpoint } from "../../graph/model.js";
import { UNKNOWN } from "../../resources/unknown.js";
import type { ExternalPlace } from "../places/parse-place.js";
import { bestOf, TraceBuilder } from "../verdict/path.js";
import type { Verdict } from "../verdict/verdict.js";
import { callFromOutside } from "./call.js";
import { domainPolicy, domainsOf, hopByName, type MappedDomain, reachByDomain } from "./custom-domains.js";
import { type ApiQuestion, reachMethod } from "./method.js";
import { executeApiOn, type NameKind, ownUrl } from "./names.js";

/**
 * Calls an API from an endpoint or a VPC that is not in the stack. Only the API's own side is judged: the path of the
 * packets and the endpoint's policy are not in the stack.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-resource-policies-examples.html
 * @param kind the kind of name that the call uses; by default any that works
 */
export function callFromExternal(
  graph: Graph,
  place: ExternalPlace,
  question: ApiQuestion,
  kind?: NameKind,
): Verdict {
  const { api } = question.found;
  if (api.endpointType !== "PRIVATE") return callFromOutside(graph, question, undefined, place.name, kind);
  const from = callerOf(graph, place);
  const own = byOwnName(from, question, kind);
  if (kind !== undefined && kind !== "custom-domain") return own;
  const domains = domainsOf(graph, api).map((way) => byDomain(from, question, way));
  return kind === undefined
    ? bestOf(own, domains)
    : (domains[0] ?? new TraceBuilder().unknown(api.ref, "no domain name"));
}

interface ExternalCaller {
  readonly graph: Graph;
  readonly caller: undefined;
  readonly endpoint: VpcEndpoint;
  readonly vpc: Vpc | undefined;
  readonly addresses: undefined;
}

/** The endpoint of the call: the external one, whose VPC is not known, or an endpoint of the VPC that no policy names. */
function callerOf(graph: Graph, place: ExternalPlace): ExternalCaller {
  const isVpc = place.kind === "vpc";
  const id = isVpc ? `an endpoint of ${place.name}` : place.name;
  const ref = { urn: id, type: "endpoint", name: id, id };
  const endpoint: VpcEndpoint = {
    ref,
    vpc: isVpc ? place.name : UNKNOWN,
    type: "Interface",
    serviceName: UNKNOWN,
    service: "execute-api",
    privateDnsEnabled: UNKNOWN,
    subnets: [],
    securityGroups: [],
    routeTables: [],
    prefixList: undefined,
    policy: undefined,
  };
  const vpc: Vpc | undefined = isVpc
    ? {
        ref: refOf(place),
        cidrBlocks: [],
        ipv6CidrBlocks: [],
        enableDnsSupport: UNKNOWN,
        enableDnsHostnames: UNKNOWN,
        mainRouteTable: UNKNOWN,
        defaultSecurityGroup: `${place.name}#default-security-group`,
        defaultNetworkAcl: `${place.name}#default-network-acl`,
      }
    : undefined;
  return { graph, caller: undefined, endpoint, vpc, addresses: undefined };
}

function refOf({ kind, name }: ExternalPlace): ResourceRef {
  return { urn: name, type: kind, name, id: name };
}

function byOwnName(from: ExternalCaller, question: ApiQuestion, kind: NameKind | undefined): Verdict {
  const { graph, endpoint } = from;
  const { api } = question.found;
  const trace = new TraceBuilder();
  const own = kind === undefined || kind === "custom-domain" ? nameThere(api, endpoint) : kind;
  trace.hop(endpoint.ref, "not in the stack: its own policy, name and security groups are not judged");
  return (
    executeApiOn(trace, graph, api) ??
    reachMethod(trace, from, question, "interface-endpoint", ownUrl(graph, api, endpoint, own))
  );
}

function nameThere(api: RestApi, { ref }: VpcEndpoint): "api-and-endpoint" | "endpoint" {
  return ref.id !== undefined && api.vpcEndpoints.includes(ref.id) ? "api-and-endpoint" : "endpoint";
}

function byDomain(from: ExternalCaller, question: ApiQuestion, way: MappedDomain): Verdict {
  const trace = new TraceBuilder();
  hopByName(trace, from.graph, way, undefined);
  trace.hop(
    from.endpoint.ref,
    "not in the stack: its owner associates it with the domain name, and leads the name to it",
  );
  return (
    domainPolicy(trace, from, question.found, way.domain) ??
    reachByDomain(trace, from, question, way, "interface-endpoint")
  );
}
