import { PUBLIC } from "../../aws/address-sets.js";
import { managedPrefixList } from "../../graph/build/references.js";
import type { Graph, ResourceRef, VpcEndpoint } from "../../graph/model.js";
import { isKnown } from "../../resources/unknown.js";
import type { Arrival } from "../connection.js";
import { toldEndpoint } from "../dns/endpoint-url-overrides.js";
import { type Answer, gatewayEndpoints, resolve } from "../dns/private-dns.js";
import { addressesIn, type Interface, type Target } from "../ends.js";
import { send } from "../network/forward.js";
import type { Call, ServicePlace } from "../service-calls.js";
import { Walk, worst } from "../verdict/path.js";
import type { Blocked, Carrier, Stop, Verdict } from "../verdict/verdict.js";
import { servicePolicies } from "./authorization.js";

/** A call to an AWS service from a network interface: name, packets, endpoint policy and permissions. */
export function callService(graph: Graph, source: Interface, place: ServicePlace, port: number): Verdict {
  const walk = new Walk();
  const answer =
    toldEndpoint(walk, graph, source, place.service) ?? resolve(walk, graph, source.subnet, place.service);
  if ("status" in answer) return answer;
  return answer.endpoint === undefined
    ? byPublicName(walk, graph, source, place, port, answer)
    : byEndpoint(walk, graph, source, answer.endpoint, port, (arrived, via) =>
        finish(arrived, callOf(graph, source, place, answer.endpoint), via),
      );
}

/**
 * Every subnet that the endpoint is in has to work, for its name leads to any of them.
 * https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html
 */
export function byEndpoint(
  walk: Walk,
  graph: Graph,
  source: Interface,
  endpoint: VpcEndpoint,
  port: number,
  arrive: Arrival,
): Verdict {
  if (endpoint.subnets.length === 0) {
    return walk.block({
      at: endpoint.ref,
      code: "VPCE_NO_NETWORK_INTERFACE",
      why: `interface endpoint ${endpoint.ref.name} is in no subnet`,
      mend: `Give ${endpoint.ref.name} a subnet in each Availability Zone (subnetIds).`,
    });
  }
  const verdicts = interfacesOf(graph, endpoint).map((to) =>
    "urn" in to
      ? walk.fork().unknown(to, `a subnet of endpoint ${endpoint.ref.name} is not known`)
      : send(walk.fork(), {
          graph,
          source,
          port,
          target: { kind: "interface", to },
          arrive: (arrived) => arrive(arrived, "interface-endpoint"),
        }),
  );
  return worst(verdicts) ?? walk.unknown(endpoint.ref, "the endpoint has no subnet");
}

export function interfacesOf(
  graph: Graph,
  { ref, subnets, securityGroups }: VpcEndpoint,
): (Interface | ResourceRef)[] {
  return subnets.map((key) => {
    const subnet = isKnown(key) ? graph.subnets.get(key) : undefined;
    const addresses = subnet && addressesIn(graph, subnet, 4);
    if (subnet === undefined || addresses === undefined) return graph.refOf(key);
    return { owner: ref, subnet, groups: securityGroups, addresses, publicAddress: false };
  });
}

function byPublicName(
  walk: Walk,
  graph: Graph,
  source: Interface,
  place: ServicePlace,
  port: number,
  { passedOver }: Answer,
): Verdict {
  const { service } = place;
  const gateways = gatewayEndpoints(graph, source.subnet.vpc, service);
  const start = walk.fork();
  const verdict = send(walk, {
    graph,
    source,
    port,
    target: publicService(graph, place, gateways),
    arrive: (arrived, via) => {
      const endpoint = via === "gateway-endpoint" ? gateways[0] : undefined;
      return finish(arrived, callOf(graph, source, place, endpoint), via);
    },
  });
  const [gateway] = gateways;
  const unused = passedOver ?? (gateway && notInTable(graph, source, gateway));
  if (unused === undefined) return verdict;
  if (verdict.status === "reachable") {
    return verdict.via === "gateway-endpoint" ? verdict : { ...verdict, passedOver: unused };
  }
  if (verdict.status !== "blocked" || POLICY_CODES.has(verdict.code)) return verdict;
  if (passedOver !== undefined) return start.block(passedOver);
  if (verdict.code !== "NO_ROUTE_TO_DESTINATION") return verdict;
  if (gateway !== undefined && !gateway.routeTables.every(isKnown)) {
    return start.unknown(gateway.ref, `which route tables gateway endpoint ${gateway.ref.name} is in`);
  }
  return start.block(unused);
}

const POLICY_CODES = new Set<string>([
  "VPCE_POLICY_DENIES",
  "IDENTITY_POLICY_DENIES",
  "RESOURCE_POLICY_DENIES",
]);

export function publicService(
  { region }: Graph,
  { service }: Pick<ServicePlace, "service">,
  gateways: readonly VpcEndpoint[] = [],
): Target {
  const named = region === undefined ? [] : [managedPrefixList(`com.amazonaws.${region}.${service}`)];
  return {
    kind: "public",
    ref: { urn: `service:${service}`, type: "service", name: service },
    addresses: { ...PUBLIC[4], label: `the public addresses of ${service}` },
    prefixLists: [...named, ...gateways.flatMap(({ prefixList }) => prefixList ?? [])],
  };
}

function notInTable(graph: Graph, { subnet }: Interface, gateway: VpcEndpoint): Stop {
  const table = graph.refOf(subnet.routeTable);
  return {
    at: gateway.ref,
    by: table,
    code: "VPCE_NOT_IN_ROUTE_TABLE",
    why: `gateway endpoint ${gateway.ref.name} is not in route table ${table.name} of ${subnet.ref.name}`,
    mend: `Add ${table.name} to the route tables of ${gateway.ref.name} (routeTableIds).`,
  };
}

function callOf(
  graph: Graph,
  source: Interface,
  service: ServicePlace,
  endpoint: VpcEndpoint | undefined,
): Call {
  const { vpc } = source.subnet;
  return {
    graph,
    service,
    endpoint,
    caller: source.function,
    vpc: isKnown(vpc) ? graph.vpcs.get(vpc) : undefined,
  };
}

/** The service has the call; now the policies. */
export function finish(walk: Walk, call: Call, via: Carrier): Verdict {
  const blocked: Blocked | undefined = servicePolicies(walk, call);
  return blocked ?? walk.arrive(via);
}
