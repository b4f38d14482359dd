import { PUBLIC } from "../../aws/address-sets.js";
import type { Graph, LambdaFunction, RestApi, VpcEndpoint } from "../../graph/model.js";
import { isKnown } from "../../resources/unknown.js";
import { nameSupport } from "../dns/answering.js";
import { resolveHostName } from "../dns/hosted-zones.js";
import { interfaceEndpoints } from "../dns/private-dns.js";
import { hostOf } from "../dns/service-names.js";
import { regionAt } from "../places/home.js";
import { bestOf, TraceBuilder } from "../verdict/path.js";
import type { Blocked, Verdict } from "../verdict/verdict.js";
import type { VpcCaller } from "./caller.js";
import { byPrivateDomain, byPublicDomain, domainsOf, hopByName, reachByDomain } from "./custom-domains.js";
import { type ApiQuestion, reachMethod, seenOverInternet, seenThroughEndpoint } from "./method.js";
import { executeApiOn, type NameKind, nameLeadsTo, ownUrl, plainestName } from "./names.js";

/**
 * Calls a method from the internet, or from a function outside any VPC.
 * @param kind the kind of name that the call uses; by default any that works
 */
export function callFromOutside(
  graph: Graph,
  question: ApiQuestion,
  caller: LambdaFunction | undefined,
  from = caller === undefined ? "the internet" : `${caller.ref.name}, outside any VPC,`,
  kind?: NameKind,
): Verdict {
  const { api } = question.found;
  const by = { graph, caller, endpoint: undefined, vpc: undefined, addresses: PUBLIC[4] };
  const trace = new TraceBuilder();
  const own =
    privateOnly(trace, api, from) ??
    publicEndpoint(trace, graph, api) ??
    reachMethod(trace, by, question, "public-network");
  const domains = domainsOf(graph, api).map((way) => {
    const byName = new TraceBuilder();
    const refused = privateOnly(byName, api, from);
    if (refused !== undefined) return refused;
    hopByName(byName, graph, way, resolveHostName(byName, graph, "", { name: way.domain.domainName }).record);
    return reachByDomain(byName, by, question, way, "public-network");
  });
  return byKind(api, own, domains, kind);
}

/** The verdict by one kind of name, or by the best name if the question has no kind. */
function byKind(
  api: RestApi,
  own: Verdict,
  domains: readonly Verdict[],
  kind: NameKind | undefined,
): Verdict {
  if (kind === undefined) return bestOf(own, domains);
  if (kind === "custom-domain")
    return domains[0] ?? new TraceBuilder().unknown(api.ref, "it has no custom domain name");
  return own;
}

/** Whether the API is public, for a caller without an execute-api endpoint. */
function privateOnly(trace: TraceBuilder, api: RestApi, from: string): Blocked | undefined {
  if (!isKnown(api.endpointType)) return trace.undetermined(api.ref, `whether ${api.ref.name} is private`);
  return api.endpointType === "PRIVATE" ? noEndpoint(trace, api, from) : undefined;
}

function noEndpoint(trace: TraceBuilder, { ref }: RestApi, from: string): Blocked {
  return trace.blocked({
    at: ref,
    code: "API_PRIVATE_REQUIRES_VPCE",
    reason: `${ref.name} is private, and ${from} has no execute-api endpoint to come through`,
    fix: `Call it from a VPC with an execute-api interface endpoint, or make ${ref.name} REGIONAL.`,
  });
}

function publicEndpoint(trace: TraceBuilder, graph: Graph, api: RestApi): Blocked | undefined {
  return (
    executeApiOn(trace, graph, api) ??
    trace.hop(api.ref, `${String(api.endpointType)} endpoint, on the internet`)
  );
}

/**
 * Calls a method from a network interface in a VPC, or from a peered VPC.
 * @param kind the kind of name that the call uses; by default any that works
 */
export function callFromVpc(caller: VpcCaller, question: ApiQuestion, kind?: NameKind): Verdict {
  const { api } = question.found;
  if (api.endpointType === "PRIVATE") return callPrivate(caller, question, kind);
  const domains = domainsOf(caller.graph, api).map((way) => byPublicDomain(caller, question, way));
  return byKind(api, callPublic(caller, question), domains, kind);
}

/** Calls a public API by its public name, which an execute-api endpoint with private DNS takes. */
function callPublic(caller: VpcCaller, question: ApiQuestion): Verdict {
  const { graph } = caller;
  const trace = new TraceBuilder();
  const { api } = question.found;
  if (!isKnown(api.endpointType)) trace.undetermined(api.ref, `whether ${api.ref.name} is private`);
  const name = caller.resolveName(trace, regionAt(graph, api.ref.urn));
  if ("status" in name) return name;
  if (name.endpoint !== undefined) return shadowed(trace, api, name.endpoint);
  return caller.toPublic(
    trace,
    EXECUTE_API,
    (arrived, via) =>
      publicEndpoint(arrived, graph, api) ?? reachMethod(arrived, seenOverInternet(caller), question, via),
  );
}

const EXECUTE_API = { urn: "service:execute-api", type: "service", name: "execute-api" };

function shadowed(trace: TraceBuilder, api: RestApi, { ref }: VpcEndpoint): Blocked {
  return trace.blocked({
    at: ref,
    code: "API_PRIVATE_DNS_SHADOWS_PUBLIC_API",
    reason: `private DNS of ${ref.name} takes every execute-api name of the VPC, and it answers 403 for public ${api.ref.name}`,
    fix: `Set privateDnsEnabled: false on ${ref.name}, or call ${api.ref.name} by a custom domain name.`,
  });
}

