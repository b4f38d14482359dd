import type { Graph, NatGateway, NatInstance, ScalingGroup, VpcEndpoint } from "../../graph/index.js";
import { isKnown, isSet, natInstancesIn, subnetOfInstance, vpcOfNat } from "../../graph/index.js";
import { boolean, inputValue, integer, records } from "../../resources/read.js";
import type { SourceResource } from "../../resources/resource.js";
import type { Usage } from "../../usage/usage.js";
import { type Charge, type Flow, plus, times } from "../charges.js";
import { apiGb, parameterGb, usageOf } from "../flows.js";
import { HOURS_PER_MONTH } from "../money.js";
import {
  addressCharges,
  type FunctionNetwork,
  instanceCharges,
  interfaceEndpointCharges,
  isPricedInstance,
  natCharges,
  natCount,
  natInstanceCharges,
  servedBy,
  zonesOf,
} from "../network-charges.js";
import type { Pricer, PricerContext } from "./pricer.js";

const natGateway: Pricer = ({ urn }, { graph, usage, networks }) => {
  const nat = graph.natGateways.get(urn);
  if (nat === undefined) return [];
  const regional = nat.availabilityMode === "regional";
  const zones = regional ? regionalZones(graph, nat) : 1;
  return natCharges({
    mode: nat.availabilityMode,
    zones,
    // In manual mode the addresses are Elastic IPs of the stack, which have their own charge.
    ownAddresses: regional && nat.zones === undefined ? zones : 0,
    data: natData(graph, nat, usage, networks),
    crossZoneShare: regional ? 0 : crossZoneShare(graph, nat, networks),
    internetOut: usage.internetOutGb / natCount(graph),
  });
};

/** The disk of Amazon Linux 2023's image, which an instance has if nothing else is said. */
const IMAGE_DISK = 8;

/** An Auto Scaling group is free, its instances are not. Only those of NAT instances have a price in the table. */
const scalingGroup: Pricer = ({ urn }, { graph, usage, networks }) => {
  const group = graph.scalingGroups.get(urn);
  if (group === undefined) return undefined;
  const { instances, instanceType } = group;
  if (instances === 0) return [];
  const diskSize = diskSizeOf(graph, group);
  if (!isKnown(instances) || !isPricedInstance(instanceType) || diskSize === undefined) return undefined;
  const nat = natInstancesIn(graph).find((one) => one.group === group);
  if (nat === undefined) return instanceCharges(instanceType, diskSize, instances);
  return natInstanceCharges({
    instanceType,
    diskSize,
    data: natData(graph, nat, usage, networks),
    crossZoneShare: crossZoneShare(graph, nat, networks),
    internetOut: usage.internetOutGb / natCount(graph),
  });
};

/** GB of the disks of each instance; undefined if one is of another type than gp3. */
function diskSizeOf(graph: Graph, { launchTemplate }: ScalingGroup): number | undefined {
  const template = graph.resources.get(launchTemplate ?? "");
  if (template === undefined) return undefined;
  const disks = records(inputValue(template, "blockDeviceMappings")).map((mapping) => {
    const [ebs] = isKnown(mapping) ? records(mapping.ebs) : [];
    const size = isSet(ebs) ? integer(ebs.volumeSize) : undefined;
    return isSet(ebs) && isSet(size) && ebs.volumeType === "gp3" ? size : undefined;
  });
  if (disks.length === 0) return IMAGE_DISK;
  return disks.reduce((sum, size) => (sum === undefined || size === undefined ? undefined : sum + size), 0);
}

/** In automatic mode a regional gateway expands to the zones of the subnets that route to it. */
function regionalZones(graph: Graph, nat: NatGateway): number {
  if (nat.zones !== undefined) return nat.zones.length;
  const vpc = vpcOfNat(graph, nat);
  const subnets = [...graph.subnets.values()]
    .filter((subnet) => subnet.vpc === vpc)
    .map(({ ref }) => ref.urn);
  return Math.max(1, zonesOf(graph, servedBy(graph, nat, subnets)).size);
}

