import type { AddressSet } from "../../aws/address-sets.js";
import type { Graph, ResourceRef, RestApi, Vpc, VpcEndpoint } from "../../graph/model.js";
import { UNKNOWN } from "../../resources/unknown.js";
import { type ExternalPlace, labelOf } from "../places/parse-place.js";
import { bestOf, TraceBuilder, worst } from "../verdict/path.js";
import type { Verdict } from "../verdict/verdict.js";
import { callFromOutside } from "./call.js";
import { domainPolicy, domainsOf, hopByName, type MappedDomain, reachByDomain } from "./custom-domains.js";
import { type ApiQuestion, reachMethod } from "./method.js";
import { executeApiOn, type NameKind, ownUrl } from "./names.js";
import type { Requester } from "./policies.js";
import { type ForeignEndpoint, type Stranger, strangers } from "./strangers.js";

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
  return call(callerAt(graph, place), question, kind);
}

/**
 * Calls an API from an endpoint that is not the stack's. The API is reachable if one caller that owns such an endpoint
 * reaches it.
 * @param kind the kind of name that the call uses; by default any that works
 */
export function callFromForeignEndpoint(
  graph: Graph,
  place: ForeignEndpoint,
  question: ApiQuestion,
  kind?: NameKind,
): Verdict {
  const { api, method } = question.found;
  const name = labelOf(place);
  if (api.endpointType !== "PRIVATE") return callFromOutside(graph, question, undefined, name, kind);
  const policies = [api.policy, ...domainsOf(graph, api).map(({ domain }) => domain.policy)];
  const { all, complete } = strangers(
    graph,
    place,
    policies.filter((policy) => policy !== undefined),
    method?.authorization === "AWS_IAM",
  );
  const verdicts = all.map((stranger) => call(callerFor(graph, stranger, name), question, kind));
  const doubt = new TraceBuilder().unknown(
    api.policy?.ref ?? api.ref,
    `whether the policies let in an endpoint that is not the stack's: their patterns overlap`,
  );
  const open = verdicts.find(({ status }) => status === "reachable");
  const unsure = verdicts.find(({ status }) => status === "unknown") ?? (complete ? undefined : doubt);
  return open ?? unsure ?? worst(verdicts) ?? doubt;
}

interface ExternalCaller {
  readonly graph: Graph;
  readonly caller: undefined;
  readonly endpoint: VpcEndpoint;
  readonly vpc: Vpc | undefined;
  readonly addresses: AddressSet | undefined;
  readonly requester?: Requester;
}

function call(from: ExternalCaller, question: ApiQuestion, kind: NameKind | undefined): Verdict {
  const { api } = question.found;
  const own = byOwnName(from, question, kind);
  if (kind !== undefined && kind !== "custom-domain") return own;
  const domains = domainsOf(from.graph, api).map((way) => byDomain(from, question, way));
  return kind === undefined
    ? bestOf(own, domains)
    : (domains[0] ?? new TraceBuilder().unknown(api.ref, "no domain name"));
}

/** The external endpoint, whose VPC is not known, or an endpoint of the VPC that no policy names. */
function callerAt(graph: Graph, place: ExternalPlace): ExternalCaller {
  const isVpc = place.kind === "vpc";
  const name = isVpc ? `an endpoint of ${place.name}` : place.name;
  const vpc = isVpc ? vpcOf(refOf(place)) : undefined;
  const endpoint = endpointOf({ urn: name, type: "endpoint", name, id: name }, vpc);
  return { graph, caller: undefined, endpoint, vpc, addresses: undefined };
}

function callerFor(graph: Graph, { endpoint, address, requester }: Stranger, label: string): ExternalCaller {
  const name = endpoint ?? label;
  const ref = { urn: name, type: "endpoint", name, ...(endpoint !== undefined && { id: endpoint }) };
  const own = { graph, caller: undefined, vpc: undefined, addresses: address, requester };
  return { ...own, endpoint: endpointOf(ref, undefined) };
}

function endpointOf(ref: ResourceRef, vpc: Vpc | undefined): VpcEndpoint {
  return {
    ref,
    vpc: vpc?.ref.id ?? UNKNOWN,
    type: "Interface",
    serviceName: UNKNOWN,
    service: "execute-api",
    serviceRegion: UNKNOWN,
    privateDnsEnabled: UNKNOWN,
    privateDnsForInboundOnly: UNKNOWN,
    outOfService: undefined,
    subnets: [],
    addresses: [],
    securityGroups: [],
    routeTables: [],
    unexplainedRouteTables: [],
    prefixList: undefined,
    policy: undefined,
  };
}

function vpcOf(ref: ResourceRef): Vpc {
  return {
    ref,
    cidrBlocks: [],
    ipv6CidrBlocks: [],
    enableDnsSupport: UNKNOWN,
    enableDnsHostnames: UNKNOWN,
    mainRouteTable: UNKNOWN,
    defaultSecurityGroup: `${ref.name}#default-security-group`,
    defaultNetworkAcl: `${ref.name}#default-network-acl`,
    endpointsComplete: false,
  };
}

function refOf({ kind, name }: ExternalPlace): ResourceRef {
  return { urn: name, type: kind, name, id: name };
}

function byOwnName(from: ExternalCaller, question: ApiQuestion, kind: NameKind | undefined): Verdict {
  const { graph, endpoint } = from;
  const { api } = question.found;
  const trace = new TraceBuilder();
  const own = kind === undefined || kind === "custom-domain" ? nameThere(api, endpoint) : kind;
  trace.hop(endpoint.ref, "not in the stack: its own policy, name and security groups count as open");
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
  trace.hop(
    from.endpoint.ref,
    "not in the stack: its owner associates it with the domain name, and leads the name to it",
  );
  hopByName(trace, from.graph, way, undefined);
  return (
    domainPolicy(trace, from, question.found, way.domain) ??
    reachByDomain(trace, from, question, way, "interface-endpoint")
  );
}
