import { type AddressSet, merged, PUBLIC } from "../../aws/address-sets.js";
import type { Cidr } from "../../aws/cidr.js";
import { rangesOf } from "../../aws/published-ranges.js";
import { GLOBAL, isRegion, looksLikeRegion } from "../../aws/regions.js";
import { managedPrefixList } from "../../graph/build/references.js";
import type { Graph, Key, VpcEndpoint } from "../../graph/model.js";
import { isKnown, UNKNOWN } from "../../resources/unknown.js";
import { endpointUrlOverride } from "../dns/endpoint-url-overrides.js";
import {
  endpointsElsewhere,
  gatewayEndpoints,
  type NameAnswer,
  resolveServiceName,
} from "../dns/private-dns.js";
import type { Arrival } from "../network/connection.js";
import { forward } from "../network/forward.js";
import { endpointInterfaces, type NetworkInterface, type PacketDestination } from "../network/interfaces.js";
import { regionAt } from "../places/home.js";
import { everyWay, TraceBuilder, whichever } from "../verdict/path.js";
import type { Explanation, Verdict, Via } from "../verdict/verdict.js";
import { type Call, type ServicePlace, servicePolicies } from "./authorization.js";
import { callDualStack, namesDualStack, orWrongName } from "./dual-stack.js";
import { realRegion, regionOfCall } from "./region.js";

/** Calls an AWS service from a network interface: name, packets, endpoint policy and permissions. */
export function callService(
  graph: Graph,
  source: NetworkInterface,
  place: ServicePlace,
  port: number,
): Verdict {
  const own = regionAt(graph, source.subnet.vpc, source.owner.urn);
  const region = regionOfCall(graph, place, own);
  const call = (to: string | undefined) => callRegion(graph, source, place, to, port);
  if (region !== UNKNOWN) return call(region);
  const doubt = {
    urn: place.resource ?? place.service,
    type: "resource",
    name: place.resource ?? place.service,
  };
  const reason = `which Region ${doubt.name} is in is not known, and the ways to ${own ?? "one"} and to others differ`;
  return whichever([call(own), call(ELSEWHERE)], doubt, reason) ?? call(own);
}

/** Stands for any Region but the caller's: no endpoint and no prefix list of the stack is for it. */
const ELSEWHERE = "another Region";

function callRegion(
  graph: Graph,
  source: NetworkInterface,
  place: ServicePlace,
  region: string | undefined,
  port: number,
): Verdict {
  const trace = new TraceBuilder();
  if (region !== undefined && looksLikeRegion(region) && !isRegion(region))
    trace.undetermined(
      graph.refOf(source.subnet.vpc),
      `what answers in ${region}, which is no Region that AWS lists`,
    );
  const override = endpointUrlOverride(trace, graph, source, place.service, region);
  if (override !== undefined) return byAnswer(trace, graph, source, place, region, port, override);
  const arrive: Arrival = (arrived, via) =>
    authorizeCall(arrived, callOf(graph, source, place, region, undefined), via);
  const called = { graph, source, service: place.service, region, port, arrive };
  if (namesDualStack(trace, called)) {
    const target = publicService(graph, place, region, [], own(graph, source));
    return callDualStack(trace, called, () => forward(trace.fork(), { graph, source, target, port, arrive }));
  }
  const answer = resolveServiceName(trace, graph, source.subnet, place.service, region);
  return orWrongName(byAnswer(trace, graph, source, place, region, port, answer), called);
}

function byAnswer(
  trace: TraceBuilder,
  graph: Graph,
  source: NetworkInterface,
  place: ServicePlace,
  region: string | undefined,
  port: number,
  answer: NameAnswer | Verdict,
): Verdict {
  if ("status" in answer) return answer;
  const { endpoint } = answer;
  if (endpoint === undefined) return byPublicName(trace, graph, source, place, region, port, answer);
  const arrive: Arrival = (arrived) =>
    authorizeCall(arrived, callOf(graph, source, place, region, endpoint), "interface-endpoint");
  return reachEndpoint(trace, graph, endpoint, (each, to) =>
    forward(each, { graph, source, target: { kind: "interface", to }, port, arrive }),
  );
}

/**
 * Reaches an interface endpoint by its name, which leads to any of the endpoint's subnets, so all of them have to work.
 * https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html
 */
export function reachEndpoint(
  trace: TraceBuilder,
  graph: Graph,
  endpoint: VpcEndpoint,
  toInterface: (trace: TraceBuilder, to: NetworkInterface) => Verdict,
): Verdict {
  const { ref } = endpoint;
  const verdicts = endpointInterfaces(graph, endpoint).map((to) =>
    "missing" in to
      ? trace.fork().unknown(to.missing, `a subnet of endpoint ${ref.name} is not known`)
      : toInterface(trace.fork(), to),
  );
  const reason = `which interface of ${ref.name} a caller is led to is not known, and they do not all answer`;
  return (
    everyWay(verdicts, ref, reason) ??
    trace.blocked({
      at: ref,
      code: "VPCE_NO_NETWORK_INTERFACE",
      reason: `interface endpoint ${ref.name} is in no subnet`,
      fix: `Give ${ref.name} a subnet in each Availability Zone (subnetIds).`,
    })
  );
}

