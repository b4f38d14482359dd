import type { Graph, LambdaFunction, ManagedResource, RestApi } from "../../../graph/model.js";
import type { Place } from "../../../intents.js";
import { words } from "../../../resources/terms.js";
import { isKnown } from "../../../resources/unknown.js";
import type { TopologyKind, TopologyNode } from "../../model.js";
import {
  drawnSubnets,
  forwarders,
  interfaceId,
  isDrawn,
  placed,
  REGION,
  serviceBehind,
  serviceId,
} from "./ids.js";

/** Nodes that call or are called: APIs, functions, databases and others, and AWS's services. */
export function calledNodes(graph: Graph): TopologyNode[] {
  const forwarding = new Set(forwarders(graph));
  return [
    ...domainNodes(graph),
    ...apiNodes(graph),
    ...[...graph.functions.values()].flatMap((fn) => functionNodes(graph, fn)),
    ...[...graph.managedResources.values()]
      .filter((resource) => isDrawn(resource) && !forwarding.has(resource))
      .flatMap((service) => resourceNodes(graph, service)),
    ...serviceNodes(graph),
  ];
}

function domainNodes(graph: Graph): TopologyNode[] {
  return [...graph.domainNames].map(([key, { ref, domainName, endpointType }]) => ({
    id: key,
    kind: "domain-name",
    label: isKnown(domainName) ? domainName : ref.name,
    detail: `${isKnown(endpointType) ? endpointType : ""} domain name`.trim(),
    parent: REGION,
  }));
}

function apiNodes(graph: Graph): TopologyNode[] {
  return [...graph.apis].map(([key, api]) => ({
    id: key,
    kind: "api",
    label: api.ref.name,
    detail: apiDetail(api),
    parent: REGION,
  }));
}

function apiDetail({ endpointType, methods }: RestApi): string {
  const type = isKnown(endpointType) ? endpointType : "REST API";
  const [first, ...others] = methods;
  if (first === undefined || !isKnown(first.httpMethod) || !isKnown(first.path)) return type;
  return others.length > 0
    ? `${type}, ${methods.length} methods`
    : `${type}, ${first.httpMethod} ${first.path}`;
}

/** Nodes of a function. The function runs outside the VPC, so a subnet shows the interfaces that it calls from. */
function functionNodes(graph: Graph, { ref, placement }: LambdaFunction): TopologyNode[] {
  const { urn: id, name: label } = ref;
  const own: TopologyNode = { id, kind: "function", label, detail: "Lambda function", parent: REGION };
  const subnets = drawnSubnets(graph, placement?.subnets ?? []);
  return [
    own,
    ...subnets.map((subnet) => ({
      ...own,
      id: interfaceId(id, subnet),
      detail: "network interface",
      parent: subnet,
    })),
  ];
}

const KINDS: Partial<Record<ManagedResource["kind"], TopologyKind>> = {
  database: "database",
  "database-proxy": "database",
  cache: "database",
  queue: "queue",
  topic: "topic",
  table: "table",
  "file-system": "table",
  "mount-target": "table",
};

function resourceNodes(graph: Graph, { ref, kind, placement }: ManagedResource): TopologyNode[] {
  const node: TopologyNode = {
    id: ref.urn,
    kind: KINDS[kind] ?? "service",
    label: ref.name,
    detail: words(kind),
    parent: REGION,
  };
  return placed(graph, node, placement?.subnets ?? []);
}

/** Services that endpoints lead to or intents name. An API of the stack stands for execute-api. */
function serviceNodes(graph: Graph): TopologyNode[] {
  const spokenOf = graph.intents.flatMap(({ from, to }) => [from, to].flatMap(serviceIn));
  const behind = [...graph.endpoints.values()].flatMap((endpoint) => serviceBehind(endpoint) ?? []);
  const services = [...new Set([...behind, ...spokenOf])].filter(
    (service) => service !== "execute-api" || graph.apis.size === 0,
  );
  return services.map((service) => ({
    id: serviceId(service),
    kind: "service",
    label: service,
    detail: "AWS service",
    parent: REGION,
  }));
}

function serviceIn(place: Place): string[] {
  return place.kind === "service" ? [place.service] : [];
}
