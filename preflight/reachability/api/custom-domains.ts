import type {
  BasePathMapping,
  DnsRecord,
  DomainName,
  Graph,
  RestApi,
  VpcEndpoint,
} from "../../graph/model.js";
import { isKnown } from "../../resources/unknown.js";
import { answer, type Caller } from "../api-answers.js";
import type { ApiCaller, ApiQuestion } from "../api-callers.js";
import { answers, lookUp } from "../dns/hosted-zones.js";
import { domainPolicy } from "../domain-policies.js";
import { Walk } from "../verdict/path.js";
import type { Blocked, Carrier, Verdict } from "../verdict/verdict.js";
import { domainUrl } from "./names.js";

/** A custom domain name with one path of it that leads to the API. */
export interface DomainWay {
  readonly domain: DomainName;
  readonly mapping: BasePathMapping;
}

/** Private domain names lead to private APIs only, and public ones to public ones. */
export function domainsOf({ domainNames }: Graph, api: RestApi): DomainWay[] {
  const isPrivate = api.endpointType === "PRIVATE";
  return [...domainNames.values()]
    .filter(({ endpointType }) => (endpointType === "PRIVATE") === isPrivate)
    .flatMap((domain) =>
      domain.mappings.filter(({ api: to }) => to === api.ref.urn).map((mapping) => ({ domain, mapping })),
    );
}

/** The domain name has the request: the stage that the path leads to, then all that the API asks. */
export function answerByDomain(
  walk: Walk,
  caller: Caller,
  { found, place, port }: ApiQuestion,
  way: DomainWay,
  via: Carrier,
): Verdict {
  return (
    stageOf(walk, found.api, way.mapping) ??
    answer(walk, caller, found, place, port, via, domainUrl(way.domain, way.mapping))
  );
}

function stageOf(walk: Walk, api: RestApi, { ref, stageName }: BasePathMapping): Blocked | undefined {
  if (stageName === undefined) return undefined;
  const names = api.stages.map((stage) => stage.stageName);
  if (names.includes(stageName) && isKnown(stageName)) return undefined;
  if (!isKnown(stageName) || names.some((name) => !isKnown(name))) {
    // A mapping that takes its stage from a resource of the stack leads to the only one there is.
    return names.length === 1 ? undefined : walk.miss(ref, `which stage ${ref.name} leads to`);
  }
  return walk.block({
    at: ref,
    code: "API_NOT_DEPLOYED",
    why: `${ref.name} leads to stage ${stageName}, which ${api.ref.name} does not have`,
    mend: `Name one of the API's stages in ${ref.name}: ${names.filter(isKnown).join(", ") || "none yet"}.`,
  });
}

/**
 * By a private domain name: a private hosted zone leads the name to an endpoint, which has to be associated with it;
 * then the endpoint's policy, the domain name's own and the API's each have their say.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-private-custom-domains.html
 */
export function byPrivateDomain(caller: ApiCaller, question: ApiQuestion, way: DomainWay): Verdict {
  const { graph } = caller;
  const { domain } = way;
  const walk = new Walk();
  const found = lookUp(walk, graph, caller.vpc, { name: domain.domainName });
  const { record } = found;
  if (record === undefined) return notResolved(walk, caller, domain);
  if (record.target !== undefined && !isKnown(record.target)) {
    return walk.unknown(record.ref, `where record ${record.ref.name} leads`);
  }
  const endpoint = record.target === undefined ? undefined : graph.endpoints.get(record.target);
  if (endpoint === undefined) return elsewhere(walk, domain, record);
  walk.pass(record.ref, `${answers(graph, found)}: call ${domainUrl(domain, way.mapping)}`);
  return caller.toEndpoint(walk, endpoint, (arrived, via) => {
    const vpc = isKnown(endpoint.vpc) ? graph.vpcs.get(endpoint.vpc) : undefined;
    const from = { graph, caller: caller.function, endpoint, vpc, addresses: caller.addresses };
    return (
      associated(arrived, domain, endpoint) ??
      domainPolicy(arrived, from, question.found, domain) ??
      answerByDomain(arrived, from, question, way, via)
    );
  });
}

function notResolved(walk: Walk, { graph, vpc, name }: ApiCaller, domain: DomainName): Verdict {
  const host = isKnown(domain.domainName) ? domain.domainName : domain.ref.name;
  return walk.block({
    at: domain.ref,
    code: "API_NAME_NOT_RESOLVED",
    why: `no hosted zone leads ${host} to an endpoint for ${name}`,
    mend: `Add a private hosted zone for ${host} that is associated with ${graph.refOf(vpc).name}, with an alias record to the execute-api endpoint.`,
  });
}