type Nat = NatGateway | NatInstance;

/** The part of a gateway or an instance of the NAT data: the functions' calls without an endpoint, and the rest. */
function natData(graph: Graph, { ref }: Nat, usage: Usage, networks: readonly FunctionNetwork[]): Flow {
  const rest: Flow = { usage: usage.natGb / natCount(graph) };
  const isOwn = (one: Nat) => one.ref.urn === ref.urn;
  const network = networks.find((one) => natsOf(one).some(isOwn));
  if (network === undefined || network.interfaceEndpoints.some(({ service }) => service === "ssm"))
    return rest;
  const serving = natsOf(network).filter((one) => servedBy(graph, one, network.subnets).length > 0);
  return serving.some(isOwn) ? plus(rest, times(parameterGb(usage), 1 / serving.length)) : rest;
}

function natsOf({ natGateways, natInstances }: FunctionNetwork): Nat[] {
  return [...natGateways, ...natInstances];
}

function crossZoneShare(graph: Graph, nat: Nat, networks: readonly FunctionNetwork[]): number {
  const at = "group" in nat ? subnetOfInstance(nat) : nat.subnet;
  const home = isSet(at) ? graph.subnets.get(at) : undefined;
  const subnets = networks.flatMap((network) => servedBy(graph, nat, network.subnets));
  if (home === undefined || subnets.length === 0) return 0;
  const elsewhere = subnets.filter((key) => {
    const zone = graph.subnets.get(key)?.availabilityZone;
    return isSet(zone) && zone !== home.availabilityZone;
  });
  return elsewhere.length / subnets.length;
}

const vpcEndpoint: Pricer = (resource, { graph, usage, networks }) => {
  const endpoint = graph.endpoints.get(resource.urn);
  if (endpoint === undefined || endpoint.type === "Gateway") return []; // a gateway endpoint is free
  if (endpoint.type === "other") return undefined;
  const zones = Math.max(1, endpoint.subnets.length);
  if (endpoint.type === "GatewayLoadBalancer") {
    const product = "Gateway Load Balancer endpoint";
    return [
      { what: product, product, fixed: zones * HOURS_PER_MONTH },
      {
        what: "data through the endpoint",
        product: "Gateway Load Balancer endpoint data",
        usage: usageOf(usage, resource.name).gb ?? 0,
      },
    ];
  }
  const atLeast = !isKnown(endpoint.type) || !endpoint.subnets.every(isKnown);
  return interfaceEndpointCharges(zones, endpointData(graph, endpoint, usage, networks), atLeast);
};

/** Traffic of an endpoint: its GB in the usage file plus, for two services, the traffic that the stack implies. */
function endpointData(
  graph: Graph,
  endpoint: VpcEndpoint,
  usage: Usage,
  networks: readonly FunctionNetwork[],
): Flow {
  const own: Flow = { usage: usageOf(usage, endpoint.ref.name).gb ?? 0 };
  const { service, vpc } = endpoint;
  const sameService = [...graph.endpoints.values()].filter((other) => other.service === service);
  if (service === "ssm") {
    const here = sameService.filter((other) => other.vpc === vpc).length;
    const used = networks.some((network) => network.vpc === vpc);
    return used ? plus(own, times(parameterGb(usage), 1 / here)) : own;
  }
  if (service === "execute-api") {
    const isPrivate = [...graph.apis.values()].some(({ endpointType }) => endpointType === "PRIVATE");
    return isPrivate ? plus(own, times(apiGb(usage), 1 / sameService.length)) : own;
  }
  return own;
}

/**
 * Load balancer capacity units: the greatest of what new connections, active ones, bytes and evaluated rules need. Each
 * request counts as a connection of its own, which is the most. Of a listener's rules ten are free. A unit is 1 GB an
 * hour, or 0.4 GB to functions. https://aws.amazon.com/elasticloadbalancing/pricing/
 */
