import { type Cidr, formatCidr } from "../../../aws/cidr.js";
import type { Graph, Key, VpcPeering } from "../../../graph/model.js";
import { blocksBehind, peerEnd, tierOf } from "../../../reachability/index.js";
import { isKnown, type MaybeUnknown } from "../../../resources/unknown.js";
import type { TopologyKind, TopologyNode } from "../../model.js";
import {
  drawnSubnets,
  forwarders,
  INTERNET,
  isGateway,
  keyOf,
  peerId,
  placed,
  REGION,
  serviceBehind,
  zoneId,
} from "./ids.js";
import { calledNodes } from "./service-nodes.js";

/** Nodes of the topology, each box before its content. */
export function topologyNodes(graph: Graph): TopologyNode[] {
  const nodes = [
    ...outside(graph),
    ...vpcNodes(graph),
    ...subnetNodes(graph),
    ...gatewayNodes(graph),
    ...endpointNodes(graph),
    ...calledNodes(graph),
  ];
  return [...new Map(nodes.map((node) => [node.id, node])).values()];
}

function outside(graph: Graph): TopologyNode[] {
  const speaksOf = graph.intents.some(({ from, to }) => from.kind === "internet" || to.kind === "internet");
  const leadsTo =
    graph.internetGateways.size + graph.egressOnlyInternetGateways.size > 0 ||
    [...graph.apis.values()].some(({ endpointType }) => endpointType !== "PRIVATE");
  const region: TopologyNode = { id: REGION, kind: "region", label: graph.region ?? "Region not known" };
  return speaksOf || leadsTo ? [{ id: INTERNET, kind: "internet", label: "internet" }, region] : [region];
}

/** VPCs of the stack, and VPCs outside it that resources name by id. */
function vpcNodes(graph: Graph): TopologyNode[] {
  const spokenOf = [
    ...graph.subnets.values(),
    ...graph.endpoints.values(),
    ...graph.internetGateways.values(),
    ...graph.egressOnlyInternetGateways.values(),
    ...graph.natGateways.values(),
  ];
  const keys = new Set([...graph.vpcs.keys(), ...spokenOf.flatMap(({ vpc }) => keyOf(vpc) ?? [])]);
  return [...keys].map((key) => {
    const vpc = graph.vpcs.get(key);
    const detail =
      vpc === undefined ? "outside this stack" : blocks([...vpc.cidrBlocks, ...vpc.ipv6CidrBlocks]);
    return { id: key, kind: "vpc", label: graph.refOf(key).name, detail, parent: REGION };
  });
}

function subnetNodes(graph: Graph): TopologyNode[] {
  return [...graph.subnets].flatMap(([key, subnet]): TopologyNode[] => {
    const vpc = keyOf(subnet.vpc);
    const zone = zoneId(vpc, subnet.availabilityZone);
    const label = isKnown(subnet.availabilityZone) ? subnet.availabilityZone : "zone not known yet";
    const cidrs: MaybeUnknown<Cidr>[] = [];
    if (subnet.cidrBlock !== undefined) cidrs.push(subnet.cidrBlock);
    if (subnet.ipv6CidrBlock !== undefined) cidrs.push(subnet.ipv6CidrBlock);
    return [
      { id: zone, kind: "zone", label, parent: vpc ?? REGION },
      {
        id: key,
        kind: "subnet",
        label: subnet.ref.name,
        detail: blocks(cidrs),
        parent: zone,
        tier: tierOf(graph, subnet),
      },
    ];
  });
}

function gatewayNodes(graph: Graph): TopologyNode[] {
  const attached = (
    kind: TopologyKind,
    detail: string,
    key: Key,
    vpc: MaybeUnknown<Key> | undefined,
  ): TopologyNode => ({
    id: key,
    kind,
    label: graph.refOf(key).name,
    detail,
    parent: keyOf(vpc) ?? REGION,
  });
  return [
    ...[...graph.internetGateways].map(([key, { vpc }]) =>
      attached("internet-gateway", "internet gateway", key, vpc),
    ),
    ...[...graph.egressOnlyInternetGateways].map(([key, { vpc }]) =>
      attached("egress-only-internet-gateway", "egress-only, IPv6", key, vpc),
    ),
    ...[...graph.natGateways].map(([key, nat]): TopologyNode => {
      const [subnet] = drawnSubnets(graph, nat.subnet === undefined ? [] : [nat.subnet]);
      const reach = nat.connectivity === "private" ? "private " : "";
      const detail = nat.availabilityMode === "regional" ? "regional NAT gateway" : `${reach}NAT gateway`;
      const { name } = nat.ref;
      return {
        id: key,
        kind: "nat-gateway",
        label: name,
        detail,
        parent: subnet ?? keyOf(nat.vpc) ?? REGION,
      };
    }),
    ...forwarders(graph).map(({ ref, placement }): TopologyNode => {
      const [subnet] = drawnSubnets(graph, placement?.subnets ?? []);
      const { urn: id, name: label } = ref;
      return { id, kind: "nat-gateway", label, detail: "NAT instance", parent: subnet ?? REGION };
    }),
    ...[...graph.peerings].map(([key, { ref }]): TopologyNode => {
      return { id: key, kind: "peering", label: ref.name, detail: "VPC peering", parent: REGION };
    }),
    ...[...graph.peerings].flatMap(([key, peering]) => peerNodes(graph, key, peering)),
    ...[...graph.transitGatewayAttachments].flatMap(([key, attachment]): TopologyNode[] => {
      const { name } = attachment.ref;
      const gateway = graph.refOf(attachment.transitGateway).name;
      const blocks = blocksBehind(graph, attachment).map(formatCidr).join(", ");
      return [
        { id: key, kind: "peering", label: name, detail: "transit gateway attachment", parent: REGION },
        { id: peerId(key), kind: "peer", label: gateway, detail: `behind the transit gateway: ${blocks}` },
      ];
    }),
  ];
}

/** Node outside the Region, like the internet. Only the connection to it is known. */
function peerNodes(graph: Graph, key: Key, peering: VpcPeering): TopologyNode[] {
  const { vpc, addresses } = peerEnd(graph, peering);
  const known = keyOf(vpc);
  if (known !== undefined && graph.vpcs.has(known)) return [];
  const where = addresses === undefined ? "" : `, ${addresses.label}`;
  return [{ id: peerId(key), kind: "peer", label: known ?? peering.ref.name, detail: `peer VPC${where}` }];
}

function endpointNodes(graph: Graph): TopologyNode[] {
  return [...graph.endpoints].flatMap(([key, endpoint]): TopologyNode[] => {
    const vpc = keyOf(endpoint.vpc) ?? REGION;
    const what = serviceBehind(endpoint);
    const label = endpoint.ref.name;
    if (isGateway(endpoint)) {
      return [{ id: key, kind: "gateway-endpoint", label, detail: "gateway endpoint", parent: vpc }];
    }
    const detail = what === undefined ? "endpoint" : `endpoint: ${what}`;
    return placed(
      graph,
      { id: key, kind: "interface-endpoint", label, detail, parent: vpc },
      endpoint.subnets,
    );
  });
}

function blocks(cidrs: readonly MaybeUnknown<Cidr>[]): string {
  return cidrs.map((cidr) => (isKnown(cidr) ? formatCidr(cidr) : "CIDR not known yet")).join(", ");
}
