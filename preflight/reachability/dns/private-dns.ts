import { GLOBAL } from "../../aws/regions.js";
import type { Graph, Key, Subnet, Vpc, VpcEndpoint } from "../../graph/model.js";
import { isKnown, isSet, type MaybeUnknown } from "../../resources/unknown.js";
import { indexOf } from "../network/interfaces.js";
import type { TraceBuilder } from "../verdict/path.js";
import type { Blocked, Explanation, Undecided } from "../verdict/verdict.js";
import { nameSupport, type ZoneDecision, zoneDeciding } from "./answering.js";
import { hostOf, privateZoneOf } from "./service-names.js";

/** The answer of a VPC's resolver for the public name of an AWS service. */
export interface NameAnswer {
  /** The interface endpoint that the name resolves to; undefined if it resolves to public addresses. */
  readonly endpoint: VpcEndpoint | undefined;
  /** Why the name does not resolve to an endpoint of the service that the VPC has. */
  readonly passedOver: Explanation | undefined;
}

/**
 * The interface endpoints of a VPC that lead to a service in a Region, and those of which that is not known.
 * @param region Region of the service; undefined: not known
 */
export function interfaceEndpoints(
  graph: Graph,
  vpc: MaybeUnknown<Key>,
  service: string,
  region: string | undefined,
): { certain: readonly VpcEndpoint[]; doubtful: readonly VpcEndpoint[] } {
  const all = (indexOf(graph).endpointsOfVpc.get(vpc) ?? []).filter(
    ({ type }) => type === "Interface" || !isKnown(type),
  );
  const certain = all.filter(
    (endpoint) =>
      endpoint.service === service && leadsTo(endpoint, region) === true && isKnown(endpoint.type),
  );
  const isPossible = ({ service: own }: VpcEndpoint) => own === service || isDoubtful(own);
  const doubtful = all.filter(
    (endpoint) => isPossible(endpoint) && leadsTo(endpoint, region) !== false && !certain.includes(endpoint),
  );
  return { certain, doubtful };
}

/** Whether an endpoint leads to a service in a Region; undefined if that is not known. */
function leadsTo({ serviceRegion }: VpcEndpoint, region: string | undefined): boolean | undefined {
  if (region === undefined || serviceRegion === undefined || !isKnown(serviceRegion)) return undefined;
  if (serviceRegion === region) return true;
  // Whether a global service is called by the name of one Region depends on the SDK.
  return region === GLOBAL ? undefined : false;
}

/** Endpoints of a VPC that lead to the service in other Regions only. */
export function endpointsElsewhere(
  graph: Graph,
  vpc: MaybeUnknown<Key>,
  service: string,
  region: string | undefined,
): readonly VpcEndpoint[] {
  return (indexOf(graph).endpointsOfVpc.get(vpc) ?? []).filter(
    (endpoint) => endpoint.service === service && leadsTo(endpoint, region) === false,
  );
}

function isDoubtful(service: VpcEndpoint["service"]): boolean {
  return service !== undefined && !isKnown(service);
}

/**
 * The gateway endpoints of a service in a VPC. They lead to their own Region only.
 * https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html
 */
export function gatewayEndpoints(
  graph: Graph,
  vpc: MaybeUnknown<Key>,
  service: string,
  region: string | undefined,
): readonly VpcEndpoint[] {
  return (indexOf(graph).endpointsOfVpc.get(vpc) ?? []).filter(
    (endpoint) =>
      endpoint.type === "Gateway" && endpoint.service === service && leadsTo(endpoint, region) !== false,
  );
}

/**
 * Resolves the public name of a service in a Region, which another Region's endpoint does not answer. Private DNS
 * resolves it to the endpoint in the whole VPC, so no call goes around the endpoint, not even through NAT. Private DNS
 * needs both DNS attributes of the VPC. A private hosted zone with the name may lead to an endpoint as well.
 * https://docs.aws.amazon.com/vpc/latest/privatelink/manage-dns-names.html
 */