function byPublicName(
  trace: TraceBuilder,
  graph: Graph,
  source: NetworkInterface,
  place: ServicePlace,
  region: string | undefined,
  port: number,
  { passedOver }: NameAnswer,
): Verdict {
  const { service } = place;
  const gateways = gatewayEndpoints(graph, source.subnet.vpc, service, region);
  const start = trace.fork();
  const verdict = forward(trace, {
    graph,
    source,
    port,
    target: publicService(graph, place, region, gateways, own(graph, source)),
    arrive: (arrived, via) => {
      const endpoint = via === "gateway-endpoint" ? gateways[0] : undefined;
      return authorizeCall(arrived, callOf(graph, source, place, region, endpoint), via);
    },
  });
  const [gateway] = gateways;
  const [elsewhere] = endpointsElsewhere(graph, source.subnet.vpc, service, region);
  const unused =
    passedOver ??
    (gateway && notInTable(graph, source, gateway)) ??
    (elsewhere && ofOtherRegion(elsewhere, service, region));
  if (unused === undefined) return verdict;
  if (verdict.status === "reachable") {
    return verdict.via === "gateway-endpoint" ? verdict : { ...verdict, passedOver: unused };
  }
  if (verdict.status !== "blocked" || POLICY_CODES.has(verdict.code)) return verdict;
  const isInterface = gateway === undefined && elsewhere?.type === "Interface";
  if (passedOver !== undefined || isInterface) return start.blocked(unused);
  if (verdict.code !== "NO_ROUTE_TO_DESTINATION") return verdict;
  if (gateway !== undefined && !gateway.routeTables.every(isKnown)) {
    return start.unknown(gateway.ref, `which route tables gateway endpoint ${gateway.ref.name} is in`);
  }
  return start.blocked(unused);
}

const POLICY_CODES = new Set<string>([
  "VPCE_POLICY_DENIES",
  "IDENTITY_POLICY_DENIES",
  "RESOURCE_POLICY_DENIES",
  "S3_PUBLIC_ACCESS_BLOCKED",
]);

function own(graph: Graph, { subnet, owner }: NetworkInterface): string | undefined {
  return regionAt(graph, subnet.vpc, owner.urn);
}

/** The public addresses of a service in a Region, with the prefix lists that hold them. */
function publicService(
  graph: Graph,
  { service }: Pick<ServicePlace, "service">,
  region: string | undefined,
  gateways: readonly VpcEndpoint[],
  own: string | undefined,
): PacketDestination {
  const named = region === undefined ? [] : [managedPrefixList(`com.amazonaws.${region}.${service}`)];
  const prefixLists = [...named, ...gateways.flatMap(({ prefixList }) => prefixList ?? [])];
  const where = region === undefined || region === own || region === GLOBAL ? "" : ` in ${region}`;
  return {
    kind: "public",
    ref: { urn: `service:${service}`, type: "service", name: service },
    addresses: addressesOfService(graph, service, region, prefixLists, where),
    prefixLists,
  };
}

/**
 * The addresses of a service: those in its AWS-managed prefix list if the stack has that, else those that AWS has
 * published if the project has the list, else any public address.
 */
function addressesOfService(
  { prefixLists, publishedRanges }: Graph,
  service: string,
  region: string | undefined,
  keys: readonly Key[],
  where: string,
): AddressSet {
  const label = `the public addresses of ${service}${where}`;
  const list = keys.map((key) => prefixLists.get(key)).find((found) => found?.complete === true);
  const entries = (list?.entries ?? []).filter(isKnown).filter(({ family }) => family === 4);
  if (entries.length > 0) return setOf(entries, label);
  const published = publishedRanges && rangesOf(publishedRanges, service, region);
  if (publishedRanges === undefined || published === undefined) return { ...PUBLIC[4], label };
  return setOf(published, `${label}, as AWS published them on ${publishedRanges.date}`);
}

function setOf(blocks: readonly Cidr[], label: string): AddressSet {
  return { family: 4, ranges: merged(blocks), label };
}

function notInTable(graph: Graph, { subnet }: NetworkInterface, gateway: VpcEndpoint): Explanation {
  const table = graph.refOf(subnet.routeTable);
  return {
    at: gateway.ref,
    by: table,
    code: "VPCE_NOT_IN_ROUTE_TABLE",
    reason: `gateway endpoint ${gateway.ref.name} is not in route table ${table.name} of ${subnet.ref.name}`,
    fix: `Add ${table.name} to the route tables of ${gateway.ref.name} (routeTableIds).`,
  };
}

/** https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-cross-region-privatelink-support.html */
function ofOtherRegion(endpoint: VpcEndpoint, service: string, region: string | undefined): Explanation {
  const { ref, type, serviceRegion } = endpoint;
  const own = String(serviceRegion);
  return {
    at: ref,
    code: "VPCE_SERVES_OTHER_REGION",
    reason: `${ref.name} leads to ${service} in ${own} only, and the call is to ${region ?? "a Region that is not known"}`,
    fix: `${type === "Gateway" ? "" : `Create an interface endpoint with serviceRegion ${region} if AWS offers one for ${service}, or `}give the caller a way to the public addresses of ${service} in ${region}, such as NAT.`.replace(
      /^g/,
      "G",
    ),
  };
}

function callOf(
  graph: Graph,
  source: NetworkInterface,
  service: ServicePlace,
  region: string | undefined,
  endpoint: VpcEndpoint | undefined,
): Call {
  const { vpc } = source.subnet;
  return {
    graph,
    service,
    region: realRegion(region),
    endpoint,
    caller: source.function,
    vpc: isKnown(vpc) ? graph.vpcs.get(vpc) : undefined,
  };
}

/** The verdict on a call that has reached the service: the policies decide. */
export function authorizeCall(trace: TraceBuilder, call: Call, via: Via): Verdict {
  return servicePolicies(trace, call) ?? trace.reached(via);
}
