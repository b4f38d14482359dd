import type { LimitName } from "../aws/limits.js";
import { ofType } from "../graph/databases.js";
import {
  type Graph,
  isKnown,
  isSet,
  type Key,
  type MaybeUnknown,
  type PolicySource,
  type ResourceRef,
  type SecurityGroupRule,
} from "../graph/index.js";
import { inputValue, isRecord, json, list } from "../resources/read.js";
import type { SourceResource } from "../resources/resource.js";
import { holdsUnknown } from "../resources/unknown.js";

/** How much of a limit one resource, or the stack in its Region, uses. */
export interface Use {
  readonly limit: LimitName;
  /** The resource whose limit it is; undefined for a limit of the account in the stack's Region. */
  readonly of: ResourceRef | undefined;
  readonly used: number;
}

/** Everything in a stack that AWS has a limit on, counted in one pass over each kind of resource. */
export function countUses(graph: Graph): Use[] {
  return [
    ...inRegion(graph),
    ...ofVpcs(graph),
    ...ofNetwork(graph),
    ...ofFunctions(graph),
    ...ofApis(graph),
    ...ofPolicies(graph),
    ...ofRules(graph),
  ];
}

function inRegion(graph: Graph): Use[] {
  const { endpoints, securityGroups, domainNames } = graph;
  const own = <T extends { readonly ref: ResourceRef }>(nodes: Iterable<T>) =>
    [...nodes].filter(({ ref }) => isHere(graph, ref.urn) && !ref.urn.includes("#"));
  const gateways = own(endpoints.values()).filter(({ type }) => type === "Gateway");
  const names = own(domainNames.values());
  const all: readonly (readonly [LimitName, number])[] = [
    ["elasticAddresses", ofType(graph, "aws:ec2/eip:Eip").filter(({ urn }) => isHere(graph, urn)).length],
    ["vpcs", own(graph.vpcs.values()).length],
    ["securityGroups", own(securityGroups.values()).length],
    ["gatewayEndpoints", gateways.length],
    ["usagePlans", own(graph.usagePlans.values()).length],
    ["apiKeys", own(graph.apiKeys.values()).length],
    ["privateDomainNames", names.filter(({ endpointType }) => endpointType === "PRIVATE").length],
    [
      "publicDomainNames",
      names.filter(({ endpointType }) => isKnown(endpointType) && endpointType !== "PRIVATE").length,
    ],
  ];
  return all.map(([limit, used]) => ({ limit, of: undefined, used }));
}

/** Whether a resource counts for the account and the Region of most of the stack. */
function isHere(graph: Graph, urn: Key): boolean {
  const { account, region } = graph.homeOf(urn);
  const differs = (one: string | undefined, other: string | undefined) =>
    one !== undefined && other !== undefined && one !== other;
  return !differs(account, graph.account) && !differs(region, graph.region);
}

function ofVpcs(graph: Graph): Use[] {
  const interfaces = [...graph.endpoints.values()].filter(({ type }) => isSet(type) && type !== "Gateway");
  const peerings = [...graph.peerings.values()].flatMap(({ requester, accepter }): MaybeUnknown<Key>[] => [
    requester,
    accepter,
  ]);
  const blocks = [...graph.vpcs].flatMap(([vpc, { cidrBlocks }]) => cidrBlocks.map(() => vpc));
  return [
    ...by(graph, "vpcBlocks", blocks, (vpc) => vpc),
    ...by(graph, "subnets", graph.subnets.values(), ({ vpc }) => vpc),
    ...by(graph, "routeTables", graph.routeTables.values(), ({ vpc }) => vpc),
    ...by(graph, "interfaceEndpoints", interfaces, ({ vpc }) => vpc),
    ...by(graph, "peerings", peerings, (vpc) => vpc),
    ...natGateways(graph),
  ];
}

