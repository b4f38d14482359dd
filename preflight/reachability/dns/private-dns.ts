import type { Graph, Key, Subnet, Vpc, VpcEndpoint } from "../../graph/model.js";
import { isKnown, type Maybe } from "../../resources/unknown.js";
import { lookupOf } from "../lookup.js";
import type { Walk } from "../verdict/path.js";
import type { Blocked, Stop } from "../verdict/verdict.js";

/** What a VPC's resolver answers for a service's public name. */
export interface Answer {
  /** The interface endpoint whose addresses the name leads to; undefined: the service's public addresses. */
  readonly endpoint: VpcEndpoint | undefined;
  /** Why an endpoint of the service that the VPC has is not the answer. */
  readonly passedOver: Stop | undefined;
}

/** Interface endpoints of a service in a VPC, and those that may be, for something about them is not known. */
export function interfaceEndpoints(
  graph: Graph,
  vpc: Maybe<Key>,
  service: string,
): { certain: readonly VpcEndpoint[]; doubtful: readonly VpcEndpoint[] } {
  const all = (lookupOf(graph).endpointsOfVpc.get(vpc) ?? []).filter(
    ({ type }) => type === "Interface" || !isKnown(type),
  );
  return {
    certain: all.filter((endpoint) => endpoint.service === service && isKnown(endpoint.type)),
    doubtful: all.filter(
      (endpoint) => isDoubtful(endpoint.service) || (endpoint.service === service && !isKnown(endpoint.type)),
    ),
  };
}

function isDoubtful(service: VpcEndpoint["service"]): boolean {
  return service !== undefined && !isKnown(service);
}

export function gatewayEndpoints(graph: Graph, vpc: Maybe<Key>, service: string): readonly VpcEndpoint[] {
  return (lookupOf(graph).endpointsOfVpc.get(vpc) ?? []).filter(
    (endpoint) => endpoint.type === "Gateway" && endpoint.service === service,
  );
}

/**
 * Private DNS makes the service's public name lead to the endpoint, in the whole VPC: then there is no way around
 * the endpoint, not even through NAT. It needs both DNS attributes of the VPC.
 * https://docs.aws.amazon.com/vpc/latest/privatelink/manage-dns-names.html
 */
export function resolve(walk: Walk, graph: Graph, subnet: Subnet, service: string): Answer | Blocked {
  const vpc = isKnown(subnet.vpc) ? graph.vpcs.get(subnet.vpc) : undefined;
  const { certain, doubtful } = interfaceEndpoints(graph, subnet.vpc, service);
  const named = certain.find(({ privateDnsEnabled }) => privateDnsEnabled === true);
  const unsure = certain.find(({ privateDnsEnabled }) => !isKnown(privateDnsEnabled)) ?? doubtful[0];
  if (vpc === undefined) {
    walk.miss(graph.refOf(subnet.vpc), `the DNS settings of the VPC of ${subnet.ref.name}`);
    return { endpoint: named, passedOver: undefined };
  }
  const noDns = dnsSupport(walk, vpc);
  if (noDns !== undefined) return noDns;
  if (named === undefined) {
    if (unsure !== undefined)
      walk.miss(unsure.ref, `whether the name of ${service} leads to ${unsure.ref.name}`);
    const [dormant] = certain;
    return {
      endpoint: undefined,
      passedOver: dormant && isKnown(dormant.privateDnsEnabled) ? privateDnsOff(dormant, service) : undefined,
    };
  }
  if (vpc.enableDnsHostnames === false) {
    return { endpoint: undefined, passedOver: hostnamesOff(vpc, named) };
  }
  if (!isKnown(vpc.enableDnsHostnames)) walk.miss(vpc.ref, `whether ${vpc.ref.name} has enableDnsHostnames`);
  walk.pass(named.ref, `private DNS: the name of ${service} resolves to the endpoint's addresses`);
  return { endpoint: named, passedOver: undefined };
}

/** Without it the VPC's resolver answers nothing. */
export function dnsSupport(walk: Walk, vpc: Vpc): Blocked | undefined {
  if (vpc.enableDnsSupport === true) return undefined;
  if (!isKnown(vpc.enableDnsSupport))
    return walk.miss(vpc.ref, `whether ${vpc.ref.name} has enableDnsSupport`);
  return walk.block({
    at: vpc.ref,
    code: "VPC_DNS_SUPPORT_DISABLED",
    why: `no name resolves in ${vpc.ref.name}: enableDnsSupport is off`,
    mend: `Set enableDnsSupport: true on ${vpc.ref.name}.`,
  });
}

export function hostnamesOff(vpc: Vpc, endpoint: VpcEndpoint): Stop {
  return {
    at: vpc.ref,
    by: endpoint.ref,
    code: "VPC_DNS_HOSTNAMES_DISABLED",
    why: `private DNS of ${endpoint.ref.name} has no effect: enableDnsHostnames is off in ${vpc.ref.name}`,
    mend: `Set enableDnsHostnames: true on ${vpc.ref.name}.`,
  };
}

function privateDnsOff({ ref }: VpcEndpoint, service: string): Stop {
  return {
    at: ref,
    code: "VPCE_PRIVATE_DNS_DISABLED",
    why: `private DNS of ${ref.name} is off, so the public name of ${service} does not lead to it`,
    mend: `Set privateDnsEnabled: true on ${ref.name}, or call the endpoint by its own name.`,
  };
}
