import { contains } from "../../aws/cidr.js";
import type {
  Graph,
  Key,
  NatGateway,
  Placement,
  ResourceRef,
  Route,
  SecurityGroupRule,
  Subnet,
  VpcEndpoint,
} from "../../graph/model.js";
import { vpcOfNat } from "../../graph/nat-gateways.js";
import { type NatInstance, natInstancesIn, subnetOfInstance } from "../../graph/nat-instances.js";
import { isRecord } from "../../resources/read.js";
import type { SourceResource } from "../../resources/resource.js";
import { isKnown, isSet } from "../../resources/unknown.js";
import { groupsIn } from "../network/interfaces.js";
import type { Verdict } from "../verdict/verdict.js";
import type { Proof } from "./prove.js";
import { traceEach } from "./trace.js";

/** Something of the stack that starts connections, with its network interfaces. */
interface Sender {
  readonly key: Key;
  readonly kind: "function" | "resource";
  readonly placement: Placement;
}

/** What routes lead to for its address translation. */
interface Nat {
  readonly ref: ResourceRef;
  readonly vpc: Key | undefined;
}

/**
 * The NAT gateways and instances that certainly carry nothing of the stack: it has functions or other resources in the subnets that
 * route to them, and no security group of these has a rule for an address that the gateway carries. A gateway of which
 * anything is unknown is not among them, nor is one whose subnets hold nothing of the stack, because another stack's
 * resources may.
 */
export function unusedNat(graph: Graph): readonly (NatGateway | NatInstance)[] {
  const gateways = [...graph.natGateways.values()].filter((nat) =>
    isUnusedNat(graph, { ref: nat.ref, vpc: vpcOfNat(graph, nat) }),
  );
  const instances = natInstancesIn(graph).filter((nat) => {
    const home = graph.subnets.get(subnetOfInstance(nat) ?? "")?.vpc;
    return isUnusedNat(graph, { ref: nat.ref, vpc: isSet(home) ? home : undefined });
  });
  return [...gateways, ...instances];
}

function isUnusedNat(graph: Graph, nat: Nat): boolean {
  const { vpc } = nat;
  if (vpc === undefined) return false;
  const subnets = [...graph.subnets.values()].filter((subnet) => subnet.vpc === vpc || !isKnown(subnet.vpc));
  const served: Subnet[] = [];
  for (const subnet of subnets) {
    const table = isKnown(subnet.routeTable) ? graph.routeTables.get(subnet.routeTable) : undefined;
    if (table === undefined || table.unexplained.length > 0) return false;
    const targets = table.routes.map(({ target }) => target.key);
    if (table.routes.some(({ target }) => target.kind !== "local" && !isKnown(target.key))) return false;
    if (targets.includes(nat.ref.urn)) served.push(subnet);
  }
  const keys = new Set(served.map(({ ref }) => ref.urn));
  if (keys.size === 0 || isNamedElsewhere(graph, keys)) return false;
  const senders = sendersOf(graph).filter(({ placement }) =>
    placement.subnets.some((key) => !isKnown(key) || keys.has(key)),
  );
  return (
    senders.length > 0 &&
    senders.every((sender) => served.every((subnet) => !maySendBy(graph, nat, sender, subnet)))
  );
}

function sendersOf(graph: Graph): Sender[] {
  const functions = [...graph.functions.values()].flatMap(({ ref, placement }): Sender[] =>
    placement === undefined ? [] : [{ key: ref.urn, kind: "function", placement }],
  );
  const others = [...graph.managedResources.values()].flatMap(({ ref, placement }): Sender[] =>
    placement === undefined ? [] : [{ key: ref.urn, kind: "resource", placement }],
  );
  return [...functions, ...others];
}

/** Whether a sender's groups have a rule that lets out what the gateway carries. Without a group everything is let out. */
function maySendBy(graph: Graph, nat: Nat, { placement }: Sender, subnet: Subnet): boolean {
  const keys = groupsIn(graph, placement, subnet);
  return (
    keys.length === 0 ||
    keys.some((key) => {
      const group = isKnown(key) ? graph.securityGroups.get(key) : undefined;
      if (group === undefined || group.rulesUnknown) return true;
      return group.egress.some((rule) => admitsBeyond(graph, nat, subnet, rule));
    })
  );
}

function admitsBeyond(graph: Graph, nat: Nat, subnet: Subnet, rule: SecurityGroupRule): boolean {
  if (rule.isUnexplained) return true;
  const table = isKnown(subnet.routeTable) ? graph.routeTables.get(subnet.routeTable) : undefined;
  const routes = table?.routes ?? [];
  switch (rule.peer.kind) {
    case "security-group":
      return !isKnown(rule.peer.group);
    case "prefix-list": {
      const { prefixList } = rule.peer;
      const byEndpoint = routes.some(
        ({ destination, target }) =>
          target.kind === "vpc-endpoint" &&
          destination.kind === "prefix-list" &&
          isKnown(prefixList) &&
          destination.prefixList === prefixList,
      );
      return !byEndpoint;
    }
    case "cidr": {
      const { cidr } = rule.peer;
      if (!isKnown(cidr)) return true;
      if (cidr.family === 6) return carriesIpv6(nat, routes);
      const vpc = isKnown(subnet.vpc) ? graph.vpcs.get(subnet.vpc) : undefined;
      return !(vpc?.cidrBlocks ?? []).some((block) => isKnown(block) && contains(block, cidr));
    }
  }
}

