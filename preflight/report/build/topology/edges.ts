import { contains, formatCidr, parseCidr } from "../../../aws/cidr.js";
import type {
  ApiMethod,
  Graph,
  Key,
  LambdaFunction,
  Route,
  Target,
  VpcEndpoint,
} from "../../../graph/model.js";
import type { Intent } from "../../../intents.js";
import { destinationsIn } from "../../../least-privilege/failure-destinations.js";
import { invocationsIn, nodesNamed } from "../../../reachability/index.js";
import { isKnown, isSet } from "../../../resources/unknown.js";
import type { TopologyEdge } from "../../model.js";
import {
  drawnSubnets,
  INTERNET,
  idsOf,
  interfaceId,
  isGateway,
  keyOf,
  peerId,
  serviceBehind,
  serviceId,
} from "./ids.js";

/** Lines of the drawing. They may name nodes that are not drawn; the caller leaves those out. */
export function topologyEdges(graph: Graph, ids: ReadonlySet<string>): TopologyEdge[] {
  const edges = [
    ...routeEdges(graph),
    ...gatewayEdges(graph),
    ...endpointEdges(graph),
    ...apiEdges(graph),
    ...domainEdges(graph),
    ...balancerEdges(graph),
    ...invocationsIn(graph).map((tie) => ({ ...tie, label: "invokes" })),
    ...destinationsIn(graph).map((tie) => ({ ...tie, label: "failed events" })),
    ...[...graph.functions].flatMap(([key, fn]) => interfaceEdges(graph, key, fn)),
    ...[...graph.fileSystems].flatMap(([key, { mountTargets }]) =>
      mountTargets.flatMap((target) =>
        idsOf(graph, target, graph.managedResources.get(target)?.placement?.subnets ?? []).map((from) => ({
          from,
          to: key,
          label: "mount target of",
        })),
      ),
    ),
    ...graph.intents.flatMap((intent) => intentEdges(graph, intent, ids)),
  ];
  return [...new Map(edges.map((edge) => [`${edge.from} ${edge.to}`, edge])).values()];
}

/** A line from each subnet to each target of its route table, labelled with all destinations of that target. */
function routeEdges(graph: Graph): TopologyEdge[] {
  return [...graph.subnets].flatMap(([subnet, { routeTable }]) => {
    const table = isKnown(routeTable) ? graph.routeTables.get(routeTable) : undefined;
    const byTarget = new Map<Key, string[]>();
    for (const route of table?.routes ?? []) {
      const { kind, key } = route.target;
      if (kind === "local" || !isKnown(key)) continue;
      byTarget.set(key, [...(byTarget.get(key) ?? []), destination(graph, route)]);
    }
    return [...byTarget].map(([to, all]) => ({ from: subnet, to, label: `route ${all.join(", ")}` }));
  });
}

function destination(graph: Graph, { destination }: Route): string {
  if (destination.kind === "cidr") {
    return isKnown(destination.cidr) ? formatCidr(destination.cidr) : "not known yet";
  }
  return graph.refOf(destination.prefixList).name;
}

function gatewayEdges(graph: Graph): TopologyEdge[] {
  const out = [...graph.internetGateways.keys(), ...graph.egressOnlyInternetGateways.keys()];
  const regional = [...graph.natGateways].filter(([, nat]) => nat.availabilityMode === "regional");
  return [
    ...out.map((from) => ({ from, to: INTERNET })),
    // A regional NAT gateway is in no subnet and has its own route.
    ...regional.flatMap(([from, { vpc }]) =>
      [...graph.internetGateways].filter(([, gateway]) => gateway.vpc === vpc).map(([to]) => ({ from, to })),
    ),
    ...[...graph.peerings].flatMap(([to, { requester, accepter }]) =>
      [keyOf(requester), keyOf(accepter)]
        .filter((from) => from !== undefined)
        .map((from) => ({ from, to, label: "peering" })),
    ),
    ...[...graph.peerings.keys()].map((key) => ({ from: peerId(key), to: key, label: "peering" })),
    ...[...graph.transitGatewayAttachments].flatMap(([key, { vpc }]) => [
      ...(keyOf(vpc) === undefined ? [] : [{ from: keyOf(vpc) ?? "", to: key, label: "attachment" }]),
      { from: peerId(key), to: key, label: "transit gateway" },
    ]),
  ];
}

