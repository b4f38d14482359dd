import { formatCidr } from "../../aws/cidr.js";
import type { Graph, Vpc } from "../../graph/index.js";
import { isKnown, isSet, natInstancesIn, subnetOfInstance } from "../../graph/index.js";
import { counted } from "../text/wording.js";

/** Summary of a stack's network: `vpc 10.20.0.0/16, 2 AZs, NAT per AZ`, or `no VPC, REGIONAL API`. */
export function stackSummary(graph: Graph): string {
  const vpcs = [...graph.vpcs.values()].map((vpc) => vpcSummary(graph, vpc));
  const apis = [...graph.apis.values()].map(({ endpointType }) =>
    isKnown(endpointType) ? `${endpointType} API` : "an API of unknown type",
  );
  const names = [...graph.domainNames.values()].map(({ ref, domainName }) =>
    isKnown(domainName) ? domainName : ref.name,
  );
  const peers = graph.peerings.size === 0 ? [] : [counted(graph.peerings.size, "peer")];
  return [vpcs.length === 0 ? "no VPC" : vpcs.join("; "), ...apis, ...names, ...peers].join(", ");
}

function vpcSummary(graph: Graph, vpc: Vpc): string {
  const { urn } = vpc.ref;
  const zones = new Set(
    [...graph.subnets.values()].filter((s) => s.vpc === urn).map((s) => s.availabilityZone),
  );
  const cidrs = vpc.cidrBlocks.map((cidr) => (isKnown(cidr) ? formatCidr(cidr) : "of unknown addresses"));
  return `vpc ${cidrs.join(" + ")}, ${zones.size === 1 ? "1 AZ" : `${zones.size} AZs`}, ${nat(graph, vpc, zones.size)}`;
}

function nat(graph: Graph, vpc: Vpc, zones: number): string {
  const gateways = [...graph.natGateways.values()].filter((gateway) => {
    const home = !isSet(gateway.subnet) ? undefined : graph.subnets.get(gateway.subnet);
    return gateway.vpc === vpc.ref.urn || home?.vpc === vpc.ref.urn;
  });
  const instances = natInstancesIn(graph).filter(
    (instance) => graph.subnets.get(subnetOfInstance(instance) ?? "")?.vpc === vpc.ref.urn,
  );
  if (gateways.length === 0 && instances.length > 0)
    return instances.length === 1 ? "NAT instance" : `${instances.length} NAT instances`;
  if (gateways.length === 0) return "no NAT";
  if (gateways.some(({ availabilityMode }) => availabilityMode === "regional")) return "regional NAT";
  if (gateways.length === 1) return zones === 1 ? "one NAT" : "single NAT";
  return gateways.length === zones ? "NAT per AZ" : `${gateways.length} NATs`;
}