/** NAT64: https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-nat64-dns64.html */
function carriesIpv6(nat: Nat, routes: readonly Route[]): boolean {
  return routes.some(
    ({ destination, target }) =>
      target.key === nat.ref.urn &&
      (destination.kind !== "cidr" || !isKnown(destination.cidr) || destination.cidr.family === 6),
  );
}

/** Services that answer nobody whose role does not allow it. Others have calls without a signature. */
const BY_ROLE_ONLY = new Set([
  "dynamodb",
  "events",
  "kms",
  "lambda",
  "logs",
  "monitoring",
  "secretsmanager",
  "sns",
  "sqs",
  "ssm",
  "states",
]);

/**
 * The interface endpoints that certainly serve nothing of the stack: their security groups admit members of the stack's
 * own groups only, none of these may both connect and call the service, and no required intent takes them.
 */
export function unusedInterfaceEndpoints(graph: Graph, proofs: readonly Proof[]): readonly VpcEndpoint[] {
  const needed = new Set(proofs.flatMap(takenBy));
  return [...graph.endpoints.values()].filter(
    (endpoint) =>
      endpoint.type === "Interface" && !needed.has(endpoint.ref.urn) && isUnusedEndpoint(graph, endpoint),
  );
}

/** The resources that a required intent passes. One about the network alone needs no service. */
function takenBy({ intent, verdict }: Proof): Key[] {
  const { must, to } = intent;
  if (must !== "reach" || (to.kind === "service" && to.networkOnly === true)) return [];
  return verdict.path.map(({ at }) => at.urn);
}

function isUnusedEndpoint(graph: Graph, endpoint: VpcEndpoint): boolean {
  const { service, securityGroups } = endpoint;
  if (!isSet(service) || securityGroups.length === 0) return false;
  const admitted = new Set<Key>();
  for (const key of securityGroups) {
    const group = isKnown(key) ? graph.securityGroups.get(key) : undefined;
    if (group === undefined || group.rulesUnknown) return false;
    for (const { peer, isUnexplained } of group.ingress) {
      const from = peer.kind === "security-group" && isKnown(peer.group) ? peer.group : undefined;
      if (isUnexplained || from === undefined || !graph.securityGroups.has(from)) return false;
      admitted.add(from);
    }
  }
  if (isNamedElsewhere(graph, admitted)) return false;
  const members = sendersOf(graph).filter(({ placement }) =>
    placement.securityGroups.some((key) => !isKnown(key) || admitted.has(key)),
  );
  return members.every((member) => !mayUse(graph, member, endpoint, service));
}

function mayUse(graph: Graph, { key, kind }: Sender, endpoint: VpcEndpoint, service: string): boolean {
  const from = { kind, name: key } as const;
  const connects = traceEach(graph, from, { kind: "endpoint", name: endpoint.ref.urn }, 443);
  if (connects.every(({ status }) => status === "blocked")) return false;
  if (kind !== "function" || !BY_ROLE_ONLY.has(service)) return true;
  const calls = traceEach(graph, from, { kind: "service", service }, 443);
  return !calls.every(isRefused);
}

function isRefused(verdict: Verdict): boolean {
  return verdict.status === "blocked" && verdict.code === "IDENTITY_POLICY_DENIES";
}

/** Types that name subnets and groups without sending anything by them, or whose interfaces the graph has. */
const SENDS_NOTHING =
  /^aws:(ec2\/(subnet|route|routeTable|routeTableAssociation|mainRouteTableAssociation|natGateway|vpcEndpoint\w*|networkAcl\w*|flowLog|securityGroup\w*|defaultSecurityGroup|defaultNetworkAcl)|vpc\/securityGroup\w*|lambda\/(function|alias|permission)|rds\/subnetGroup|efs\/mountTarget):/;

/** Whether a resource whose interfaces the graph does not have names one of the subnets or groups. */
function isNamedElsewhere(graph: Graph, keys: ReadonlySet<Key>): boolean {
  const parents = new Set([...graph.resources.values()].map(({ parent }) => parent));
  for (const resource of graph.resources.values()) {
    const { urn, type } = resource;
    // A component that shows what it is made of. One of another package may be a single resource under mocks.
    const isShown = (!type.includes("/") && parents.has(urn)) || type.startsWith("pulumi:");
    if (isShown || SENDS_NOTHING.test(type)) continue;
    if (graph.managedResources.get(urn)?.placement !== undefined) continue;
    if (names(graph, resource, keys)) return true;
  }
  return false;
}

function names(
  graph: Graph,
  { properties, propertyDependencies = {} }: SourceResource,
  keys: ReadonlySet<Key>,
): boolean {
  if (Object.values(propertyDependencies).some((sources) => sources.some((source) => keys.has(source))))
    return true;
  return textsIn(properties).some((text) => graph.find(text).some((key) => keys.has(key)));
}

function textsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (Array.isArray(value)) return value.flatMap(textsIn);
  if (!isRecord(value)) return [];
  return Object.entries(value).flatMap(([key, inner]) => (/^tags/.test(key) ? [] : textsIn(inner)));
}
