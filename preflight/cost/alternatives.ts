import { NAT_INSTANCE_BASELINE, NAT_MODES, type NatInstanceType, type NatMode } from "../aws/nat-modes.js";
import { type Graph, isKnown, isSet, type Key, type ResourceRef } from "../graph/index.js";
import { withCache } from "../usage/parameter-reads.js";
import type { Usage } from "../usage/usage.js";
import {
  type Charge,
  type CostLine,
  type CostTotals,
  type Flow,
  plus,
  times,
  toLine,
  totalsOf,
} from "./charges.js";
import { parameterGb, usageOf } from "./flows.js";
import { type CostForecast, forecastCost } from "./forecast.js";
import {
  addressCharges,
  type FunctionNetwork,
  functionNetworks,
  interfaceEndpointCharges,
  isPricedInstance,
  natCharges,
  natCount,
  natInstanceCharges,
} from "./network-charges.js";

/** A network that gives a VPC's functions access to the services they call, with the cost of the whole stack. */
export interface Alternative {
  readonly vpc: Key;
  /** NAT mode as in the configuration's `vpc.nat`; "other" if the stack's network fits no mode. */
  readonly nat: NatMode | "other";
  /** Services with an interface endpoint for the functions. execute-api always stays: the API's callers use it. */
  readonly endpoints: readonly string[];
  readonly isCurrent: boolean;
  readonly totals: CostTotals;
  /** Reasons why the functions would not work. Empty if they would. */
  readonly broken: readonly string[];
  /** Effects that the price does not show. */
  readonly remarks: readonly string[];
}

/**
 * The same workload in every NAT mode, with and without interface endpoints for the services that functions call: SSM
 * and each service that the stack has an endpoint for. Empty for a stack without functions in a VPC.
 */
export function alternatives(
  graph: Graph,
  usage: Usage,
  forecast: CostForecast = forecastCost(graph, usage),
): Alternative[] {
  return functionNetworks(graph).flatMap((network) => {
    // The NAT of a VPC that is not the stack's is its owner's choice.
    if (graph.resources.get(String(network.vpc))?.isRead === true) return [];
    const own = network.natGateways.length + network.natInstances.length;
    const share = own === 0 ? 1 : own / natCount(graph);
    const here = { ...usage, natGb: usage.natGb * share, internetOutGb: usage.internetOutGb * share };
    return alternativesOf(graph, here, forecast, network);
  });
}

function alternativesOf(
  graph: Graph,
  usage: Usage,
  forecast: CostForecast,
  network: FunctionNetwork,
): Alternative[] {
  const has = endpointsOf(usage, network);
  const current = { nat: natModeOf(network), services: has.map(({ service }) => service) };
  const offered = has.some(({ service }) => service === "ssm")
    ? has
    : [{ service: "ssm", zones: network.zones, gb: 0 }, ...has];
  const choices = [
    ...new Map([has, offered, []].map((list) => [String(list.map((e) => e.service)), list])).values(),
  ];
  const kept = keptLines(graph, forecast, network);
  const instances = instancesOf(network);
  const shapes = choices.flatMap((endpoints) =>
    NAT_MODES.map((nat) => ({ zones: network.zones, nat, endpoints, instances })),
  );
  const found = shapes.map((shape): Alternative => {
    const services = shape.endpoints.map(({ service }) => service);
    const isCurrent = shape.nat === current.nat && String(services) === String(current.services);
    const lines = [
      ...kept,
      ...shapeLines(shape, withCache(graph, usage), forecast.region, graph.refOf(network.vpc)),
    ];
    return {
      vpc: network.vpc,
      nat: shape.nat,
      endpoints: services,
      isCurrent,
      totals: complete(totalsOf(lines), forecast),
      broken: brokenBy(graph, usage, network, shape, offered),
      remarks: remarksOn(shape),
    };
  });
  if (found.some(({ isCurrent }) => isCurrent)) return found;
  const other = { vpc: network.vpc, nat: "other", isCurrent: true, broken: [], remarks: [] } as const;
  return [{ ...other, endpoints: current.services, totals: forecast.totals }, ...found];
}

