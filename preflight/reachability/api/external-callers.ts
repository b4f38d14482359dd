import type { Graph, ResourceRef, RestApi, Vpc, VpcEndpoint } from "../../graph/model.js";
import type { Place } from "../../intents.js";
import { UNKNOWN } from "../../resources/unknown.js";
import { answer } from "../api-answers.js";
import type { ApiQuestion, NameKind } from "../api-callers.js";
import { anyWay } from "../api-ways.js";
import { callFromOutside } from "../apis.js";
import { domainPolicy } from "../domain-policies.js";
import { executeApiOn } from "../execute-api.js";
import type { ForeignPlace } from "../foreign-places.js";
import { findMethods } from "../places/resolve.js";
import { Walk } from "../verdict/path.js";
import type { Verdict } from "../verdict/verdict.js";
import { answerByDomain, type DomainWay, domainsOf, passName } from "./custom-domains.js";
import { ownUrl } from "./names.js";

/**
 * From an endpoint or a VPC that is not in the stack: what is decided here is what the API's own side lets in. What
 * its packets meet before, and its endpoint's own policy, are in no stack.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-resource-policies-examples.html
 */
export function fromForeign(graph: Graph, place: ForeignPlace, to: Place, port: number): Verdict[] {
  const ref = refOf(place);
  if (to.kind !== "method") {
    return [
      new Walk().unknown(ref, `what ${place.name} reaches, other than an API's method, is not in the stack`),
    ];
  }
  return findMethods(graph, to).map((found) => callFromForeign(graph, place, { found, place: to, port }));
}

/** @param kind by which of the API's names; by default whichever works */
export function callFromForeign(
  graph: Graph,
  place: ForeignPlace,
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
    ? anyWay(own, domains)
    : (domains[0] ?? new Walk().unknown(api.ref, "no domain name"));
}

interface ForeignCaller {
  readonly graph: Graph;
  readonly caller: undefined;
  readonly endpoint: VpcEndpoint;
  readonly vpc: Vpc | undefined;
  readonly addresses: undefined;
}

/** An endpoint is in some VPC, nobody knows which; of a VPC's endpoints one is meant that no policy names. */
function callerOf(graph: Graph, place: ForeignPlace): ForeignCaller {
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

function refOf({ kind, name }: ForeignPlace): ResourceRef {
  return { urn: name, type: kind, name, id: name };
}

function byOwnName(
  from: ForeignCaller,
  { found, place, port }: ApiQuestion,
  kind: NameKind | undefined,
): Verdict {
  const { graph, endpoint } = from;
  const { api } = found;
  const walk = new Walk();
  const own = kind === undefined || kind === "custom-domain" ? nameThere(api, endpoint) : kind;
  walk.pass(endpoint.ref, "not in the stack: its own policy, name and security groups are not judged");
  return (
    executeApiOn(walk, graph, api) ??
    answer(walk, from, found, place, port, "interface-endpoint", ownUrl(graph, api, endpoint, own))
  );
}

function nameThere(api: RestApi, { ref }: VpcEndpoint): "api-and-endpoint" | "endpoint" {
  return ref.id !== undefined && api.vpcEndpoints.includes(ref.id) ? "api-and-endpoint" : "endpoint";
}

function byDomain(from: ForeignCaller, question: ApiQuestion, way: DomainWay): Verdict {
  const walk = new Walk();
  passName(walk, from.graph, way, undefined);
  walk.pass(
    from.endpoint.ref,
    "not in the stack: its owner associates it with the domain name, and leads the name to it",
  );
  return (
    domainPolicy(walk, from, question.found, way.domain) ??
    answerByDomain(walk, from, question, way, "interface-endpoint")
  );
}