export function resolveServiceName(
  trace: TraceBuilder,
  graph: Graph,
  subnet: Subnet,
  service: string,
  region: string | undefined,
): NameAnswer | Blocked | Undecided {
  const vpc = isKnown(subnet.vpc) ? graph.vpcs.get(subnet.vpc) : undefined;
  const { certain, doubtful } = interfaceEndpoints(graph, subnet.vpc, service, region);
  const named = certain.find((endpoint) => answersInVpc(endpoint) === true);
  const unsure = certain.find((endpoint) => answersInVpc(endpoint) === undefined) ?? doubtful[0];
  if (vpc === undefined) {
    trace.undetermined(graph.refOf(subnet.vpc), `the DNS settings of the VPC of ${subnet.ref.name}`);
    return { endpoint: named, passedOver: undefined };
  }
  const host = hostOf(service, region);
  const noDns = nameSupport(trace, graph, vpc, host);
  if (noDns !== undefined) return noDns;
  const isNamed = named !== undefined && vpc.enableDnsHostnames !== false;
  const decision = zoneDeciding(trace, graph, vpc, host, isNamed ? privateZoneOf(host) : undefined);
  if (decision !== undefined) return byZone(trace, graph, decision, host);
  if (named === undefined) {
    if (!vpc.endpointsComplete)
      trace.undetermined(
        vpc.ref,
        `whether ${vpc.ref.name}, which is shared with the stack's account, has an endpoint for ${service}`,
      );
    if (unsure !== undefined)
      trace.undetermined(unsure.ref, `whether the name of ${service} leads to ${unsure.ref.name}`);
    const [dormant] = certain;
    return {
      endpoint: undefined,
      passedOver:
        dormant && dormant.privateDnsEnabled === false ? privateDnsOff(dormant, service) : undefined,
    };
  }
  if (vpc.enableDnsHostnames === false) {
    return { endpoint: undefined, passedOver: hostnamesOff(vpc, named) };
  }
  if (!isKnown(vpc.enableDnsHostnames))
    trace.undetermined(vpc.ref, `whether ${vpc.ref.name} has enableDnsHostnames`);
  trace.hop(named.ref, `private DNS: the name of ${service} resolves to the endpoint's addresses`);
  return { endpoint: named, passedOver: undefined };
}

/**
 * Whether hosts of the VPC resolve the service's name to the endpoint; undefined if that is not known. An endpoint for
 * inbound queries only leaves the VPC's own calls to the gateway endpoint.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/privatelink-interface-endpoints.html#private-dns
 */
function answersInVpc({ privateDnsEnabled, privateDnsForInboundOnly }: VpcEndpoint): boolean | undefined {
  if (privateDnsEnabled === false || privateDnsForInboundOnly === true) return false;
  return isKnown(privateDnsEnabled) && isKnown(privateDnsForInboundOnly) ? true : undefined;
}

/** The answer of a private hosted zone, which hides the public name, even if it has no record of it. */
function byZone(
  trace: TraceBuilder,
  graph: Graph,
  { zone, record }: ZoneDecision,
  host: string,
): NameAnswer | Blocked | Undecided {
  if (record === undefined) {
    return trace.blocked({
      at: zone.ref,
      code: "HOSTED_ZONE_HIDES_NAME",
      reason: `private hosted zone ${zone.ref.name} covers the name ${host} and has no record of it, so it does not resolve`,
      fix: `Add a record of ${host} to ${zone.ref.name}, or take the VPC out of the zone.`,
    });
  }
  const endpoint = isSet(record.target) ? graph.endpoints.get(record.target) : undefined;
  if (endpoint === undefined) {
    return trace.unknown(record.ref, `where record ${record.ref.name} of zone ${zone.ref.name} leads to`);
  }
  trace.hop(zone.ref, `private hosted zone: ${host} resolves to ${endpoint.ref.name}`, record.ref);
  return { endpoint, passedOver: undefined };
}

export function hostnamesOff(vpc: Vpc, endpoint: VpcEndpoint): Explanation {
  return {
    at: vpc.ref,
    by: endpoint.ref,
    code: "VPC_DNS_HOSTNAMES_DISABLED",
    reason: `private DNS of ${endpoint.ref.name} has no effect: enableDnsHostnames is off in ${vpc.ref.name}`,
    fix: `Set enableDnsHostnames: true on ${vpc.ref.name}.`,
  };
}

function privateDnsOff({ ref }: VpcEndpoint, service: string): Explanation {
  return {
    at: ref,
    code: "VPCE_PRIVATE_DNS_DISABLED",
    reason: `private DNS of ${ref.name} is off, so the public name of ${service} does not lead to it`,
    fix: `Set privateDnsEnabled: true on ${ref.name}, or call the endpoint by its own name.`,
  };
}