function capacityUnits(
  resource: SourceResource,
  { graph, usage }: PricerContext,
  isNetwork: boolean,
): number {
  const own = usageOf(usage, resource.name).requestsPerMonth ?? usage.requestsPerMonth;
  const perSecond = own / (HOURS_PER_MONTH * 3600);
  const gbAnHour = (perSecond * 3600 * (usage.requestKb + usage.responseKb)) / 1024 ** 2;
  if (isNetwork) return Math.max(perSecond / 800, (perSecond * 60) / 100_000, gbAnHour);
  const listeners = graph.listeners.filter(({ loadBalancer }) => loadBalancer === resource.urn);
  const groups = listeners
    .flatMap(({ rules }) => rules.flatMap(({ action }) => action.targetGroups))
    .map((key) => (isKnown(key) ? graph.targetGroups.get(key) : undefined));
  const toFunctions = groups.some((group) => group?.targetType === "lambda");
  const rules = Math.max(0, ...listeners.map((listener) => listener.rules.length - 1 - 10));
  return Math.max(
    perSecond / 25,
    (perSecond * 60) / 3000,
    toFunctions ? gbAnHour / 0.4 : gbAnHour,
    (rules * perSecond) / 1000,
  );
}

const loadBalancer: Pricer = (resource, context) => {
  const { usage } = context;
  const type = inputValue(resource, "loadBalancerType") ?? "application";
  if (type !== "application" && type !== "network") return undefined;
  const product = type === "network" ? "Network Load Balancer" : "Application Load Balancer";
  const charges: Charge[] = [
    { what: product, product, fixed: HOURS_PER_MONTH },
    {
      what: "capacity units",
      product: `${product} capacity unit`,
      usage: (usage.capacityUnits ?? capacityUnits(resource, context, type === "network")) * HOURS_PER_MONTH,
    },
  ];
  const isInternal = boolean(inputValue(resource, "internal"), false) === true;
  const { subnets } = resource.properties;
  // An internet-facing load balancer has a public address in each subnet.
  if (!isInternal && Array.isArray(subnets)) charges.push(...addressCharges(subnets.length));
  return charges;
};

/** Data is billed in each direction if it crosses zones or regions. https://aws.amazon.com/vpc/pricing/ */
const peering: Pricer = (resource, { usage }) => {
  const isRegional = inputValue(resource, "peerRegion") === undefined;
  const gb = usageOf(usage, resource.name).gb ?? 0;
  if (!isRegional && gb === 0) return [];
  return [
    {
      what: "data in both directions",
      product: isRegional ? "data over VPC peering" : "data over VPC peering between regions",
      usage: isRegional ? 2 * gb : gb,
    },
  ];
};

/** The owner of the attachment pays for its hours and for the data that it sends. */
const transitGatewayAttachment: Pricer = (resource, { usage }) => [
  {
    what: "transit gateway attachment",
    product: "transit gateway attachment",
    fixed: HOURS_PER_MONTH,
  },
  {
    what: "data to the transit gateway",
    product: "data through a transit gateway",
    usage: usageOf(usage, resource.name).gb ?? 0,
  },
];

export const networkPricers: Readonly<Record<string, Pricer>> = {
  "aws:autoscaling/group:Group": scalingGroup,
  "aws:ec2/natGateway:NatGateway": natGateway,
  "aws:ec2/vpcEndpoint:VpcEndpoint": vpcEndpoint,
  "aws:ec2/vpcPeeringConnection:VpcPeeringConnection": peering,
  "aws:ec2transitgateway/vpcAttachment:VpcAttachment": transitGatewayAttachment,
  "aws:ec2/eip:Eip": () => addressCharges(),
  "aws:lb/loadBalancer:LoadBalancer": loadBalancer,
  "aws:alb/loadBalancer:LoadBalancer": loadBalancer,
};
