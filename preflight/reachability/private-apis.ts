import type { VpcEndpoint } from "../graph/model.js";
import { isKnown } from "../resources/unknown.js";
import { byPrivateDomain, domainsOf } from "./api/custom-domains.js";
import { nameLeadsTo, ownUrl, plainestName } from "./api/names.js";
import { answer } from "./api-answers.js";
import { type ApiCaller, type ApiQuestion, type NameKind, peeredEndpoints } from "./api-callers.js";
import { anyWay } from "./api-ways.js";
import { dnsSupport } from "./dns/private-dns.js";
import { executeApiOn } from "./execute-api.js";
import { Walk, worst } from "./verdict/path.js";
import type { Verdict } from "./verdict/verdict.js";

/**
 * By any execute-api endpoint that the caller gets to, and under which name. An endpoint of a peered VPC does as well
 * as one of its own.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-private-api-test-invoke-url.html
 */
export function callPrivate(caller: ApiCaller, question: ApiQuestion, kind?: NameKind): Verdict {
  const { graph } = caller;
  const { api } = question.found;
  const walk = new Walk();
  const vpc = isKnown(caller.vpc) ? graph.vpcs.get(caller.vpc) : undefined;
  const noDns = vpc && dnsSupport(walk, vpc);
  if (noDns !== undefined) return noDns;
  const domains =
    kind === undefined || kind === "custom-domain"
      ? domainsOf(graph, api).map((way) => byPrivateDomain(caller, question, way))
      : [];
  if (kind === "custom-domain") return domains[0] ?? walk.unknown(api.ref, "it has no custom domain name");
  const own = byEndpoints(walk.fork(), caller, question, kind);
  const peered = peeredEndpoints(caller).map((endpoint) =>
    byOwnName(walk.fork(), caller, question, endpoint, kind),
  );
  return anyWay(own, [...domains, ...peered]);
}

/** A caller takes the endpoint that the name leads to or, without private DNS, the one that lets it through. */
function byEndpoints(
  walk: Walk,
  caller: ApiCaller,
  question: ApiQuestion,
  kind: NameKind | undefined,
): Verdict {
  const { graph, vpc, endpoints } = caller;
  const { api } = question.found;
  const { certain, doubtful } = endpoints;
  const [doubt] = doubtful;
  const name = graph.refOf(vpc).name;
  if (certain.length > 0) {
    const sorted = [...certain].sort((a, b) => Number(hasDns(b)) - Number(hasDns(a)));
    const usable = sorted[0] !== undefined && hasDns(sorted[0]) ? sorted.slice(0, 1) : sorted;
    const verdicts = usable.map((endpoint) => byOwnName(walk.fork(), caller, question, endpoint, kind));
    return (
      verdicts.find(({ status }) => status === "reachable") ??
      worst(verdicts) ??
      walk.unknown(api.ref, "no endpoint")
    );
  }
  if (!caller.endpointsKnown)
    return walk.unknown(graph.refOf(vpc), `the VPC of ${caller.name} is not in the stack`);
  if (doubt !== undefined)
    return walk.unknown(doubt.ref, `whether ${doubt.ref.name} is an execute-api endpoint`);
  return walk.block({
    at: api.ref,
    code: "API_PRIVATE_REQUIRES_VPCE",
    why: `${api.ref.name} is private, and ${name} has no execute-api endpoint to come through`,
    mend: `Call it from a VPC with an execute-api interface endpoint, or make ${api.ref.name} REGIONAL.`,
  });
}

function hasDns({ privateDnsEnabled }: VpcEndpoint): boolean {
  return privateDnsEnabled === true;
}

function byOwnName(
  walk: Walk,
  caller: ApiCaller,
  { found, place, port }: ApiQuestion,
  endpoint: VpcEndpoint,
  asked: NameKind | undefined,
): Verdict {
  const { graph } = caller;
  const { api } = found;
  const { privateDnsEnabled, ref } = endpoint;
  if (!isKnown(privateDnsEnabled)) walk.miss(ref, `whether ${ref.name} has private DNS`);
  const kind = ownKind(asked ?? plainestName(caller, api, endpoint));
  const refused = nameLeadsTo(walk, caller, api, endpoint, kind);
  if (refused !== undefined) return refused;
  return caller.toEndpoint(walk, endpoint, (arrived, via) => {
    const vpc = isKnown(endpoint.vpc) ? graph.vpcs.get(endpoint.vpc) : undefined;
    const by = { graph, caller: caller.function, endpoint, vpc, addresses: caller.addresses };
    const name = ownUrl(graph, api, endpoint, kind);
    return executeApiOn(arrived, graph, api) ?? answer(arrived, by, found, place, port, via, name);
  });
}

function ownKind(kind: NameKind): Exclude<NameKind, "custom-domain"> {
  return kind === "custom-domain" ? "endpoint" : kind;
}