/** Counts things by the key of their owner. What is not known to have an owner is not counted. */
function by<T>(
  graph: Graph,
  limit: LimitName,
  items: Iterable<T>,
  ownerOf: (item: T) => MaybeUnknown<Key> | undefined,
): Use[] {
  const counts = new Map<Key, number>();
  for (const item of items) {
    const owner = ownerOf(item);
    if (isSet(owner)) counts.set(owner, (counts.get(owner) ?? 0) + 1);
  }
  return [...counts].map(([owner, used]) => ({ limit, of: graph.refOf(owner), used }));
}

/** Zonal gateways by Availability Zone. AWS counts a regional one for itself. */
function natGateways(graph: Graph): Use[] {
  const zones = new Map<string, number>();
  for (const { subnet } of graph.natGateways.values()) {
    const zone = isSet(subnet) ? graph.subnets.get(subnet)?.availabilityZone : undefined;
    if (isSet(zone)) zones.set(zone, (zones.get(zone) ?? 0) + 1);
  }
  return [...zones].map(([zone, used]) => ({
    limit: "natGateways",
    of: { urn: `#${zone}`, type: "zone", name: zone },
    used,
  }));
}

function ofNetwork(graph: Graph): Use[] {
  const groups = [...graph.securityGroups.values()].flatMap(({ ref, ingress, egress }): Use[] =>
    [ingress, egress].map((rules) => ({ limit: "securityGroupRules", of: ref, used: weight(graph, rules) })),
  );
  const tables = [...graph.routeTables.values()].map(({ ref, routes }): Use => {
    const written = routes.filter(({ target }) => target.kind !== "local");
    return { limit: "routes", of: ref, used: written.length };
  });
  const lists = [...graph.networkAcls.values()].flatMap(({ ref, ingress, egress }): Use[] =>
    [ingress, egress].map((rules) => ({ limit: "networkAclRules", of: ref, used: rules.length })),
  );
  const zones = [...graph.hostedZones.values()].map(
    ({ ref, vpcs }): Use => ({ limit: "zoneVpcs", of: ref, used: vpcs.length }),
  );
  const interfaces = [...graph.resources.values()].flatMap((resource): Use[] => {
    const used = groupsOf(resource);
    return used === 0 ? [] : [{ limit: "groupsOfInterface", of: graph.refOf(resource.urn), used }];
  });
  const rules = graph.listeners.flatMap(({ loadBalancer, rules: own }) =>
    own.filter(({ priority }) => priority !== undefined).map(() => loadBalancer),
  );
  return [
    ...groups,
    ...tables,
    ...lists,
    ...zones,
    ...interfaces,
    ...by(graph, "listenerRules", rules, (balancer) => balancer),
  ];
}

/**
 * The rules that AWS counts, of the address family that has more. A rule that names a group counts for both families; one
 * that names a prefix list of the stack counts as many as the list may have entries.
 */
function weight(graph: Graph, rules: readonly SecurityGroupRule[]): number {
  const counts = { 4: 0, 6: 0 };
  for (const { peer } of rules) {
    if (peer.kind === "cidr") {
      if (isKnown(peer.cidr)) counts[peer.cidr.family] += 1;
      continue;
    }
    const entries = peer.kind === "prefix-list" ? mostEntries(graph, peer.prefixList) : 1;
    counts[4] += entries;
    counts[6] += entries;
  }
  return Math.max(counts[4], counts[6]);
}

function mostEntries(graph: Graph, prefixList: MaybeUnknown<Key>): number {
  const resource = isKnown(prefixList) ? graph.resources.get(prefixList) : undefined;
  const most = resource === undefined ? undefined : inputValue(resource, "maxEntries");
  return typeof most === "number" ? most : 1;
}

/** The inputs in which resources list the security groups of their network interfaces. */
const GROUP_LISTS = ["securityGroupIds", "vpcSecurityGroupIds", "securityGroups"];

