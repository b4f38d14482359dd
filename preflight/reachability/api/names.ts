import type { BasePathMapping, DomainName, Graph, RestApi, VpcEndpoint } from "../../graph/model.js";
import { isKnown, isSet } from "../../resources/unknown.js";
import { resolveHostName } from "../dns/hosted-zones.js";
import { hostnamesOff } from "../dns/private-dns.js";
import { regionAt } from "../places/home.js";
import { TraceBuilder } from "../verdict/path.js";
import type { Blocked } from "../verdict/verdict.js";
import type { VpcCaller } from "./caller.js";

/** The kinds of names that an API is called by. */
export type NameKind =
  /** `API.execute-api.REGION.amazonaws.com` */
  | "execute-api"
  /** `API-VPCE.execute-api.REGION.amazonaws.com`, one for each endpoint that the API is associated with. */
  | "api-and-endpoint"
  /** The endpoint's own name, with a header that names the API. */
  | "endpoint"
  | "custom-domain";

/** `API.execute-api.REGION.amazonaws.com` */
export function apiHost(graph: Graph, { id, ref }: RestApi): string {
  const region = regionAt(graph, ref.urn);
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
  const path = isSet(stage) ? stage : "STAGE";
  const host = apiHost(graph, api);
  const id = isKnown(api.id) ? api.id : "API";
  const domain = host.slice(id.length + 1);
  if (kind === "execute-api") return `https://${host}/${path}`;
  if (kind === "api-and-endpoint") return `https://${id}-${ref.id ?? "VPCE"}.${domain}/${path}`;
  return `https://${ref.id ?? "VPCE"}-….${domain.replace(".amazonaws", ".vpce.amazonaws")}/${path} with the header Host: ${host} or x-apigw-api-id: ${id}`;
}

/** The URL of a custom domain name. It contains the stage only if the mapping has none. */
export function domainUrl({ domainName }: DomainName, { basePath, stageName }: BasePathMapping): string {
  const name = isKnown(domainName) ? domainName : "DOMAIN";
  const path = isKnown(basePath) ? basePath : "BASE_PATH";
  return [`https://${name}`, path, stageName === undefined ? "STAGE" : ""].filter(Boolean).join("/");
}

/** The simplest name that leads the caller to the endpoint. */
export function plainestName(caller: VpcCaller, api: RestApi, endpoint: VpcEndpoint): NameKind {
  if (endpoint.privateDnsEnabled === true && endpoint.vpc === caller.vpc) return "execute-api";
  if (zoneLeadsTo(caller, api, endpoint)) return "execute-api";
  return api.vpcEndpoints.includes(endpoint.ref.urn) ? "api-and-endpoint" : "endpoint";
}

/** Whether a private hosted zone leads the API's own name to the endpoint. Private DNS works in the endpoint's VPC only. */
function zoneLeadsTo(caller: VpcCaller, api: RestApi, { ref }: VpcEndpoint): boolean {
  const asked = { name: apiHost(caller.graph, api), api: api.ref.urn };
  return resolveHostName(new TraceBuilder(), caller.graph, caller.vpc, asked).record?.target === ref.urn;
}

/** Whether a name of the API leads the caller to the endpoint. */
export function nameLeadsTo(
  trace: TraceBuilder,
  caller: VpcCaller,
  api: RestApi,
  endpoint: VpcEndpoint,
  kind: Exclude<NameKind, "custom-domain">,
): Blocked | undefined {
  const url = ownUrl(caller.graph, api, endpoint, kind);
  const isOwn = endpoint.vpc === caller.vpc;
  if (kind === "api-and-endpoint" && !api.vpcEndpoints.includes(endpoint.ref.urn)) {
    return trace.blocked({
      at: api.ref,
      code: "API_NAME_NOT_RESOLVED",
      reason: `${api.ref.name} is not associated with ${endpoint.ref.name}, so there is no name of the two`,
      fix: `Name ${endpoint.ref.name} in endpointConfiguration.vpcEndpointIds of ${api.ref.name}.`,
    });
  }
  if (kind !== "execute-api" || !isOwn || endpoint.privateDnsEnabled !== true) {
    if (kind !== "execute-api" || zoneLeadsTo(caller, api, endpoint)) {
      const by = kind === "execute-api" ? "a private hosted zone leads here" : dnsText(endpoint, isOwn);
      return trace.hop(endpoint.ref, `${by}: call ${url}`);
    }
    return trace.blocked({
      at: endpoint.ref,
      code: "API_NAME_NOT_RESOLVED",
      reason: `neither private DNS nor a private hosted zone leads ${apiHost(caller.graph, api)} to ${endpoint.ref.name} for ${caller.name}`,
      fix: `Set privateDnsEnabled: true on ${endpoint.ref.name}, associate a private hosted zone of that name with the caller's VPC, or call another of the API's names.`,
    });
  }
  const vpc = isKnown(caller.vpc) ? caller.graph.vpcs.get(caller.vpc) : undefined;
  if (vpc?.enableDnsHostnames === false) return trace.blocked(hostnamesOff(vpc, endpoint));
  if (vpc !== undefined && !isKnown(vpc.enableDnsHostnames))
    trace.undetermined(vpc.ref, `whether ${vpc.ref.name} has enableDnsHostnames`);
  return trace.hop(endpoint.ref, `private DNS on: call ${url}`);
}

function dnsText({ privateDnsEnabled }: VpcEndpoint, isOwn: boolean): string {
  if (!isOwn) return "private DNS stays in the endpoint's own VPC";
  return privateDnsEnabled === true ? "private DNS on" : "private DNS off";
}

/**
 * Whether the API answers by its own names. If they are disabled, it answers them with 403.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/rest-api-disable-default-endpoint.html
 */
export function executeApiOn(trace: TraceBuilder, graph: Graph, api: RestApi): Blocked | undefined {
  if (!isKnown(api.disableExecuteApiEndpoint)) {
    return trace.undetermined(api.ref, `whether the execute-api endpoint of ${api.ref.name} is on`);
  }
  if (!api.disableExecuteApiEndpoint) return undefined;
  const urls = [...graph.domainNames.values()].flatMap((domain) =>
    domain.mappings
      .filter((mapping) => mapping.api === api.ref.urn)
      .map((mapping) => domainUrl(domain, mapping)),
  );
  return trace.blocked({
    at: api.ref,
    code: "API_EXECUTE_ENDPOINT_DISABLED",
    reason: `${api.ref.name} answers by custom domain names only${urls.length > 0 ? "" : ", and none of the stack leads to it"}`,
    fix:
      urls.length > 0
        ? `Call ${urls.join(" or ")}, or unset disableExecuteApiEndpoint on ${api.ref.name}.`
        : `Map a custom domain name to ${api.ref.name} (BasePathMapping), or unset disableExecuteApiEndpoint on it.`,
  });
}
