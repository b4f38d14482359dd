import { PUBLIC } from "../../aws/address-sets.js";
import { managedPrefixList } from "../../graph/build/references.js";
import type { Graph, VpcEndpoint } from "../../graph/model.js";
import { isKnown } from "../../resources/unknown.js";
import { endpointUrlOverride } from "../dns/endpoint-url-overrides.js";
import { gatewayEndpoints, type NameAnswer, resolveServiceName } from "../dns/private-dns.js";
import type { Arrival } from "../network/connection.js";
import { forward } from "../network/forward.js";
import { endpointInterfaces, type NetworkInterface, type PacketDestination } from "../network/interfaces.js";
import { TraceBuilder, worst } from "../verdict/path.js";
import type { Explanation, Verdict, Via } from "../verdict/verdict.js";
import { type Call, type ServicePlace, servicePolicies } from "./authorization.js";

/** Calls an AWS service from a network interface: name, packets, endpoint policy and permissions. */
export function callService(
  graph: Graph,
  source: NetworkInterface,
  place: ServicePlace,
  port: number,
): Verdict {
  const trace = new TraceBuilder();
  const answer =
    endpointUrlOverride(trace, graph, source, place.service) ??
    resolveServiceName(trace, graph, source.subnet, place.service);
  if ("status" in answer) return answer;
  const { endpoint } = answer;
  if (endpoint === undefined) return byPublicName(trace, graph, source, place, port, answer);
  const arrive: Arrival = (arrived) =>
    authorizeCall(arrived, callOf(graph, source, place, endpoint), "interface-endpoint");
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
  return (
    worst(verdicts) ??
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
  port: number,
  { passedOver }: NameAnswer,
): Verdict {
  const { service } = place;
  const gateways = gatewayEndpoints(graph, source.subnet.vpc, service);
  const start = trace.fork();
  const verdict = forward(trace, {
    graph,
    source,
    port,
    target: publicService(graph, place, gateways),
    arrive: (arrived, via) => {
      const endpoint = via === "gateway-endpoint" ? gateways[0] : undefined;
      return authorizeCall(arrived, callOf(graph, source, place, endpoint), via);
    },
  });
  const [gateway] = gateways;
  const unused = passedOver ?? (gateway && notInTable(graph, source, gateway));
  if (unused === undefined) return verdict;
  if (verdict.status === "reachable") {
    return verdict.via === "gateway-endpoint" ? verdict : { ...verdict, passedOver: unused };
  }
  if (verdict.status !== "blocked" || POLICY_CODES.has(verdict.code)) return verdict;
  if (passedOver !== undefined) return start.blocked(passedOver);
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
]);

function publicService(
  { region }: Graph,
  { service }: Pick<ServicePlace, "service">,
  gateways: readonly VpcEndpoint[],
): PacketDestination {
  const named = region === undefined ? [] : [managedPrefixList(`com.amazonaws.${region}.${service}`)];
  return {
    kind: "public",
    ref: { urn: `service:${service}`, type: "service", name: service },
    addresses: { ...PUBLIC[4], label: `the public addresses of ${service}` },
    prefixLists: [...named, ...gateways.flatMap(({ prefixList }) => prefixList ?? [])],
  };
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

function callOf(
  graph: Graph,
  source: NetworkInterface,
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

/** The verdict on a call that has reached the service: the policies decide. */
export function authorizeCall(trace: TraceBuilder, call: Call, via: Via): Verdict {
  return servicePolicies(trace, call) ?? trace.reached(via);
}
