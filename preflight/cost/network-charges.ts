import { NAT_INSTANCE_TYPES, type NatInstanceType } from "../aws/nat-modes.js";
import type { Graph, Key, NatGateway, NatInstance, VpcEndpoint } from "../graph/index.js";
import { isKnown, isSet, natInstancesIn, subnetOfInstance, vpcOfNat } from "../graph/index.js";
import { type Charge, type Flow, times } from "./charges.js";
import { HOURS_PER_MONTH } from "./money.js";

// Charges of NAT gateways, NAT instances and endpoints. The stack's own network and its alternatives use the same arithmetic.

/** One NAT gateway. Data is in GB, both ways. */
export interface NatShape {
  readonly mode: "zonal" | "regional";
  /** Availability Zones that a regional gateway covers; 1 for a zonal one. */
  readonly zones: number;
  /** Addresses that AWS provides with the gateway. An Elastic IP of the stack is a separate resource. */
  readonly ownAddresses: number;
  readonly data: Flow;
  /** Share of the data that comes from another Availability Zone than the gateway's. */
  readonly crossZoneShare: number;
  /** GB a month. */
  readonly internetOut: number;
}

/** https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-pricing.html */
export function natCharges(nat: NatShape): Charge[] {
  const regional = nat.mode === "regional";
  const charges: Charge[] = [
    {
      what: regional ? `regional NAT gateway in ${counted(nat.zones)}` : "NAT gateway",
      product: regional ? "regional NAT gateway" : "NAT gateway",
      fixed: nat.zones * HOURS_PER_MONTH,
    },
    {
      what: "data through the NAT gateway",
      product: regional ? "regional NAT gateway data" : "NAT gateway data",
      ...nat.data,
    },
  ];
  if (nat.ownAddresses > 0) charges.push(...addressCharges(nat.ownAddresses));
  return [...charges, ...transferCharges(nat)];
}

/** Data between zones, and out to the internet. AWS bills both whatever forwards it. */
function transferCharges({
  data,
  crossZoneShare,
  internetOut,
}: Pick<NatShape, "data" | "crossZoneShare" | "internetOut">): Charge[] {
  const charges: Charge[] = [];
  if (crossZoneShare > 0) {
    charges.push({
      what: "data to and from other Availability Zones",
      product: "data transfer between Availability Zones",
      ...times(data, 2 * crossZoneShare), // billed in the zone that it leaves and in the zone that it enters
    });
  }
  if (internetOut > 0) {
    charges.push({
      what: "data out to the internet",
      product: "data transfer out to the internet",
      usage: internetOut,
    });
  }
  return charges;
}

/** One NAT instance. Its Elastic IP is a separate resource. */
export interface NatInstanceShape extends Pick<NatShape, "data" | "crossZoneShare" | "internetOut"> {
  readonly instanceType: NatInstanceType;
  /** GB of its disk. */
  readonly diskSize: number;
}

/** An instance bills its hours and its disk, and nothing for a GB that it forwards. */
export function natInstanceCharges(nat: NatInstanceShape): Charge[] {
  return [...instanceCharges(nat.instanceType, nat.diskSize), ...transferCharges(nat)];
}

/** https://aws.amazon.com/ec2/pricing/on-demand/ */
export function instanceCharges(instanceType: NatInstanceType, diskSize: number, instances = 1): Charge[] {
  return [
    {
      what: `instance ${instanceType}`,
      product: `${instanceType} instance`,
      fixed: instances * HOURS_PER_MONTH,
    },
    { what: `disk of ${diskSize} GB`, product: "gp3 volume", fixed: instances * diskSize },
  ];
}

/** Whether the price table has an instance type. */
export function isPricedInstance(type: unknown): type is NatInstanceType {
  return NAT_INSTANCE_TYPES.some((each) => each === type);
}

export function addressCharges(addresses = 1): Charge[] {
  return [
    { what: "public IPv4 address", product: "public IPv4 address", fixed: addresses * HOURS_PER_MONTH },
  ];
}

/** https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html */
export function interfaceEndpointCharges(zones: number, data: Flow, atLeast = false): Charge[] {
  return [
    {
      what: `interface endpoint in ${counted(zones)}`,
      product: "interface endpoint",
      fixed: zones * HOURS_PER_MONTH,
      atLeast,
    },
    { what: "data through the endpoint", product: "interface endpoint data", ...data },
  ];
}

function counted(zones: number): string {
  return zones === 1 ? "1 AZ" : `${zones} AZs`;
}

/** Placement of one VPC's functions, and their NAT gateways and endpoints. */
export interface FunctionNetwork {
  readonly vpc: Key;
  /** Distinct subnets of the functions in the VPC. */
  readonly subnets: readonly Key[];
  /** Availability Zones of these subnets. */
  readonly zones: number;
  readonly natGateways: readonly NatGateway[];
  readonly natInstances: readonly NatInstance[];
  readonly interfaceEndpoints: readonly VpcEndpoint[];
}

/** How many NAT gateways and instances share what the usage says of all. */
export function natCount(graph: Graph): number {
  return graph.natGateways.size + natInstancesIn(graph).length;
}

/** The VPCs that have functions. */
export function functionNetworks(graph: Graph): FunctionNetwork[] {
  const subnetsOf = new Map<Key, Set<Key>>();
  for (const { placement } of graph.functions.values()) {
    for (const key of placement?.subnets ?? []) {
      const subnet = isKnown(key) ? graph.subnets.get(key) : undefined;
      if (subnet === undefined || !isKnown(subnet.vpc)) continue;
      const known = subnetsOf.get(subnet.vpc) ?? new Set();
      subnetsOf.set(subnet.vpc, known.add(subnet.ref.urn));
    }
  }
  return [...subnetsOf].map(([vpc, subnets]) => ({
    vpc,
    subnets: [...subnets],
    zones: zonesOf(graph, [...subnets]).size,
    natGateways: [...graph.natGateways.values()].filter((nat) => vpcOfNat(graph, nat) === vpc),
    natInstances: natInstancesIn(graph).filter(
      (nat) => graph.subnets.get(subnetOfInstance(nat) ?? "")?.vpc === vpc,
    ),
    interfaceEndpoints: [...graph.endpoints.values()].filter(
      (endpoint) => endpoint.type === "Interface" && endpoint.vpc === vpc,
    ),
  }));
}

/** The Availability Zones of some subnets. A subnet with an unknown zone counts as a separate zone. */
export function zonesOf(graph: Graph, subnets: readonly Key[]): Set<string> {
  return new Set(
    subnets.map((key) => {
      const zone = graph.subnets.get(key)?.availabilityZone;
      return isSet(zone) ? zone : key;
    }),
  );
}

/** Those of `subnets` whose route table has a route to the NAT gateway or instance. */
export function servedBy(
  graph: Graph,
  nat: Pick<NatGateway | NatInstance, "ref">,
  subnets: readonly Key[],
): Key[] {
  return subnets.filter((key) => {
    const table = graph.subnets.get(key)?.routeTable;
    const routes = isSet(table) ? graph.routeTables.get(table)?.routes : undefined;
    return routes?.some(({ target }) => target.key === nat.ref.urn) ?? false;
  });
}