/** Marks the sums of an alternative incomplete if the rest of the stack has resources without a price. */
function complete(totals: CostTotals, { notPriced }: CostForecast): CostTotals {
  return { ...totals, complete: totals.complete && notPriced.length === 0 };
}

/** The network's own NAT instances or, without any, the cheapest that the configuration has. */
function instancesOf({ natInstances }: FunctionNetwork): NatInstancesShape {
  const types = natInstances.flatMap(({ group: { instanceType } }) =>
    isPricedInstance(instanceType) ? [instanceType] : [],
  );
  return { instanceType: types[0] ?? "t4g.nano", count: Math.max(1, natInstances.length) };
}

/** Lines that stay: all but the functions' NAT, its addresses and the functions' endpoints. */
function keptLines(graph: Graph, { lines }: CostForecast, network: FunctionNetwork): CostLine[] {
  const changing = new Set<Key>();
  for (const { ref, allocation } of network.natGateways) {
    changing.add(ref.urn);
    if (isSet(allocation) && graph.resources.has(allocation)) changing.add(allocation);
  }
  for (const { ref, group } of network.natInstances) {
    changing.add(group.ref.urn);
    for (const { ref: address, holder } of graph.elasticAddresses.values())
      if (holder === ref.urn) changing.add(address.urn);
  }
  for (const { ref, service } of network.interfaceEndpoints) {
    if (service !== "execute-api" && isSet(service)) changing.add(ref.urn);
  }
  return lines.filter(({ resource }) => !changing.has(resource.urn));
}

/** Destinations that the functions could no longer reach, as sentences. */
function brokenBy(
  graph: Graph,
  usage: Usage,
  network: FunctionNetwork,
  { nat, endpoints }: NetworkShape,
  offered: readonly EndpointShape[],
): string[] {
  if (nat !== "none") return [];
  const gateways = [...graph.endpoints.values()].filter(
    ({ vpc, type }) => vpc === network.vpc && type === "Gateway",
  );
  const reachable = [...endpoints, ...gateways].map(({ service }) => service);
  const names = functionNames(graph, network);
  const needed = new Set([...offered.map(({ service }) => service), ...servicesCalled(graph)]);
  const reasons = [...needed]
    .filter((service) => !reachable.includes(service))
    .map((service) => `${names} cannot reach ${service}: no interface endpoint and no NAT gateway`);
  if (usage.natGb > 0 || needsInternet(graph))
    reasons.push(`${names} cannot reach the internet: no NAT gateway`);
  return reasons;
}

/** Whether an intent asks that a function reaches the internet over IPv4. */
function needsInternet({ intents }: Graph): boolean {
  return intents.some(
    ({ from, to, must }) =>
      from.kind === "function" && to.kind === "internet" && to.family === undefined && must === "reach",
  );
}

/** Services with an intent that functions reach them. */
function servicesCalled({ intents }: Graph): string[] {
  return intents.flatMap(({ from, to, must }) =>
    from.kind === "function" && to.kind === "service" && must === "reach" ? [to.service] : [],
  );
}

/** Names of the functions from the intents or, without intents, their logical names. */
function functionNames({ functions, intents }: Graph, { subnets }: FunctionNetwork): string {
  const here = [...functions.values()].filter(({ placement }) =>
    placement?.subnets.some((key) => isKnown(key) && subnets.includes(key)),
  );
  const callers = intents.flatMap(({ from, to }) =>
    from.kind === "function" && to.kind === "service" ? [from.name] : [],
  );
  const named = [...new Set(callers)];
  return (named.length > 0 ? named : here.map(({ ref }) => ref.name)).join(", ");
}

function remarksOn({ nat, zones, endpoints, instances }: NetworkShape): string[] {
  const remarks: string[] = [];
  if (nat === "instance") {
    if (instances.count < zones) remarks.push("An outage of the instance's AZ cuts off the others.");
    remarks.push(
      `A ${instances.instanceType} sustains ${NAT_INSTANCE_BASELINE[instances.instanceType]} Mbit/s.`,
      "When it is replaced, there is no way out for minutes, and open connections end.",
    );
  }
  if (nat === "single" && zones > 1) remarks.push("An outage of the gateway's AZ cuts off the others.");
  if (nat === "regional") remarks.push("It takes up to an hour to expand into a new AZ.");
  if (nat !== "none" && endpoints.length === 0) remarks.push("Calls to AWS services leave the VPC.");
  return remarks;
}