function elsewhere(walk: Walk, domain: DomainName, record: DnsRecord): Verdict {
  return walk.block({
    at: record.ref,
    code: "API_NAME_NOT_RESOLVED",
    why: `record ${record.ref.name} leads to no endpoint of the stack`,
    mend: `Have ${record.ref.name} lead to the execute-api endpoint that is associated with ${domain.ref.name}.`,
  });
}

/** https://docs.aws.amazon.com/apigateway/latest/api/API_DomainNameAccessAssociation.html */
function associated(
  walk: Walk,
  { ref, associations }: DomainName,
  endpoint: VpcEndpoint,
): Blocked | undefined {
  if (associations.includes(endpoint.ref.urn)) return walk.pass(ref, `associated with ${endpoint.ref.name}`);
  if (associations.some((key) => !isKnown(key)))
    return walk.miss(ref, `which endpoints ${ref.name} is associated with`);
  return walk.block({
    at: ref,
    by: endpoint.ref,
    code: "API_DOMAIN_NAME_NOT_ASSOCIATED",
    why: `${ref.name} is not associated with ${endpoint.ref.name}, so it answers 403 there`,
    mend: `Add a DomainNameAccessAssociation of ${endpoint.ref.name} with ${ref.name}.`,
  });
}

/**
 * By a public domain name, from a VPC. It leads past an execute-api endpoint's private DNS, but as a CNAME it leads
 * to a name that private DNS takes: only an alias record does not.
 * https://repost.aws/knowledge-center/api-gateway-vpc-connections
 */
export function byPublicDomain(caller: ApiCaller, question: ApiQuestion, way: DomainWay): Verdict {
  const { graph } = caller;
  const { domain } = way;
  const walk = new Walk();
  const found = lookUp(walk, graph, caller.vpc, { name: domain.domainName });
  if (found.zone !== undefined && found.record === undefined) {
    return walk.block({
      at: found.zone.ref,
      code: "API_NAME_NOT_RESOLVED",
      why: `private hosted zone ${found.zone.ref.name} takes ${domain.ref.name} and has no record of it`,
      mend: `Add an alias record of ${domain.ref.name} to ${found.zone.ref.name}, or take the VPC out of it.`,
    });
  }
  const shadowed = shadowing(walk, caller, domain, found.record);
  if (shadowed !== undefined) return shadowed;
  passName(walk, graph, way, found.record);
  return caller.toPublic(walk, domain.ref, (arrived, via) =>
    // Behind NAT the API sees the gateway's address, which is in no stack.
    answerByDomain(
      arrived,
      { graph, caller: caller.function, endpoint: undefined, vpc: undefined, addresses: undefined },
      question,
      way,
      via,
    ),
  );
}

function shadowing(
  walk: Walk,
  { graph, endpoints, vpc }: ApiCaller,
  { ref, endpointType }: DomainName,
  record: DnsRecord | undefined,
): Blocked | undefined {
  if (record === undefined || record.isAlias || endpointType === "EDGE") return undefined;
  const endpoint = endpoints.certain.find((one) => one.privateDnsEnabled === true && one.vpc === vpc);
  if (endpoint === undefined || !isKnown(vpc) || graph.vpcs.get(vpc)?.enableDnsHostnames === false)
    return undefined;
  return walk.block({
    at: endpoint.ref,
    by: record.ref,
    code: "API_PRIVATE_DNS_SHADOWS_PUBLIC_API",
    why: `record ${record.ref.name} of ${ref.name} is a CNAME for an execute-api name, which private DNS of ${endpoint.ref.name} takes`,
    mend: `Make ${record.ref.name} an alias record of type A, or set privateDnsEnabled: false on ${endpoint.ref.name}.`,
  });
}

/** From the internet, or from a function outside any VPC. */
export function passName(walk: Walk, graph: Graph, way: DomainWay, record: DnsRecord | undefined): void {
  const url = domainUrl(way.domain, way.mapping);
  const where = record === undefined ? "; no record of it is in the stack" : "";
  walk.pass(way.domain.ref, `custom domain name: call ${url}${where}`, record?.ref);
  if (!isKnown(way.domain.endpointType)) {
    walk.miss(way.domain.ref, `whether ${graph.refOf(way.domain.ref.urn).name} is private`);
  }
}
