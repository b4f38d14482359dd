import { functionNetworks, servedBy, zonesOf } from "../cost/network-charges.js";
import type { Graph, NatGateway } from "../graph/index.js";
import { inputValue, integer, list } from "../resources/read.js";
import type { Usage } from "../usage/usage.js";
import type { AddressForecast } from "./addresses.js";
import type { HyperplaneInterfaces } from "./interfaces.js";
import { type CapacityItem, item, type Traffic } from "./quota-check.js";
import { LIMITS, RESERVED_ADDRESSES, RESERVED_SOURCE } from "./quotas.js";

/** Limits of the functions' network interfaces, NAT gateways and subnets. */
export function networkItems(
  graph: Graph,
  usage: Usage,
  traffic: Traffic,
  { interfaces }: HyperplaneInterfaces,
  addresses: AddressForecast,
): CapacityItem[] {
  const perRequest = traffic.environmentsPerRequest * usage.connectionsPerEnvironment;
  const connections = traffic.requestsPerSecond * perRequest;
  return functionNetworks(graph).flatMap((network) => {
    const here = interfaces.filter(({ subnet }) => network.subnets.includes(subnet));
    if (here.length === 0) return [];
    const vpc = graph.refOf(network.vpc).name;
    const capacity = here.length * LIMITS.interfaceConnections.value;
    const items = [
      item(LIMITS.interfaces, here.length, undefined, traffic, {
        what: `Lambda network interfaces in ${vpc}`,
      }),
      item(LIMITS.interfaceConnections, connections, capacity / perRequest, traffic, {
        limit: capacity,
        note: "Beyond that Lambda adds interfaces, each of which takes an address.",
      }),
      ...subnetItems(here, addresses, traffic, perRequest),
    ];
    const bySsmEndpoint = network.interfaceEndpoints.some(({ service }) => service === "ssm");
    const throughNat = !bySsmEndpoint || usage.natGb > 0;
    const serving = network.natGateways.filter((nat) => servedBy(graph, nat, network.subnets).length > 0);
    const nat = serving.map((one) =>
      natItem(graph, one, network.subnets, throughNat ? perRequest : 0, traffic),
    );
    return [...items, ...nat];
  });
}

/** Assumes that functions use their subnets evenly. Each added interface uses one address. */
function subnetItems(
  interfaces: HyperplaneInterfaces["interfaces"],
  { subnets }: AddressForecast,
  traffic: Traffic,
  connectionsPerRequest: number,
): CapacityItem[] {
  const keys = [...new Set(interfaces.map(({ subnet }) => subnet))];
  return keys.flatMap((key) => {
    const found = subnets.find(({ subnet }) => subnet.urn === key);
    if (found?.size === undefined || found.free === undefined) return [];
    const limit = found.size - RESERVED_ADDRESSES;
    const room = (found.functions + found.free) * LIMITS.interfaceConnections.value * keys.length;
    const of = {
      what: `addresses in ${found.subnet.name}`,
      value: limit,
      unit: "addresses",
      scope: "subnet",
      adjustable: false,
      source: RESERVED_SOURCE,
    } as const;
    return [item(of, found.used, room / connectionsPerRequest, traffic)];
  });
}

function natItem(
  graph: Graph,
  nat: NatGateway,
  subnets: readonly string[],
  connectionsPerRequest: number,
  traffic: Traffic,
): CapacityItem {
  const served = servedBy(graph, nat, subnets);
  const share = connectionsPerRequest * (served.length / subnets.length);
  const zones = nat.zones?.length ?? zonesOf(graph, served).size;
  const addresses = nat.availabilityMode === "regional" ? zones : 1 + secondaryAddresses(graph, nat);
  const limit = addresses * LIMITS.natConnections.value;
  return item(LIMITS.natConnections, traffic.requestsPerSecond * share, limit / share, traffic, {
    what: `connections of ${nat.ref.name} to one destination`,
    limit,
    ...(share === 0 && { note: "The functions' calls go through endpoints." }),
  });
}

function secondaryAddresses({ resources }: Graph, { ref }: NatGateway): number {
  const resource = resources.get(ref.urn);
  if (resource === undefined) return 0;
  const counted = integer(inputValue(resource, "secondaryPrivateIpAddressCount"));
  return Math.max(
    list(inputValue(resource, "secondaryAllocationIds")).length,
    typeof counted === "number" ? counted : 0,
  );
}