function endpointEdges(graph: Graph): TopologyEdge[] {
  return [...graph.endpoints].flatMap(([key, endpoint]) => {
    const service = serviceBehind(endpoint);
    if (service === undefined) return [];
    const targets = service === "execute-api" ? privateApis(graph, key) : [serviceId(service)];
    return endpointIds(graph, endpoint).flatMap((from) => targets.map((to) => ({ from, to })));
  });
}

function endpointIds(graph: Graph, endpoint: VpcEndpoint): string[] {
  return isGateway(endpoint) ? [endpoint.ref.urn] : idsOf(graph, endpoint.ref.urn, endpoint.subnets);
}

/** Private APIs that an endpoint may lead to: those that are associated with it, or with no endpoint. */
function privateApis(graph: Graph, endpoint: Key): Key[] {
  const apis = [...graph.apis].filter(
    ([, { endpointType, vpcEndpoints }]) =>
      endpointType === "PRIVATE" && (vpcEndpoints.length === 0 || vpcEndpoints.includes(endpoint)),
  );
  return apis.length > 0 ? apis.map(([key]) => key) : [serviceId("execute-api")];
}

function apiEdges(graph: Graph): TopologyEdge[] {
  const asked = [...graph.authorizers.values()].flatMap(({ api, function: lambda }) => {
    const [from, to] = [keyOf(api), keyOf(lambda)];
    return from === undefined || to === undefined ? [] : [{ from, to, label: "asks who may call" }];
  });
  const own = [...graph.apis].flatMap(([key, { endpointType, methods }]) => {
    const behind = methods.flatMap(({ integration }) => {
      const target = keyOf(integration?.function);
      const alias = target === undefined ? undefined : graph.aliases.get(target);
      return keyOf(alias?.function) ?? target ?? [];
    });
    return [
      ...(endpointType === "PRIVATE" ? [] : [{ from: INTERNET, to: key, label: "calls" }]),
      ...tablesOf(methods).map((to) => ({ from: key, to, label: "acts on" })),
      ...behind.map((to) => ({ from: key, to, label: "invokes" })),
    ];
  });
  return [...own, ...asked];
}

/** Lines from the nodes of a load balancer to its targets, and to a public one from the internet. */
function balancerEdges(graph: Graph): TopologyEdge[] {
  return graph.listeners.flatMap(({ loadBalancer, rules }): TopologyEdge[] => {
    const balancer = graph.managedResources.get(keyOf(loadBalancer) ?? "");
    if (balancer === undefined) return [];
    const nodes = idsOf(graph, balancer.ref.urn, balancer.placement?.subnets ?? []);
    const groups = rules
      .flatMap(({ action }) => action.targetGroups)
      .flatMap((key) => graph.targetGroups.get(keyOf(key) ?? "") ?? []);
    const targets = groups.flatMap(({ targets: all }) => all.flatMap((target) => targetIds(graph, target)));
    const inward =
      balancer.publicAddress === true ? nodes.map((to) => ({ from: INTERNET, to, label: "calls" })) : [];
    return [...inward, ...nodes.flatMap((from) => targets.map((to) => ({ from, to, label: "forwards to" })))];
  });
}

/** Nodes of a target: the interface of an endpoint with its address, a function, or a resource's interfaces. */
function targetIds(graph: Graph, { target, endpoint, placement, ref }: Target): string[] {
  const key = keyOf(target);
  const owner =
    graph.endpoints.get(endpoint ?? "") ?? (key === undefined ? undefined : endpointWith(graph, key));
  if (owner !== undefined) {
    const address = key === undefined ? undefined : parseCidr(key);
    const own = drawnSubnets(graph, owner.subnets).filter((subnet) => {
      const block = graph.subnets.get(subnet)?.cidrBlock;
      return address === undefined || !isSet(block) || contains(block, address);
    });
    return own.map((subnet) => interfaceId(owner.ref.urn, subnet));
  }
  if (placement !== undefined) return idsOf(graph, ref.urn, placement.subnets);
  if (key === undefined) return [];
  if (graph.functions.has(key)) return [key];
  const resource = graph.managedResources.get(key);
  return resource === undefined ? [] : idsOf(graph, key, resource.placement?.subnets ?? []);
}

function endpointWith(graph: Graph, address: string): VpcEndpoint | undefined {
  return [...graph.endpoints.values()].find(({ addresses }) => addresses.includes(address));
}

