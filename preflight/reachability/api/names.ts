import type { BasePathMapping, DomainName, Graph, RestApi, VpcEndpoint } from "../../graph/model.js";
import { isKnown } from "../../resources/unknown.js";
import type { ApiCaller, NameKind } from "../api-callers.js";
import { lookUp } from "../dns/hosted-zones.js";
import { hostnamesOff } from "../dns/private-dns.js";
import { Walk } from "../verdict/path.js";
import type { Blocked } from "../verdict/verdict.js";

/** `API.execute-api.REGION.amazonaws.com` */
export function apiHost({ region }: Graph, { id }: RestApi): string {
  return `${isKnown(id) ? id : "API"}.execute-api.${region ?? "REGION"}.amazonaws.com`;
}

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-private-api-test-invoke-url.html */
export function ownUrl(
  graph: Graph,
  api: RestApi,
  { ref }: VpcEndpoint,
  kind: Exclude<NameKind, "custom-domain">,
): string {
  const stage = api.stages[0]?.stageName;
  const path = stage !== undefined && isKnown(stage) ? stage : "STAGE";
  const host = apiHost(graph, api);
  const id = isKnown(api.id) ? api.id : "API";
  const domain = host.slice(id.length + 1);
  if (kind === "execute-api") return `https://${host}/${path}`;
  if (kind === "api-and-endpoint") return `https://${id}-${ref.id ?? "VPCE"}.${domain}/${path}`;
  return `https://${ref.id ?? "VPCE"}-….${domain.replace(".amazonaws", ".vpce.amazonaws")}/${path} with the header Host: ${host} or x-apigw-api-id: ${id}`;
}

/** No stage is in it, unless the mapping leads to none. */
export function domainUrl({ domainName }: DomainName, { basePath, stageName }: BasePathMapping): string {
  const name = isKnown(domainName) ? domainName : "DOMAIN";
  const path = isKnown(basePath) ? basePath : "BASE_PATH";
  return [`https://${name}`, path, stageName === undefined ? "STAGE" : ""].filter(Boolean).join("/");
}

/** The plainest name that leads the caller to the endpoint. */
export function plainestName(caller: ApiCaller, api: RestApi, endpoint: VpcEndpoint): NameKind {
  if (endpoint.privateDnsEnabled === true && endpoint.vpc === caller.vpc) return "execute-api";
  if (zoneLeadsTo(caller, api, endpoint)) return "execute-api";
  return api.vpcEndpoints.includes(endpoint.ref.urn) ? "api-and-endpoint" : "endpoint";
}

/** Private DNS stays in the endpoint's own VPC; a private hosted zone for the API's name goes where it is associated. */
function zoneLeadsTo(caller: ApiCaller, api: RestApi, { ref }: VpcEndpoint): boolean {
  const asked = { name: apiHost(caller.graph, api), api: api.ref.urn };
  return lookUp(new Walk(), caller.graph, caller.vpc, asked).record?.target === ref.urn;
}

/** Whether a name leads to the endpoint, and how. */
export function nameLeadsTo(
  walk: Walk,
  caller: ApiCaller,
  api: RestApi,
  endpoint: VpcEndpoint,
  kind: Exclude<NameKind, "custom-domain">,
): Blocked | undefined {
  const url = ownUrl(caller.graph, api, endpoint, kind);
  const isOwn = endpoint.vpc === caller.vpc;
  if (kind === "api-and-endpoint" && !api.vpcEndpoints.includes(endpoint.ref.urn)) {
    return walk.block({
      at: api.ref,
      code: "API_NAME_NOT_RESOLVED",
      why: `${api.ref.name} is not associated with ${endpoint.ref.name}, so there is no name of the two`,
      mend: `Name ${endpoint.ref.name} in endpointConfiguration.vpcEndpointIds of ${api.ref.name}.`,
    });
  }
  if (kind !== "execute-api" || !isOwn || endpoint.privateDnsEnabled !== true) {
    if (kind !== "execute-api" || zoneLeadsTo(caller, api, endpoint)) {
      const by = kind === "execute-api" ? "a private hosted zone leads here" : dnsText(endpoint, isOwn);
      return walk.pass(endpoint.ref, `${by}: call ${url}`);
    }
    return walk.block({
      at: endpoint.ref,
      code: "API_NAME_NOT_RESOLVED",
      why: `neither private DNS nor a private hosted zone leads ${apiHost(caller.graph, api)} to ${endpoint.ref.name} for ${caller.name}`,
      mend: `Set privateDnsEnabled: true on ${endpoint.ref.name}, associate a private hosted zone of that name with the caller's VPC, or call another of the API's names.`,
    });
  }
  const vpc = isKnown(caller.vpc) ? caller.graph.vpcs.get(caller.vpc) : undefined;
  if (vpc?.enableDnsHostnames === false) return walk.block(hostnamesOff(vpc, endpoint));
  if (vpc !== undefined && !isKnown(vpc.enableDnsHostnames))
    walk.miss(vpc.ref, `whether ${vpc.ref.name} has enableDnsHostnames`);
  return walk.pass(endpoint.ref, `private DNS on: call ${url}`);
}

function dnsText({ privateDnsEnabled }: VpcEndpoint, isOwn: boolean): string {
  if (!isOwn) return "private DNS stays in the endpoint's own VPC";
  return privateDnsEnabled === true ? "private DNS on" : "private DNS off";
}