/** The network of one VPC's functions: the part that decides the cost of NAT gateways and endpoints. */
export interface NetworkShape {
  readonly zones: number;
  readonly nat: NatMode;
  readonly endpoints: readonly EndpointShape[];
  /** The NAT instances of mode `instance`. */
  readonly instances: NatInstancesShape;
}

export interface NatInstancesShape {
  readonly instanceType: NatInstanceType;
  /** 1, or one for each zone. */
  readonly count: number;
}

export interface EndpointShape {
  readonly service: string;
  readonly zones: number;
  /** GB a month from the usage file. */
  readonly gb: number;
}

/** Endpoints that the stack's functions use. Leaves out execute-api, because only the API's callers use it. */
export function endpointsOf(usage: Usage, { interfaceEndpoints }: FunctionNetwork): EndpointShape[] {
  return interfaceEndpoints.flatMap(({ ref, service, subnets }) =>
    !isSet(service) || service === "execute-api"
      ? []
      : [{ service, zones: Math.max(1, subnets.length), gb: usageOf(usage, ref.name).gb ?? 0 }],
  );
}

export function natModeOf({ natGateways, natInstances, zones }: FunctionNetwork): NatMode | "other" {
  if (natInstances.length > 0) {
    const types = new Set(natInstances.map(({ group }) => group.instanceType));
    const fits = [1, zones].includes(natInstances.length) && types.size === 1;
    return natGateways.length === 0 && fits && [...types].every(isPricedInstance) ? "instance" : "other";
  }
  if (natGateways.length === 0) return "none";
  const regional = natGateways.filter(({ availabilityMode }) => availabilityMode === "regional").length;
  if (regional > 0) return regional === natGateways.length ? "regional" : "other";
  if (natGateways.length === zones && zones > 1) return "perAz";
  return natGateways.length === 1 ? "single" : "other";
}

/** Cost lines of a possible network. */
export function shapeLines(shape: NetworkShape, usage: Usage, region: string, ref: ResourceRef): CostLine[] {
  const endpoints = shape.endpoints.flatMap(({ service, zones, gb }) =>
    interfaceEndpointCharges(zones, plus({ usage: gb }, service === "ssm" ? parameterGb(usage) : {})),
  );
  return [...natChargesOf(shape, usage), ...endpoints].map((charge) =>
    toLine(ref, charge, region, usage.requestsPerMonth),
  );
}

/** GB of an instance's disk (components/network/vpc/nat-instance.ts). */
const DISK_SIZE = 8;

function natChargesOf({ nat, zones, endpoints, instances }: NetworkShape, usage: Usage): Charge[] {
  if (nat === "none") return [];
  const bySsmEndpoint = endpoints.some(({ service }) => service === "ssm");
  const data: Flow = plus({ usage: usage.natGb }, bySsmEndpoint ? {} : parameterGb(usage));
  if (nat === "regional") {
    const mode = "regional";
    return natCharges({
      mode,
      zones,
      ownAddresses: zones,
      data,
      crossZoneShare: 0,
      internetOut: usage.internetOutGb,
    });
  }
  if (nat === "instance") {
    const { instanceType, count } = instances;
    return Array.from({ length: count }).flatMap(() => [
      ...natInstanceCharges({
        instanceType,
        diskSize: DISK_SIZE,
        data: times(data, 1 / count),
        crossZoneShare: count === 1 ? (zones - 1) / zones : 0,
        internetOut: usage.internetOutGb / count,
      }),
      ...addressCharges(),
    ]);
  }
  const gateways = nat === "single" ? 1 : zones;
  return Array.from({ length: gateways }).flatMap(() => [
    ...natCharges({
      mode: "zonal",
      zones: 1,
      ownAddresses: 0,
      data: times(data, 1 / gateways),
      crossZoneShare: nat === "single" ? (zones - 1) / zones : 0,
      internetOut: usage.internetOutGb / gateways,
    }),
    ...addressCharges(),
  ]);
}
