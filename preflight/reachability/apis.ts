import { PUBLIC } from "../aws/address-sets.js";
import type { Graph, LambdaFunction, RestApi, VpcEndpoint } from "../graph/model.js";
import { isKnown } from "../resources/unknown.js";
import { answerByDomain, byPublicDomain, domainsOf, passName } from "./api/custom-domains.js";
import { answer } from "./api-answers.js";
import type { ApiCaller, ApiQuestion, NameKind } from "./api-callers.js";
import { anyWay } from "./api-ways.js";
import { lookUp } from "./dns/hosted-zones.js";
import { executeApiOn } from "./execute-api.js";
import { callPrivate } from "./private-apis.js";
import { Walk } from "./verdict/path.js";
import type { Blocked, Verdict } from "./verdict/verdict.js";

/**
 * From the internet, or from a function outside any VPC.
 * @param kind by which of the API's names; by default whichever works
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
  const walk = new Walk();
  const own =
    privateOnly(walk, api, from) ??
    publicEndpoint(walk, graph, api) ??
    answer(walk, by, question.found, question.place, question.port, "public-network");
  const domains = domainsOf(graph, api).map((way) => {
    const byName = new Walk();
    const refused = privateOnly(byName, api, from);
    if (refused !== undefined) return refused;
    passName(byName, graph, way, lookUp(byName, graph, "", { name: way.domain.domainName }).record);
    return answerByDomain(byName, by, question, way, "public-network");
  });
  return named(api, own, domains, kind);
}

function named(api: RestApi, own: Verdict, domains: readonly Verdict[], kind: NameKind | undefined): Verdict {
  if (kind === undefined) return anyWay(own, domains);
  if (kind === "custom-domain")
    return domains[0] ?? new Walk().unknown(api.ref, "it has no custom domain name");
  return own;
}

/** Who has no execute-api endpoint to come through. */
export function privateOnly(walk: Walk, api: RestApi, from: string): Blocked | undefined {
  if (!isKnown(api.endpointType)) return walk.miss(api.ref, `whether ${api.ref.name} is private`);
  if (api.endpointType !== "PRIVATE") return undefined;
  return walk.block({
    at: api.ref,
    code: "API_PRIVATE_REQUIRES_VPCE",
    why: `${api.ref.name} is private, and ${from} has no execute-api endpoint to come through`,
    mend: `Call it from a VPC with an execute-api interface endpoint, or make ${api.ref.name} REGIONAL.`,
  });
}

function publicEndpoint(walk: Walk, graph: Graph, api: RestApi): Blocked | undefined {
  return (
    executeApiOn(walk, graph, api) ??
    walk.pass(api.ref, `${String(api.endpointType)} endpoint, on the internet`)
  );
}

/**
 * From a network interface in a VPC, or from a VPC that is peered.
 * @param kind by which of the API's names; by default whichever works
 */
export function callFromVpc(caller: ApiCaller, question: ApiQuestion, kind?: NameKind): Verdict {
  const { api } = question.found;
  if (api.endpointType === "PRIVATE") return callPrivate(caller, question, kind);
  const domains = domainsOf(caller.graph, api).map((way) => byPublicDomain(caller, question, way));
  return named(api, callPublic(caller, question), domains, kind);
}

/** A public API by its public name, which an execute-api endpoint with private DNS takes away. */
function callPublic(caller: ApiCaller, { found, place, port }: ApiQuestion): Verdict {
  const { graph } = caller;
  const walk = new Walk();
  const { api } = found;
  if (!isKnown(api.endpointType)) walk.miss(api.ref, `whether ${api.ref.name} is private`);
  const name = caller.resolve(walk);
  if ("status" in name) return name;
  if (name.endpoint !== undefined) return shadowed(walk, api, name.endpoint);
  return caller.toPublic(walk, EXECUTE_API, (arrived, via) => {
    // Behind NAT the API sees the gateway's address, which is in no stack.
    const by = { graph, caller: caller.function, endpoint: undefined, vpc: undefined, addresses: undefined };
    return publicEndpoint(arrived, graph, api) ?? answer(arrived, by, found, place, port, via);
  });
}

const EXECUTE_API = { urn: "service:execute-api", type: "service", name: "execute-api" };

function shadowed(walk: Walk, api: RestApi, { ref }: VpcEndpoint): Blocked {
  return walk.block({
    at: ref,
    code: "API_PRIVATE_DNS_SHADOWS_PUBLIC_API",
    why: `private DNS of ${ref.name} takes every execute-api name of the VPC, and it answers 403 for public ${api.ref.name}`,
    mend: `Set privateDnsEnabled: false on ${ref.name}, or call ${api.ref.name} by a custom domain name.`,
  });
}
