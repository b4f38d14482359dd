import type {
  BasePathMapping,
  DnsRecord,
  DomainName,
  Graph,
  RestApi,
  VpcEndpoint,
} from "../../graph/model.js";
import { isKnown, isSet } from "../../resources/unknown.js";
import { describeAnswer, resolveHostName } from "../dns/hosted-zones.js";
import { homeAt, regionAt } from "../places/home.js";
import type { FoundMethod } from "../places/resolve.js";
import { TraceBuilder } from "../verdict/path.js";
import type { Blocked, Verdict, Via } from "../verdict/verdict.js";
import type { VpcCaller } from "./caller.js";
import {
  type ApiQuestion,
  type ObservedCaller,
  reachMethod,
  seenOverInternet,
  seenThroughEndpoint,
} from "./method.js";
import { domainUrl } from "./names.js";
import { type ApiCall, decideForAll } from "./policies.js";

/** A custom domain name with one of its base paths that is mapped to the API. */
export interface MappedDomain {
  readonly domain: DomainName;
  readonly mapping: BasePathMapping;
}

/** The custom domain names of an API. Private names are mapped to private APIs only, and public names to public APIs. */
export function domainsOf({ domainNames }: Graph, api: RestApi): MappedDomain[] {
  const isPrivate = api.endpointType === "PRIVATE";
  return [...domainNames.values()]
    .filter(({ endpointType }) => (endpointType === "PRIVATE") === isPrivate)
    .flatMap((domain) =>
      domain.mappings.filter(({ api: to }) => to === api.ref.urn).map((mapping) => ({ domain, mapping })),
    );
}

/** The verdict on a request that a domain name has received: the stage of the mapping, then the API's own checks. */
export function reachByDomain(
  trace: TraceBuilder,
  caller: ObservedCaller,
  question: ApiQuestion,
  way: MappedDomain,
  via: Via,
): Verdict {
  return (
    stageOf(trace, question.found.api, way.mapping) ??
    reachMethod(trace, caller, question, via, domainUrl(way.domain, way.mapping))
  );
}

function stageOf(
  trace: TraceBuilder,
  api: RestApi,
  { ref, stageName }: BasePathMapping,
): Blocked | undefined {
  if (stageName === undefined) return undefined;
  const names = api.stages.map((stage) => stage.stageName);
  if (names.includes(stageName) && isKnown(stageName)) return undefined;
  if (!isKnown(stageName) || names.some((name) => !isKnown(name))) {
    // A stage name that depends on a resource means the only stage if the API has one stage.
    return names.length === 1 ? undefined : trace.undetermined(ref, `which stage ${ref.name} leads to`);
  }
  return trace.blocked({
    at: ref,
    code: "API_NOT_DEPLOYED",
    reason: `${ref.name} leads to stage ${stageName}, which ${api.ref.name} does not have`,
    fix: `Name one of the API's stages in ${ref.name}: ${names.filter(isKnown).join(", ") || "none yet"}.`,
  });
}

/**
 * Calls by a private domain name. A private hosted zone resolves the name to an endpoint, which has to be associated
 * with the domain name. Then the policies of the endpoint, the domain name and the API decide.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-private-custom-domains.html
 */
export function byPrivateDomain(caller: VpcCaller, question: ApiQuestion, way: MappedDomain): Verdict {
  const { graph } = caller;
  const { domain } = way;
  const trace = new TraceBuilder();
  const found = resolveHostName(trace, graph, caller.vpc, { name: domain.domainName });
  const { record } = found;
  if (record === undefined) return notResolved(trace, caller, domain);
  if (record.target !== undefined && !isKnown(record.target)) {
    return trace.unknown(record.ref, `where record ${record.ref.name} leads`);
  }
  const endpoint = record.target === undefined ? undefined : graph.endpoints.get(record.target);
  if (endpoint === undefined) return elsewhere(trace, domain, record);
  trace.hop(record.ref, `${describeAnswer(graph, found)}: call ${domainUrl(domain, way.mapping)}`);
  return caller.toEndpoint(trace, endpoint, (arrived, via) => {
    const from = seenThroughEndpoint(caller, endpoint);
    return (
      associated(arrived, domain, endpoint) ??
      domainPolicy(arrived, from, question.found, domain) ??
      reachByDomain(arrived, from, question, way, via)
    );
  });
}

function notResolved(trace: TraceBuilder, { graph, vpc, name }: VpcCaller, domain: DomainName): Verdict {
  const host = isKnown(domain.domainName) ? domain.domainName : domain.ref.name;
  return trace.blocked({
    at: domain.ref,
    code: "API_NAME_NOT_RESOLVED",
    reason: `no hosted zone leads ${host} to an endpoint for ${name}`,
    fix: `Add a private hosted zone for ${host} that is associated with ${graph.refOf(vpc).name}, with an alias record to the execute-api endpoint.`,
  });
}

function elsewhere(trace: TraceBuilder, domain: DomainName, record: DnsRecord): Verdict {
  return trace.blocked({
    at: record.ref,
    code: "API_NAME_NOT_RESOLVED",
    reason: `record ${record.ref.name} leads to no endpoint of the stack`,
    fix: `Have ${record.ref.name} lead to the execute-api endpoint that is associated with ${domain.ref.name}.`,
  });
}