/**
 * Calls a private API through any execute-api endpoint that the caller's packets can get to, in its own VPC or in a
 * peered one.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-private-api-test-invoke-url.html
 */
function callPrivate(caller: VpcCaller, question: ApiQuestion, kind?: NameKind): Verdict {
  const { graph } = caller;
  const { api } = question.found;
  const trace = new TraceBuilder();
  const vpc = isKnown(caller.vpc) ? graph.vpcs.get(caller.vpc) : undefined;
  const host = hostOf("execute-api", regionAt(graph, api.ref.urn));
  const noDns = vpc && nameSupport(trace, graph, vpc, host);
  if (noDns !== undefined) return noDns;
  const domains =
    kind === undefined || kind === "custom-domain"
      ? domainsOf(graph, api).map((way) => byPrivateDomain(caller, question, way))
      : [];
  if (kind === "custom-domain") return domains[0] ?? trace.unknown(api.ref, "it has no custom domain name");
  const own = byEndpoints(trace.fork(), caller, question, kind);
  const peered = peeredEndpoints(caller, regionAt(graph, api.ref.urn)).map((endpoint) =>
    byOwnName(trace.fork(), caller, question, endpoint, kind),
  );
  return bestOf(own, [...domains, ...peered]);
}

/** Calls through the endpoint that private DNS resolves to or, without private DNS, through any that allows the call. */
function byEndpoints(
  trace: TraceBuilder,
  caller: VpcCaller,
  question: ApiQuestion,
  kind: NameKind | undefined,
): Verdict {
  const { graph, vpc } = caller;
  const { api } = question.found;
  const { certain, doubtful } = caller.endpoints(regionAt(graph, api.ref.urn));
  const [doubt] = doubtful;
  if (certain.length > 0) {
    const sorted = [...certain].sort((a, b) => Number(hasDns(b)) - Number(hasDns(a)));
    const usable = sorted[0] !== undefined && hasDns(sorted[0]) ? sorted.slice(0, 1) : sorted;
    const verdicts = usable.map((endpoint) => byOwnName(trace.fork(), caller, question, endpoint, kind));
    const [first, ...others] = verdicts;
    if (first === undefined) return trace.unknown(api.ref, "no endpoint");
    const best = bestOf(first, others);
    const besides = sorted.filter((endpoint) => !usable.includes(endpoint));
    const mayAnswer = [
      ...doubtful,
      ...besides.filter(
        (endpoint) => byOwnName(trace.fork(), caller, question, endpoint, kind).status !== "blocked",
      ),
    ];
    return best.status === "blocked" ? unlessBy(best, mayAnswer) : best;
  }
  if (!caller.endpointsKnown)
    return trace.unknown(graph.refOf(vpc), `the VPC of ${caller.name} is not in the stack`);
  if (doubt !== undefined)
    return trace.unknown(doubt.ref, `whether ${doubt.ref.name} is an execute-api endpoint`);
  return noEndpoint(trace, api, graph.refOf(vpc).name);
}

/** A block of the endpoint that the API's name leads to holds for no caller that writes the name of another one. */
function unlessBy(block: Blocked, [other]: readonly VpcEndpoint[]): Verdict {
  if (other === undefined) return block;
  const reason = `${block.reason}; whether callers come through ${other.ref.name}, by its own name`;
  return { status: "unknown", missing: [other.ref], reason, path: block.path, block };
}

function hasDns({ privateDnsEnabled }: VpcEndpoint): boolean {
  return privateDnsEnabled === true;
}

function byOwnName(
  trace: TraceBuilder,
  caller: VpcCaller,
  question: ApiQuestion,
  endpoint: VpcEndpoint,
  asked: NameKind | undefined,
): Verdict {
  const { graph } = caller;
  const { api } = question.found;
  const { privateDnsEnabled, ref } = endpoint;
  if (!isKnown(privateDnsEnabled)) trace.undetermined(ref, `whether ${ref.name} has private DNS`);
  const kind = ownKind(asked ?? plainestName(caller, api, endpoint));
  const refused = nameLeadsTo(trace, caller, api, endpoint, kind);
  if (refused !== undefined) return refused;
  return caller.toEndpoint(trace, endpoint, (arrived, via) => {
    const by = seenThroughEndpoint(caller, endpoint);
    const name = ownUrl(graph, api, endpoint, kind);
    return executeApiOn(arrived, graph, api) ?? reachMethod(arrived, by, question, via, name);
  });
}

function ownKind(kind: NameKind): Exclude<NameKind, "custom-domain"> {
  return kind === "custom-domain" ? "endpoint" : kind;
}

/** The endpoints of VPCs that are peered with the caller's, if both VPCs are in the stack. */
function peeredEndpoints({ graph, vpc }: VpcCaller, region: string | undefined): readonly VpcEndpoint[] {
  return [...graph.peerings.values()].flatMap(({ requester, accepter }) => {
    const other = requester === vpc ? accepter : accepter === vpc ? requester : undefined;
    if (other === undefined || !isKnown(vpc) || !isKnown(other)) return [];
    return interfaceEndpoints(graph, other, "execute-api", region).certain;
  });
}