/** Tables that methods act on with their own role, without a function. */
function tablesOf(methods: readonly ApiMethod[]): Key[] {
  return methods.flatMap(({ integration }) => integration?.serviceAction?.resources ?? []);
}

/** Lines to domain names: from the internet to a public one, from the associated endpoints to a private one. */
function domainEdges(graph: Graph): TopologyEdge[] {
  return [...graph.domainNames].flatMap(([key, { endpointType, mappings, associations }]) => [
    ...(endpointType === "PRIVATE"
      ? associations.flatMap((association) => {
          const endpoint = graph.endpoints.get(keyOf(association) ?? "");
          return endpoint === undefined ? [] : endpointIds(graph, endpoint);
        })
      : [INTERNET]
    ).map((from) => ({ from, to: key, label: "calls" })),
    ...mappings.flatMap(({ api, basePath }) => {
      const to = keyOf(api);
      const path = isKnown(basePath) ? `/${basePath}` : "base path not known yet";
      return to === undefined ? [] : [{ from: key, to, label: path }];
    }),
  ]);
}

function interfaceEdges(graph: Graph, key: Key, { placement }: LambdaFunction): TopologyEdge[] {
  return drawnSubnets(graph, placement?.subnets ?? []).map((subnet) => ({
    from: key,
    to: interfaceId(key, subnet),
    label: "network interface",
  }));
}

/** Lines of a function's intents: through the endpoint of its VPC or, if it is in no VPC, directly. */
function intentEdges(graph: Graph, { from, to, must }: Intent, ids: ReadonlySet<string>): TopologyEdge[] {
  if (from.kind !== "function" || must !== "reach") return [];
  const target = targetOf(graph, to);
  if (target === undefined) return [];
  return nodesNamed(graph, "functions", from.name).flatMap(({ ref: { urn: key }, placement }) => {
    const subnets = drawnSubnets(graph, placement?.subnets ?? []);
    if (subnets.length === 0)
      return placement === undefined ? [{ from: key, to: target, label: "calls" }] : [];
    return subnets.flatMap((subnet) => {
      const near = to.kind === "resource" ? interfaceNear(graph, target, subnet) : undefined;
      if (near !== undefined) return [{ from: interfaceId(key, subnet), to: near, label: "calls" }];
      const service = serviceCalled(graph, to);
      const endpoint = service === undefined ? undefined : interfaceEndpointFor(graph, subnet, service);
      if (endpoint === undefined) return [];
      const here = interfaceId(endpoint.ref.urn, subnet);
      const [other] = endpointIds(graph, endpoint);
      const id = ids.has(here) ? here : other;
      return id === undefined ? [] : [{ from: interfaceId(key, subnet), to: id, label: "calls" }];
    });
  });
}

/** The service that a call goes to, if it goes to one. */
function serviceCalled(graph: Graph, to: Intent["to"]): string | undefined {
  if (to.kind === "service") return to.service;
  return to.kind === "resource" ? nodesNamed(graph, "managedResources", to.name)[0]?.service : undefined;
}

/**
 * A resource's network interface in the zone of a subnet. If there is none, its first interface. The interfaces of a file
 * system are its mount targets.
 */
function interfaceNear(graph: Graph, key: Key, subnet: Key): string | undefined {
  const zoneOf = (one: Key) => graph.subnets.get(one)?.availabilityZone;
  const all = (graph.fileSystems.get(key)?.mountTargets ?? [key]).flatMap((owner) =>
    drawnSubnets(graph, graph.managedResources.get(owner)?.placement?.subnets ?? []).map((at) => ({
      owner,
      at,
    })),
  );
  const near = all.find(({ at }) => zoneOf(at) === zoneOf(subnet)) ?? all[0];
  return near && interfaceId(near.owner, near.at);
}

function targetOf(graph: Graph, to: Intent["to"]): string | undefined {
  if (to.kind === "service") return serviceId(to.service);
  if (to.kind === "internet") return INTERNET;
  if (to.kind !== "resource") return undefined;
  return nodesNamed(graph, "managedResources", to.name)[0]?.ref.urn ?? graph.find(to.name)[0];
}

function interfaceEndpointFor(graph: Graph, subnet: Key, service: string): VpcEndpoint | undefined {
  const vpc = keyOf(graph.subnets.get(subnet)?.vpc);
  return [...graph.endpoints.values()].find(
    (endpoint) => endpoint.vpc === vpc && !isGateway(endpoint) && serviceBehind(endpoint) === service,
  );
}