/** https://docs.aws.amazon.com/apigateway/latest/api/API_DomainNameAccessAssociation.html */
function associated(
  trace: TraceBuilder,
  { ref, associations }: DomainName,
  endpoint: VpcEndpoint,
): Blocked | undefined {
  if (associations.includes(endpoint.ref.urn)) return trace.hop(ref, `associated with ${endpoint.ref.name}`);
  if (associations.some((key) => !isKnown(key)))
    return trace.undetermined(ref, `which endpoints ${ref.name} is associated with`);
  return trace.blocked({
    at: ref,
    by: endpoint.ref,
    code: "API_DOMAIN_NAME_NOT_ASSOCIATED",
    reason: `${ref.name} is not associated with ${endpoint.ref.name}, so it answers 403 there`,
    fix: `Add a DomainNameAccessAssociation of ${endpoint.ref.name} with ${ref.name}.`,
  });
}

/**
 * Calls by a public domain name, from a VPC. Private DNS of an execute-api endpoint does not take the domain name, but
 * it takes the target of a CNAME record. Only an alias record avoids that.
 * https://repost.aws/knowledge-center/api-gateway-vpc-connections
 */
export function byPublicDomain(caller: VpcCaller, question: ApiQuestion, way: MappedDomain): Verdict {
  const { graph } = caller;
  const { domain } = way;
  const trace = new TraceBuilder();
  const found = resolveHostName(trace, graph, caller.vpc, { name: domain.domainName });
  if (found.zone !== undefined && found.record === undefined) {
    return trace.blocked({
      at: found.zone.ref,
      code: "API_NAME_NOT_RESOLVED",
      reason: `private hosted zone ${found.zone.ref.name} takes ${domain.ref.name} and has no record of it`,
      fix: `Add an alias record of ${domain.ref.name} to ${found.zone.ref.name}, or take the VPC out of it.`,
    });
  }
  const shadowed = shadowing(trace, caller, domain, found.record);
  if (shadowed !== undefined) return shadowed;
  hopByName(trace, graph, way, found.record);
  return caller.toPublic(trace, domain.ref, (arrived, via) =>
    reachByDomain(arrived, seenOverInternet(caller), question, way, via),
  );
}

function shadowing(
  trace: TraceBuilder,
  { graph, endpoints, vpc }: VpcCaller,
  { ref, endpointType }: DomainName,
  record: DnsRecord | undefined,
): Blocked | undefined {
  if (record === undefined || record.isAlias || endpointType === "EDGE") return undefined;
  const { certain } = endpoints(regionAt(graph, ref.urn));
  const endpoint = certain.find((one) => one.privateDnsEnabled === true && one.vpc === vpc);
  if (endpoint === undefined || !isKnown(vpc) || graph.vpcs.get(vpc)?.enableDnsHostnames === false)
    return undefined;
  return trace.blocked({
    at: endpoint.ref,
    by: record.ref,
    code: "API_PRIVATE_DNS_SHADOWS_PUBLIC_API",
    reason: `record ${record.ref.name} of ${ref.name} is a CNAME for an execute-api name, which private DNS of ${endpoint.ref.name} takes`,
    fix: `Make ${record.ref.name} an alias record of type A, or set privateDnsEnabled: false on ${endpoint.ref.name}.`,
  });
}

/** Adds the hop of a domain name that resolves to API Gateway's addresses. */
export function hopByName(
  trace: TraceBuilder,
  graph: Graph,
  way: MappedDomain,
  record: DnsRecord | undefined,
): void {
  const url = domainUrl(way.domain, way.mapping);
  const where = record === undefined ? "; no record of it is in the stack" : "";
  trace.hop(way.domain.ref, `custom domain name: call ${url}${where}`, record?.ref);
  if (!isKnown(way.domain.endpointType)) {
    trace.undetermined(way.domain.ref, `whether ${graph.refOf(way.domain.ref.urn).name} is private`);
  }
}

/**
 * The policy of a private domain name, which API Gateway evaluates before the API's. Without a policy the domain name
 * refuses every call. The endpoint's policy has to allow the domain name too.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-private-custom-domains-associations.html
 */
export function domainPolicy(
  trace: TraceBuilder,
  caller: ObservedCaller,
  { api, method }: FoundMethod,
  domain: DomainName,
): Blocked | undefined {
  const { ref, policy } = domain;
  const endpoint = caller.endpoint?.ref.name ?? "the endpoint";
  if (policy === undefined) {
    return trace.blocked({
      at: ref,
      code: "API_DOMAIN_NAME_POLICY_DENIES",
      reason: `private domain name ${ref.name} has no policy, so it refuses every call`,
      fix: `Give ${ref.name} a policy that allows execute-api:Invoke from ${endpoint} (aws:SourceVpce).`,
    });
  }
  if (method === undefined) return undefined;
  const call: ApiCall = { ...caller, api, method };
  return decideForAll(trace, call, {
    at: ref,
    policy,
    resource: domainArn(caller.graph, domain),
    name: ref.name,
    code: "API_DOMAIN_NAME_POLICY_DENIES",
    fix: `Allow execute-api:Invoke from ${endpoint} (aws:SourceVpce) in the policy of ${ref.name}.`,
  });
}

/** The ARN of the domain name. AWS makes the id together with the name, so any id stands for one that is not known. */
function domainArn(graph: Graph, { domainName, domainNameId, ref }: DomainName): string | undefined {
  const { region, account } = homeAt(graph, ref.urn);
  if (region === undefined || account === undefined || !isKnown(domainName)) return undefined;
  const id = isSet(domainNameId) ? domainNameId : "ID";
  return `arn:aws:execute-api:${region}:${account}:/domainnames/${domainName}+${id}`;
}