function groupsOf(resource: SourceResource): number {
  if (!resource.type.startsWith("aws:") || resource.isComponent) return 0;
  const inVpc = inputValue(resource, "vpcConfig");
  const places = [resource.properties, ...(isRecord(inVpc) ? [inVpc] : [])];
  return Math.max(...places.flatMap((place) => GROUP_LISTS.map((name) => list(place[name]).length)));
}

function ofFunctions(graph: Graph): Use[] {
  return ofType(graph, "aws:lambda/function:Function").flatMap((resource): Use[] => {
    const of = graph.refOf(resource.urn);
    const environment = inputValue(resource, "environment");
    const variables = isRecord(environment) ? environment.variables : undefined;
    const size =
      isRecord(variables) && !holdsUnknown(variables) ? Buffer.byteLength(JSON.stringify(variables)) : 0;
    return [
      { limit: "layers", of, used: list(inputValue(resource, "layers")).length },
      { limit: "variables", of, used: size },
    ];
  });
}

function ofApis(graph: Graph): Use[] {
  const policies = [...graph.apis.values(), ...graph.domainNames.values()].map(
    ({ ref, policy }): Use => ({
      limit: "apiPolicy",
      of: ref,
      used: policy === undefined ? 0 : charactersOf([policy]),
    }),
  );
  const mappings = [...graph.domainNames.values()].map(({ ref, mappings: all }): Use => {
    const deep = all.filter(({ basePath }) => isKnown(basePath) && basePath.includes("/"));
    return { limit: "multiLevelMappings", of: ref, used: deep.length };
  });
  const paths = by(graph, "apiResources", ofType(graph, "aws:apigateway/resource:Resource"), (resource) =>
    named(graph, resource, "restApi", "aws:apigateway/restApi:RestApi"),
  );
  return [...policies, ...mappings, ...paths];
}

/** The resource of a type that a property names, by its id or name, or by what its value comes from. */
function named(graph: Graph, resource: SourceResource, property: string, type: string): Key | undefined {
  const value = resource.properties[property];
  const written =
    typeof value === "string" ? graph.find(value) : (resource.propertyDependencies?.[property] ?? []);
  return written.find((key) => graph.resources.get(key)?.type === type);
}

const ROLE = "aws:iam/role:Role";

function ofPolicies(graph: Graph): Use[] {
  const trusts = [...graph.roles.values()].flatMap(({ ref, trust }): Use[] =>
    trust === undefined ? [] : [{ limit: "trustPolicy", of: ref, used: charactersOf([trust]) }],
  );
  const attachments = ofType(graph, "aws:iam/rolePolicyAttachment:RolePolicyAttachment");
  const attached = by(graph, "managedPolicies", attachments, (each) => named(graph, each, "role", ROLE));
  const listed = ofType(graph, ROLE).map(
    (role): Use => ({
      limit: "managedPolicies",
      of: graph.refOf(role.urn),
      used: list(inputValue(role, "managedPolicyArns")).length,
    }),
  );
  return [...trusts, ...attached, ...listed];
}

/** The characters of policies without white space; those that are not known count as none. */
function charactersOf(policies: readonly PolicySource[]): number {
  return policies
    .filter(({ document }) => isKnown(document) && !holdsUnknown(document))
    .reduce((sum, { document }) => sum + JSON.stringify(document).replace(/\s/g, "").length, 0);
}

function ofRules(graph: Graph): Use[] {
  const patterns = ofType(graph, "aws:cloudwatch/eventRule:EventRule").flatMap((rule): Use[] => {
    const pattern = inputValue(rule, "eventPattern");
    if (typeof pattern !== "string") return [];
    const parsed = json(pattern);
    const text = parsed === undefined ? pattern : JSON.stringify(parsed);
    return [{ limit: "eventPattern", of: graph.refOf(rule.urn), used: text.length }];
  });
  const targets = by(graph, "targets", ofType(graph, "aws:cloudwatch/eventTarget:EventTarget"), (target) =>
    named(graph, target, "rule", "aws:cloudwatch/eventRule:EventRule"),
  );
  return [...patterns, ...targets];
}
